"""Probing rows: what a site may have beside the rows that happen to be there. Pure.

Two rows of a development database prove little. Each probe is a row like a real one with one thing that
the schema allows: no value, the longest text, an empty one, the largest number, the same as another
row. So a failure tells which it was.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from decimal import Decimal
from itertools import product
from typing import Dict, Iterable, Iterator, List, Mapping, Optional, Sequence, Set, Tuple

from ..schema.model import BOOLEAN, NUMBER, TEXT, Column, ForeignKey, Schema, Table
from .defaults import unique_keys
from .samples import LONG, counts_by_itself, made_unique, values_for

Row = Mapping[str, object]
Key = Tuple[str, ...]


@dataclass(frozen=True)
class Probe:
    """Rows to insert, and what is odd about them: ``what``, in ``column`` (None: the whole row)."""

    table: str
    column: Optional[str]
    what: str
    rows: Tuple[Row, ...]

    def __str__(self) -> str:
        where = f"{self.table}.{self.column}" if self.column else self.table
        return f"{where}: {self.what}"


def probes_for(
    schema: Schema,
    table: Table,
    later: Optional[Table],
    real: Optional[Row],
    parents: Mapping[str, Sequence[object]],
    taken: Mapping[Key, Set[Tuple[object, ...]]],
) -> Iterator[Probe]:
    """Probes for a table that holds ``real`` (None: nothing), and is ``later`` after the step.

    ``parents`` are values that a foreign key's column may have, ``taken`` the values of keys that
    consist of such columns only.
    """
    maker = _Maker(schema, table, later, real, parents, taken)
    if not maker.possible:
        return
    for column in maker.columns:
        for what, value in _oddities(column, maker, later):
            row = maker.row(unlike=True)
            if row is not None:
                if column.name in maker.alone and isinstance(value, (str, bytes)) and value:
                    value = made_unique(value, maker.number, column)
                yield Probe(table.name, column.name, what, ({**row, column.name: value},))
    for turn in range(max(map(len, maker.keys), default=1)):
        one = maker.row(turn)
        other = maker.row(turn, like=one)
        if one is not None and other is not None:
            yield Probe(table.name, None, "two rows that are the same but for their keys", (one, other))


class _Maker:
    """Makes rows for one table that its unique keys let in."""

    def __init__(
        self,
        schema: Schema,
        table: Table,
        later: Optional[Table],
        real: Optional[Row],
        parents: Mapping[str, Sequence[object]],
        taken: Mapping[Key, Set[Tuple[object, ...]]],
    ) -> None:
        self._schema = schema
        self._parents = parents
        self._taken = {key: set(values) for key, values in taken.items()}
        self.columns = [c for c in table.columns if not c.generated and not counts_by_itself(table, c)]
        self._by_name = {column.name: column for column in self.columns}
        #: The unique keys of the table, and those that come with the step.
        self.keys = [key for key in keys_of(table) if set(key) <= set(self._by_name)]
        coming = keys_of(later) if later else []
        self._coming = [key for key in coming if key not in self.keys and set(key) <= set(self._by_name)]
        self.alone = {key[0] for key in self.keys if len(key) == 1}
        self.number = 0
        #: What a row says where nothing is odd: as a real one, and something where that says nothing.
        self._usual: Dict[str, object] = {}
        self.possible = True
        for column in self.columns:
            value = real.get(column.name) if real else None
            if value is None:
                found = list(parents.get(column.name) or ())
                if column.name not in parents:
                    found = [v for v in values_for(schema, column) if v not in (None, "", b"")]
                self.possible = self.possible and (bool(found) or column.nullable)
                value = found[0] if found else None
            self._usual[column.name] = value

    def is_parent(self, column: Column) -> bool:
        """Whether the column points at another table."""
        return column.name in self._parents

    def usual(self, column: Column) -> object:
        """What an unsuspicious row holds there."""
        return self._usual[column.name]

    def values(self, column: Column) -> List[object]:
        """Values of all kinds that the type of a column holds."""
        return values_for(self._schema, column)

    def row(self, turn: int = 0, like: Optional[Row] = None, unlike: bool = False) -> Optional[Row]:
        """A row that differs from all others in one column of each unique key; None where there is no
        room. ``unlike``: also of those keys that come with the step. ``like``: from a row made before."""
        self.number += 1
        row = dict(like or self._usual)
        for key in self.keys + (self._coming if unlike else []):
            free = [name for name in key if not self.is_parent(self._by_name[name])]
            if free:
                name = free[turn % len(free)]
                column = self._by_name[name]
                row[name] = self._another(column)
            elif not self._place(row, key):
                return None
        return row

    def _another(self, column: Column) -> object:
        """A value that no other row has."""
        if column.kind == TEXT:
            return made_unique("probing", self.number, column)
        if column.kind == NUMBER:
            numbers = [int(v) for v in self.values(column) if isinstance(v, int)]
            return max(numbers, default=10**6) - 1000 - self.number
        values = self.values(column)
        value = values[self.number % len(values)] if values else None
        return value if value is None or column.kind == BOOLEAN else made_unique(value, self.number, column)

    def _place(self, row: Dict[str, object], key: Key) -> bool:
        """Give the row values of a key that are not taken, all of them foreign keys."""
        taken = self._taken.setdefault(key, set())
        for values in product(*(self._parents[name] for name in key)):
            if values not in taken:
                taken.add(values)
                row.update(zip(key, values))
                return True
        return False


def keys_of(table: Table) -> List[Key]:
    """The primary key and the unique ones."""
    keys = [table.primary_key.columns] if table.primary_key else []
    return list(dict.fromkeys((*keys, *unique_keys(table))))


def _oddities(column: Column, maker: _Maker, later: Optional[Table]) -> Iterator[Tuple[str, object]]:
    """What a column may hold that is not usual, with its name."""
    if column.nullable:
        yield "NULL", None
    if maker.is_parent(column):
        return
    usual = maker.usual(column)
    values = maker.values(column)
    if column.kind == TEXT and not _is_code(usual):
        limit = column.length or LONG
        if "x" * limit in values:  # else only some texts are allowed
            yield f"a text of {limit} characters", "x" * limit
            yield "an empty text", ""
        else:
            yield from ((f"{value!r}", value) for value in values if value != usual)
    elif column.kind == NUMBER:
        pointing = _new_key(column, later)
        numbers = sorted(set(values), key=lambda v: Decimal(str(v)))
        for value in (numbers[:1] + numbers[-1:]) if numbers else ():
            target = f", which no row of {pointing.referred_table} has" if pointing else ""
            yield f"{value}{target}", value
    elif column.kind == BOOLEAN:
        yield ("yes", True) if not usual else ("no", False)


def _new_key(column: Column, later: Optional[Table]) -> Optional[ForeignKey]:
    """The foreign key that the column has after the step."""
    return next((key for key in later.foreign_keys if key.columns == (column.name,)), None) if later else None


def _is_code(value: object) -> bool:
    """Whether a text is written in a language: no site has any text there."""
    if not isinstance(value, str) or value[:1] not in ("{", "["):
        return False
    try:
        json.loads(value)
    except ValueError:
        return False
    return True


def tightened(before: Table, after: Table) -> bool:
    """Whether a table takes fewer rows after a step, or holds their values in another way."""
    for column in after.columns:
        old = before.column(column.name)
        if old is None:
            continue
        if old.nullable and not column.nullable:
            return True
        if (old.type, old.charset, old.collation) != (column.type, column.charset, column.collation):
            return True
    if set(keys_of(after)) - set(keys_of(before)) or _predicates(after) - _predicates(before):
        return True
    if {check.expression for check in after.checks} - {check.expression for check in before.checks}:
        return True
    return bool({_target(key) for key in after.foreign_keys} - {_target(key) for key in before.foreign_keys})


def _predicates(table: Table) -> Set[object]:
    return {(index.keys, index.predicate) for index in table.indexes if index.unique}


def _target(key: ForeignKey) -> Tuple[object, ...]:
    return key.columns, key.referred_table, key.referred_columns, key.enforcement


def suspects(probes: Iterable[Probe], before: Schema, after: Schema, message: str) -> List[Probe]:
    """The probes that are likely to be why a step fails with that message, the likeliest first."""
    found = []
    for probe in probes:
        old, new = before.table(probe.table), after.table(probe.table)
        named = probe.column is not None and probe.column in message
        fits = old is not None and new is not None and _hits(probe, old, new)
        if named or fits:
            found.append((-2 * fits - named, probe))
    return [probe for _, probe in sorted(found, key=lambda item: item[0])]


def _hits(probe: Probe, before: Table, after: Table) -> bool:
    """Whether the step makes stricter what the probe is about."""
    if probe.column is None:
        return bool(set(keys_of(after)) - set(keys_of(before)))
    old, new = before.column(probe.column), after.column(probe.column)
    if old is None or new is None:
        return False
    if probe.what == "NULL":
        return old.nullable and not new.nullable
    return old.plain_type != new.plain_type or _new_key(old, after) != _new_key(old, before)
