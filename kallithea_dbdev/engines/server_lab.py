"""Labs on a server: scratch databases under a lease, or one empty database that was lent to us."""

from __future__ import annotations

from typing import Callable, ContextManager, NoReturn, Optional, Set, Tuple

from ..errors import DatabaseError, TargetRefusedError
from ..workspace import Workspace
from .database import Database, Scratch
from .lab import Lab
from .marks import Lease, Mark, lease_of, scratch_mark, scratch_name
from .served import ServerDatabase, ServerScratch
from .server import Server

#: In the mark of a database that was lent to us.
_CAME_WITH = "came with"


class ServerLab(Lab):
    """Makes scratch databases on the server of ``like``, under one lease."""

    #: Servers on which this process has removed what dead runs left: once is enough.
    _cleared: Set[Server] = set()

    def __init__(self, like: ServerDatabase, workspace: Workspace) -> None:
        super().__init__(like)
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
            self._keep(server.administrated())
            if server not in self._cleared:
                self._place.clear_leftovers()
                self._cleared.add(server)
            lease = Lease.new()
            self._keep(server.holding(lease))
            self._leased = lease
        return self._leased

    def _keep(self, kept: ContextManager[None]) -> None:
        """Until the workspace ends: registered before any database, it goes after the last of them."""
        kept.__enter__()
        self._workspace.defer(lambda: kept.__exit__(None, None, None))

    def circumstances(self) -> Tuple[str, ...]:
        return self._like.circumstances()

    def scratch(self, label: str) -> Scratch:
        database = self._new(label)
        self._make(database, lambda: database._create(self._like))
        database._resemble(self._like)
        return database

    def _in_child(self) -> ContextManager[None]:
        # The sessions of its parent are not its own.
        return self._place.server.administrated()

    def _copy_into(self, database: Scratch, source: Database) -> None:
        assert isinstance(source, ServerDatabase)
        assert isinstance(database, ServerScratch)
        self._make(database, lambda: source._copy_to(database, self))

    def _new(self, label: str) -> ServerScratch:
        name = scratch_name(self._lease(), label)
        database = self._like.scratch_type(self._place.server, name)
        self._living.add(database)
        self._workspace.defer(lambda: self._remove(database))
        return database

    def _make(self, database: ServerScratch, work: Callable[[], None]) -> None:
        try:
            work()
        except DatabaseError:
            self._unmade(database)
            raise
        database._write_mark(scratch_mark(database.name))

    def _unmade(self, database: Scratch) -> None:
        assert isinstance(database, ServerScratch)
        # Without the right to create one there is none to drop, nor the right to.
        if not database.exists():
            self._living.discard(database)

    def _discard(self, database: Scratch) -> None:
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

    It may be on another server than ``like``. It is this run's alone from its first use on; it is left empty, as
    it came, and never dropped.
    """

    single = True

    def __init__(self, like: ServerDatabase, workspace: Workspace, borrowed: ServerDatabase) -> None:
        super().__init__(like, workspace)
        self._borrowed = like.scratch_type(borrowed.server, borrowed.name)
        #: What it came with, and is given back with.
        self._came_with: Optional[Mark] = None

    @property
    def _place(self) -> ServerDatabase:
        return self._borrowed

    def circumstances(self) -> Tuple[str, ...]:
        return (*super().circumstances(), *self._borrowed.circumstances())

    def scratch(self, label: str) -> Scratch:
        database = self._new(label)
        database._take_defaults(database.set_up_defaults)
        database._resemble(self._like)
        return database

    def _copy_into(self, database: Scratch, source: Database) -> None:
        assert isinstance(source, ServerDatabase)
        assert isinstance(database, ServerScratch)
        database._take_defaults(source._defaults())
        source._fill(database, self)

    def _new(self, label: str) -> ServerScratch:
        """The borrowed database, made empty where a dead run has left something in it."""
        lease, database = self._lease(), self._borrowed
        if self._came_with is None:
            self._keep(database.lock(self._refuse))
        mark = database.read_mark()
        maker = lease_of(str(mark.get("scratch", "")))
        if maker is not None and maker != lease and database.server.is_alive(maker):
            self._refuse()
        if maker is not None and maker != lease:
            database._clear(mark.get(_CAME_WITH, {}))
        if database in self._living or not database.is_empty():
            raise TargetRefusedError(
                f"{database.display}: --scratch-url names a database that is not empty", "name an empty one"
            )
        if self._came_with is None:
            self._came_with = database._what_changes()
        self._living.add(database)
        self._workspace.defer(lambda: self._remove(database))
        # A run that finds it after a kill gives it back, too.
        database._write_mark({**scratch_mark(scratch_name(lease, label)), _CAME_WITH: self._came_with})
        return database

    def _refuse(self, _waiting: str = "") -> NoReturn:
        raise TargetRefusedError(
            f"{self._borrowed.display}: another run uses the database that --scratch-url names",
            "wait for it to end, or name another one",
        )

    def _remove(self, database: ServerScratch) -> None:
        if database in self._living:
            database._clear(self._came_with or {})
            self._living.discard(database)
