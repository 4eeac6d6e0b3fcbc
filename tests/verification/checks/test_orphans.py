"""What is said of rows that point at nothing. Pure."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, List

from kallithea_dbdev.findings import ERROR, Finding
from kallithea_dbdev.migrations import Step, StepRecord
from kallithea_dbdev.rows.changes import Orphans, RowChanges
from kallithea_dbdev.schema.model import Schema
from kallithea_dbdev.state import State
from kallithea_dbdev.verification.checks import orphans
from kallithea_dbdev.verification.climb import Climb

STATE = State(("a",), Schema(), {})
ROWS = Orphans("t", "c", "u", 3, ("id=1", "id=2"))


def record(
    *found: Orphans, undone: "tuple[Orphans, ...] | None" = None, direction: str = "upgrade"
) -> StepRecord:
    not_undone = None if undone is None else RowChanges(orphans=undone)
    return StepRecord(
        Step("b", direction, "a"),
        STATE,
        STATE,
        (),
        0.0,
        rows=RowChanges(orphans=found),
        not_undone=not_undone,
    )


def told(*records: StepRecord, **more: Any) -> List[Finding]:
    return list(orphans.check(Climb("sqlite", STATE, STATE, records, (), (), "b", True, **more)))


def test_each_key_once_at_the_first_step() -> None:
    found = told(record(ROWS), record(ROWS, direction="downgrade"), record(replace(ROWS, column="d")))
    assert [(f.code, f.object, f.revision, f.direction, f.severity) for f in found] == [
        ("rows-orphaned", "c", "b", "upgrade", ERROR), ("rows-orphaned", "d", "b", "upgrade", ERROR)
    ]  # fmt: skip
    assert found[0].message == "3 rows (id=1; id=2, ...) point at nothing in u after upgrade() of b"
    assert [f.direction for f in told(record(undone=(ROWS,), direction="downgrade"))] == ["downgrade"]


def test_what_was_so_before_is_no_fault_of_a_step() -> None:
    older = replace(ROWS, older=True, count=1, keys=("id=1",))
    first, second = told(record(older, ROWS))
    assert (first.code, first.revision, first.direction) == ("rows-orphaned-before", None, None)
    assert first.message == "1 row (id=1) pointed at nothing in u before upgrade() of b already"
    assert second.code == "rows-orphaned"


def test_a_key_that_the_step_makes_and_samples() -> None:
    (found,) = told(record(replace(ROWS, new_key=True)), sampled=frozenset({"t"}))
    assert found.message.startswith("the foreign key that upgrade() of b makes does not hold: 3 rows (")
    assert found.message.endswith("; the table was empty: these are sample rows")
    assert "sample" not in told(record(ROWS), sampled=frozenset({"u"}))[0].message
