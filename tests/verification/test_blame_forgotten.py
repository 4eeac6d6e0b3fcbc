"""An index or constraint over a column that a step adds is that step's to make. Pure."""

from __future__ import annotations

from typing import List, Optional

import pytest

from kallithea_dbdev.migrations import UPGRADE, Step, StepRecord
from kallithea_dbdev.schema.model import Check, Column, ForeignKey, Index, IndexKey, Schema, Table, Unique
from kallithea_dbdev.state import State
from kallithea_dbdev.verification.blame import blamed

INDEX = {"indexes": (Index("ix", (IndexKey("old"), IndexKey("new"))),)}
UNIQUE = {"uniques": (Unique(("new",), "uq"),)}
FOREIGN = {"foreign_keys": (ForeignKey(("new",), "u", ("id",), "fk"),)}
OLD_INDEX = {"indexes": (Index("ix", (IndexKey("old"),)),)}


def state(*columns: str, **things: object) -> State:
    table = Table("t", tuple(Column(name, "INTEGER", True) for name in columns), **things)  # type: ignore[arg-type]
    return State(("r",), Schema((table,)), {})


def culprit(expected: State, *states: State) -> Optional[str]:
    ((_, revision),) = _culprits(expected, *states)
    return revision


def _records(*states: State) -> List[StepRecord]:
    return [
        StepRecord(Step(f"r{n}", UPGRADE, None), before, after, (), 0.0)
        for n, (before, after) in enumerate(zip(states, states[1:]))
    ]


def _culprits(expected: State, *states: State) -> "list[tuple[str, Optional[str]]]":
    found = blamed(states[0], _records(*states), expected.schema)
    return [
        (change.kind, record.step.revision if record else None)
        for change, record in found
        if not change.kind.startswith("column")
    ]


@pytest.mark.parametrize("things", [INDEX, UNIQUE, FOREIGN])
def test_the_step_that_adds_the_column_has_forgotten_what_is_over_it(things: "dict[str, object]") -> None:
    old, new = state("old"), state("old", "new")
    ways: List[List[State]] = [[old, new], [old, new, new], [old, state("old", "other"), new]]
    said = [culprit(state("old", "new", **things), *way) for way in ways]
    assert said == ["r0", "r0", "r1"]


@pytest.mark.parametrize(
    ("things", "states"),
    [
        # the column is still missing: nobody has begun with it
        (INDEX, [state("old"), state("old")]),
        # it was there before
        (INDEX, [state("old", "new"), state("old", "new")]),
        # another column has come
        (OLD_INDEX, [state("old"), state("old", "new")]),
    ],
)
def test_what_could_have_been_there_before_is_no_fault_of_a_step(
    things: "dict[str, object]", states: List[State]
) -> None:
    assert culprit(state("old", "new", **things), *states) is None


def test_a_check_over_a_column_that_comes() -> None:
    check = {"checks": (Check("new > 0"),)}
    assert culprit(state("old", "new", **check), state("old"), state("old", "new")) == "r0"
    assert culprit(state("old", "new", **check), state("old", "new"), state("old", "new")) is None


def test_a_foreign_key_that_is_made_anew() -> None:
    no, some, right = (
        state("a", foreign_keys=(ForeignKey(("a",), "u", ("id",), "fk", *actions),))
        for actions in ((), ("CASCADE",), ("CASCADE", "CASCADE"))
    )
    other = state(
        "a", "b", foreign_keys=(*some.schema.tables[0].foreign_keys, ForeignKey(("b",), "u", ("id",)))
    )
    assert culprit(right, no, some) == "r0"
    assert culprit(right, no, some, some) == "r0"
    assert culprit(right, some, some) is None
    assert ("foreign-key-differs", None) in _culprits(right, some, other)


def test_an_option_of_a_unique_constraint_that_comes() -> None:
    def with_it(option: str) -> State:
        return state("a", uniques=(Unique(("a",), "uq"),), options=(("constraint uq", option),))

    bare, wrong, right = state("a"), with_it(""), with_it("DEFERRABLE")
    assert _culprits(right, bare, wrong) == [("table-option", "r0")]
    assert _culprits(right, wrong, wrong) == [("table-option", None)]
