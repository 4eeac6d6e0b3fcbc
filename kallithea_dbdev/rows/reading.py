"""One table of which something differs, read from both sides at once, ordered by its key."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Dict, FrozenSet, Iterator, List, Optional, Sequence, Set, Tuple

from ..engines.comparing import ROWS
from ..errors import DatabaseError, DeclarationError
from ..schema.model import Column, Table
from ..secrets import names_secret
from .changes import AS_FRESH, DECLARED, KEYS, Change, Known, Pair, Side
from .declared import ADDED, CHANGED, REMOVED, VARIABLE, Declaration, for_table
from .defaults import as_row, sayings, telling_columns, telling_expression, unique_keys
from .matching import DisorderError, RepeatedKeyError, Row, matched, put_in_order
from .values import (
    MISFIT,
    TOO_LONG,
    fits,
    identical,
    same,
    shown_of,
    what_happened,
)

#: How many different values are remembered of one kind of change.
_VALUES = 10000


@dataclass
class _Tally:
    """What is remembered of one kind of change while the rows go by."""

    count: int = 0
    keys: List[str] = field(default_factory=list)
    example: str = ""

    def add(self, key: str, example: str) -> None:
        self.count += 1
        if len(self.keys) < KEYS:
            self.keys.append(key)
        self.example = self.example or example


class _Origins:
    """Whether the values before a change can be told from those after it."""

    def __init__(self) -> None:
        self.lost = False
        self._before: Dict[object, object] = {}
        self._unchanged: Set[object] = set()

    def changed(self, before: object, after: object) -> None:
        before, after = _equal_to_itself(before), _equal_to_itself(after)
        if self._before.setdefault(after, before) != before or len(self._before) > _VALUES:
            self.lost = True

    def unchanged(self, value: object) -> None:
        if len(self._unchanged) > _VALUES:
            self.lost = True
        else:
            self._unchanged.add(_equal_to_itself(value))

    @property
    def reversible(self) -> bool:
        return not self.lost and not self._unchanged & self._before.keys()


def _equal_to_itself(value: object) -> object:
    """The value, but for a number that is none, of which no two are equal."""
    return value if value == value else "NaN"


class Reading:
    """One table of which something differs, read from both sides."""

    def __init__(
        self,
        before: Side,
        after: Side,
        pair: Pair,
        declared: Sequence[Declaration],
        known: Known,
        downgrade: bool,
    ) -> None:
        self._sides = before, after
        self._pair = pair
        self._declared = for_table(declared, (pair.before if downgrade else pair.after).name)
        if not self._declared:
            self._declared = for_table(declared, (pair.after if downgrade else pair.before).name)
        self._downgrade = downgrade
        telling = tuple(c for c in telling_columns(pair.after) if c.name in pair.key + pair.columns)
        self._fresh_rows = known.fresh().get(pair.after.name, ()) if telling else ()
        released = [row for rows in known.released if telling for row in rows.get(pair.before.name, ())]
        self._known = bool(self._fresh_rows or released)
        # A column of the site's own says nothing about a row that a set-up writes.
        self._telling = tuple(c for c in telling if all(c.name in row for row in self._fresh_rows[:1]))
        names = tuple(column.name for column in self._telling)
        self._fresh = sayings(self._fresh_rows, names) if names else frozenset()
        #: The columns that name a row of this table, and what fresh rows say in some columns.
        self._naming = min(
            (key for key in unique_keys(pair.after) if set(key) <= set(names)), key=len, default=names
        )
        self._fresh_in: Dict[Tuple[str, ...], FrozenSet[Tuple[Optional[str], ...]]] = {}
        #: The columns that the release had, too, and what its rows say there.
        self._old = tuple(name for name in names if all(name in row for row in released[:1]))
        self._release = sayings(released, self._old) if self._old else frozenset()
        self._tallies: Dict[Tuple[str, str, str, Optional[str]], _Tally] = {}
        self._origins: Dict[str, _Origins] = {}
        self._columns = {column.name: column for column in pair.after.columns}

    def changes(self, differing: Set[str]) -> Iterator[Change]:
        """Read the key and the differing columns of both sides, and tell what happened."""
        # Where the server's order is not ours, or a key repeats (NULLs do), begin again without it.
        by_ourselves = self._pair.needs_sorting
        while True:
            try:
                self._read(differing, by_ourselves)
                break
            except DisorderError:
                by_ourselves = True
            except RepeatedKeyError:
                self._pair = replace(self._pair, key=(), columns=self._pair.key + self._pair.columns)
                by_ourselves = by_ourselves or self._pair.needs_sorting
        for (column, kind, how, accepted), tally in self._tallies.items():
            origins = self._origins.get(column)
            yield Change(
                self._pair.after.name, column, kind, how, accepted, tally.count, tuple(tally.keys),
                tally.example, kind == ADDED or (origins is not None and origins.reversible),
            )  # fmt: skip

    def _read(self, differing: Set[str], by_ourselves: bool) -> None:
        pair = self._pair
        key = pair.key or pair.columns
        columns = tuple(c for c in pair.columns if c in differing) if pair.key else ()
        self._tallies = {}
        self._origins = {column: _Origins() for column in columns}
        for before, after in self._matched(key, columns, by_ourselves):
            if before is None:
                assert after is not None
                self._tally(after, ROWS, ADDED, "", self._accepts_row(ADDED, after))
            elif after is None:
                self._tally(before, ROWS, REMOVED, "", self._accepts_row(REMOVED, before))
            else:
                self._compare_values(columns, before, after)

    def _compare_values(self, columns: Tuple[str, ...], before: Row, after: Row) -> None:
        differing = []
        hidden = next((said for said in after.says if said and names_secret(said)), "")
        for column, old, new in zip(columns, before.values, after.values):
            retyped = column in self._pair.retyped
            if retyped:
                self._check_fit(column, after, new, hidden or column)
            if same(old, new) if retyped else identical(old, new):
                self._origins[column].unchanged(new)
            else:
                self._origins[column].changed(old, new)
                differing.append((column, old, new))
        as_fresh = bool(differing) and self._says_as_fresh(after, [column for column, *_ in differing])
        for column, old, new in differing:
            name = hidden or column
            how = what_happened(old, new, column in self._pair.retyped)
            accepted = AS_FRESH if as_fresh else self._accepts_value(column, before, after)
            self._tally(
                after, column, CHANGED, how, accepted, f"{shown_of(name, old)} became {shown_of(name, new)}"
            )

    def _check_fit(self, column: str, row: Row, value: object, name: str) -> None:
        """SQLite keeps a value that its column's new type does not hold; others would refuse it."""
        limit = self._columns[column].length
        if limit is not None and isinstance(value, str) and len(value) > limit:
            example = f"{len(value)} characters, the column has {limit}"
            self._tally(row, column, CHANGED, TOO_LONG, None, example)
        elif not fits(value, self._columns[column]):
            example = f"{shown_of(name, value)} is no {self._columns[column].type}"
            self._tally(row, column, CHANGED, MISFIT, None, example)

    def _says_as_fresh(self, row: Row, differing: Sequence[str]) -> bool:
        """Whether a fresh row of the same name says the same in all columns that were changed.

        In the others a site may have set something else.
        """
        names = tuple(column.name for column in self._telling)
        if not self._fresh_rows or not set(differing) <= set(names):
            return False
        asked = tuple(name for name in names if name in differing or name in self._naming)
        if asked not in self._fresh_in:
            self._fresh_in[asked] = sayings(self._fresh_rows, asked)
        said = dict(zip(names, row.says))
        return tuple(said[name] for name in asked) in self._fresh_in[asked]

    def _tally(
        self, row: Row, column: str, kind: str, how: str, accepted: Optional[str], example: str = ""
    ) -> None:
        tally = self._tallies.setdefault((column, kind, how, accepted), _Tally())
        names = self._pair.key or self._pair.columns[:3]
        tally.add(", ".join(f"{n}={shown_of(n, v)}" for n, v in zip(names, row.key)), example)

    def _accepts_value(self, column: str, before: Row, after: Row) -> Optional[str]:
        flags = after.flags if self._downgrade else before.flags
        return self._declares(column, CHANGED, flags)

    def _accepts_row(self, kind: str, row: Row) -> Optional[str]:
        if kind == ADDED and row.says in self._fresh:
            return AS_FRESH
        if kind == REMOVED and row.says not in self._fresh and self._release:
            said = {column.name: text for column, text in zip(self._telling, row.says)}
            if tuple(said[name] for name in self._old) in self._release:
                return AS_FRESH
        if self._downgrade:
            kind = {ADDED: REMOVED, REMOVED: ADDED}[kind]
        return self._declares(ROWS, kind, row.flags)

    def _declares(self, column: str, kind: str, flags: Tuple[bool, ...]) -> Optional[str]:
        for declaration, holds in zip(self._declared, flags):
            if holds and declaration.covers(declaration.table, column, kind):
                return DECLARED
        return None

    # -- reading both sides ---------------------------------------------------------------------

    def _matched(
        self, key: Tuple[str, ...], columns: Tuple[str, ...], by_ourselves: bool
    ) -> Iterator[Tuple[Optional[Row], Optional[Row]]]:
        """The rows of both sides, those with the same key together."""
        sides = zip(self._sides, (self._pair.before, self._pair.after))
        left, right = (self._rows(side, table, key, columns) for side, table in sides)
        if by_ourselves:
            retyped = [name in self._pair.retyped for name in key]
            left, right = put_in_order(left, retyped), put_in_order(right, retyped)
        return matched(left, right, bool(self._pair.key))

    def _rows(
        self, side: Side, table: Table, key: Tuple[str, ...], columns: Tuple[str, ...]
    ) -> Iterator[Row]:
        database = side.database
        name = database.table(table.name)
        earlier = self._pair.renamed_from if side is self._sides[0] else None

        def column_of(column: str) -> Column:
            found = table.column(earlier if earlier and column in columns else column)
            assert found is not None
            return found

        def place(column: Column) -> str:
            return f"{name}.{database.quoted(column.name)}"

        def value(column: str) -> str:
            return database.value(column_of(column), place(column_of(column)))

        # An older table lacks what a newer condition speaks of: only one side is asked.
        lower = side is self._sides[1 if self._downgrade else 0]
        conditions = [
            f"CASE WHEN {declaration.condition or '1 = 1'} THEN 1 ELSE 0 END"
            if (declaration.kind != ADDED) == lower
            else "0"
            for declaration in self._declared
        ]
        telling = self._telling
        if not self._known:
            # Nothing is known of such rows: what names one tells whether it is a secret.
            names = self._naming if len(self._naming) < len(telling) else ()
            telling = tuple(column for column in telling if column.name in names)
        says = [telling_expression(database, side.schema, table, c) for c in telling]
        orders = [database.ordering(table, column_of(c), place(column_of(c))) for c in key]
        expressions = [*orders, *map(value, key), *map(value, columns), *says, *conditions]
        parts = (len(orders), len(key), len(columns), len(says))
        try:
            numbers = ", ".join(str(number + 1) for number in range(len(orders)))
            for row in database.stream(f"SELECT {', '.join(expressions)} FROM {name} ORDER BY {numbers}"):
                order, keyed, values, said = _cut(row, parts)
                flags = tuple(bool(flag) for flag in row[sum(parts) :])
                yield Row(keyed, order, values, tuple(as_row(telling, said).values()), flags)
        except DatabaseError as error:
            if any(declaration.condition for declaration in self._declared):
                raise DeclarationError(
                    f"{VARIABLE}: a condition on {table.name} is not valid: {error.message}"
                ) from error
            raise


def _cut(row: Tuple[object, ...], parts: Sequence[int]) -> Iterator[Tuple[object, ...]]:
    """The row in pieces of these lengths."""
    place = 0
    for length in parts:
        yield row[place : place + length]
        place += length
