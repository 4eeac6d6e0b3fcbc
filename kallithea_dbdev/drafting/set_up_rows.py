"""Rows that the new code's set-up writes otherwise than the released one: settings, ui rows, permissions,
grants.

A site may have changed them since: what is updated or removed is a row that says what the release wrote,
and a row that is there already stays.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from difflib import SequenceMatcher
from typing import Dict, Iterator, List, Mapping, Optional, Sequence, Tuple

from ..rows.defaults import DRAWN, Reference, Row, reference_of, telling_columns, unique_keys
from ..rows.samples import parents_first
from ..schema.model import BOOLEAN, NUMBER, Column, Schema, Table
from ..schema.renames import Renames, under_new_names
from ..state import State

#: Rows that each installation has of its own.
_OWN = {"users", "repositories", "groups", "users_groups"}

#: How much two names have in common that may be one; where a row says nothing else.
_SIMILAR, _VERY_SIMILAR = 0.6, 0.8


@dataclass(frozen=True)
class Named:
    """The value of a foreign key: the ``key`` of the row of ``table`` whose ``column`` says ``name``.

    ``name`` is what it says while the script runs, ``released`` what a release's set-up has it say.
    """

    table: str
    key: str
    column: str
    name: str
    released: str = field(compare=False)

    def __str__(self) -> str:
        return self.name


#: What a row says: (column, value) pairs.
Said = Tuple[Tuple[str, object], ...]


@dataclass(frozen=True)
class User:
    """A foreign key of one column that may point at a row: from where, and whether it may be NULL."""

    table: str
    column: str
    nullable: bool


@dataclass(frozen=True)
class Rows:
    """The table of default rows: what names a row, and what of it others point at.

    ``is_new``: it comes with the same change.
    """

    name: str
    key: Tuple[str, ...]
    serial: str = ""
    users: Tuple[User, ...] = ()
    is_new: bool = False

    def name_of(self, said: Said) -> Said:
        """What a row is known by."""
        return tuple(pair for pair in said if pair[0] in self.key)

    def text_of(self, said: Said) -> str:
        """What a row is known by, to be read."""
        return " ".join(str(value) for _, value in self.name_of(said))


@dataclass(frozen=True)
class RowChange:
    """A row of the set-up before and after; None where there is none."""

    rows: Rows
    before: Optional[Said]
    after: Optional[Said]

    @property
    def reversed(self) -> "RowChange":
        """The way back."""
        return RowChange(self.rows, self.after, self.before)

    @property
    def text(self) -> str:
        """What is to be done, in a line."""
        table, said = self.rows.name, self.rows.text_of(self.before or self.after or ())
        if self.before is None:
            return f"{table}: the row {said!r} is missing; a fresh set-up writes it"
        if self.after is None:
            return f"{table}: the row {said!r} should not be there; a fresh set-up does not write it"
        now = self.rows.text_of(self.after)
        if now != said:
            return f"{table}: the row {said!r} should be {now!r}, as a fresh set-up writes it"
        return f"{table}: the row {said!r} says something else than a fresh set-up writes"


#: (table, column, what it said) -> what it says: names of rows that are others now.
_Renamed = Mapping[Tuple[str, str, str], str]


def row_changes(before: State, after: State, renames: bool = True) -> Tuple[RowChange, ...]:
    """What the set-up writes otherwise than it did, in the order of the way up: rows that others point at
    come first, and go last. ``renames`` False: what is gone is gone."""
    found: List[RowChange] = []
    renamed: Dict[Tuple[str, str, str], str] = {}
    tables = (table for table in map(after.schema.table, sorted(after.defaults)) if table is not None)
    for table in parents_first(Schema(tuple(tables))):
        if table.name in _OWN or not _is_known(before, table.name):
            continue
        changes = tuple(_of_table(before, after, table, renamed, renames))
        for change in changes:
            for (column, old), (_, new) in zip(change.before or (), change.after or ()):
                renamed[table.name, column, str(old)] = str(new)
        found += changes
    going = [change for change in found if change.after is None]
    return (*(change for change in found if change.after is not None), *reversed(going))


def with_new_names(state: State, renames: Renames) -> State:
    """A state of before the renames in the words of the new names."""
    columns: Dict[str, Dict[str, str]] = {}
    for table, old, new in renames.columns:
        columns.setdefault(table, {})[old] = new
    tables = dict(renames.tables)

    def row(table: str, said: Row) -> Row:
        return {columns.get(table, {}).get(name, name): value for name, value in said.items()}

    defaults = {
        tables.get(name, name): tuple(row(tables.get(name, name), said) for said in rows)
        for name, rows in state.defaults.items()
    }
    counts = {tables.get(name, name): count for name, count in state.rows.items()}
    return replace(state, schema=under_new_names(state.schema, renames), defaults=defaults, rows=counts)


def _is_known(before: State, table: str) -> bool:
    """Whether all rows are known that the released set-up wrote into a table; it may be new."""
    return before.schema.table(table) is None or table in before.defaults or not before.rows.get(table, 0)


def _of_table(
    before: State, after: State, right: Table, renamed: _Renamed, renames: bool
) -> Iterator[RowChange]:
    left = before.schema.table(right.name)
    both = {column.name for column in telling_columns(left or right)}
    columns = [column for column in telling_columns(right) if column.name in both]
    new = [column for column in telling_columns(right) if column.name not in both]
    names = tuple(column.name for column in columns)
    keys = [key for key in unique_keys(right) if set(key) <= set(names)]
    key = min(keys, key=lambda key: (len(key), names.index(key[0])), default=names)
    if not key:
        return
    serial = right.primary_key.columns[0] if right.primary_key else ""
    rows = Rows(right.name, key, serial, tuple(_users(after.schema, right.name, serial)), left is None)

    def by_name(
        state: State, table: Optional[Table], renamed: _Renamed, more: Sequence[Column] = ()
    ) -> Dict[Said, Said]:
        found = state.defaults.get(right.name, ()) if table else ()
        points_at = {c.name: reference_of(state.schema, table or right, c.name) for c in (*columns, *more)}
        said = ((_said(columns, row, points_at, renamed), row) for row in found)
        known = {
            rows.name_of(one): one
            + tuple(pair for pair in _said(more, row, points_at, renamed) if pair[1] not in (DRAWN, None))
            for one, row in said
            if _is_everywhere(one, before, after)
        }
        # Each server has an order of its own.
        return dict(sorted(known.items(), key=lambda item: [str(value) for _, value in item[0]]))

    olds, news = by_name(before, left, renamed), by_name(after, right, {})
    # A row that is new says something in columns that are new, too.
    whole = by_name(after, right, {}, new)
    gone = [said for name, said in olds.items() if name not in news]
    for name, said in news.items():
        if name not in olds:
            # The same under another name, where that can be only one.
            twins = [one for one in gone if renames and _is_renamed(one, said, key)]
            twin = twins[0] if len(twins) == 1 else None
            if twin:
                gone.remove(twin)
            yield RowChange(rows, twin, said if twin else whole[name])
        elif olds[name] != said and not _places(olds[name], said):
            yield RowChange(rows, olds[name], said)
    for said in gone:
        yield RowChange(rows, said, None)


def _users(schema: Schema, table: str, serial: str) -> Iterator[User]:
    for other in sorted(schema.tables, key=lambda found: found.name):
        for key in other.foreign_keys:
            column = other.column(key.columns[0])
            if other.name != table == key.referred_table and key.referred_columns == (serial,) and column:
                yield User(other.name, column.name, column.nullable)


def _said(
    columns: Sequence[Column],
    row: Row,
    points_at: Mapping[str, Optional[Reference]],
    renamed: _Renamed,
) -> Said:
    found: List[Tuple[str, object]] = []
    for column in columns:
        text, reference = row[column.name], points_at[column.name]
        value: object = _value(text, column.kind)
        if reference is not None and value is not None:
            now = renamed.get((reference.table.name, reference.name, text), text)
            value = Named(reference.table.name, reference.key, reference.name, now, text)
        found.append((column.name, value))
    return tuple(found)


def _is_everywhere(said: Said, before: State, after: State) -> bool:
    """Whether a row says what each installation can have: nothing drawn by lot, no user of its own."""
    for _, value in said:
        if value == DRAWN:
            return False
        if isinstance(value, Named) and value.table in _OWN:
            for state in (before, after):
                rows = state.defaults.get(value.table, ())
                if not any(row.get(value.column) == value.released for row in rows):
                    return False
    return True


def _is_renamed(one: Said, other: Said, key: Tuple[str, ...]) -> bool:
    """Whether two rows say the same under names that are alike."""
    differing = [(old, new) for (_, old), (_, new) in zip(one, other) if old != new]
    if any(left != right for (name, left), (_, right) in zip(one, other) if name not in key):
        return False
    if any(isinstance(value, Named) for pair in differing for value in pair):
        # Rights that exclude each other: hg.create.none, hg.create.repository.
        return all(_group(old) == _group(new) for old, new in differing)
    names = [" ".join(str(value) for name, value in row if name in key) for row in (one, other)]
    alike = _SIMILAR if len(one) > len(key) else _VERY_SIMILAR
    return SequenceMatcher(None, names[0], names[1]).ratio() >= alike


def _group(value: object) -> str:
    return str(value).rpartition(".")[0] or str(value)


def _places(one: Said, other: Said) -> bool:
    """Whether two rows differ in folders only: each installation has its own."""
    return all(
        left == right or (str(left[1]).startswith("/") and str(right[1]).startswith("/"))
        for left, right in zip(one, other)
    )


def _value(text: str, kind: Optional[str]) -> object:
    if text == "None":
        return None
    if kind == BOOLEAN:
        return text.lower() in ("1", "true")
    return int(text) if kind == NUMBER and text.lstrip("-").isdigit() else text
