"""What every engine can do. One object is one database, named by a URL.

Nothing here opens a connection before it needs one. Methods that only read say so; only
``scratch``, ``copy``, ``put_in_place``, ``settle`` and ``drop`` write, and ``put_in_place`` and
``drop`` refuse to touch what does not carry the mark of a throwaway.
"""

from __future__ import annotations

import abc
from dataclasses import dataclass
from pathlib import Path
from typing import (
    Any,
    Callable,
    ContextManager,
    Dict,
    FrozenSet,
    Iterable,
    Iterator,
    List,
    Mapping,
    Optional,
    Sequence,
    Tuple,
)

from sqlalchemy.engine.url import URL

from ..errors import TargetRefusedError, UsageError
from ..schema.model import Column, Schema, Table
from ..workspace import Workspace

#: Stands for whole rows where the name of a column is expected.
ROWS = "*"


@dataclass(frozen=True)
class Shared:
    """What two databases share of a table: its name on either side, the columns that tell rows
    apart (the key) and the others, as they are in the later one."""

    before: str
    after: str
    key: Tuple[Column, ...]
    columns: Tuple[Column, ...]


def differing_in(table: Shared, same_rows: bool, changed: Iterable[object]) -> FrozenSet[str]:
    """What ``Database.differing`` says of a table; ``changed`` is true for each column that differs."""
    columns = frozenset(column.name for column, differs in zip(table.columns, changed) if differs)
    return columns if same_rows else columns | {ROWS}


def joining(here: str, there: str, same_keys: Iterable[str], changes: Iterable[str]) -> str:
    """A query that joins a table (``a``) with its earlier self (``b``), for ``differing_joined``.

    ``same_keys`` and ``changes`` are conditions on ``a`` and ``b``.
    """
    counts = [f"(SELECT count(*) FROM {here})", f"(SELECT count(*) FROM {there})", "count(*)"]
    counts += [f"coalesce(sum({change}), 0)" for change in changes]
    return f"SELECT {', '.join(counts)} FROM {here} a JOIN {there} b ON {' AND '.join(same_keys) or 'false'}"


def differing_joined(table: Shared, counts: Sequence[int]) -> FrozenSet[str]:
    """What ``Database.differing`` says of a table, from the one row of ``joining``."""
    return differing_in(table, counts[0] == counts[1] == counts[2], counts[3:])


@dataclass(frozen=True)
class Counter:
    """What numbers the rows of a table: the next number, and the highest that is used; None
    where the engine sees to it that the one is beyond the other.

    ``column`` is None where a table has one counter at most.
    """

    table: str
    next: int
    highest: Optional[int] = None
    column: Optional[str] = None


