"""What every engine can do with one database.

``Database`` only reads, except for ``replace_by`` and ``drop``, which refuse what does not carry the
mark of a throwaway. What may be written to is a ``Scratch``, and only a ``Lab`` makes those: no call
can write to a database that somebody else has made. Nothing here connects before it needs to.
"""

from __future__ import annotations

import abc
from contextlib import nullcontext
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

from ..errors import TargetRefusedError
from ..schema.model import Column, Schema, Table
from .comparing import Shared
from .watching import Watch


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
    #: Whether a backslash in a text of SQL is the beginning of something else.
    escapes_backslashes = False
    #: Whether the server chooses how it alters a table, and tells it only where it is asked for a way.
    chooses_ways = False
    #: How an administrator runs a file of SQL on a database of theirs, and stops at the first error.
    script_command: str
    #: Driver names of URLs -> module to import, and the package that brings it.
    drivers: Mapping[str, Tuple[str, str]]
    #: What it is called where it is on a server of our own that is gone with the run: its address
    #: tells nobody anything.
    private: Optional[str] = None

    @property
    def remote(self) -> bool:
        """Whether it is on another machine."""
        return False

    @property
    @abc.abstractmethod
    def display(self) -> str:
        """How messages name it; never a password."""

    @abc.abstractmethod
    def product(self) -> str:
        """What holds it, with its version: ``PostgreSQL 15.5``. Read-only."""

    def call_private(self) -> None:
        """From now on it is called private and temporary. It must be reachable."""
        self.private = f"a private, temporary {self.product()}"

    @abc.abstractmethod
    def circumstances(self) -> Tuple[str, ...]:
        """What, beside statements, decides what a new database like this one becomes: product, settings,
        role, the database's own. It need not exist. Read-only."""

    def files(self) -> Tuple[Path, ...]:
        """The files that it is, where it is no server's: those, too, that it has for a while only."""
        return ()

    @abc.abstractmethod
    def folders(self) -> FrozenSet[Path]:
        """Folders on this machine that hold it and may hold configurations that use it, too."""

    @abc.abstractmethod
    def exists(self) -> bool:
        """Whether there is such a database. Read-only."""

    @abc.abstractmethod
    def is_empty(self) -> bool:
        """Whether it holds no object of any kind; those of extensions do not count. Read-only."""

    def prepared(self) -> str:
        """What somebody has made in it that ``is_empty`` does not count, and a database that takes its place
        would not have; "" for nothing. Read-only."""
        return ""

    @abc.abstractmethod
    def is_throwaway(self) -> bool:
        """Whether it carries the mark of a throwaway, made for this name. Read-only."""

    def keeps_any_bytes(self) -> bool:
        """Whether a text in it may be none in any encoding. Read-only."""
        return self.ignores_lengths

    def maker(self) -> Optional[str]:
        """For what a throwaway says that it was made (``marks.maker_of``), "" where it does not say; None where
        it is none, or where its place tells. Read-only."""
        return None

    @abc.abstractmethod
    def revisions(self) -> Tuple[str, ...]:
        """The revisions in Alembic's version table, sorted; empty if not stamped. Read-only."""

    def connected(self) -> ContextManager[None]:
        """What is read inside goes through one session, where a session costs something."""
        return nullcontext()

    @abc.abstractmethod
    def read_schema(self) -> Schema:
        """The complete live schema. Read-only. What cannot be read is named in it."""

    @abc.abstractmethod
    def definition(self, numbers: Iterable[Counter]) -> Tuple[str, ...]:
        """The statements that make a database with the same schema, in the same text each time.

        ``numbers`` are the counters that are to stand where they do; those of other tables begin
        anew. Rows are left out. Read-only.
        """

    @abc.abstractmethod
    def count_rows(self) -> Dict[str, int]:
        """Rows per table, Alembic's version table left out. Read-only."""

    @abc.abstractmethod
    def size(self) -> int:
        """The bytes that it takes on the disk, free room in it included. Read-only."""

    @abc.abstractmethod
    def counters(self) -> Dict[str, Counter]:
        """What numbers rows, for tables whose numbers are never used twice, by the table's name (and
        the column's, where there may be several). Read-only."""

    @abc.abstractmethod
    def traces(self) -> Mapping[str, object]:
        """What changes whenever somebody writes to it, by table (or file). Read-only.

        Read before and after a run it shows, without trust in any text, whether the database is
        what it was.
        """

    @abc.abstractmethod
    def differing(self, before: "Database", tables: Iterable[Shared]) -> Dict[str, FrozenSet[str]]:
        """What is not the same in a table here as in ``before``, by its name here.

        Names of columns of which at least one value differs, and ROWS where rows came or went.
        Computed by the server, in one pass over each table; types of columns must be the same.
        ``before`` is on the same server. Read-only.
        """

    def unwritten(self, before: "Database") -> FrozenSet[str]:
        """Tables to which certainly nothing was written since ``before`` was a copy of this database, with
        the columns that they had then, first of all; none where that costs as much as reading them. Read-only.
        """
        return frozenset()

    @abc.abstractmethod
    def fingerprints(self, tables: Iterable[Table]) -> Dict[str, str]:
        """Table -> a text for its rows in these columns, in one pass. Read-only.

        Where it is the same at two moments the rows are the same; a table is left out of which nobody
        can tell.
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

    def drop_trigger(self, table: str, name: str) -> str:
        """The statement that drops a trigger of a table."""
        return f"DROP TRIGGER {self.quoted(name)}"

    @classmethod
    def literal(cls, text: str) -> str:
        """A text as SQL writes it."""
        text = text.replace("'", "''")
        return "'" + (text.replace("\\", "\\\\") if cls.escapes_backslashes else text) + "'"

    @classmethod
    @abc.abstractmethod
    def moment_after(cls, unit: str, number: str) -> str:
        """SQL for the beginning of 2000 and so many units, ``day`` (a day) or ``second`` (a moment)."""

    @abc.abstractmethod
    def value(self, column: Column, expression: str) -> str:
        """SQL that gives a value of that column to Python with nothing of it lost."""

    @abc.abstractmethod
    def ordering(self, table: Table, column: Column, expression: str) -> str:
        """SQL that gives a number or an ASCII text for a value of that column, never NULL.

        It is the same for equal values and another for others, and the server sorts it as Python does.
        """

    def sibling_url(self, suffix: str) -> Optional[str]:
        """The URL of another database on the same server; None where a file beside the
        configuration will do."""
        return None

    # -- as the target of db-throwaway ----------------------------------------------------------

    @abc.abstractmethod
    def lock(self, on_wait: Callable[[str], None]) -> ContextManager[None]:
        """Keep other runs of this tool away while the database is replaced or dropped."""

    @abc.abstractmethod
    def replace_by(self, built: "Scratch", maker: str = "") -> None:
        """Replace this database by a scratch one, as one act that a kill cannot halve. ``maker`` is what it
        will say that it was made for.

        Raises TargetRefusedError where there is a database that carries no mark and is not empty.
        """

    @abc.abstractmethod
    def drop(self) -> None:
        """Remove the database. Raises TargetRefusedError where it carries no mark, empty or not."""

    @abc.abstractmethod
    def clear_leftovers(self) -> None:
        """Remove what dead runs left half-built beside it; call with the lock held."""

    def why_protected(self) -> str:
        """Why nobody may replace or remove it, whatever it carries; "" where that is not so. Read-only."""
        return ""

    def _refuse_protected(self) -> None:
        why = self.why_protected()
        if why:
            raise TargetRefusedError(f"{self.display}: {why}", "name another database")

    def refuse_unless_replaceable(self, way_out: str = "name another database") -> None:
        """Raise TargetRefusedError unless it carries the mark, holds nothing at all, or does not exist."""
        self._refuse_protected()
        if not self.exists() or self.is_throwaway():
            return
        held = self.prepared()
        if held or not self.is_empty():
            holds = f", and it has {held}" if held else ""
            raise TargetRefusedError(
                f"{self.display}: this database does not carry the mark of a throwaway{holds}",
                f"{way_out}, or remove it yourself if nobody needs it (no option lifts this refusal)",
            )

    def refuse_unless_marked(self) -> None:
        """Raise TargetRefusedError unless it carries the mark or does not exist."""
        self._refuse_protected()
        if self.exists() and not self.is_throwaway():
            empty = "; it is empty, but db-throwaway did not make it" if self.is_empty() else ""
            raise TargetRefusedError(
                f"{self.display}: this database does not carry the mark of a throwaway{empty}",
                "remove it yourself if nobody needs it (no option lifts this refusal)",
            )


class Scratch(Database):
    """A database that a ``Lab`` made for us: it may be written to, and handed to Kallithea."""

    #: Names of what is known of it since it was made, and nobody can read from it.
    known_since_made: Tuple[str, ...] = ()

    def knowledge(self) -> Dict[str, object]:
        """What is known of it since it was made, for another process."""
        return {name: getattr(self, name) for name in self.known_since_made}

    def take_over(self, knowledge: Mapping[str, object]) -> None:
        """Know what the process that made it knows."""
        for name, value in knowledge.items():
            setattr(self, name, value)

    @abc.abstractmethod
    def handed_over(self, other_zone: bool = False) -> ContextManager[str]:
        """The URL to hand to Kallithea and Alembic; works inside the ``with`` only.

        ``other_zone``: where sessions on the server are in UTC they are in another time zone, in which
        a conversion that takes the session's shows.

        Until then no engine of SQLAlchemy's connects to any other database. It holds no password
        and no ``%``: Kallithea writes it into an Alembic configuration without escaping it.
        """

    @abc.abstractmethod
    def watch(self, connection: Any, trial: Optional["Scratch"] = None) -> Watch:
        """What looks at a driver's connection to this database while a step is run through it.

        ``trial`` is an empty database in which the server is asked how it would run a statement, where
        it must be asked.
        """

    @abc.abstractmethod
    def nowhere(self) -> str:
        """A URL like that of ``handed_over``, to which nothing can connect."""

    @abc.abstractmethod
    def execute(self, statements: Iterable[str]) -> None:
        """Run statements. Raises DatabaseError."""

    @staticmethod
    def at_once(statements: Sequence[str]) -> Sequence[str]:
        """For ``execute``: the same as the engine runs many of them soonest, where all are run or none."""
        return statements

    @abc.abstractmethod
    def statements_of(self, text: str) -> Iterator[str]:
        """The statements of a text of SQL, as the engine's own program takes it apart."""

    @abc.abstractmethod
    def scripting(self) -> ContextManager[Callable[[str], None]]:
        """A function that runs one statement, in a session such as that program opens; but where
        sessions on the server are in UTC it is in another time zone, as with ``handed_over``.

        Nothing is committed but by the statements, or by the server after each. Raises DatabaseError.
        """

    def filling(self) -> ContextManager[None]:
        """Rows of many tables are read and inserted inside, by one session where that saves time."""
        return self.connected()

    @abc.abstractmethod
    def inserting(self, table: str) -> ContextManager[Callable[[Mapping[str, object]], bool]]:
        """A function that inserts one row (column -> value).

        It returns False where the database refuses the row. All is committed at the end.
        """

    @abc.abstractmethod
    def insert_many(self, table: str, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> int:
        """Insert rows, as many at a time as can be; how many of them the database took.

        What it refuses is left out.
        """

    def analyze(self, table: str) -> None:
        """Have the server look at the rows of a table as it does by itself in time."""

    @abc.abstractmethod
    def trying(self) -> ContextManager[Callable[[str, Mapping[str, object]], str]]:
        """A function that inserts a row (column -> value) into a table, in a session such as Kallithea's.

        It returns why the database refuses the row, "" where it takes it. Nothing is committed, and what
        numbers rows goes on where it was.
        """

    def takes_all_back(self) -> bool:
        """Whether nothing is left of rows that were not committed, in whatever table."""
        return True
