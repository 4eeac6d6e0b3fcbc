"""Databases on a server: what PostgreSQL's and MySQL's have in common, and the labs that make them."""

from __future__ import annotations

import abc
import re
from contextlib import ExitStack, closing, contextmanager, suppress
from functools import partial
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
    Type,
)

from ..errors import DatabaseError
from ..messages import one_line
from ..schema.model import Column, Table
from .database import Database, Scratch
from .handover import NOWHERE, handed_over
from .lab import Lab
from .marks import Mark, is_throwaway_mark, lease_of, scratch_mark
from .server import Server, Settings, fetch, literally, text_of

#: How many rows one statement inserts.
_AT_A_TIME = 500


class ServerDatabase(Database):
    """A database on a server: an address, which compares, and what can be asked there."""

    #: How a row of nothing but defaults is inserted.
    _no_values = "DEFAULT VALUES"
    #: What keeps a transaction alive in which a row is refused.
    _before_refusal = _after_refusal = ""
    #: The defaults of a database for a set-up, as ``_defaults`` has them.
    set_up_defaults = ""
    #: How long a name may be, in the server's own measure (see ``length_of``).
    longest_name: int
    #: The same engine's database that may be written to.
    scratch_type: Type["ServerScratch"]
    server_type: Type[Server]

    def __init__(self, server: Server, name: str) -> None:
        self.server = server
        self.name = name
        #: For each session on it: what the server itself would not do for a copy.
        self.settings: Settings = ()
        #: The sessions of ``connected`` by what they are for (writing, exact), opened when one is wanted.
        self._open: Optional[ExitStack] = None
        self._sessions: Dict[Tuple[bool, bool], Any] = {}
        #: Those that nobody reads a stream from just now, and what closes each.
        self._idle: List[Tuple[Any, ExitStack]] = []

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ServerDatabase) and (self.server, self.name) == (other.server, other.name)

    def __hash__(self) -> int:
        return hash((self.server, self.name))

    @staticmethod
    @abc.abstractmethod
    def length_of(name: str) -> int:
        """How long a name is for the server."""

    @property
    def display(self) -> str:
        return self.private or self.server.display_of(self.name)

    def product(self) -> str:
        return self.server.product()

    def call_private(self) -> None:
        super().call_private()
        self.server.title = f"a private, temporary {self.product()}"

    @property
    def remote(self) -> bool:
        return self.server.remote

    def circumstances(self) -> Tuple[str, ...]:
        with self._administrating() as cursor:
            return (*self.server.options(), *self._circumstances(cursor))

    @abc.abstractmethod
    def _circumstances(self, cursor: Any) -> Iterator[str]:
        """The same, as the server tells it."""

    def folders(self) -> FrozenSet[Path]:
        return frozenset()

    # -- reading --------------------------------------------------------------------------------

    @contextmanager
    def connected(self) -> Iterator[None]:
        if self._open is not None:
            yield
            return
        with ExitStack() as stack:
            self._open = stack
            try:
                yield
            finally:
                for _, ending in self._idle:
                    stack.push(ending)
                self._open = None
                self._sessions = {}
                self._idle = []

    @contextmanager
    def _session(self, writing: bool = False, exact: bool = False) -> Iterator[Any]:
        """A cursor on this database; inside ``connected`` the same for all that want one of its kind."""
        if self._open is None:
            with self.server.session(self.name, self.settings, writing=writing, exact=exact) as cursor:
                yield cursor
            return
        try:
            if (writing, exact) not in self._sessions:
                session = self.server.session(self.name, self.settings, writing=writing, exact=exact)
                self._sessions[writing, exact] = self._open.enter_context(session)
            yield self._sessions[writing, exact]
        except self.server.driver.Error as error:
            raise self.server.error(error, self.name) from error

    def _reading(self, exact: bool = False) -> ContextManager[Any]:
        """A cursor on this database that cannot write."""
        return self._session(exact=exact)

    @contextmanager
    def _streaming(self) -> Iterator[Any]:
        """A cursor that cannot write, for one query whose rows are not held all at once.

        Inside ``connected`` the next query gets it once this one is at its end; it must leave no lock. One
        that is let go of before is closed: the server would go on with it.
        """
        scope = self._open
        cursor, ending = self._idle.pop() if self._idle else (None, ExitStack())
        with ending:
            if cursor is None:
                session = self.server.session(self.name, self.settings, streaming=True, exact=True)
                cursor = ending.enter_context(session)
            yield cursor
            if scope is not None and scope is self._open:
                self._idle.append((cursor, ending.pop_all()))

    def _administrating(self, writing: bool = False) -> ContextManager[Any]:
        """A cursor on the server, whether this database exists or not."""
        return self.server.administrating(writing, self.name)

    def _alone(self) -> ContextManager[Any]:
        """The same in a session of its own, for what lasts as long as that."""
        return self.server.session(self.server.admin_database, about=self.name)

    def rows(self, sql: str, parameters: Tuple[object, ...] = ()) -> List[Dict[str, Any]]:
        """The rows of a query as dictionaries with lower-case keys. Read-only."""
        with self._reading() as cursor:
            return fetch(cursor, sql, parameters)

    def fetch_each(self, queries: Iterable[str]) -> Iterator[List[Tuple[object, ...]]]:
        # One connection for all of them: each costs more than such a query.
        with self._reading(exact=True) as cursor:
            for sql in queries:
                cursor.execute(sql)
                yield list(cursor.fetchall())

    def fingerprints(self, tables: Iterable[Table]) -> Dict[str, str]:
        found: Dict[str, str] = {}
        with self.connected():
            for table in tables:
                columns = [column for column in table.columns if not column.generated]
                # A table that cannot be read is left out.
                with suppress(DatabaseError):
                    ((row,),) = self.fetch_each([self._fingerprint(table.name, columns)])
                    found[table.name] = " ".join(map(str, row))
        return found

    @abc.abstractmethod
    def _fingerprint(self, table: str, columns: Sequence[Column]) -> str:
        """A query for the number of rows of a table, and for what they say in these columns."""

    def exists(self) -> bool:
        with self._administrating() as cursor:
            return self._exists(cursor)

    @abc.abstractmethod
    def _exists(self, cursor: Any) -> bool:
        """Whether the server has this database."""

    @abc.abstractmethod
    def folds_names(self) -> bool:
        """Whether the server ignores letter case in names of databases. Read-only."""

    def is_throwaway(self) -> bool:
        return is_throwaway_mark(self.read_mark(), self.name)

    def maker(self) -> Optional[str]:
        return str(self.read_mark().get("of", "")) if self.is_throwaway() else None

    @abc.abstractmethod
    def read_mark(self) -> Mark:
        """Its mark; empty where there is none. Read-only."""

    # -- for labs and db-throwaway, on what is ours ---------------------------------------------

    @abc.abstractmethod
    def _write_mark(self, mark: Mark) -> None:
        """Set its mark."""

    @abc.abstractmethod
    def _mark_at_birth(self) -> Mark:
        """What stands for the mark of one whose maker died between creating and marking it. Read-only."""

    @abc.abstractmethod
    def _create(self, like: "ServerDatabase") -> None:
        """Create this database, empty, with the properties of another one, which need not exist.

        Raises DatabaseError with the GRANT that is missing.
        """

    @abc.abstractmethod
    def _copy_to(self, target: "ServerScratch", lab: Lab) -> None:
        """Create ``target`` with the schema and rows of this database."""

    @abc.abstractmethod
    def _fill(self, target: "ServerScratch", lab: Lab) -> None:
        """Fill the empty ``target``, maybe on another server, with the schema and rows of this one."""

    def _defaults(self) -> str:
        """What it gives to tables that say nothing else, as a clause of SQL; nothing where one that is there cannot
        be given other ones."""
        return ""

    def can_fill(self, target: "ServerDatabase") -> bool:
        """Whether a copy can be made there: on another server, too, where a dump goes between them.

        Raises DatabaseError where a server that must be asked cannot be reached.
        """
        return True

    @abc.abstractmethod
    def _drop(self) -> None:
        """Drop this database if there is one, sessions of ours included."""

    @abc.abstractmethod
    def _scratch_names(self) -> List[str]:
        """Names of databases on the server with our prefix that belong to this user."""

    def named(self, name: str) -> "ServerDatabase":
        """Another database on the same server."""
        return type(self)(self.server, name)

    def drop(self) -> None:
        self.refuse_unless_marked()
        self._drop()

    def clear_leftovers(self) -> None:
        """Drop scratch databases on the server whose lease nobody holds any more."""
        names = self._scratch_names()
        leases = {name: lease for name in names for lease in [lease_of(name)] if lease}
        if not leases:
            return
        dead = {lease for lease in set(leases.values()) if not self.server.is_alive(lease)}
        for name in (name for name, lease in leases.items() if lease in dead):
            database = self.named(name)
            try:
                # Another mark than a scratch database's: somebody gave it another meaning.
                ours = (database.read_mark() or database._mark_at_birth()) == scratch_mark(name)
                if ours and database._give_back(self):
                    database._drop()
            except DatabaseError:
                if database.exists():
                    raise
                # Its maker has ended meanwhile, and has taken it along.

    def _give_back(self, finder: "ServerDatabase") -> bool:
        """Put back what its dead maker had taken from the database that it was about to replace; False where
        that is for another run to do. ``finder`` is the database beside which it was found."""
        return True

    def sibling_url(self, suffix: str) -> Optional[str]:
        plain = re.sub(r"[^A-Za-z0-9_]+", "_", suffix)
        base, mark, query = text_of(self.server.url(f"{self.name}_{plain}")).partition("?")
        # Kallithea itself cannot start with a "%" in its URL; a socket's path needs none.
        return base + mark + query.replace("%2F", "/")


