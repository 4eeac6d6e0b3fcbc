"""One table of which something differs, read from both sides at once, ordered by its key."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Dict, FrozenSet, Iterator, List, Optional, Sequence, Set, Tuple

from ..engines.comparing import ROWS
from ..errors import DatabaseError, DeclarationError
from ..schema.model import Table
from ..secrets import names_secret
from .changes import AS_FRESH, DECLARED, KEYS, Change, Known, Pair, Side
from .declared import ADDED, CHANGED, REMOVED, VARIABLE, Declaration, for_table
from .defaults import as_row, sayings, telling_columns, telling_expression, unique_keys
from .values import (
    MISFIT,
    TOO_LONG,
    family,
    fits,
    longest,
    same,
    shown_of,
    sort_key,
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
        if self._before.setdefault(after, before) != before or len(self._before) > _VALUES:
            self.lost = True

    def unchanged(self, value: object) -> None:
        if len(self._unchanged) > _VALUES:
            self.lost = True
        else:
            self._unchanged.add(value)

    @property
    def reversible(self) -> bool:
        return not self.lost and not self._unchanged & self._before.keys()


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
        released = known.release.get(pair.before.name, ()) if telling else ()
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
        self._types = {column.name: column.type for column in pair.after.columns}

    def changes(self, differing: Set[str]) -> Iterator[Change]:
        """Read the key and the differing columns of both sides, and tell what happened."""
        pair = self._pair
        key = pair.key or pair.columns
        columns = tuple(c for c in pair.columns if c in differing) if pair.key else ()
        self._origins = {column: _Origins() for column in columns}
        for before, after in self._matched(key, columns):
            if before is None:
                assert after is not None
                self._tally(after, ROWS, ADDED, "", self._accepts_row(ADDED, after))
            elif after is None:
                self._tally(before, ROWS, REMOVED, "", self._accepts_row(REMOVED, before))
            else:
                self._compare_values(columns, before, after)
        for (column, kind, how, accepted), tally in self._tallies.items():
            origins = self._origins.get(column)
            yield Change(
                pair.after.name, column, kind, how, accepted, tally.count, tuple(tally.keys), tally.example,
                kind == ADDED or (origins is not None and origins.reversible),
            )  # fmt: skip

    def _compare_values(self, columns: Tuple[str, ...], before: "_Row", after: "_Row") -> None:
        differing = []
        hidden = next((said for said in after.says if said and names_secret(said)), "")
        for column, old, new in zip(columns, before.values, after.values):
            if column in self._pair.retyped:
                self._check_fit(column, after, new, hidden or column)
            if same(old, new):
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

    def _check_fit(self, column: str, row: "_Row", value: object, name: str) -> None:
        """SQLite keeps a value that its column's new type does not hold; others would refuse it."""
        limit = longest(self._types[column])
        if limit is not None and isinstance(value, str) and len(value) > limit:
            example = f"{len(value)} characters, the column has {limit}"
            self._tally(row, column, CHANGED, TOO_LONG, None, example)
        elif not fits(value, self._types[column]):
            self._tally(
                row, column, CHANGED, MISFIT, None, f"{shown_of(name, value)} is no {self._types[column]}"
            )

    def _says_as_fresh(self, row: "_Row", differing: Sequence[str]) -> bool:
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
        self, row: "_Row", column: str, kind: str, how: str, accepted: Optional[str], example: str = ""
    ) -> None:
        tally = self._tallies.setdefault((column, kind, how, accepted), _Tally())
        names = self._pair.key or self._pair.columns[:3]
        tally.add(", ".join(f"{n}={shown_of(n, v)}" for n, v in zip(names, row.key)), example)

    def _accepts_value(self, column: str, before: "_Row", after: "_Row") -> Optional[str]:
        flags = after.flags if self._downgrade else before.flags
        return self._declares(column, CHANGED, flags)

    def _accepts_row(self, kind: str, row: "_Row") -> Optional[str]:
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
        self, key: Tuple[str, ...], columns: Tuple[str, ...]
    ) -> Iterator[Tuple[Optional["_Row"], Optional["_Row"]]]:
        """The rows of both sides, those with the same key together."""
        pair = self._pair
        texts = {
            name
            for name in key
            if name in pair.retyped
            # Of a type that nobody knows, the text is what both sides can be ordered by.
            or any(
                c.name == name and family(c.type) in ("text", None)
                for c in (*pair.before.columns, *pair.after.columns)
            )
        }
        left = self._rows(self._sides[0], pair.before, key, columns, texts)
        right = self._rows(self._sides[1], pair.after, key, columns, texts)
        before, after = next(left, None), next(right, None)
        while before is not None or after is not None:
            if after is None or (before is not None and before.order < after.order):
                yield before, None
                before = next(left, None)
            elif before is None or after.order < before.order:
                yield None, after
                after = next(right, None)
            else:
                yield before, after
                before, after = next(left, None), next(right, None)

    def _rows(
        self, side: Side, table: Table, key: Tuple[str, ...], columns: Tuple[str, ...], texts: Set[str]
    ) -> Iterator["_Row"]:
        database = side.database
        name = database.table(table.name)
        earlier = self._pair.renamed_from if side is self._sides[0] else None

        def own(column: str) -> str:
            there = earlier if earlier and column in columns else column
            return f"{name}.{database.quoted(there)}"

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
        expressions = [*map(own, key), *map(own, columns), *says, *conditions]
        order = ", ".join(database.ordering(own(column), column in texts) for column in key)
        places = len(key), len(key) + len(columns), len(key) + len(columns) + len(says)
        try:
            for row in database.stream(f"SELECT {', '.join(expressions)} FROM {name} ORDER BY {order}"):
                keyed = row[: places[0]]
                yield _Row(
                    keyed,
                    tuple(sort_key(value, column in texts) for column, value in zip(key, keyed)),
                    row[places[0] : places[1]],
                    tuple(as_row(telling, row[places[1] : places[2]]).values()),
                    tuple(bool(flag) for flag in row[places[2] :]),
                )
        except DatabaseError as error:
            if any(declaration.condition for declaration in self._declared):
                raise DeclarationError(
                    f"{VARIABLE}: a condition on {table.name} is not valid: {error.message}"
                ) from error
            raise


@dataclass(frozen=True)
class _Row:
    """One row: its key, what it is ordered by, the compared values, what it says, and for each
    declaration whether its condition holds."""

    key: Tuple[object, ...]
    order: Tuple[object, ...]
    values: Tuple[object, ...]
    says: Tuple[Optional[str], ...]
    flags: Tuple[bool, ...]
