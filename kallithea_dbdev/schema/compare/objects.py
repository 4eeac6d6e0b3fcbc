"""Views, triggers, sequences, enums, routines: found by name, compared as a whole."""

from __future__ import annotations

from typing import Iterator, List, Sequence, Set, Tuple, TypeVar

from ..change import Change
from ..model import Enum, Routine, Schema, Trigger, View
from ..model import Sequence as SequenceObject
from .matching import pairs

Thing = TypeVar("Thing", View, Trigger, SequenceObject, Enum, Routine)


def compare_views(migrated: Schema, expected: Schema) -> Iterator[Change]:
    """Views, by name."""
    yield from _compare("view", migrated.views, expected.views)


def compare_triggers(migrated: Schema, expected: Schema) -> Iterator[Change]:
    """Triggers, by name and table: a trigger's name is its table's."""
    yield from _compare("trigger", migrated.triggers, expected.triggers)


def compare_sequences(migrated: Schema, expected: Schema) -> Iterator[Change]:
    """Sequences, by name; those of tables that only one side has come and go with their table."""
    both = {table.name for table in migrated.tables} & {table.name for table in expected.tables}
    yield from _compare("sequence", _of(migrated.sequences, both), _of(expected.sequences, both))


def compare_enums(migrated: Schema, expected: Schema) -> Iterator[Change]:
    """Enum types, by name."""
    yield from _compare("enum", migrated.enums, expected.enums)


def compare_routines(migrated: Schema, expected: Schema) -> Iterator[Change]:
    """Functions and procedures, by name: one may be called like the other."""
    yield from _compare("routine", migrated.routines, expected.routines)


def _of(sequences: Sequence[SequenceObject], tables: Set[str]) -> List[SequenceObject]:
    return [s for s in sequences if s.owner_table is None or s.owner_table in tables]


def _compare(kind: str, migrated: Sequence[Thing], expected: Sequence[Thing]) -> Iterator[Change]:
    def key(item: Thing) -> Tuple[str, ...]:
        return item.name, getattr(item, "table", None) or "", getattr(item, "kind", "")

    for ours, theirs in pairs(migrated, expected, key):
        if theirs is None:
            yield Change(f"{kind}-extra", ours, None, kind)
        elif ours is None:
            yield Change(f"{kind}-missing", None, theirs, kind)
        elif ours != theirs:
            yield Change(f"{kind}-differs", ours, theirs, "definition")