class ServerScratch(ServerDatabase, Scratch):
    """A scratch database on a server."""

    known_since_made: Tuple[str, ...] = ("settings",)

    @contextmanager
    def handed_over(self, other_zone: bool = False) -> Iterator[str]:
        self._may_be_altered()
        settings = (*self.settings, self.server.other_zone) if other_zone else self.settings
        with handed_over(lambda: self.server.connect(self.name, settings, fenced=True)):
            yield self.nowhere()

    def nowhere(self) -> str:
        # With the driver named: for plain names Kallithea's set-up drops and creates by itself.
        return (
            f"{self.engine}+{self.server.driver_name}://{NOWHERE}/{re.sub('[^A-Za-z0-9_]', '_', self.name)}"
        )

    def _may_be_altered(self) -> None:
        """From now on somebody else may alter it: what is known of it may be so no more."""

    def _writing(self) -> ContextManager[Any]:
        return self._session(writing=True)

    def execute(self, statements: Iterable[str]) -> None:
        self._may_be_altered()
        with self._writing() as cursor:
            for statement in statements:
                cursor.execute(statement)

    @contextmanager
    def scripting(self) -> Iterator[Callable[[str], None]]:
        self._may_be_altered()
        settings = (*self.settings, self.server.other_zone)
        with self._connected(settings, fenced=True) as connection:
            self.server.commit_each(connection)
            with closing(connection.cursor()) as cursor:
                yield cursor.execute

    @contextmanager
    def inserting(self, table: str) -> Iterator[Callable[[Mapping[str, object]], bool]]:
        with self._writing() as cursor:
            cursor.execute("BEGIN")
            try:
                yield lambda row: not self._refused(cursor, table, row)
            except BaseException:
                cursor.execute("ROLLBACK")
                raise
            cursor.execute("COMMIT")

    def insert_many(self, table: str, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> int:
        names = ", ".join(map(self.quoted, columns))
        target = literally(f"INSERT INTO {self.table(table)} ({names}) VALUES ")
        one = f"({', '.join(['%s'] * len(columns))})"

        def insert(cursor: Any, some: Sequence[Sequence[object]]) -> int:
            try:
                cursor.execute(
                    self._before(cursor) + target + ", ".join([one] * len(some)),
                    [value for row in some for value in row],
                )
                return len(some)
            except self.server.driver.Error:
                if self._after_refusal:
                    cursor.execute(self._after_refusal)
            if len(some) == 1:
                return 0
            middle = len(some) // 2
            return insert(cursor, some[:middle]) + insert(cursor, some[middle:])

        with self._writing() as cursor:
            cursor.execute("BEGIN")
            done = sum(insert(cursor, rows[n : n + _AT_A_TIME]) for n in range(0, len(rows), _AT_A_TIME))
            cursor.execute("COMMIT")
        return done

    @contextmanager
    def trying(self) -> Iterator[Callable[[str, Mapping[str, object]], str]]:
        with self._connected(self.settings) as connection, closing(connection.cursor()) as cursor:
            try:
                yield partial(self._refused, cursor)
            finally:
                # Not with the connection: its end may come later than what follows here.
                connection.rollback()

    def _before(self, cursor: Any) -> str:
        """What is sent with a row, before it, so that the transaction goes on where the row is refused."""
        return self._before_refusal

    def _refused(self, cursor: Any, table: str, row: Mapping[str, object]) -> str:
        """Insert a row in a transaction, which goes on: why the server refuses it; "" where it does not."""
        names = ", ".join(map(self.quoted, row))
        marks = ", ".join(["%s"] * len(row))
        target = literally(f"INSERT INTO {self.table(table)} ")
        values = literally(f"({names}) VALUES (") + f"{marks})" if row else self._no_values
        try:
            cursor.execute(f"{self._before(cursor)}{target}{values}", tuple(row.values()))
        except self.server.driver.Error as error:
            if self._after_refusal:
                cursor.execute(self._after_refusal)
            return one_line(error)
        return ""

    @contextmanager
    def _connected(self, settings: Settings, fenced: bool = False) -> Iterator[Any]:
        """A driver's connection such as Kallithea gets. Raises DatabaseError."""
        try:
            with closing(self.server.connect(self.name, settings, fenced)) as connection:
                yield connection
        except self.server.driver.Error as error:
            raise self.server.error(error, self.name) from error

    def _resemble(self, like: ServerDatabase) -> None:
        """Give this empty database what sessions on another one rely on."""

    def _take_defaults(self, defaults: str) -> None:
        """Give this empty database other defaults; only for a borrowed one."""

    @abc.abstractmethod
    def _what_changes(self) -> Mark:
        """What a borrowed database has that its use as a scratch one changes."""

    @abc.abstractmethod
    def _clear(self, came_with: Mark) -> None:
        """Remove every object, give back ``what changes``, and last of all remove the mark: whoever finds it after
        a kill goes on here. Only for a borrowed one."""
