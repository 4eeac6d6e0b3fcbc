"""Owners and privileges of schemas that a step takes away. Pure."""

from __future__ import annotations

from kallithea_dbdev.migrations import UPGRADE, Step, StepRecord
from kallithea_dbdev.schema.model import Namespace, Privilege, Schema
from kallithea_dbdev.state import State
from kallithea_dbdev.verification.checks.privileges import check
from kallithea_dbdev.verification.climb import Climb

USAGE, LATER = (
    Privilege("schema app", None, "joe", what) for what in ("USAGE", "SELECT on new tables of ann")
)


def state(*namespaces: Namespace) -> State:
    return State((), Schema(namespaces=namespaces), {})


def test_what_a_step_takes_away_from_a_schema() -> None:
    before = state(Namespace("app", "ann", (USAGE, LATER)), Namespace("gone", "ann", (USAGE,)))
    after = state(Namespace("app", "joe", (USAGE,)), Namespace("new", "joe"))
    record = StepRecord(Step("abc", UPGRADE, None), before, after, (), 0.0)
    climb = Climb("postgresql", before, after, (record,), (), (), "abc", True)
    assert [(f.code, f.table, f.object, f.message) for f in check(climb)] == [
        ("owner-changed", None, "schema app", "belongs to joe after upgrade() of abc, before it to ann"),
        (
            "privilege-lost",
            "schema app",
            None,
            "joe has lost SELECT on new tables of ann by upgrade() of abc",
        ),
    ]
