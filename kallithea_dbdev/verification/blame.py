"""Which step made a difference: decided from the schemas that were recorded, not from the text."""

from __future__ import annotations

from typing import Dict, Optional, Sequence, Tuple

from ..migrations import StepRecord
from ..schema.change import MISSING, Change
from ..schema.compare import compare
from ..schema.model import Check, ForeignKey, Index, Item, Schema, Table, Unique, beyond_columns
from ..schema.names import speaks_of
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
    """Whether the step between these states made what a difference is about, or was the first that could:
    then it has left it wrong, though the same could be said before."""
    old, new = (state.schema.table(difference.table or "") for state in (before, after))
    if old is None or new is None:
        return False
    item, missing = difference.item, difference.kind.endswith(MISSING)
    if isinstance(item, ForeignKey) and not missing:
        return _key(old, item) != _key(new, item)
    if isinstance(item, Table):
        known, named = ({beyond_columns(unique.name) for unique in table.uniques} for table in (old, new))
        return difference.aspect in named - known
    return missing and any(_is_of(item, column.name) for column in new.columns if not old.column(column.name))


def _key(table: Table, like: ForeignKey) -> Optional[ForeignKey]:
    return next((key for key in table.foreign_keys if key.columns == like.columns), None)


def _is_of(item: Item, column: str) -> bool:
    """Whether an index or a constraint is over a column."""
    if isinstance(item, Check):
        return speaks_of(item.expression, column)
    if isinstance(item, Index):
        return any(key.expression == column for key in item.keys)
    return isinstance(item, (Unique, ForeignKey)) and column in item.columns


def blamed(
    start: State, records: Sequence[StepRecord], expected: Schema
) -> Tuple[Tuple[Change, Optional[StepRecord]], ...]:
    """Each difference after the last record, with the step that made it; None: it was so before."""
    states = [start, *(record.after for record in records)]
    since = persistent_since(states, expected)
    return tuple((difference, records[index - 1] if index else None) for difference, index in since.items())
