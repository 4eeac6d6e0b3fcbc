"""What happened to rows, as values, and the two sides that are compared."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Callable, Dict, FrozenSet, Iterable, Mapping, Optional, Tuple

from ..engines.comparing import ROWS, Shared
from ..engines.database import Database
from ..failure import Failure
from ..schema.model import BYTES, TEXT, TIME, Column, Schema, Table
from .defaults import Rows
from .values import identical, is_its_beginning, same

#: How many keys are remembered of one kind of change.
KEYS = 5
#: How many rows at most are remembered of one kind of change, to be found again among those of another.
MOST_ROWS = 5000
#: What tells a row from all others of its table: the columns of a key, and what they say.
RowKey = Tuple[Tuple[str, str], ...]

#: Why a change is as it should be.
DECLARED, AS_FRESH = "declared", "as a fresh set-up"
#: Why a value that does not fit its column is not the step's fault.
BEFORE = "before the step already"


@dataclass(frozen=True)
class Change:
    """One kind of change in one column (ROWS: to whole rows) of one table.

    ``kind`` is "added", "changed" or "removed", ``how`` one of ``values`` for changed values,
    ``accepted`` the reason why it is right, None where there is none. ``reversible`` tells
    whether the values before can be told from those after, by whoever wrote the script.
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
    #: Of rows that were added as a fresh set-up writes them: the names of those that every release has
    #: written, as (column, text) pairs.
    always: Tuple[Tuple[Tuple[str, str], ...], ...] = ()
    #: Which rows it is about, and what they are called; empty where nothing tells them apart, or they are too many.
    rows: Mapping[RowKey, str] = field(default_factory=dict, repr=False, compare=False)

    def beyond(self, others: Iterable["Change"]) -> Optional[Mapping[RowKey, str]]:
        """Those of its rows about which none of the other changes is; None where nobody knows."""
        changes = (self, *others)
        columns = {tuple(column for column, _ in row) for change in changes for row in change.rows}
        if len(columns) > 1 or any(len(change.rows) != change.count for change in changes):
            return None
        taken = {row for change in changes[1:] for row in change.rows}
        return {row: name for row, name in self.rows.items() if row not in taken}


class Tallies:
    """What happened to the rows of one table, one change for each column and kind."""

    def __init__(self, table: str) -> None:
        self._table = table
        self._found: Dict[Tuple[str, str, str], Change] = {}

    def add(self, column: str, kind: str, how: str, name: str, example: str) -> None:
        """One more row of that name."""
        first = self._found.setdefault(
            (column, kind, how), Change(self._table, column, kind, how, None, 0, (), example)
        )
        keys = first.keys if name in first.keys else (*first.keys, name)[:KEYS]
        self._found[column, kind, how] = replace(first, count=first.count + 1, keys=keys)

    def changes(self) -> Iterable[Change]:
        """The changes so far."""
        return self._found.values()


@dataclass(frozen=True)
class Vanished:
    """A column (ROWS: a table) that is gone, with the number of values (rows) that it held.

    ``moved_to`` is the new one that holds the same values now, ``instead`` a new one of a fitting
    type that holds none of them. ``declared``: the script says that all of them go; where it says so of some,
    ``count`` is that of the others.
    """

    table: str
    column: str
    count: int
    moved_to: Optional[str] = None
    instead: Optional[str] = None
    declared: bool = False


@dataclass(frozen=True)
class Orphans:
    """Rows of one table whose foreign key points at rows that are not there.

    ``older``: they did so before the step. ``new_key``: the step has made that foreign key.
    """

    table: str
    column: str
    referred_table: str
    count: int
    keys: Tuple[str, ...] = ()
    older: bool = False
    new_key: bool = False


@dataclass(frozen=True)
class RowChanges:
    """Everything that happened to the rows between two states of a database."""

    changes: Tuple[Change, ...] = ()
    vanished: Tuple[Vanished, ...] = ()
    #: Tables of which that could not be told.
    failed: Tuple[Failure, ...] = ()
    #: Rows that point at nothing afterwards, of the foreign keys that the changes may have broken.
    orphans: Tuple[Orphans, ...] = ()

    def of(self, table: str) -> Tuple[Change, ...]:
        """The changes of one table."""
        return tuple(change for change in self.changes if change.table == table)

    @property
    def former_names(self) -> Dict[str, str]:
        """The tables that have another name now: new name -> old name."""
        return {v.moved_to: v.table for v in self.vanished if v.column == ROWS and v.moved_to}

    def called_now(self, table: str) -> str:
        """What a table is called after a change that may have renamed it."""
        return next((new for new, old in self.former_names.items() if old == table), table)


NOTHING = RowChanges()


@dataclass(frozen=True)
class Known:
    """What set-ups write: of the current code (``fresh``, asked for where something differs), of the
    release that the database may have begun as (``released``), and of all (``older``, asked for last)."""

    fresh: Callable[[], Rows] = field(default=dict, repr=False)
    released: Callable[[], Tuple[Rows, ...]] = field(default=tuple, repr=False)
    older: Callable[[], Tuple[Rows, ...]] = field(default=tuple, repr=False)


NOTHING_KNOWN = Known()


@dataclass(frozen=True)
class Side:
    """One of the two databases: a scratch copy that nobody writes to, and its schema."""

    database: Database
    schema: Schema


@dataclass(frozen=True)
class Pair:
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
        """Whether the server cannot tell which rows belong together."""
        return any(name in self.retyped for name in self.key)

    @property
    def needs_sorting(self) -> bool:
        """Whether the two sides may write the same key in two ways, so that no server can sort it."""
        return any(not self._written_alike(name) for name in self.key or self.columns)

    def _written_alike(self, name: str) -> bool:
        if name not in self.retyped:
            return True
        before, after = self.before.column(name), self.after.column(name)
        assert before is not None and after is not None
        return before.kind == after.kind and before.kind in (TEXT, BYTES)

    def says_the_same(self, name: str, old: object, new: object) -> bool:
        """Whether a value of a column is what it was, in the column's new type where it has one."""
        if name not in self.retyped:
            return identical(old, new)
        if same(old, new):
            return True
        sides = self.before.column(name), self.after.column(name)
        times = all(column is not None and column.kind == TIME for column in sides)
        return times and (is_its_beginning(old, new) or is_its_beginning(new, old))

    @property
    def shared(self) -> Shared:
        """What the server can compare by itself."""
        columns = {column.name: column for column in self.after.columns}
        return Shared(
            self.before.name,
            self.after.name,
            tuple(columns[name] for name in self.key),
            tuple(columns[name] for name in self.columns if name not in self.retyped),
        )

    @property
    def vanished(self) -> Tuple[Column, ...]:
        """The columns that are gone."""
        return tuple(c for c in self.before.columns if self.after.column(c.name) is None)

    @property
    def appeared(self) -> Tuple[Column, ...]:
        """The columns that are new."""
        return tuple(c for c in self.after.columns if self.before.column(c.name) is None)
