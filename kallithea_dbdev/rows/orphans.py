"""Rows that point at rows which are not there: foreign keys that do not hold.

SQLite does not look unless it is told to, MySQL and PostgreSQL can be told not to, and a key that is
added as NOT VALID leaves old rows alone. Only keys are looked at that a step can have broken, for each
takes a pass over two tables.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Iterable, Iterator, List, Optional, Sequence, Tuple

from ..engines.comparing import ROWS
from ..schema.model import VERSION_TABLE, ForeignKey, Schema, Table
from .changes import KEYS, Change, Orphans, Side, Vanished
from .declared import ADDED, REMOVED
from .named import named_rows
from .values import canonical, shown_of

#: What tells one of these rows from another, and how messages name it.
_Found = List[Tuple[Tuple[str, ...], str]]


def find_orphans(
    before: Side, after: Side, changes: Iterable[Change], vanished: Iterable[Vanished], unknown: Iterable[str]
) -> Tuple[Orphans, ...]:
    """The rows that point at nothing after a step, those apart that did so before it.

    ``changes`` and ``vanished`` are what the step did to rows, ``unknown`` the tables of which that
    could not be told. Read-only.
    """
    names = _Names(tuple(vanished))
    touched = {(change.table, change.column, change.kind) for change in changes}
    unread = set(unknown)
    found: List[Orphans] = []
    for table in after.schema.tables:
        for key in table.foreign_keys:
            earlier = names.earlier(before.schema, table, key)
            suspect = (
                earlier is None
                or earlier[1].enforcement != key.enforcement
                or bool({table.name, key.referred_table} & unread)
                or after.schema.table(key.referred_table) is None
                or _breaks(touched, table, key)
            )
            if suspect and key.referred_table != VERSION_TABLE:
                found.extend(_of_key(before, after, table, key, earlier))
    return tuple(found)


def _breaks(touched: Iterable[Tuple[str, str, str]], table: Table, key: ForeignKey) -> bool:
    """Whether such changes can leave a row that points at nothing."""
    for name, column, kind in touched:
        if name == table.name and (column in key.columns or (column, kind) == (ROWS, ADDED)):
            return True
        if name == key.referred_table and (
            column in key.referred_columns or (column, kind) == (ROWS, REMOVED)
        ):
            return True
    return False


class _Names:
    """What tables and columns were called before a step that renamed them."""

    def __init__(self, vanished: Sequence[Vanished]) -> None:
        self._tables = {v.moved_to: v.table for v in vanished if v.column == ROWS and v.moved_to}
        self._columns = {(v.table, v.moved_to): v.column for v in vanished if v.column != ROWS and v.moved_to}

    def earlier(self, schema: Schema, table: Table, key: ForeignKey) -> Optional[Tuple[Table, ForeignKey]]:
        """The same foreign key before the step, and its table; None where it is new."""
        old = schema.table(self._tables.get(table.name, table.name))
        wanted = (
            self._of(table.name, key.columns),
            self._tables.get(key.referred_table, key.referred_table),
            self._of(key.referred_table, key.referred_columns),
        )
        for other in old.foreign_keys if old else ():
            if wanted == (other.columns, other.referred_table, other.referred_columns):
                assert old is not None
                return old, other
        return None

    def _of(self, table: str, columns: Iterable[str]) -> Tuple[str, ...]:
        return tuple(self._columns.get((table, column), column) for column in columns)


def _of_key(
    before: Side, after: Side, table: Table, key: ForeignKey, earlier: Optional[Tuple[Table, ForeignKey]]
) -> Iterator[Orphans]:
    rows = list(_pointing_at_nothing(after, table, key))
    if not rows:
        return
    old: "Counter[Tuple[str, ...]]" = Counter()
    if earlier is not None:
        old.update(values for values, _ in _pointing_at_nothing(before, *earlier))
    new: List[str] = []
    same: List[str] = []
    for values, name in rows:
        (same if old[values] else new).append(name)
        old[values] -= 1
    kind = Orphans(table.name, ", ".join(key.columns), key.referred_table, 0, new_key=earlier is None)
    if new:
        yield replace(kind, count=len(new), keys=tuple(new[:KEYS]))
    if same:
        yield replace(kind, count=len(same), keys=tuple(same[:KEYS]), older=True)


def points_at_nothing(side: Side, table: Table, key: ForeignKey) -> str:
    """The condition, as SQL, under which a row of the table breaks its foreign key. Pure."""
    database = side.database
    parent = side.schema.table(key.referred_table)
    places = [f"{database.table(table.name)}.{database.quoted(name)}" for name in key.columns]
    broken = " AND ".join(f"{place} IS NOT NULL" for place in places)
    if parent is not None:
        # The parent first: it is its collation by which a key is looked up.
        same = (
            f"kdbdev_parent.{database.quoted(referred)} = {place}"
            for place, referred in zip(places, key.referred_columns)
        )
        found = f"SELECT 1 FROM {database.table(parent.name)} AS kdbdev_parent WHERE {' AND '.join(same)}"
        broken = f"{broken} AND NOT EXISTS ({found})"
    if key.match != "FULL" or len(places) == 1:
        return broken
    # All of it or nothing.
    some, none = (f" {word} ".join(f"{place} IS NULL" for place in places) for word in ("OR", "AND"))
    return f"(({broken}) OR (({some}) AND NOT ({none})))"


def _pointing_at_nothing(side: Side, table: Table, key: ForeignKey) -> Iterator[Tuple[Tuple[str, ...], str]]:
    for values, name in named_rows(
        side, table, points_at_nothing(side, table, key), key.columns, unnamed=key.columns
    ):
        pointing = zip(key.columns, values[-len(key.columns) :])
        target = ", ".join(f"{column}={shown_of(column, value)}" for column, value in pointing)
        yield tuple(str(canonical(value)) for value in values), f"{name}: {target}" if name else target
