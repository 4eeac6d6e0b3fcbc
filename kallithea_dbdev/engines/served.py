"""Databases on a server: what PostgreSQL's and MySQL's have in common, and the labs that make them."""

from __future__ import annotations

import abc
import re
from contextlib import contextmanager
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
    Set,
    Tuple,
    Type,
)

from ..errors import DatabaseError, TargetRefusedError
from ..workspace import Workspace
from .database import Database, Scratch
from .handover import NOWHERE, handed_over
from .lab import Lab
from .marks import Lease, Mark, lease_of, scratch_mark, scratch_name, throwaway_mark
from .server import Server, Settings, fetch


class ServerDatabase(Database):
    """A database on a server: an address, which compares, and what can be asked there."""

    #: How a row of nothing but defaults is inserted.
    _no_values = "DEFAULT VALUES"
    #: The same engine's database that may be written to.
    scratch_type: Type["ServerScratch"]

    def __init__(self, server: Server, name: str) -> None:
        self.server = server
        self.name = name
        #: For each session on it: what the server itself would not do for a copy.
        self.settings: Settings = ()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ServerDatabase) and (self.server, self.name) == (other.server, other.name)

    def __hash__(self) -> int:
        return hash((self.server, self.name))

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

    def folders(self) -> FrozenSet[Path]:
        return frozenset()

    # -- reading --------------------------------------------------------------------------------

    def _reading(self, streaming: bool = False, exact: bool = False) -> ContextManager[Any]:
        """A cursor on this database that cannot write."""
        return self.server.session(self.name, self.settings, streaming=streaming, exact=exact)

    def _administrating(self, writing: bool = False) -> ContextManager[Any]:
        """A cursor on the server, whether this database exists or not."""
        return self.server.session(self.server.admin_database, writing=writing, about=self.name)

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
        return self.read_mark() == throwaway_mark(self.name)

    @abc.abstractmethod
    def read_mark(self) -> Mark:
        """Its mark; empty where there is none. Read-only."""

    # -- for labs and db-throwaway, on what is ours ---------------------------------------------

    @abc.abstractmethod
    def _write_mark(self, mark: Mark) -> None:
        """Set its mark."""

    @abc.abstractmethod
    def _create(self, like: "ServerDatabase") -> None:
        """Create this database, empty, with the properties of another one, which need not exist.

        Raises DatabaseError with the GRANT that is missing.
        """

    @abc.abstractmethod
    def _copy_to(self, target: "ServerScratch", lab: "ServerLab") -> None:
        """Create ``target`` with the schema and rows of this database."""

    @abc.abstractmethod
    def _fill(self, target: "ServerScratch", lab: "ServerLab") -> None:
        """Fill the empty ``target``, maybe on another server, with the schema and rows of this one.

        Raises UsageError where that cannot be done between these two servers.
        """

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
        for name, lease in leases.items():
            database = self.named(name)
            # Another mark than a scratch database's: somebody gave it another meaning.
            if lease in dead and database.read_mark() in ({}, scratch_mark(name)):
                database._drop()

    def sibling_url(self, suffix: str) -> Optional[str]:
        plain = re.sub(r"[^A-Za-z0-9_]+", "_", suffix)
        base, mark, query = str(self.server.url(f"{self.name}_{plain}")).partition("?")
        # Kallithea itself cannot start with a "%" in its URL; a socket's path needs none.
        return base + mark + query.replace("%2F", "/")

    def lab(self, workspace: Workspace, borrowed: Optional["ServerDatabase"] = None) -> "ServerLab":
        """A lab beside this database, or in a borrowed one that is empty."""
        return BorrowedLab(self, workspace, borrowed) if borrowed else ServerLab(self, workspace)


class ServerScratch(ServerDatabase, Scratch):
    """A scratch database on a server."""

    @contextmanager
    def handed_over(self) -> Iterator[str]:
        with handed_over(lambda: self.server.connect(self.name, self.settings)):
            # With the driver named: for plain names Kallithea's set-up drops and creates by itself.
            yield f"{self.engine}+{self.server.driver_name}://{NOWHERE}/{re.sub('[^A-Za-z0-9_]', '_', self.name)}"

    def _writing(self) -> ContextManager[Any]:
        return self.server.session(self.name, self.settings, writing=True)

    def execute(self, statements: Iterable[str]) -> None:
        with self._writing() as cursor:
            for statement in statements:
                cursor.execute(statement)

    @contextmanager
    def inserting(self, table: str) -> Iterator[Callable[[Mapping[str, object]], bool]]:
        with self._writing() as cursor:
            cursor.execute("BEGIN")

            def insert(row: Mapping[str, object]) -> bool:
                names = ", ".join(map(self.quoted, row))
                marks = ", ".join(["%s"] * len(row))
                # What is not to be filled in must be doubled: a name may hold a "%".
                target = f"INSERT INTO {self.table(table)} ".replace("%", "%%")
                values = f"({names}) VALUES (".replace("%", "%%") + f"{marks})" if row else self._no_values
                cursor.execute("SAVEPOINT refused")
                try:
                    cursor.execute(target + values, tuple(row.values()))
                except self.server.driver.Error:
                    cursor.execute("ROLLBACK TO SAVEPOINT refused")
                    return False
                return True

            yield insert
            cursor.execute("COMMIT")

    def _resemble(self, like: ServerDatabase) -> None:
        """Give this empty database what sessions on another one rely on."""

    @abc.abstractmethod
    def _clear(self) -> None:
        """Remove every object, and the mark; only for a borrowed one."""


