"""How many rows a downgrade may leave other than they were: as many as the upgrade touched, and each told once. Pure."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, List

import pytest

from kallithea_dbdev.migrations import Step, StepRecord
from kallithea_dbdev.rows.changes import BEFORE, DECLARED, Change, Vanished
from kallithea_dbdev.rows.declared import Declaration

from .test_rows import ADDED, CHANGED, REMOVED, down, told, up


def declared(change: Change, count: int, **more: Any) -> Change:
    return replace(change, accepted=DECLARED, count=count, **more)


def of_rows(change: Change, *numbers: int, key: str = "id") -> Change:
    """The change of these rows."""
    rows = {((key, str(number)),): f"{key}={number}" for number in numbers}
    return replace(change, count=len(rows), keys=tuple(rows.values()), rows=rows)


def codes(*records: StepRecord) -> List[str]:
    return [found.code for found in told(*records)]


def test_more_values_than_the_upgrade_changed() -> None:
    changes = up(declared(CHANGED, 3), declared(REMOVED, 1), declared(replace(CHANGED, column="d"), 9))
    # What was removed may have come back with other values.
    assert codes(changes, down(replace(CHANGED, count=4))) == ["cannot-restore"]
    (found,) = told(changes, down(replace(CHANGED, count=5)))
    assert (found.code, found.severity) == ("values-changed", "error")
    assert found.message == (
        "not as before the upgrade: 5 values (id=1, ...) ('x' became 'y') after the downgrade of b; "
        "the upgrade changes 3 of them"
    )
    assert codes(changes, down(replace(CHANGED, count=5, how="truncated"))) == ["values-truncated"]
    # What did not fit before the upgrade it has not changed.
    misfit = replace(CHANGED, how="misfit", accepted=BEFORE, count=9)
    assert codes(up(declared(CHANGED, 3), misfit), down(replace(CHANGED, count=4)))[1:] == ["values-changed"]


def test_more_rows_than_the_upgrade_removed() -> None:
    assert codes(up(declared(REMOVED, 2)), down(replace(REMOVED, count=2))) == ["cannot-restore"]
    assert codes(up(declared(REMOVED, 2)), down(replace(REMOVED, count=3))) == ["rows-lost"]
    gone = up(declared(REMOVED, 2), vanished=(Vanished("t", "*", 9, moved_to="u"),))
    assert codes(gone, down(replace(REMOVED, count=3))) == ["cannot-restore"]
    assert codes(up(declared(ADDED, 1)), down(ADDED)) == ["not-restored"]


def test_other_values_than_the_upgrade_changed() -> None:
    changes = up(declared(of_rows(CHANGED, 1, 2, 3), 3, reversible=True), declared(of_rows(REMOVED, 4), 1))
    assert codes(changes, down(of_rows(CHANGED, 1, 4))) == ["not-restored"]
    (found,) = told(changes, down(of_rows(CHANGED, 1, 5, 6)))
    assert (found.code, found.severity) == ("values-changed", "error")
    assert found.message == (
        "not as before the upgrade: 2 values (id=5; id=6) after the downgrade of b; the upgrade changes none of them"
    )
    # Where one of the two was not told row by row, or by another key, they are counted.
    for one in (of_rows(CHANGED, 5, 6, key="other"), replace(CHANGED, count=2)):
        assert codes(changes, down(one)) == ["not-restored"]
    assert codes(up(declared(CHANGED, 3)), down(of_rows(CHANGED, 5, 6))) == ["cannot-restore"]


def test_what_the_upgrade_removed_and_put_back_otherwise() -> None:
    gone = up(declared(of_rows(REMOVED, 1, 2), 2))
    assert codes(gone, down(of_rows(CHANGED, 2))) == ["cannot-restore"]
    for other in (of_rows(CHANGED, 2, 3), replace(CHANGED, count=1)):
        assert codes(gone, down(other)) == ["values-changed"]


def test_other_rows_than_the_upgrade_removed() -> None:
    gone = up(declared(of_rows(REMOVED, 1, 2), 2))
    assert codes(gone, down(of_rows(REMOVED, 2))) == ["cannot-restore"]
    (found,) = told(gone, down(of_rows(REMOVED, 2, 3)))
    assert found.code == "rows-lost" and "1 row lost without a DELETE (id=3) by" in found.message


def test_the_rows_that_a_script_above_has_not_restored_are_none_of_the_one_below() -> None:
    above, below = later(down(of_rows(REMOVED, 7))), down(of_rows(REMOVED, 1, 7))
    found = told(
        later(up(declared(of_rows(REMOVED, 7), 1))), up(declared(of_rows(REMOVED, 1), 1)), above, below
    )
    assert [(f.code, f.revision) for f in found] == [("cannot-restore", "c"), ("cannot-restore", "b")]
    assert "1 row (id=1) after" in found[1].message


def later(record: StepRecord) -> StepRecord:
    """The same of a script above."""
    return replace(record, step=Step("c", record.step.direction, "b"))


@pytest.mark.parametrize(
    ("above", "below", "more"),
    [
        (3, 3, None), (3, 2, None), (3, 5, "2 rows (id=9, ...) by downgrade() of b"),
        (0, 5, "5 rows (id=1; id=9, ...) ('x' became 'y') by downgrade() of b"),
    ],
)  # fmt: skip
def test_what_a_script_above_has_not_undone_is_told_there(above: int, below: int, more: "str | None") -> None:
    first = later(down(*[replace(CHANGED, count=above)] * bool(above)))
    second = down(replace(CHANGED, count=below, keys=("id=1", "id=9")))
    found = told(later(up()), up(), first, second)
    assert [f.revision for f in found] == ["c"] * bool(above) + ["b"] * bool(more)
    assert not more or found[-1].message.endswith(more)
    # Of another table, column or kind nothing was told.
    for change in (
        replace(CHANGED, table="u"),
        replace(CHANGED, column="d"),
        replace(REMOVED, count=3),
        replace(CHANGED, how="filled"),
    ):
        assert len(told(later(up()), up(), later(down(CHANGED)), down(change))) == 2


def test_three_scripts_that_undo_nothing_tell_each_row_once() -> None:
    keys = tuple(f"id={number}" for number in (1, 2, 3))
    downs = [
        replace(down(replace(CHANGED, count=n, keys=keys[:n])), step=Step(name, "downgrade", None))
        for n, name in ((1, "d"), (2, "c"), (3, "b"))
    ]
    ups = [replace(up(), step=Step(name, "upgrade", None)) for name in "bcd"]
    found = told(*ups, *downs)
    assert [f.message.partition(" in ")[2].partition(" by")[0].partition(" ('")[0] for f in found] == [
        "1 row (id=1)", "1 row (id=2)", "1 row (id=3)",
    ]  # fmt: skip


def test_below_where_the_way_began_what_comes_back_is_counted() -> None:
    def below(again: StepRecord, *changes: Change) -> List[str]:
        return codes(again, down(*changes, recorded=False))

    again = up(declared(CHANGED, 3), declared(ADDED, 2), declared(replace(CHANGED, column="d"), 9))
    assert below(again, CHANGED) == [] and below(again, replace(CHANGED, count=4)) == ["values-changed"]
    two = (replace(CHANGED, count=2), replace(CHANGED, count=2, how="truncated"))
    assert below(again, *two) == ["values-changed", "values-truncated"]
    assert below(again, two[0], replace(two[1], accepted=BEFORE))[:1] == ["values-misfit-before"]
    assert below(again, two[0], replace(two[1], column="d")) == []
    assert below(again, replace(REMOVED, count=2)) == []
    assert below(again, replace(REMOVED, count=3)) == ["rows-lost"]


def test_what_is_declared_of_some_rows_is_judged_where_they_are_counted() -> None:
    gone = Vanished("t", "old", 3)
    some = Declaration("t", "old", "removed", "x = 1")
    assert codes(up(vanished=(gone,), declared=(some,))) == ["column-dropped-with-values"]
    assert codes(up(vanished=(replace(gone, declared=True),), declared=(some,))) == []


def test_what_is_told_beside_another_value_counts_once() -> None:
    beside = replace(CHANGED, how="too-long", count=3)
    changes = up(declared(CHANGED, 3))
    (found,) = told(changes, down(CHANGED, beside))
    assert found.code == "cannot-restore" and "3 values" in found.message
    # Alone it is all that there is.
    assert codes(changes, down(beside)) == ["cannot-restore"]


def test_what_was_told_above_has_another_name_below() -> None:
    """The script below has renamed the table and the column."""
    renames = (Vanished("t", "*", 9, moved_to="u"), Vanished("u", "c", 9, moved_to="d"))
    above = later(down(replace(CHANGED, table="u", column="d")))
    found = told(
        later(up()), up(vanished=renames), above, down(replace(CHANGED, count=4, keys=("id=1", "id=7")))
    )
    assert [(f.revision, f.code) for f in found] == [("c", "values-changed"), ("b", "rename-lost")]
    assert len(told(later(up()), up(vanished=renames), above, down(CHANGED))) == 1
