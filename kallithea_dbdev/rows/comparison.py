"""What a step did to rows, column by column, over what both sides share.

First the server says in one pass which columns of which tables differ at all; only those are
read, ordered by the key, from both sides at once: so the memory is bounded by one row, and a
step that changes nothing costs one pass.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Callable, Dict, FrozenSet, Iterator, List, Mapping, Optional, Sequence, Set, Tuple

from ..databases.base import ROWS, Database, Shared
from ..errors import DatabaseError, DeclarationError
from ..schema.model import BATCH_LEFTOVER_PREFIX, Column, Schema, Table
from .declared import ADDED, CHANGED, REMOVED, VARIABLE, Declaration, for_table
from .defaults import Rows, as_row, sayings, telling_columns, telling_expression, unique_keys
from .values import (
    MANGLED,
    MISFIT,
    TOO_LONG,
    TRUNCATED,
    family,
    fits,
    longest,
    same,
    shown,
    sort_key,
    what_happened,
)

#: How many keys and how many different values are remembered of one kind of change.
KEYS = 5
_VALUES = 10000

#: Why a change is as it should be.
DECLARED, AS_FRESH = "declared", "as a fresh set-up"


@dataclass(frozen=True)
class Change:
    """One kind of change in one column (ROWS: to whole rows) of one table.

    ``kind`` is "added", "changed" or "removed", ``how`` one of ``values`` for changed values,
    ``accepted`` the reason why it is right, None where there is none. ``reversible`` tells
    whether the values before can be told from those after.
    """

    table: str
    column: str
    kind: str
    how: str
    accepted: Optional[str]
    count: int
    keys: Tuple[str, ...] = ()
    example: str = ""
    reversible: bool = False


@dataclass(frozen=True)
class Vanished:
    """A column (ROWS: a table) that is gone, with the number of values (rows) that it held.

    ``moved_to`` is the new one that holds the same values now, ``instead`` a new one of a fitting
    type that holds none of them.
    """

    table: str
    column: str
    count: int
    moved_to: Optional[str] = None
    instead: Optional[str] = None


@dataclass(frozen=True)
class RowChanges:
    """Everything that happened to the rows between two states of a database."""

    changes: Tuple[Change, ...] = ()
    vanished: Tuple[Vanished, ...] = ()

    def of(self, table: str) -> Tuple[Change, ...]:
        """The changes of one table."""
        return tuple(change for change in self.changes if change.table == table)


NOTHING = RowChanges()


@dataclass(frozen=True)
class Known:
    """What set-ups write: of the current code (``fresh``, asked for where something differs), and of
    the recorded ``release``."""

    fresh: Callable[[], Rows] = field(default=dict, repr=False)
    release: Rows = field(default_factory=dict, repr=False)


@dataclass(frozen=True)
class Side:
    """One of the two databases: a scratch copy that nobody writes to, and its schema."""

    database: Database
    schema: Schema


def compare_rows(
    before: Side,
    after: Side,
    declared: Sequence[Declaration] = (),
    known: Known = Known(),
    downgrade: bool = False,
) -> RowChanges:
    """What happened to the rows between ``before`` and ``after``, two databases on one server.

    A downgrade may do the reverse of what is declared. Raises DeclarationError where the
    condition of a declaration is no SQL.
    """
    pairs, gone = _pairs(before, after)
    # Where types differ, the server cannot say whether the values are the same.
    quick = [pair for pair in pairs if pair.key and not pair.key_retyped]
    seen = after.database.differing(before.database, [pair.shared for pair in quick])
    changes: List[Change] = []
    vanished: List[Vanished] = list(gone)
    for pair in pairs:
        differing: Set[str] = set(seen.get(pair.after.name, {ROWS}))
        differing |= {column for column in pair.columns if column in pair.retyped}
        if differing:
            changes.extend(_Reading(before, after, pair, declared, known, downgrade).changes(differing))
        for column in pair.vanished:
            fate, other = _fate_of_column(before, after, pair, column)
            vanished.append(fate)
            meant = any(d.covers(pair.after.name, column.name, REMOVED) for d in declared)
            if other is not None and not meant:
                renamed = replace(pair, columns=(other.name,), renamed_from=column.name, retyped=frozenset())
                reading = _Reading(before, after, renamed, declared, Known(), downgrade)
                changes.extend(change for change in reading.changes({other.name}) if change.kind == CHANGED)
    return RowChanges(tuple(changes), tuple(v for v in vanished if v.count))


def compare_counts(before: Mapping[str, int], after: Mapping[str, int]) -> RowChanges:
    """All that can be said where there is no second database: rows per table that came or went."""
    changes = []
    for table in sorted(before.keys() & after.keys()):
        more = after[table] - before[table]
        if more:
            changes.append(Change(table, ROWS, ADDED if more > 0 else REMOVED, "", None, abs(more)))
    gone = sorted(table for table in before.keys() - after.keys() if before[table])
    return RowChanges(tuple(changes), tuple(Vanished(table, ROWS, before[table]) for table in gone))


@dataclass(frozen=True)
class _Pair:
    """One table before and after, and what of it can be compared.

    ``renamed_from`` is what the only one of ``columns`` was called before; None: as it is after.
    """

    before: Table
    after: Table
    key: Tuple[str, ...]
    columns: Tuple[str, ...]
    retyped: FrozenSet[str]
    renamed_from: Optional[str] = None

    @property
    def key_retyped(self) -> bool:
        return any(name in self.retyped for name in self.key)

    @property
    def shared(self) -> Shared:
        columns = {column.name: column for column in self.after.columns}
        return Shared(
            self.before.name,
            self.after.name,
            tuple(columns[name] for name in self.key),
            tuple(columns[name] for name in self.columns if name not in self.retyped),
        )

    @property
    def vanished(self) -> Tuple[Column, ...]:
        return tuple(c for c in self.before.columns if self.after.column(c.name) is None)

    @property
    def appeared(self) -> Tuple[Column, ...]:
        return tuple(c for c in self.after.columns if self.before.column(c.name) is None)


def _pairs(before: Side, after: Side) -> Tuple[List[_Pair], List[Vanished]]:
    """The tables to compare, renamed ones too, and those that are gone."""
    pairs, gone = [], []
    new = [table for table in after.schema.tables if before.schema.table(table.name) is None]
    for table in before.schema.tables:
        if table.name.startswith(BATCH_LEFTOVER_PREFIX):
            continue
        other = after.schema.table(table.name)
        if other is not None:
            pairs.append(_pair(table, other))
            continue
        count = _count(before.database, table.name)
        renamed = next((t for t in new if _alike(table, t)), None)
        moved = renamed is not None and _count(after.database, renamed.name) >= count > 0
        if renamed and moved:
            pairs.append(_pair(table, renamed))
        gone.append(
            Vanished(
                table.name,
                ROWS,
                count,
                renamed.name if renamed and moved else None,
                renamed.name if renamed and not moved else None,
            )
        )
    return pairs, gone


def _alike(one: Table, other: Table) -> bool:
    """Whether two tables look like one that was renamed: most columns have the same names."""
    names = {column.name for column in one.columns}, {column.name for column in other.columns}
    return len(names[0] & names[1]) * 3 >= 2 * max(map(len, names))


def _pair(before: Table, after: Table) -> _Pair:
    shared = [
        column.name
        for column in after.columns
        if before.column(column.name) is not None and not column.generated
    ]
    keys = [before.primary_key.columns] if before.primary_key else []
    keys += [unique.columns for unique in before.uniques]
    key = next((key for key in keys if set(key) <= set(shared)), ())
    retyped = frozenset(name for name in shared if _type(before, name) != _type(after, name))
    return _Pair(before, after, tuple(key), tuple(c for c in shared if c not in key), retyped)


def _type(table: Table, name: str) -> Optional[Tuple[str, Optional[str]]]:
    column = table.column(name)
    return (column.type, column.charset) if column else None


def _count(database: Database, table: str, what: str = "*") -> int:
    """``count(what)`` of a table."""
    ((count,),) = database.stream(f"SELECT count({what}) FROM {database.table(table)}")
    return int(str(count))


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


class _Reading:
    """One table of which something differs, read from both sides."""

    def __init__(
        self,
        before: Side,
        after: Side,
        pair: _Pair,
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
        self._telling = tuple(c for c in telling_columns(pair.after) if c.name in pair.key + pair.columns)
        names = tuple(column.name for column in self._telling)
        self._fresh_rows = known.fresh().get(pair.after.name, ()) if names else ()
        self._fresh = sayings(self._fresh_rows, names)
        #: The columns that name a row of this table, and what fresh rows say in some columns.
        self._naming = min(
            (key for key in unique_keys(pair.after) if set(key) <= set(names)), key=len, default=names
        )
        self._fresh_in: Dict[Tuple[str, ...], FrozenSet[Tuple[Optional[str], ...]]] = {}
        self._release = sayings(known.release.get(pair.before.name, ()), names) if names else frozenset()
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
        for column, old, new in zip(columns, before.values, after.values):
            if column in self._pair.retyped:
                self._check_fit(column, after, new)
            if same(old, new):
                self._origins[column].unchanged(new)
            else:
                self._origins[column].changed(old, new)
                differing.append((column, old, new))
        as_fresh = bool(differing) and self._says_as_fresh(after, [column for column, *_ in differing])
        for column, old, new in differing:
            how = what_happened(old, new, column in self._pair.retyped)
            accepted = AS_FRESH if as_fresh else self._accepts_value(column, before, after)
            self._tally(after, column, CHANGED, how, accepted, f"{shown(old)} became {shown(new)}")

    def _check_fit(self, column: str, row: "_Row", value: object) -> None:
        """SQLite keeps a value that its column's new type does not hold; others would refuse it."""
        limit = longest(self._types[column])
        if limit is not None and isinstance(value, str) and len(value) > limit:
            example = f"{len(value)} characters, the column has {limit}"
            self._tally(row, column, CHANGED, TOO_LONG, None, example)
        elif not fits(value, self._types[column]):
            self._tally(row, column, CHANGED, MISFIT, None, f"{shown(value)} is no {self._types[column]}")

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
        tally.add(", ".join(f"{n}={shown(v)}" for n, v in zip(names, row.key)), example)

    def _accepts_value(self, column: str, before: "_Row", after: "_Row") -> Optional[str]:
        flags = after.flags if self._downgrade else before.flags
        return self._declares(column, CHANGED, flags)

    def _accepts_row(self, kind: str, row: "_Row") -> Optional[str]:
        if kind == ADDED and row.says in self._fresh:
            return AS_FRESH
        if kind == REMOVED and row.says in self._release and row.says not in self._fresh:
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
        says = [telling_expression(database, side.schema, table, c) for c in self._telling]
        if not (self._fresh or self._release):
            says = []
        expressions = [*map(own, key), *map(own, columns), *says, *conditions]
        order = ", ".join(database.ordering(own(column), column in texts) for column in key)
        places = len(key), len(key) + len(columns), len(key) + len(columns) + len(says)
        try:
            for row in database.stream(f"SELECT {', '.join(expressions)} FROM {name} ORDER BY {order}"):
                keyed = row[: places[0]]
                telling = row[places[1] : places[2]]
                yield _Row(
                    keyed,
                    tuple(sort_key(value, column in texts) for column, value in zip(key, keyed)),
                    row[places[0] : places[1]],
                    tuple(as_row(self._telling, telling).values()),
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


def _fate_of_column(
    before: Side, after: Side, pair: _Pair, column: Column
) -> Tuple[Vanished, Optional[Column]]:
    """Where the values of a column went that is gone, and the new column that has most of them.

    That is None where there is none, where it has all of them, or where several have (a column
    that was split).
    """
    count = _count(before.database, pair.before.name, before.database.quoted(column.name))
    found = Vanished(pair.after.name, column.name, count)
    if not found.count or not pair.key:
        return found, None
    similar = []
    for other in pair.appeared:
        if other.generated or family(other.type) != family(column.type):
            continue
        kept, begun, told = _kept(before, after, pair, column.name, other.name)
        if kept == told:
            return replace(found, moved_to=other.name), None
        if _says_nothing(after, pair.after.name, other):
            found = replace(found, instead=found.instead or other.name)
        elif (kept + begun) * 2 >= told:
            similar.append(other)
    if len(similar) == 1:
        return replace(found, moved_to=similar[0].name, instead=None), similar[0]
    return found, None


def _kept(before: Side, after: Side, pair: _Pair, column: str, other: str) -> Tuple[int, int, int]:
    """How many rows say the same in ``other`` as they did in ``column``, how many the beginning of it
    (or the same, mangled), and in how many there was anything to say."""
    readers = []
    for side, table, name in ((before, pair.before.name, column), (after, pair.after.name, other)):
        quoted = side.database.quoted
        order = ", ".join(side.database.ordering(quoted(key), False) for key in pair.key)
        keys = ", ".join(map(quoted, pair.key))
        sql = f"SELECT {quoted(name)}, {keys} FROM {side.database.table(table)} ORDER BY {order}"
        readers.append(side.database.stream(sql))
    kept = begun = told = 0
    for (old, *key), (new, *other_key) in zip(*readers):
        if key != other_key:
            return kept, begun, told + 1  # rows came or went: told by themselves
        if old is not None or new is not None:
            told += 1
            if same(old, new):
                kept += 1
            else:
                begun += what_happened(old, new, False) in (TRUNCATED, MANGLED)
    return kept, begun, told


def _says_nothing(side: Side, table: str, column: Column) -> bool:
    """Whether all rows hold the same value: nobody filled the column row by row."""
    return _count(side.database, table, f"DISTINCT {side.database.quoted(column.name)}") <= 1