class Database(abc.ABC):
    """One database on one server (for SQLite: one file)."""

    #: Name of the engine in findings and options.
    engine: str
    #: Whether Alembic's batch mode rebuilds tables there, which may lose things.
    rebuilds = False
    #: Whether it takes a server to have such a database.
    needs_server = True
    #: Whether a text may be longer than its column's type says.
    ignores_lengths = False
    #: Whether it is an empty database that somebody made for us: cleared, never dropped.
    borrowed = False
    #: Whether all scratch databases are that one, one after the other.
    single_scratch = False

    def __init__(self, url: URL, folder: Optional[Path] = None) -> None:
        self._url = url
        self._folder = folder or Path.cwd()
        #: What the caller should be told of how things were done, such as another way to copy.
        self.remarks: List[str] = []

    @property
    def remote(self) -> bool:
        """Whether it is on another machine."""
        return False

    @property
    @abc.abstractmethod
    def display(self) -> str:
        """How messages name it; never a password."""

    @abc.abstractmethod
    def handed_over(self) -> ContextManager[str]:
        """The URL to hand to Kallithea and Alembic; works inside the ``with`` only.

        Until then no engine of SQLAlchemy's connects to any other database: a script may know
        the URL of the configured one, and that is not to be written to.

        It holds no password and no ``%``: Kallithea writes it into an Alembic configuration
        without escaping it.
        """

    @abc.abstractmethod
    def identities(self) -> FrozenSet[str]:
        """Everything that names this very database; two URLs of one database share an entry.

        Read-only; a database need not exist to have identities.
        """

    @abc.abstractmethod
    def folders(self) -> FrozenSet[Path]:
        """Folders on this machine that hold it and may hold configurations that use it, too."""

    @abc.abstractmethod
    def exists(self) -> bool:
        """Whether there is such a database. Read-only."""

    @abc.abstractmethod
    def is_empty(self) -> bool:
        """Whether it holds no table, view or other object. Read-only."""

    @abc.abstractmethod
    def is_throwaway(self) -> bool:
        """Whether it carries the mark of a throwaway, made for this name. Read-only."""

    @abc.abstractmethod
    def revisions(self) -> Tuple[str, ...]:
        """The revisions in Alembic's version table, sorted; empty if not stamped. Read-only."""

    @abc.abstractmethod
    def read_schema(self) -> Schema:
        """The complete live schema. Read-only. What cannot be read is named in it."""

    @abc.abstractmethod
    def count_rows(self) -> Dict[str, int]:
        """Rows per table, Alembic's version table left out. Read-only."""

    @abc.abstractmethod
    def counters(self) -> Dict[str, Counter]:
        """What numbers rows, for tables whose numbers are never used twice, by the table's name (and
        the column's, where there may be several). Read-only."""

    @abc.abstractmethod
    def differing(self, before: "Database", tables: Iterable[Shared]) -> Dict[str, FrozenSet[str]]:
        """What is not the same in a table here as in ``before``, by its name here.

        Names of columns of which at least one value differs, and ROWS where rows came or went.
        Computed by the server, in one pass over each table; types of columns must be the same.
        ``before`` is on the same server. Read-only.
        """

    @abc.abstractmethod
    def stream(self, sql: str) -> Iterator[Tuple[object, ...]]:
        """The rows of a query, one after the other, without holding them all. Read-only."""

    def fetch_each(self, queries: Iterable[str]) -> Iterator[List[Tuple[object, ...]]]:
        """All rows of each of several queries that have few of them. Read-only."""
        for sql in queries:
            yield list(self.stream(sql))

    @abc.abstractmethod
    def quoted(self, name: str) -> str:
        """A name as SQL writes it."""

    def table(self, name: str) -> str:
        """The name of a table, as the schema has it, in SQL."""
        return self.quoted(name)

    @abc.abstractmethod
    def value(self, column: Column, expression: str) -> str:
        """SQL that gives a value of that column to Python with nothing of it lost."""

    @abc.abstractmethod
    def ordering(self, table: Table, column: Column, expression: str) -> str:
        """SQL that gives a number or an ASCII text for a value of that column, never NULL.

        It is the same for equal values and another for others, and the server sorts it as Python does.
        """

    @abc.abstractmethod
    def scratch(self, workspace: Workspace, label: str) -> "Database":
        """A new, empty, marked database on the same server, gone when the workspace ends."""

    @abc.abstractmethod
    def copy(self, workspace: Workspace, label: str) -> "Database":
        """A scratch database with the schema and rows of this one. Does not write to this one,
        and locks it no longer than the copy takes."""

    @abc.abstractmethod
    def discard(self) -> None:
        """Remove this scratch database now, before the workspace ends. Refuses any other."""

    def use_scratch(self, url: str) -> None:
        """Use this one empty database for all scratch databases, one after the other.

        Raises UsageError where the engine has no use for it.
        """
        raise UsageError(f"--scratch-url: {self.engine} needs no empty database", "leave it out")

    def sibling_url(self, suffix: str) -> Optional[str]:
        """The URL of another database on the same server; None where a file beside the
        configuration will do."""
        return None

    @abc.abstractmethod
    def execute(self, statements: Iterable[str]) -> None:
        """Run statements on a scratch database. Raises DatabaseError."""

    @abc.abstractmethod
    def inserting(self, table: str) -> ContextManager[Callable[[Mapping[str, object]], bool]]:
        """A function that inserts one row (column -> value) into a scratch database.

        It returns False where the database refuses the row. All is committed at the end.
        """

    @abc.abstractmethod
    def lock(self, on_wait: Callable[[str], None]) -> ContextManager[None]:
        """Keep other runs of this tool away while the database is replaced or dropped."""

    @abc.abstractmethod
    def put_in_place(self, built: "Database") -> None:
        """Replace this database by a scratch one, as one act that a kill cannot halve.

        Raises TargetRefusedError where there is a database that carries no mark.
        """

    @abc.abstractmethod
    def drop(self) -> None:
        """Remove the database. Raises TargetRefusedError where it carries no mark."""

    @abc.abstractmethod
    def clear_leftovers(self) -> None:
        """Remove what dead runs left half-built beside it; call with the lock held."""


def refuse_other(dialect: Any, arguments: Sequence[Any], parameters: Mapping[str, Any]) -> None:
    """Refuse a connection that is being made to another database than the one handed over.

    ``arguments`` and ``parameters`` are those for the driver. SQLite's databases in memory are
    nobody's.
    """
    if dialect.name == "sqlite":
        name = str(arguments[0]) if arguments else ""
        if name in ("", ":memory:"):
            return
    else:
        database = parameters.get("dbname") or parameters.get("database") or parameters.get("db") or ""
        name = f"{parameters.get('host') or 'localhost'}/{database}"
    raise TargetRefusedError(
        f"a connection of its own to {name}: only the copy may be connected to", "use op.get_bind()"
    )
