"""A script that needs a row of the set-up which a site may have removed or renamed."""

from __future__ import annotations

import pytest

from ..projects import VERSION, Project, codes
from ..servers import Server

pytestmark = pytest.mark.skipif(VERSION != "0.7.0", reason="none of this depends on the release")

#: The first row of a query, which there may not be.
FIRST = 'op.get_bind().execute("SELECT {0} FROM {1} WHERE {2}").fetchone()[0]\n'
UPGRADE = (
    FIRST.format("user_id", "users", "username = 'admin'")
    + FIRST.format("user_id", "users", "username = 'default'")
    + FIRST.format("app_settings_value", "settings", "app_settings_name = 'title'")
    # What fails as SQL fails everywhere.
    + 'op.execute("INSERT INTO settings (app_settings_name, app_settings_value, app_settings_type) '
    "VALUES ('copied', (SELECT ui_value FROM ui WHERE ui_key = 'largefiles'), 'str')\")\n"
    # It copes.
    "op.execute(\"UPDATE ui SET ui_value = ui_value WHERE ui_key = 'hggit'\")"
)
DOWNGRADE = "op.execute(\"DELETE FROM settings WHERE app_settings_name = 'copied'\")"


def check(project: Project) -> None:
    project.write_script(UPGRADE, DOWNGRADE, head="data_changes = [('settings', '*', 'added')]")
    report = project.verify(status=1)
    assert "check-failed" not in codes(report)
    found = {
        (f["severity"], f["table"], f["message"].partition(": ")[0])
        for f in report["findings"]
        if "does not have the row" in f["message"]
    }
    said = "upgrade() of feedc0ffee00 raises where a site does not have the row '{}' any more"
    assert found == {
        ("warning", "users", said.format("admin")),
        ("warning", "settings", said.format("title")),
        ("error", "ui", said.format("extensions largefiles")),
    }


def test_on_sqlite(project: Project) -> None:
    before = project.snapshot()
    check(project)
    assert project.snapshot() == before


def test_on_servers(server_project: Project, server: Server) -> None:
    check(server_project)
