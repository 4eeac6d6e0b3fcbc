"""Views and triggers that a step leaves without what they speak of."""

from __future__ import annotations

from typing import Any, Dict, List

import pytest

from kallithea_dbdev.migrations import DOWNGRADE, UPGRADE, Step, StepRecord
from kallithea_dbdev.schema.model import Schema, Trigger, View
from kallithea_dbdev.state import State
from kallithea_dbdev.verification.checks.broken import check
from kallithea_dbdev.verification.climb import Climb

from ..engines.test_safety import name_of
from ..projects import VERSION, Project
from ..servers import Server

pytestmark = pytest.mark.skipif(VERSION != "0.7.0", reason="does not depend on the release")

#: Two of the site's own, of a column and a table that a script takes away.
SITE = (
    "CREATE TABLE site_phones (id INTEGER PRIMARY KEY, phone VARCHAR(20), fax VARCHAR(20))",
    "CREATE VIEW site_view AS SELECT fax FROM site_phones",
    "CREATE VIEW site_users AS SELECT username FROM users",
)
TRIGGERS = (
    "CREATE TRIGGER site_t BEFORE INSERT ON site_phones FOR EACH ROW SET new . `Fax` = 'NEW.y'",
    "CREATE TRIGGER site_u BEFORE UPDATE ON site_phones FOR EACH ROW SET NEW.Phone = OLD.phone",
)
UPGRADE_BODY = "op.drop_column('site_phones', 'fax')"
DOWNGRADE_BODY = "op.add_column('site_phones', sa.Column('fax', sa.String(20)))"


def state(**broken: str) -> State:
    views = tuple(View(name, "x", why) for name, why in broken.items())
    triggers = tuple(Trigger(name, "users", "x", why) for name, why in broken.items())
    return State((), Schema(views=views, triggers=triggers), {})


def test_what_a_step_breaks() -> None:
    works, breaks = state(a="", b="", c="gone"), state(a="no such column", b="", c="gone", d="new")
    up = (StepRecord(Step("abc", UPGRADE, None), works, breaks, (), 0.0),)
    down = (StepRecord(Step("abc", DOWNGRADE, None), breaks, works, (), 0.0),)
    climb = Climb("mysql", works, works, up, down, up, "abc", True)
    said = "does not work any more after upgrade() of abc: no such column"
    assert [(f.code, f.table, f.object, f.direction, f.message) for f in check(climb)] == [
        ("view-broken", None, "a", UPGRADE, said),
        ("trigger-broken", "users", "a", UPGRADE, said),
    ]


def found(project: Project, upgrade: str, downgrade: str) -> List[Dict[str, Any]]:
    project.write_script(upgrade, downgrade)
    found = [f for f in project.verify()["findings"] if f["code"].endswith("-broken")]
    assert {(f["severity"], f["direction"]) for f in found} == {("warning", "upgrade")}
    return found


def test_a_view_of_a_table_that_goes(project: Project) -> None:
    project.sql(*SITE)
    (view,) = found(project, "op.drop_table('site_phones')", "raise NotImplementedError('gone')")
    assert view["object"] == "site_view"
    assert "no such table: main.site_phones" in view["message"]


@pytest.mark.parametrize("server", ["mysql"], indirect=True)
def test_a_view_and_a_trigger_with_a_column_that_goes(server_project: Project, server: Server) -> None:
    server.sql(name_of(server_project), *SITE, *TRIGGERS)
    view, trigger = sorted(
        found(server_project, UPGRADE_BODY, DOWNGRADE_BODY), key=lambda f: str(f["object"]), reverse=True
    )
    assert (view["object"], trigger["table"], trigger["object"]) == ("site_view", "site_phones", "site_t")
    assert "View 'site_view' references invalid table(s) or column(s)" in view["message"]
    assert "site_phones has no column fax" in trigger["message"]
