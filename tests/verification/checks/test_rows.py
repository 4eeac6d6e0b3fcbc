"""What is said of rows, from what was seen of each step. Pure."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, List, Optional, Tuple

import pytest

from kallithea_dbdev.findings import Finding
from kallithea_dbdev.migrations import Step, StepError, StepRecord
from kallithea_dbdev.rows.changes import BEFORE, DECLARED, Change, RowChanges, Vanished
from kallithea_dbdev.rows.declared import Declaration
from kallithea_dbdev.schema.model import Column, Schema, Table
from kallithea_dbdev.state import State
from kallithea_dbdev.statements import Statement
from kallithea_dbdev.verification.checks.rows import HOW, check
from kallithea_dbdev.verification.climb import Climb

OLD, NEW = Column("old", "TEXT", True), Column("new", "TEXT", True)
STATES = tuple(State((r,), Schema((Table("t", (column,)),)), {}) for r, column in (("a", OLD), ("b", NEW)))
ADDED, REMOVED = (
    Change("t", "*", "added", "", None, 2, ("id=1", "id=2")),
    Change("t", "*", "removed", "", None, 1, ("id=1",)),
)
CHANGED = Change("t", "c", "changed", "changed", None, 3, ("id=1",), "'x' became 'y'")


def up(*changes: Change, vanished: "Tuple[Vanished, ...]" = (), **more: Any) -> StepRecord:
    return StepRecord(Step("b", "upgrade", "a"), *STATES, (), 0.0, rows=RowChanges(changes, vanished), **more)


def down(
    *changes: Change, vanished: "Tuple[Vanished, ...]" = (), recorded: bool = True, **more: Any
) -> StepRecord:
    rows = RowChanges(changes, vanished)
    found = {"not_undone": rows} if recorded else {"rows": rows}
    return StepRecord(Step("b", "downgrade", "a"), *STATES[::-1], (), 0.0, **found, **more)


def told(*records: StepRecord, **more: Any) -> List[Finding]:
    ups, downs = (tuple(r for r in records if r.step.direction == way) for way in ("upgrade", "downgrade"))
    return list(check(Climb("sqlite", STATES[0], STATES[1], ups, downs, (), "b", True, **more)))


def only(*records: StepRecord, **more: Any) -> Finding:
    (found,) = told(*records, **more)
    return found


@pytest.mark.parametrize(
    ("change", "sql", "code", "message", "entry"),
    [
        (ADDED, "", "rows-added", "2 rows added (id=1; id=2) by upgrade() of b", "('t', '*', 'added')"),
        (REMOVED, "", "rows-lost", "1 row lost without a DELETE (id=1) by upgrade() of b", "('t', '*', 'removed')"),
        (REMOVED, 'delete from "t" WHERE id = 1', "rows-lost", "1 row deleted (id=1) by", "('t', '*', 'removed')"),
        (REMOVED, "DELETE FROM ts", "rows-lost", "1 row lost without", "('t', '*', 'removed')"),
        (CHANGED, "", "values-changed", "values are changed in 3 rows (id=1, ...) ('x' became 'y') by", "('t', 'c', 'changed')"),
    ],
)  # fmt: skip
def test_what_nobody_declared(change: Change, sql: str, code: str, message: str, entry: str) -> None:
    found = only(replace(up(change), sent=(Statement(sql),)))
    assert (found.code, found.table, found.revision, found.direction) == (code, "t", "b", "upgrade")
    assert found.object == (None if change.column == "*" else "c") and found.aspect == (
        "rows" if change.column == "*" else "values"
    )
    assert message in found.message and f"data_changes = [{entry}]" in found.fix


@pytest.mark.parametrize("how", HOW)
def test_each_kind_of_change_has_its_code(how: str) -> None:
    found = only(up(replace(CHANGED, how=how)))
    assert found.code == f"values-{how}" and found.message.startswith(f"{HOW[how]} in 3 rows")


def test_what_is_right_or_was_so_before() -> None:
    assert told(up(replace(ADDED, accepted=DECLARED))) == []
    before = replace(CHANGED, accepted=BEFORE)
    found = only(up(before), down(before, recorded=False))
    assert (found.code, found.revision, found.direction) == ("values-misfit-before", None, None)
    assert found.message.startswith("3 values did not fit the column before, either")


def test_a_step_that_failed_says_nothing_and_a_declaration_that_is_none_is_told() -> None:
    assert told(up(ADDED, error=StepError("x", None, None, False, ""))) == []
    found = only(up(declaration_error="data_changes is not a list"))
    assert (found.code, found.message) == ("declaration-broken", "data_changes is not a list")


def test_rows_of_samples_are_called_so() -> None:
    assert only(up(ADDED), sampled=frozenset({"t"})).message.endswith(
        "; the table was empty: these are sample rows"
    )
    assert "sample rows" not in only(up(ADDED), sampled=frozenset({"u"})).message


@pytest.mark.parametrize(
    ("gone", "code"),
    [
        (Vanished("t", "old", 3), "column-dropped-with-values"), (Vanished("t", "*", 3), "table-dropped-with-rows"),
        (Vanished("t", "old", 3, instead="new"), "rename-lost"), (Vanished("t", "old", 3, moved_to="new"), None),
    ],
)  # fmt: skip
def test_what_is_gone_on_the_way_up(gone: Vanished, code: Optional[str]) -> None:
    found = told(up(vanished=(gone,)))
    assert [(f.code, f.object) for f in found] == (
        [(code, None if gone.column == "*" else "old")] if code else []
    )
    assert told(up(vanished=(gone,), declared=(Declaration("t", gone.column, "removed"),))) == []
    assert len(told(up(vanished=(gone,), declared=(Declaration("t", gone.column, "changed"),)))) == len(found)


def test_a_rename_is_the_fix_unless_the_two_have_nothing_to_do_with_each_other() -> None:
    found = only(up(vanished=(Vanished("t", "old", 3, instead="new"),)))
    assert "'old', new_column_name='new'" in found.fix
    assert found.fix.endswith(
        "if the two have nothing to do with each other: data_changes = [('t', 'old', 'removed')]"
    )


@pytest.mark.parametrize(
    ("upgrade", "downgrade", "code", "message"),
    [
        # An upgrade changed the values, and can be undone by who has read it, or cannot.
        (up(replace(CHANGED, accepted=DECLARED, reversible=True)), down(CHANGED), "not-restored", "not as before the upgrade: 3 values"),
        (up(replace(CHANGED, accepted=DECLARED)), down(CHANGED), "cannot-restore", "not as before the upgrade: 3 values"),
        # No upgrade made values of NULL; one did.
        (up(), down(replace(CHANGED, how="filled")), "not-restored", "empty or zero where there was no value: 3 rows"),
        (up(replace(CHANGED, how="filled", accepted=DECLARED)), down(replace(CHANGED, how="filled")), "cannot-restore", "not as before"),
        # The upgrade drops the column; it moves it, and the downgrade does not move it back.
        (up(vanished=(Vanished("t", "c", 3),), declared=(Declaration("t", "c", "removed"),)), down(CHANGED), "cannot-restore",
         "the values of 3 rows are not there any more"),
        (up(vanished=(Vanished("t", "c", 3, moved_to="new"),)), down(CHANGED), "rename-lost", "is dropped with 3 values, and c"),
        # The upgrade removes rows, or adds some.
        (up(replace(REMOVED, accepted=DECLARED)), down(REMOVED), "cannot-restore", "gone, for the upgrade removes them: 1 row"),
        (up(vanished=(Vanished("t", "*", 3, moved_to="u"),)), down(REMOVED), "cannot-restore", "gone, for the upgrade"),
        (up(replace(ADDED, accepted=DECLARED)), down(ADDED), "not-restored", "still there, though the upgrade added them: 2 rows"),
        # What no upgrade did is the downgrade's own; it is declared as what is undone.
        (up(), down(CHANGED), "values-changed", "values are changed in 3 rows"),
        (up(replace(ADDED, accepted=DECLARED)), down(REMOVED), "rows-lost", "lost without a DELETE"),
    ],
)  # fmt: skip
def test_what_is_not_undone(upgrade: StepRecord, downgrade: StepRecord, code: str, message: str) -> None:
    found = only(upgrade, downgrade)
    assert (found.code, found.direction) == (code, "downgrade")
    assert message in found.message


def test_what_a_downgrade_does_is_declared_the_other_way_round() -> None:
    assert (
        "('t', '*', 'added')" in only(up(), down(REMOVED)).fix
        and "('t', '*', 'removed')" in only(up(), down(ADDED)).fix
    )


def test_one_finding_for_each_column_with_all_its_rows() -> None:
    twice = (CHANGED, replace(CHANGED, how="truncated", count=4, keys=tuple(f"id={n}" for n in range(9))))
    found = only(up(replace(CHANGED, accepted=DECLARED)), down(*twice))
    assert "7 values (id=1; id=0; id=1; id=2; id=3, ...)" in found.message
    # Where there was no value at all is another thing.
    filled = replace(CHANGED, how="filled")
    assert len(told(up(replace(CHANGED, accepted=DECLARED)), down(CHANGED, filled))) == 2


def test_what_is_gone_on_the_way_down() -> None:
    gone = Vanished("t", "old", 3)
    # What the upgrade dropped was told there.
    dropped = up(vanished=(gone,), declared=(Declaration("t", "old", "removed"),))
    assert told(dropped, down(vanished=(gone,))) == []
    assert [f.code for f in told(up(), down(vanished=(gone, gone)))] == ["downgrade-loses-data"]
    assert only(up(), down(vanished=(replace(gone, column="*"),))).message.startswith(
        "is dropped with 3 rows"
    )
    assert only(up(), down(vanished=(replace(gone, instead="new"),))).code == "rename-lost"


def test_below_where_the_way_began() -> None:
    def below(*changes: Change, **more: Any) -> List[str]:
        return [f.code for f in told(down(*changes, recorded=False, **more))]

    assert below(CHANGED) == ["values-changed"] and below(replace(CHANGED, accepted=DECLARED)) == []
    assert below(vanished=(Vanished("t", "old", 3),)) == ["downgrade-loses-data"]
    assert below(vanished=(Vanished("t", "old", 3, moved_to="new"),)) == []
    assert below(vanished=(Vanished("t", "old", 3, instead="new"),)) == ["rename-lost"]
    # What the way up did again afterwards is what it undoes.
    for undone, done in ((REMOVED, ADDED), (ADDED, REMOVED), (CHANGED, CHANGED)):
        again = up(replace(done, accepted=DECLARED))
        assert told(again, down(undone, recorded=False)) == []
    assert len(told(up(replace(ADDED, accepted=DECLARED)), down(ADDED, recorded=False))) == 1
    assert told(up(), down(vanished=(Vanished("t", "new", 3),), recorded=False)) == []
    assert len(told(up(), down(vanished=(Vanished("t", "*", 3),), recorded=False))) == 1


def test_a_table_that_another_one_takes_the_place_of() -> None:
    found = only(up(vanished=(Vanished("t", "*", 3, instead="u"),)))
    assert (found.code, found.table, found.object) == ("rename-lost", "t", None)
    assert found.message == "is dropped with 3 rows, and u of the same kind is made empty"


def test_what_another_column_or_table_lost_is_another_thing() -> None:
    elsewhere = up(
        vanished=(Vanished("u", "c", 3), Vanished("t", "d", 3)),
        declared=tuple(Declaration(t, "*", "removed") for t in "tu"),
    )
    assert only(elsewhere, down(CHANGED)).code == "values-changed"
    gone = tuple(Vanished(table, "c", 1) for table in "tu")
    assert [f.table for f in told(up(), down(vanished=gone))] == ["t", "u"]
    # A column that was there before the upgrade, too, the upgrade does not add.
    both = replace(up(), before=STATES[1])
    assert len(told(both, down(vanished=(Vanished("t", "new", 3),), recorded=False))) == 1
