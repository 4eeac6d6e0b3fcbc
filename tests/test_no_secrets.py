"""No secret in any output of the real commands: text, JSON, --debug, -v, --log-file."""

from __future__ import annotations

import json
import re

import pytest

from .engines.test_servers import name_of
from .projects import VERSION, Project
from .servers import Server

pytestmark = pytest.mark.skipif(VERSION != "0.7.0", reason="does not depend on the release")


#: Stands in every secret of these tests.
SECRET = "s3kRet"

HASH = "$2b$12$s3kRet" + "Ab1./" * 9 + "xy"

READ = 'value = op.get_bind().execute("{}").scalar()\n'
SAYINGS = [
    READ.format("SELECT app_settings_value FROM settings WHERE app_settings_name = 'auth_ldap_dn_pass'")
    + "print(('a', value))\nraise ValueError(f'auth_ldap_dn_pass: {value}')",
    READ.format("SELECT api_key FROM users WHERE username = 'admin'")
    + "print([value])\nraise ValueError(value)",
    "op.execute(\"DELETE FROM settings WHERE app_settings_name NOT IN ('auth_ldap_dn_pass', 'other')\")\n"
    "op.create_index('ix_z', 'settings', ['app_settings_value'], unique=True, mysql_length=50)",
]


def no_secret(*texts: str) -> None:
    for text in texts:
        position = text.find(SECRET)
        assert position < 0, text[max(0, position - 300) : position + 100]


def test_rows_of_a_site_are_shown_without_its_passwords(project: Project) -> None:
    uri = f"https://joe:{SECRET}@h.org/x"
    project.sql(
        "INSERT INTO repositories (repo_name, repo_state, repo_type, clone_uri, user_id, private, statistics, "
        "downloads, description, created_on, updated_on, landing_revision) "
        f"SELECT 'hello', 'x', 'hg', 'https://joe:{SECRET}@h.org/' || hex(zeroblob(12)), user_id, 0, 0, 0, '', "
        "'2026-01-01 00:00:00.000000', '2026-01-01 00:00:00.000000', 'rev:tip' FROM users WHERE username = 'admin'",
        "INSERT INTO settings (app_settings_name, app_settings_value, app_settings_type) "
        f"VALUES ('auth_ldap_dn_pass', '{SECRET}', 'unicode')",
        "UPDATE settings SET app_settings_value = 'UA-1' WHERE app_settings_name = 'ga_code'",
    )
    project.write_script(
        "import warnings\n"
        f"print('a print of {uri}')\n"
        f"warnings.warn('a warning of {uri}')\n"
        "import logging\n"
        f"logging.getLogger('kallithea.x').error('logged: %s', '{uri}')\n"
        f"op.execute(\"UPDATE repositories SET clone_uri = '{uri}'\")\n"
        f"op.get_bind().execute(sa.text('UPDATE users SET password = :p'), p='{HASH}')\n"
        "op.get_bind().execute(sa.text('UPDATE settings SET app_settings_value = :v "
        f"WHERE app_settings_name IN (:a, :b)'), v='{SECRET}-new', a='auth_ldap_dn_pass', b='x')\n"
        "op.execute(\"UPDATE settings SET app_settings_value = 'UA-2' WHERE app_settings_name = 'ga_code'\")",
        downgrade="op.get_bind().execute(sa.text('INSERT INTO settings (app_settings_name, app_settings_value) "
        "VALUES (:n, :v)'), n='auth_ldap_dn_pass', v='s3k' + 'Ret')",
    )
    done = project.gearbox("db-verify", "-v", "--log-file", "x.log")
    assert done.returncode == 1, done.stderr
    log = (project.instance / "x.log").read_text()
    no_secret(done.stdout, done.stderr, log)
    # What is no secret is there.
    assert re.search(
        r"'https://joe:\*\*\*@h\.org/0+ \.\.\. became 'https://joe:\*\*\*@h\.org/x'", done.stdout
    )
    assert "'UA-1' became 'UA-2'" in done.stdout
    assert "a print of https://joe:***@h.org/x" in done.stderr
    for text in (done.stderr, log):
        assert "UPDATE users SET password" in text
        assert "logged: https://joe:***@h.org/x" in text
    done = project.gearbox(
        "--debug", "db-verify", "--format", "json", "--output", "r.json", "--log-file", "y.log"
    )
    assert done.returncode == 1, done.stderr
    report = (project.instance / "r.json").read_text()
    no_secret(done.stdout, done.stderr, report, (project.instance / "y.log").read_text())
    failed = [f for f in json.loads(report)["findings"] if f["code"] == "downgrade-fails"]
    assert "UNIQUE constraint failed" in failed[0]["message"]
    assert "Traceback" in failed[0]["traceback"]


@pytest.mark.parametrize("said", SAYINGS)
def test_what_a_site_keeps_secret_is_masked_whatever_says_it(
    server_project: Project, server: Server, said: str
) -> None:
    """In a server's words for a key, a script's own exception and its prints the value stands by itself."""
    server.sql(
        name_of(server_project),
        f"INSERT INTO settings (app_settings_name, app_settings_value) VALUES ('auth_ldap_dn_pass', '{SECRET}9x')",
        f"INSERT INTO settings (app_settings_name, app_settings_value) VALUES ('other', '{SECRET}9x')",
        f"UPDATE users SET api_key = '{SECRET}0123456789abcdef' WHERE username = 'admin'",
    )
    server_project.write_script(said)
    done = server_project.gearbox("db-verify", "--debug")
    assert done.returncode == 1, done.stderr
    no_secret(done.stdout, done.stderr)
    assert "upgrade-fails" in done.stdout and "***" in done.stdout + done.stderr, done.stdout
