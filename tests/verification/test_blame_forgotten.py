"""An index or constraint over a column that a step adds is that step's to make. Pure."""

from __future__ import annotations

from typing import List, Optional

import pytest

from kallithea_dbdev.migrations import UPGRADE, Step, StepRecord
from kallithea_dbdev.schema.model import Column, ForeignKey, Index, IndexKey, Schema, Table, Unique
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
    records = [
        StepRecord(Step(f"r{n}", UPGRADE, None), before, after, (), 0.0)
        for n, (before, after) in enumerate(zip(states, states[1:]))
    ]
    found = blamed(states[0], records, expected.schema)
    (record,) = [record for change, record in found if not change.kind.startswith("column")]
    return record.step.revision if record else None


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
