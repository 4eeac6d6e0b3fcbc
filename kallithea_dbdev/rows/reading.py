"""One table of which something differs, read from both sides at once, ordered by its key."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import DefaultDict, Dict, Iterator, List, Optional, Sequence, Set, Tuple

from ..engines.comparing import ROWS
from ..errors import DatabaseError
from ..schema.model import Column, Table
from ..secrets import names_secret
from .changes import AS_FRESH, BEFORE, DECLARED, KEYS, MOST_ROWS, Change, Known, Pair, RowKey, Side
from .declared import ADDED, CHANGED, REMOVED, Declaration, condition_broken, for_table
from .defaults import as_row, names_what_it_points_at, telling_columns, telling_expression
from .matching import DisorderError, RepeatedKeyError, Row, matched, matched_by_name, put_in_order
from .naming import has_surrogate, naming_columns, row_name
from .set_ups import Says, Written
from .undoing import explains
from .values import became, canonical, misfit, same, what_happened

#: How many different values are remembered of one kind of change.
_VALUES = 10000


@dataclass
class _Tally:
    """What is remembered of one kind of change while the rows go by."""

    count: int = 0
    keys: List[str] = field(default_factory=list)
    example: str = ""
    #: Whether the script tells how to undo each of them; asked of what it declares.
    explained: bool = True
    #: The names of added rows that every release has written.
    always: List[Tuple[Tuple[str, str], ...]] = field(default_factory=list)
    #: All of the rows, as long as they are not too many.
    rows: Dict[RowKey, str] = field(default_factory=dict)

    def add(self, row: RowKey, key: str, example: str) -> None:
        self.count += 1
        if row and self.count <= MOST_ROWS:
            self.rows[row] = key
        elif self.rows:
            self.rows = {}
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
        undoes: bool,
        script: str,
    ) -> None:
        self._sides = before, after
        self._pair = pair
        self._declared = for_table(declared, (pair.before if downgrade else pair.after).name)
        if not self._declared:
            self._declared = for_table(declared, (pair.after if downgrade else pair.before).name)
        self._downgrade = downgrade
        telling = tuple(c for c in telling_columns(pair.after) if c.name in pair.key + pair.columns)
        fresh = known.fresh().get(pair.after.name, ()) if telling else ()
        # A column of the site's own says nothing about a row that a set-up writes.
        telling = tuple(c for c in telling if all(c.name in row for row in fresh[:1]))
        names = tuple(column.name for column in telling)
        #: The columns that name a row of this table.
        self._naming = naming_columns(pair.after, names)
        table = pair.before.name
        self._written = Written(
            names,
            self._naming or names,
            fresh,
            [rows.get(table, ()) for rows in known.released()],
            lambda: [rows.get(table, ()) for rows in known.older()],
        )
        #: Whether a row that came back with another number is the same one.
        self._undoes = undoes and has_surrogate(pair.after)
        # Of other rows what names them is enough; it tells whether one is a secret, too.
        self._says = tuple(
            c for c in telling if self._written.known or self._undoes or c.name in self._naming
        )
        self._gone: List[Row] = []
        self._come: List[Row] = []
        #: Of what a set-up writes, how often it was there already; and new rows that say it, as many as it writes.
        self._stood: Counter[Says] = Counter()
        self._fresh: DefaultDict[Says, List[Row]] = defaultdict(list)
        self._script = script
        #: The names of rows that are there no longer, under their numbers.
        self._removed: Set[Tuple[Tuple[str, str], ...]] = set()
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
            reversible = kind == ADDED or (origins is not None and origins.reversible)
            # What is not declared has a fix of its own: not to do it.
            reversible = reversible and tally.explained
            yield Change(
                self._pair.after.name, column, kind, how, accepted, tally.count, tuple(tally.keys),
                tally.example, reversible, tuple(name for name in tally.always if name not in self._removed),
                tally.rows,
            )  # fmt: skip

    def _read(self, differing: Set[str], by_ourselves: bool) -> None:
        pair = self._pair
        self._gone, self._come = [], []
        self._stood, self._fresh = Counter(), defaultdict(list)
        self._removed = set()
        key = pair.key or pair.columns
        columns = tuple(c for c in pair.columns if c in differing) if pair.key else ()
        self._tallies = {}
        self._origins = {column: _Origins() for column in columns}
        for before, after in self._matched(key, columns, by_ourselves):
            if before is not None and after is not None:
                self._stands(after)
                self._compare_values(columns, before, after)
            elif self._undoes and len(self._gone) + len(self._come) < _VALUES:
                # The same row may come back under another number.
                self._gone.extend([before] if before else [])
                self._come.extend([after] if after else [])
            else:
                self._tally_row(before, after)
        for gone, come in matched_by_name(self._gone, self._come, self._naming_of):
            if gone is not None and come is not None:
                self._compare_sayings(gone, come)
            else:
                self._tally_row(gone, come)
        # Which were there already is known now: a second one is none of the set-up's.
        for says, rows in self._fresh.items():
            for count, row in enumerate(rows, self._stood[says] + 1):
                as_fresh = self._written.is_fresh(says, count)
                self._tally_added(row, AS_FRESH if as_fresh else self._declares_row(ADDED, row))

    def _stands(self, row: Row) -> None:
        if self._written.is_fresh(row.says):
            self._stood[row.says] += 1

    def _tally_row(self, before: Optional[Row], after: Optional[Row]) -> None:
        """A row of which one side knows nothing."""
        if before is not None:
            as_fresh = self._written.was_released(before.says) and not self._written.is_fresh(before.says)
            self._tally(
                before, ROWS, REMOVED, "", AS_FRESH if as_fresh else self._declares_row(REMOVED, before)
            )
            if len(self._removed) < _VALUES:
                self._removed.add(self._named(before))
        elif after is not None and self._written.is_fresh(
            after.says, len(self._fresh.get(after.says, ())) + 1
        ):
            self._fresh[after.says].append(after)
        elif after is not None:
            self._tally_added(after, self._declares_row(ADDED, after))

    def _tally_added(self, row: Row, accepted: Optional[str]) -> None:
        tally = self._tally(row, ROWS, ADDED, "", accepted)
        if accepted == AS_FRESH and self._written.always_written(row.says):
            tally.always.append(self._named(row))

    def _named(self, row: Row) -> Tuple[Tuple[str, str], ...]:
        """The columns that name a row, and what they say."""
        return tuple((c.name, str(text)) for c, text in zip(self._says, row.says) if c.name in self._naming)

    def _naming_of(self, row: Row) -> Tuple[Optional[str], ...]:
        return tuple(text for column, text in zip(self._says, row.says) if column.name in self._naming)

    def _compare_sayings(self, gone: Row, come: Row) -> None:
        """One row that came back under another number."""
        for column, old, new in zip(self._says, gone.says, come.says):
            if old != new:
                before, after = (None if said == "None" else said for said in (old, new))
                example = became(column.name, before, after)
                how = what_happened(before, after, False)
                self._tally(come, column.name, CHANGED, how, None, example, gone.key)

    @cached_property
    def _anything_fits(self) -> bool:
        """Whether the database lets a column hold what its type does not."""
        return self._sides[1].database.keeps_any_bytes()

    def _points_at_the_same(self, column: str, before: Row, after: Row) -> bool:
        """Whether a foreign key's new number is that of a row which came back under it."""
        if not self._undoes or not names_what_it_points_at(self._sides[1].schema, self._pair.after, column):
            return False
        said = [
            row.says[place]
            for row in (before, after)
            for place, c in enumerate(self._says)
            if c.name == column
        ]
        return len(said) == 2 and said[0] == said[1] != "None"

    def _compare_values(self, columns: Tuple[str, ...], before: Row, after: Row) -> None:
        differing = []
        hidden = next((said for said in after.says if said and names_secret(said)), "")
        for column, old, new in zip(columns, before.values, after.values):
            retyped = column in self._pair.retyped
            alike = self._pair.says_the_same(column, old, new)
            if retyped or (not alike and self._columns[column].length is not None):
                self._check_fit(column, after, old, new, hidden or column)
            if alike or self._points_at_the_same(column, before, after):
                self._origins[column].unchanged(new)
            else:
                self._origins[column].changed(old, new)
                differing.append((column, old, new))
        as_fresh = bool(differing) and self._written.becomes_newer(
            before.says, after.says, [column for column, *_ in differing]
        )
        for column, old, new in differing:
            name = hidden or column
            how = what_happened(old, new, column in self._pair.retyped)
            accepted = AS_FRESH if as_fresh else self._accepts_value(column, before, after)
            # A row is known by the name that it had.
            tally = self._tally(before, column, CHANGED, how, accepted, became(name, old, new))
            if accepted == DECLARED and column not in self._pair.retyped and self._anything_fits:
                self._check_fit(column, after, old, new, name)
            if accepted == DECLARED and tally.explained:
                tally.explained = explains(self._script, old, new)

    def _check_fit(self, column: str, row: Row, old: object, new: object, name: str) -> None:
        """SQLite keeps a value that its column's type does not hold; others would refuse it."""
        wrong = misfit(name, new, self._columns[column], self._anything_fits)
        if wrong is not None:
            how, example = wrong
            earlier = self._pair.before.column(self._pair.renamed_from or column)
            # What did not fit before, either, is no fault of the step.
            misfitted = earlier is not None and misfit(name, old, earlier, self._anything_fits) is not None
            if column in self._pair.retyped or not misfitted:
                before = misfitted and same(old, new)
                self._tally(row, column, CHANGED, how, BEFORE if before else None, example)

    def _tally(
        self,
        row: Row,
        column: str,
        kind: str,
        how: str,
        accepted: Optional[str],
        example: str = "",
        key: Optional[Tuple[object, ...]] = None,
    ) -> _Tally:
        """One more row; ``key`` is the one that it had before, where that is another one."""
        tally = self._tallies.setdefault((column, kind, how, accepted), _Tally())
        names = self._pair.key or self._pair.columns[:3]
        said = [
            (c.name, text)
            for c, text in zip(self._says, row.says)
            if c.name in self._naming and c.name not in names
        ]
        texts = (str(canonical(value)) for value in key or row.key)
        tally.add(tuple(zip(self._pair.key, texts)), row_name(zip(names, row.key), said), example)
        return tally

    def _accepts_value(self, column: str, before: Row, after: Row) -> Optional[str]:
        flags = after.flags if self._downgrade else before.flags
        return self._declares(column, CHANGED, flags)

    def _declares_row(self, kind: str, row: Row) -> Optional[str]:
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
            declaration.flag if (declaration.kind != ADDED) == lower else "0"
            for declaration in self._declared
        ]
        says = [telling_expression(database, side.schema, table, c) for c in self._says]
        orders = [database.ordering(table, column_of(c), place(column_of(c))) for c in key]
        expressions = [*orders, *map(value, key), *map(value, columns), *says, *conditions]
        parts = (len(orders), len(key), len(columns), len(says))
        try:
            numbers = ", ".join(str(number + 1) for number in range(len(orders)))
            for row in database.stream(f"SELECT {', '.join(expressions)} FROM {name} ORDER BY {numbers}"):
                order, keyed, values, said = _cut(row, parts)
                flags = tuple(bool(flag) for flag in row[sum(parts) :])
                yield Row(keyed, order, values, tuple(as_row(self._says, said).values()), flags)
        except DatabaseError as error:
            if any(declaration.condition for declaration in self._declared):
                raise condition_broken(table.name, error) from error
            raise


def _cut(row: Tuple[object, ...], parts: Sequence[int]) -> Iterator[Tuple[object, ...]]:
    """The row in pieces of these lengths."""
    place = 0
    for length in parts:
        yield row[place : place + length]
        place += length
