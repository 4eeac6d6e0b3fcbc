"""Probing rows: what a site may have beside the rows that happen to be there. Pure.

Two rows of a development database prove little. Each probe is a row like a real one with one thing that
the schema allows: no value, the longest text, an empty one, the largest number, the same as another
row. So a failure tells which it was.
"""

from __future__ import annotations

from itertools import product, zip_longest
from typing import Collection, Dict, Iterator, List, Mapping, Optional, Sequence, Set, Tuple

from ..schema.model import BOOLEAN, BYTES, NUMBER, TEXT, Column, Schema, Table
from .naming import has_surrogate, naming_columns
from .oddities import oddities
from .probe import ALIKE, MADE_ONE, PLAIN, SAME, SOUGHT, Below, Probe, Row
from .rules import refused_by_checks, where_unique
from .samples import LONG, counts_by_itself, made_unique, values_for
from .sought import Sought, number_in
from .stricter import Key, compared_anew, keys_of, keys_to_come
from .values import shown_of

#: No table has so many probing rows of its own.
_BELOW = 5000
#: How texts end that differ in their last letter only.
LETTERS = ALIKE.rpartition(": ")[2].split(", ")
NOTHING_WRITTEN: Mapping[str, Sequence[Tuple[str, str]]] = {}

#: What bytes are where nothing is odd about them: to be read as a text, and as the JSON that Kallithea keeps in some.
_PLAIN_BYTES = b"{}"
#: A switch, as it is written in SQL.
_SWITCHES = {"1": True, "0": False, "true": True, "false": False}


def probes_for(
    schema: Schema,
    table: Table,
    later: Optional[Table],
    real: Optional[Row],
    parents: Mapping[str, Sequence[object]],
    taken: Mapping[Key, Set[Tuple[object, ...]]],
    written: Mapping[str, Sequence[Tuple[str, str]]] = NOTHING_WRITTEN,
    missing: Sequence[Sought] = (),
    below: Sequence[Sequence[Below]] = (),
    rules: bool = True,
) -> Iterator[Probe]:
    """Probes for a table that holds ``real`` (None: nothing), and is ``later`` after the step.

    ``parents`` are values that a foreign key's column may have, ``taken`` the values of keys that
    consist of such columns only. ``written`` are the columns of keys that the step writes to: what it makes of
    two values may be one, and of such as have these ends it is. ``missing`` are values that the step looks for,
    and no row has: one that has them gets those of the rows ``below``. ``rules``: also what the rules speak of
    that come with the step.
    """
    maker = _Maker(schema, table, later, real, parents, taken)
    if not maker.possible:
        return
    plain = maker.row(unlike=True)
    if plain is not None:
        yield Probe(table.name, None, PLAIN, (plain,))
    for column in maker.columns:
        odd = oddities(column, later, maker.usual(column), maker.values(column), column.name in parents)
        for what, value in odd:
            row = maker.row(unlike=True)
            if row is not None:
                if column.name in maker.alone and isinstance(value, (str, bytes)) and value:
                    value = made_unique(value, maker.number, column)
                yield Probe(table.name, column.name, what, ({**row, column.name: value},))
    for pairs, children in zip_longest(missing, below, fillvalue=()):
        values = fitting(table, parents, pairs)
        row = maker.row(unlike=True)
        if row is not None and values:
            what = ", ".join(shown_of(name, value) for name, value in values.items())
            found = {**row, **values}
            yield Probe(table.name, next(iter(values)), f"{SOUGHT}{what}", (found,), tuple(children))
    for what, odd_values in refused_by_checks(table, later) if rules else ():
        row = maker.row(unlike=True)
        if row is not None:
            yield Probe(table.name, next(iter(odd_values)), what, ({**row, **odd_values},))
    for column in maker.columns:
        if column.kind == TEXT and (column.name in written or compared_anew(table, later, column)):
            alike = [{**row, column.name: text} for row, text in maker.alike(column)]
            if len(alike) > 1:
                yield Probe(table.name, column.name, ALIKE, tuple(alike))
        for ends in written.get(column.name, ()) if column.kind == TEXT else ():
            pair = [{**row, column.name: text} for row, text in maker.alike(column, ends)]
            if len(pair) > 1:
                what = f"{MADE_ONE}{' and '.join(map(repr, ends))} at their end"
                yield Probe(table.name, column.name, what, tuple(pair))
    for turn in range(max(map(len, maker.keys), default=1)):
        one = maker.row(turn, like=maker.full)
        other = maker.row(turn, like=one)
        if one is not None and other is not None:
            yield Probe(table.name, None, SAME, (one, other))
            for common in where_unique(table, later) if rules and not turn else ():
                # Only such rows does the index hold; those before may be none of them.
                two = maker.row(like=one), maker.row(like=one)
                rows = tuple({**row, **common} for row in two if row is not None)
                yield Probe(table.name, next(iter(common)), SAME, rows)


