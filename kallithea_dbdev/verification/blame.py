"""Which step made a difference: decided from the schemas that were recorded, not from the text."""

from __future__ import annotations

from typing import Dict, Optional, Sequence, Tuple, Union

from ..migrations import StepRecord
from ..schema.change import MISSING, Change
from ..schema.compare import compare
from ..schema.model import ForeignKey, Index, Schema, Unique
from ..state import State


def persistent_since(states: Sequence[State], expected: Schema) -> Dict[Change, int]:
    """Each difference of the last state -> index of the state since which it has been there."""
    if not states:
        return {}
    sets = [set(compare(state.schema, expected)) for state in states]
    since: Dict[Change, int] = {}
    for difference in compare(states[-1].schema, expected):
        index = len(sets) - 1
        while (
            index > 0
            and difference in sets[index - 1]
            and not _comes_with(difference, states[index - 1], states[index])
        ):
            index -= 1
        since[difference] = index
    return since


def _comes_with(difference: Change, before: State, after: State) -> bool:
    """Whether a missing index or constraint is over a column that comes between these states.

    Nobody could have made it before, so it is that step that has forgotten it.
    """
    if not difference.kind.endswith(MISSING) or not isinstance(difference.item, (Index, Unique, ForeignKey)):
        return False
    tables = [state.schema.table(difference.table or "") for state in (before, after)]
    return all(tables) and any(
        [bool(table and table.column(name)) for table in tables] == [False, True]
        for name in _columns(difference.item)
    )


def _columns(item: Union[Index, Unique, ForeignKey]) -> Tuple[str, ...]:
    return tuple(key.expression for key in item.keys) if isinstance(item, Index) else item.columns


def blamed(
    start: State, records: Sequence[StepRecord], expected: Schema
) -> Tuple[Tuple[Change, Optional[StepRecord]], ...]:
    """Each difference after the last record, with the step that made it; None: it was so before."""
    states = [start, *(record.after for record in records)]
    since = persistent_since(states, expected)
    return tuple((difference, records[index - 1] if index else None) for difference, index in since.items())
