"""Which step made a difference. Pure."""

from __future__ import annotations

from typing import List, Optional

import pytest

from kallithea_dbdev.migrations import UPGRADE, Step, StepRecord
from kallithea_dbdev.schema.model import Column, Schema, Table
from kallithea_dbdev.state import State
from kallithea_dbdev.verification.blame import blamed, persistent_since


def state(*types: str) -> State:
    columns = tuple(Column(f"c{n}", kind, True) for n, kind in enumerate(types))
    return State(("r",), Schema((Table("t", columns),)), {})


RIGHT = state("A", "A")


def records(*states: State) -> "List[StepRecord]":
    return [
        StepRecord(Step(f"r{n}", UPGRADE, None), before, after, (), 0.0)
        for n, (before, after) in enumerate(zip(states, states[1:]))
    ]


def culprits(*states: State) -> "dict[str, Optional[str]]":
    found = blamed(states[0], records(*states), RIGHT.schema)
    return {str(d.object): record.step.revision if record else None for d, record in found}


@pytest.mark.parametrize(
    ("states", "expected"),
    [
        # nothing wrong at the end, whatever was in between
        ([RIGHT], {}),
        ([RIGHT, RIGHT], {}),
        ([state("B", "A"), RIGHT], {}),
        ([RIGHT, state("B", "A"), RIGHT], {}),
        # it was so before
        ([state("B", "A")], {"c0": None}),
        ([state("B", "A"), state("B", "A"), state("B", "A")], {"c0": None}),
        # the step that made it, not those around it
        ([RIGHT, state("B", "A")], {"c0": "r0"}),
        ([RIGHT, RIGHT, state("B", "A"), state("B", "A")], {"c0": "r1"}),
        # made, mended, made again: the last one
        ([state("B", "A"), RIGHT, state("B", "A")], {"c0": "r1"}),
        ([RIGHT, state("B", "A"), RIGHT, state("B", "A"), state("B", "A")], {"c0": "r2"}),
        # wrong in another way is another difference
        ([state("B", "A"), state("C", "A")], {"c0": "r0"}),
        # each has its own
        ([RIGHT, state("B", "A"), state("B", "B")], {"c0": "r0", "c1": "r1"}),
        ([state("B", "A"), state("B", "B")], {"c0": None, "c1": "r0"}),
    ],
)
def test_blamed(states: "List[State]", expected: "dict[str, Optional[str]]") -> None:
    assert culprits(*states) == expected


def test_without_states_there_is_nobody_to_blame() -> None:
    assert persistent_since([], RIGHT.schema) == {}


def test_since_when() -> None:
    states = [RIGHT, state("B", "A"), state("B", "A")]
    assert list(persistent_since(states, RIGHT.schema).values()) == [1]
    assert list(persistent_since(states[1:], RIGHT.schema).values()) == [0]
