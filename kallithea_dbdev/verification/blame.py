"""Which step made a difference: decided from the schemas that were recorded, not from the text."""

from __future__ import annotations

from typing import Dict, Optional, Sequence, Tuple

from ..migrations import StepRecord
from ..schema.compare import Difference, compare
from ..schema.model import Schema
from ..state import State


def persistent_since(states: Sequence[State], expected: Schema) -> Dict[Difference, int]:
    """Each difference of the last state -> index of the state since which it has been there."""
    if not states:
        return {}
    sets = [set(compare(state.schema, expected)) for state in states]
    since: Dict[Difference, int] = {}
    for difference in compare(states[-1].schema, expected):
        index = len(sets) - 1
        while index > 0 and difference in sets[index - 1]:
            index -= 1
        since[difference] = index
    return since


def blamed(
    start: State, records: Sequence[StepRecord], expected: Schema
) -> Tuple[Tuple[Difference, Optional[StepRecord]], ...]:
    """Each difference after the last record, with the step that made it; None: it was so before."""
    states = [start, *(record.after for record in records)]
    since = persistent_since(states, expected)
    return tuple((difference, records[index - 1] if index else None) for difference, index in since.items())
