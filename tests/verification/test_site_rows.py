"""db-verify: what a site has chosen, rows that come back, and what no downgrade could bring back."""

from __future__ import annotations

from typing import Any, Dict, List, Set

import pytest

from ..engines.test_servers import name_of
from ..projects import HEAD, VERSION, Project, codes
from ..servers import Server

pytestmark = pytest.mark.skipif(VERSION != "0.7.0", reason="does not depend on the release")

MANUAL = ("        ('hg.extern_activate.manual', _('Manual activation of external account')),\n", "")
TITLE = (
    "op.execute(\"UPDATE settings SET app_settings_value = 'Kallithea' WHERE app_settings_name = 'realm'\")"
)

LARGEFILES = (
    "INSERT INTO ui (ui_section, ui_key, ui_value, ui_active) SELECT 'extensions', 'largefiles', '', TRUE "
    "WHERE NOT EXISTS (SELECT 1 FROM ui WHERE ui_key = 'largefiles')"
)

#: Name -> upgrade, downgrade, data_changes, the expected findings, a text that one of them holds.
SCRIPTS: Dict[str, Any] = {
    "sets the site's choice back to what a fresh set-up writes": (
        TITLE, "pass", "", {"upgrade:values-changed", "downgrade:not-restored"}, "'Our forge' became 'Kallithea'",
    ),
    "puts a removed default row back under another number": (
        "op.execute(\"DELETE FROM permissions WHERE permission_name = 'hg.extern_activate.manual'\")",
        "op.execute(\"INSERT INTO permissions (permission_name) VALUES ('hg.extern_activate.manual')\")", "", set(), "",
    ),
    "truncates": (
        "op.execute('UPDATE gists SET gist_type = substr(gist_type, 1, 3)')", "pass",
        "[('gists', 'gist_type', 'changed', \"length(gist_type) > 3\")]", {"downgrade:cannot-restore"}, "",
    ),
    "hashes": (
        "op.execute('UPDATE user_ssh_keys SET fingerprint = md5(fingerprint)')", "pass",
        "[('user_ssh_keys', 'fingerprint', 'changed')]", {"downgrade:cannot-restore"}, "",
    ),
    "fills from another column": (
        "op.execute('UPDATE users SET extern_name = username WHERE extern_name IS NULL')", "pass",
        "[('users', 'extern_name', 'changed', 'extern_name IS NULL')]", {"downgrade:cannot-restore"}, "",
    ),
    "fills from another column, and the downgrade writes an empty text": (
        "op.execute('UPDATE users SET extern_type = username WHERE extern_type IS NULL')",
        "op.execute(\"UPDATE users SET extern_type = '' WHERE extern_type = username\")",
        "[('users', 'extern_type', 'changed', 'extern_type IS NULL')]", {"downgrade:not-restored"},
        "empty or zero where there was no value",
    ),
    "inserts again what the site has removed": (
        f"op.execute(\"{LARGEFILES}\")", "op.execute(\"DELETE FROM ui WHERE ui_key = 'largefiles'\")", "",
        {"upgrade:rows-added"}, "1 row (extensions largefiles) that the site had removed added again",
    ),
    "inserts again what the site has removed, and says so": (
        "op.execute(\"INSERT INTO permissions (permission_name) VALUES ('hg.admin')\")",
        "op.execute(\"DELETE FROM permissions WHERE permission_name = 'hg.admin'\")",
        "[('permissions', '*', 'added', \"permission_name = 'hg.admin'\")]", set(), "",
    ),
    "removes a row and inserts it again": (
        "op.execute(\"DELETE FROM ui WHERE ui_key = 'hggit'\")\n"
        "op.execute(\"INSERT INTO ui (ui_section, ui_key, ui_value, ui_active) "
        "VALUES ('extensions', 'hggit', '', FALSE)\")", "pass", "[('ui', '*', 'removed')]", set(), "",
    ),
    "lets everybody in again": (
        "op.execute(\"UPDATE users SET active = '1' WHERE username = 'default'\")", "pass", "",
        {"upgrade:values-changed"}, "a value that a site has chosen",
    ),
    "names a setting anew": (
        "op.execute(\"DELETE FROM settings WHERE app_settings_name = 'ga_code'\")\n"
        "op.execute(\"INSERT INTO settings (app_settings_name, app_settings_value, app_settings_type) "
        "VALUES ('ga_number', 'UA-1', 'unicode')\")",
        "op.execute(\"DELETE FROM settings WHERE app_settings_name = 'ga_number'\")", "",
        {"upgrade:rows-lost", "upgrade:rows-added", "downgrade:cannot-restore"},
        "1 row deleted (ga_code, app_settings_id=",
    ),
}  # fmt: skip
SITE = (
    "DELETE FROM ui WHERE ui_key = 'largefiles'",
    "DELETE FROM permissions WHERE permission_name = 'hg.admin'",
    "UPDATE settings SET app_settings_value = 'Our forge' WHERE app_settings_name = 'realm'",
    "UPDATE settings SET app_settings_value = 'UA-1' WHERE app_settings_name = 'ga_code'",
    "UPDATE users SET extern_name = NULL, extern_type = NULL WHERE username = 'default'",
)


def test_what_a_site_has(project: Project) -> None:
    project.sql(*SITE)
    check(project, hashed="substr(hex(fingerprint), 1, 40)")


def test_what_a_site_has_on_servers(server_project: Project, server: Server) -> None:
    server.sql(name_of(server_project), *SITE)
    check(server_project)


def check(project: Project, hashed: str = "md5(fingerprint)") -> None:
    project.change_models(MANUAL)
    below, names = HEAD, {}
    for number, (name, (up, down, declared, *_)) in enumerate(SCRIPTS.items()):
        revision = f"feed{number:08x}"
        project.write_script(
            up.replace("md5(fingerprint)", hashed),
            down,
            revision,
            below,
            f"data_changes = {declared}" if declared else "",
        )
        names[revision] = name
        below = revision
    report = project.verify()
    found: Dict[str, Set[str]] = {name: set() for name in SCRIPTS}
    said: Dict[str, List[str]] = {name: [] for name in SCRIPTS}
    for finding in report["findings"]:
        name = names.get(finding["revision"] or "")
        if name:
            found[name].add(f"{finding['direction']}:{finding['code']}")
            said[name].append(finding["message"])
    assert found == {name: expected for name, (*_, expected, _) in SCRIPTS.items()}, said
    for name, (*_, text) in SCRIPTS.items():
        assert not text or any(text in message for message in said[name]), said[name]


def test_a_choice_that_no_downgrade_brings_back(project: Project) -> None:
    project.sql(*SITE)
    project.write_script(TITLE, "raise NotImplementedError('the realm is not kept')")
    assert codes(project.verify(status=1)) == ["values-changed"]
