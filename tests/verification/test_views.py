"""A view that a step leaves without what it shows."""

from __future__ import annotations

from typing import Any, Dict, List

import pytest

from kallithea_dbdev.migrations import DOWNGRADE, UPGRADE, Step, StepRecord
from kallithea_dbdev.schema.model import Schema, View
from kallithea_dbdev.state import State
from kallithea_dbdev.verification.checks.views import check
from kallithea_dbdev.verification.climb import Climb

from ..engines.test_safety import name_of
from ..projects import Project
from ..servers import Server

#: Of a table that a script renames, with a column that is not there any more.
VIEWS = (
    "CREATE TABLE site_phones (id INTEGER PRIMARY KEY, phone VARCHAR(20))",
    "CREATE VIEW site_view AS SELECT phone FROM site_phones",
    "CREATE VIEW site_users AS SELECT username FROM users",
)


def state(**broken: str) -> State:
    return State((), Schema(views=tuple(View(name, "x", why) for name, why in broken.items())), {})


def test_what_a_step_breaks() -> None:
    works, breaks = state(a="", b="", c="gone"), state(a="no such column", b="", c="gone", d="new")
    records = (
        StepRecord(Step("abc", UPGRADE, None), works, breaks, (), 0.0),
        StepRecord(Step("abc", DOWNGRADE, None), breaks, works, (), 0.0),
    )
    climb = Climb("mysql", works, works, records, (), (), "abc", True)
    assert [(f.code, f.object, f.direction, f.message) for f in check(climb)] == [
        ("view-broken", "a", UPGRADE, "cannot be read after upgrade() of abc: no such column")
    ]


def found(project: Project) -> List[Dict[str, Any]]:
    project.write_script("op.execute('DROP TABLE site_phones')", "raise NotImplementedError('gone')")
    report = project.verify()
    return [f for f in report["findings"] if f["code"] == "view-broken"]


def test_a_view_of_a_table_that_goes(project: Project) -> None:
    project.sql(*VIEWS)
    (finding,) = found(project)
    assert (finding["severity"], finding["object"], finding["direction"]) == (
        "warning",
        "site_view",
        "upgrade",
    )
    assert "no such table: main.site_phones" in finding["message"]


@pytest.mark.parametrize("server", ["mysql"], indirect=True)
def test_a_view_of_a_table_that_goes_on_a_server(server_project: Project, server: Server) -> None:
    server.sql(name_of(server_project), *VIEWS)
    (finding,) = found(server_project)
    assert (finding["severity"], finding["object"], finding["direction"]) == (
        "warning",
        "site_view",
        "upgrade",
    )
    assert "View 'site_view' references invalid table(s) or column(s)" in finding["message"]
