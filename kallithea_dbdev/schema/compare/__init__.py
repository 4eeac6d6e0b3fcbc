"""Two schemas of the same server -> what differs.

The two sides have the same names everywhere: ``migrated`` is what the migration made (or the
database as it was found), ``expected`` is what the models make (or what the schema was before).

Things are matched by what they mean first and by name second: a unique constraint over the same
columns under another name is one difference (its name), not two.

One module per aspect; a new one is a new module and one line in a list.
"""

from __future__ import annotations

from typing import Callable, Iterable, Iterator, List, Set, Tuple

from ..change import Change
from ..model import BATCH_LEFTOVER_PREFIX, Schema, Table
from .checks import compare_checks
from .columns import compare_columns
from .indexes import compare_indexes
from .keys import compare_foreign_keys, compare_primary_keys, compare_uniques
from .matching import pairs
from .objects import compare_enums, compare_routines, compare_sequences, compare_triggers, compare_views
from .options import compare_options

#: What is compared of a table that both sides have, in the order in which it is told.
ASPECTS: Tuple[Callable[[Table, Table], Iterable[Change]], ...] = (
    compare_columns,
    compare_primary_keys,
    compare_uniques,
    compare_checks,
    compare_foreign_keys,
    compare_indexes,
    compare_options,
)

#: What is compared beside the tables.
OBJECTS: Tuple[Callable[[Schema, Schema], Iterable[Change]], ...] = (
    compare_views,
    compare_triggers,
    compare_sequences,
    compare_enums,
    compare_routines,
)


def compare(migrated: Schema, expected: Schema) -> Tuple[Change, ...]:
    """All differences, in the order of the table names; an empty tuple means equal.

    Tables that batch mode left behind are not compared: ``leftovers()`` tells of them.
    """
    return tuple(_compare(migrated, expected))


def leftovers(schema: Schema) -> Tuple[str, ...]:
    """Names of tables that a died batch rebuild left behind."""
    return tuple(t.name for t in schema.tables if t.name.startswith(BATCH_LEFTOVER_PREFIX))


def _compare(migrated: Schema, expected: Schema) -> Iterator[Change]:
    # What could not be read on one side says nothing on the other.
    unreadable = {name for schema in (migrated, expected) for name, _ in schema.unreadable}
    sides = _real(migrated, unreadable), _real(expected, unreadable)
    for ours, theirs in pairs(*sides, lambda table: table.name):
        if theirs is None:
            yield Change("table-extra", ours, None, "table", (ours, None))
        elif ours is None:
            yield Change("table-missing", None, theirs, "table", (None, theirs))
        elif ours != theirs:
            for compare_aspect in ASPECTS:
                yield from compare_aspect(ours, theirs)
    for compare_objects in OBJECTS:
        yield from compare_objects(migrated, expected)


def _real(schema: Schema, unreadable: Set[str]) -> List[Table]:
    return [
        table
        for table in schema.tables
        if not table.name.startswith(BATCH_LEFTOVER_PREFIX) and table.name not in unreadable
    ]