def fitting(table: Table, parents: Collection[str], pairs: Sought) -> Dict[str, object]:
    """Those of the values that a column of the table can hold; nothing where they say no more than a switch.
    ``parents`` are columns that point at other rows."""
    found: Dict[str, object] = {}
    for name, text in pairs:
        column = table.column(name)
        if column is None or column.generated or counts_by_itself(table, column) or name in parents:
            continue
        if has_surrogate(table) and table.primary_key and name in table.primary_key.columns:
            continue  # probing rows have numbers of their own
        number = number_in(text)
        if column.kind == TEXT and len(text) <= (column.length or LONG):
            found[name] = text
        elif column.kind == NUMBER and number is not None:
            found[name] = number
        elif column.kind == BOOLEAN and text.lower() in _SWITCHES:
            found[name] = _SWITCHES[text.lower()]
    return found if any(table.column(name).kind != BOOLEAN for name in found) else {}  # type: ignore[union-attr]


def rows_below(
    schema: Schema,
    table: Table,
    columns: Sequence[str],
    real: Optional[Row],
    parents: Mapping[str, Sequence[object]],
    taken: Mapping[Key, Set[Tuple[object, ...]]],
    meant: bool,
    count: int,
) -> Iterator[Tuple[Below, ...]]:
    """``count`` times a row of a table for each of ``columns``, to point at a probing row of another table by it;
    the other arguments as those of ``probes_for`` and ``Below``. None is like a probing row of this table."""
    maker = _Maker(schema, table, None, real, parents, taken)
    maker.number = _BELOW
    for _ in range(count):
        rows = [(column, maker.row()) for column in columns] if maker.possible else []
        yield tuple(Below(table.name, column, row, meant) for column, row in rows if row is not None)


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
        self._coming = [key for key in keys_to_come(table, later) if set(key) <= set(self._by_name)]
        self.alone = {key[0] for key in self.keys if len(key) == 1}
        self.number = 0
        #: What a row says where nothing is odd: as a real one.
        self._usual: Dict[str, object] = {}
        #: The same, and something where a real one says nothing.
        self.full: Dict[str, object] = {}
        self.possible = True
        for column in self.columns:
            value = real.get(column.name) if real else None
            something = value
            if value is None:
                values = self.values(column)
                self.possible = self.possible and (bool(values) or column.nullable)
                something = _PLAIN_BYTES if column.kind == BYTES else next(iter(values), None)
            self.full[column.name] = something
            self._usual[column.name] = value if real and column.nullable else something
        name = _looked_up(schema, table, later)
        if name is not None and isinstance(self.full.get(name), str):
            self.full[name] = self._usual[name] = made_unique("probing", 0, self._by_name[name])

    def usual(self, column: Column) -> object:
        """What an unsuspicious row holds there."""
        return self._usual[column.name]

    def values(self, column: Column) -> List[object]:
        """Values of all kinds that a column may hold, one that says something first."""
        if column.name in self._parents:
            return list(self._parents[column.name])
        return sorted(values_for(self._schema, column), key=lambda value: value in ("", b""))

    def row(self, turn: int = 0, like: Optional[Row] = None, unlike: bool = False) -> Optional[Row]:
        """A row that differs from all others in one column of each unique key; None where there is no
        room. ``unlike``: also of those keys that come with the step. ``like``: from another row."""
        self.number += 1
        row = dict(like or self._usual)
        for key in self.keys + (self._coming if unlike else []):
            free = [name for name in key if name not in self._parents]
            if free:
                name = free[turn % len(free)]
                row[name] = self._another(self._by_name[name])
            elif not self._place(row, key):
                return None
        return row

    def alike(self, column: Column, ends: Sequence[str] = LETTERS) -> Iterator[Tuple[Row, str]]:
        """Rows, and a text for the column of each: they differ in how they end only."""
        self.number += 1
        begin = str(self._another(column))[: (column.length or LONG) - max(map(len, ends))]
        for end in ends:
            row = self.row(unlike=True)
            if row is not None:
                yield row, begin + end

    def _another(self, column: Column) -> object:
        """A value that no other row has."""
        if column.kind == TEXT:
            # What is written in some form, such as an address, keeps its form.
            usual = self._usual[column.name]
            word = usual if isinstance(usual, str) and not usual.replace("_", "").isalnum() else "probing"
            return made_unique(word or "probing", self.number, column)
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


def _looked_up(schema: Schema, table: Table, later: Optional[Table]) -> Optional[str]:
    """The column by whose text a script finds a row that others point at, where no key keeps two rows from
    having one text: no site has a name of its set-up twice, but one that somebody else gave."""
    names = naming_columns(table, [column.name for column in table.columns])
    keys = (*keys_of(table), *keys_to_come(table, later))
    alone = len(names) == 1 and not any(names[0] in key for key in keys)
    return names[0] if alone and schema.points_at(table.name) else None