class ServerLab(Lab):
    """Makes scratch databases on the server of ``like``, under one lease."""

    #: Servers on which this process has removed what dead runs left: once is enough.
    _cleared: Set[Server] = set()

    def __init__(self, like: ServerDatabase, workspace: Workspace) -> None:
        super().__init__()
        self.engine = like.engine
        self._like = like
        self._workspace = workspace
        self._leased: Optional[Lease] = None
        self._living: Set[ServerScratch] = set()

    @property
    def _place(self) -> ServerDatabase:
        """A database on the server where scratch databases are made."""
        return self._like

    def _lease(self) -> Lease:
        """The lease, which is held from its first use until the workspace ends."""
        if self._leased is None:
            server = self._place.server
            if server not in self._cleared:
                self._place.clear_leftovers()
                self._cleared.add(server)
            lease = Lease.new()
            holding = server.holding(lease)
            holding.__enter__()
            # Registered before any database: it is let go of after the last of them is gone.
            self._workspace.defer(lambda: holding.__exit__(None, None, None))
            self._leased = lease
        return self._leased

    def scratch(self, label: str) -> Scratch:
        database = self._new(label)
        self._make(database, lambda: database._create(self._like))
        database._resemble(self._like)
        return database

    def copy(self, source: Database, label: str) -> Scratch:
        assert isinstance(source, ServerDatabase)
        database = self._new(label)
        self._make(database, lambda: source._copy_to(database, self))
        return database

    def _new(self, label: str) -> ServerScratch:
        """A database that does not exist yet, and whose removal is seen to."""
        name = scratch_name(self._lease(), label)
        database = self._like.scratch_type(self._place.server, name)
        self._living.add(database)
        self._workspace.defer(lambda: self._remove(database))
        return database

    def _make(self, database: ServerScratch, work: Callable[[], None]) -> None:
        try:
            work()
        except DatabaseError:
            # Without the right to create one there is none to drop, nor the right to.
            if not database.exists():
                self._living.discard(database)
            raise
        database._write_mark(scratch_mark(database.name))

    def discard(self, database: Scratch) -> None:
        if database not in self._living:
            raise TargetRefusedError(f"{database.display}: not a scratch database of this run")
        assert isinstance(database, ServerScratch)
        self._remove(database)

    def _remove(self, database: ServerScratch) -> None:
        if database in self._living:
            database._drop()
            self._living.discard(database)


class BorrowedLab(ServerLab):
    """Uses one empty database that an administrator made, for all scratch databases in turn.

    It may be on another server than ``like``. It is left empty, and never dropped.
    """

    single = True

    def __init__(self, like: ServerDatabase, workspace: Workspace, borrowed: ServerDatabase) -> None:
        super().__init__(like, workspace)
        self._borrowed = like.scratch_type(borrowed.server, borrowed.name)

    @property
    def _place(self) -> ServerDatabase:
        return self._borrowed

    def scratch(self, label: str) -> Scratch:
        database = self._take(label)
        database._resemble(self._like)
        return database

    def copy(self, source: Database, label: str) -> Scratch:
        assert isinstance(source, ServerDatabase)
        database = self._take(label)
        source._fill(database, self)
        return database

    def _take(self, label: str) -> ServerScratch:
        """The borrowed database, made empty where a dead run has left something in it."""
        lease, database = self._lease(), self._borrowed
        mark = database.read_mark()
        maker = lease_of(str(mark.get("scratch", "")))
        if maker is not None and maker != lease and database.server.is_alive(maker):
            raise TargetRefusedError(
                f"{database.display}: another run uses the database that --scratch-url names",
                "wait for it to end, or name another one",
            )
        if maker is not None and maker != lease:
            database._clear()
        if database in self._living or not database.is_empty():
            raise TargetRefusedError(
                f"{database.display}: --scratch-url names a database that is not empty", "name an empty one"
            )
        self._living.add(database)
        self._workspace.defer(lambda: self._remove(database))
        database._write_mark(scratch_mark(scratch_name(lease, label)))
        return database

    def _remove(self, database: ServerScratch) -> None:
        if database in self._living:
            database._clear()
            self._living.discard(database)
