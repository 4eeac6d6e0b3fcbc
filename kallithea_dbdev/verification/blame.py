"""Which step made a difference: decided from the schemas that were recorded, not from the text."""

from __future__ import annotations

from typing import Dict, Optional, Sequence, Tuple

from ..migrations import StepRecord
from ..schema.change import Change
from ..schema.compare import compare
from ..schema.model import Schema
from ..state import State


def persistent_since(states: Sequence[State], expected: Schema) -> Dict[Change, int]:
    """Each difference of the last state -> index of the state since which it has been there."""
    if not states:
        return {}
    sets = [set(compare(state.schema, expected)) for state in states]
    since: Dict[Change, int] = {}
    for difference in compare(states[-1].schema, expected):
        index = len(sets) - 1
        while index > 0 and difference in sets[index - 1]:
            index -= 1
        since[difference] = index
    return since


def blamed(
    start: State, records: Sequence[StepRecord], expected: Schema
) -> Tuple[Tuple[Change, Optional[StepRecord]], ...]:
    """Each difference after the last record, with the step that made it; None: it was so before."""
    states = [start, *(record.after for record in records)]
    since = persistent_since(states, expected)
    return tuple((difference, records[index - 1] if index else None) for difference, index in since.items())
