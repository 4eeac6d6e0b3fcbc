"""What databases on a server have in common: connections, scratch databases, marks, leftovers.

Kallithea and Alembic never get the real URL: they get one without a password and with a host
that does not exist, and each connection that they open is given the real parameters by a
SQLAlchemy event. So no password reaches a configuration, a log or a message of theirs.
"""

from __future__ import annotations

import abc
import importlib
import ipaddress
import json
import os
import re
import secrets
import socket
import time
import zlib
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Callable, Dict, FrozenSet, Iterable, Iterator, List, Mapping, Optional, Set, Tuple

from sqlalchemy import event
from sqlalchemy.engine import Engine
from sqlalchemy.engine.url import URL, make_url

from ..errors import DatabaseError, TargetRefusedError, UsageError
from ..schema.model import Schema
from ..workspace import Workspace
from .database import Database, refuse_other

#: Every database that this tool makes for itself has a name that begins so.
SCRATCH_PREFIX = "kdbdev_"

#: A host that cannot exist (RFC 2606): without the event no connection is ever made.
NO_HOST = "handed-over.invalid"

#: A leftover whose process cannot be asked (another machine) is dead after this long.
LEFTOVER_HOURS = 24

CONNECT_SECONDS = 10

#: Servers on which this process has removed what dead runs left: once is enough.
_reaped: Set[str] = set()


class ServerDatabase(Database):
    """A database on a PostgreSQL or MySQL server."""

    #: Driver names of URLs -> module to import, and the package that brings it.
    drivers: Dict[str, Tuple[str, str]]
    #: The database to connect to where the one itself may not exist.
    admin_database: Optional[str]
    default_port: int
    #: How a row of nothing but defaults is inserted.
    _no_values = "DEFAULT VALUES"

    def __init__(self, url: URL, folder: Optional[Path] = None) -> None:
        super().__init__(url, folder)
        if not url.database:
            raise DatabaseError(f"{url!r}: the URL names no database")
        self.name: str = url.database
        self._scratch: Optional[ServerDatabase] = None
        self._discarded = False
        dialect = url.get_dialect()
        module, package = self.drivers[dialect.driver]
        try:
            self._driver: Any = importlib.import_module(module)
        except ImportError as error:
            raise DatabaseError(
                f"{self.display}: the driver {module} is not installed", f"pip install {package}"
            ) from error
        # With the driver's module it also sets what SQLAlchemy relies on, such as FOUND_ROWS.
        self._dialect = dialect(dbapi=self._driver)

    @property
    def display(self) -> str:
        host = self._url.host or self._url.query.get("host") or self._url.query.get("unix_socket") or "local"
        return f"{self.engine} database {self.name} on {host}"

    # -- connections ----------------------------------------------------------------------------

    def _parameters(self, database: Optional[str]) -> Dict[str, Any]:
        """Keyword arguments for the driver's ``connect``; they hold the password."""
        _, parameters = self._dialect.create_connect_args(self._url_of(database))
        return dict(parameters)

    @contextmanager
    def _cursor(self) -> Iterator[Any]:
        """A driver's cursor in autocommit mode on this database."""
        with self._connected(self.name) as cursor:
            yield cursor

    @contextmanager
    def _admin_cursor(self) -> Iterator[Any]:
        """A driver's cursor in autocommit mode on the server, whether this database exists or not."""
        with self._connected(self.admin_database) as cursor:
            yield cursor

    @contextmanager
    def _connected(
        self, database: Optional[str], kind: Any = None, more: Optional[Mapping[str, Any]] = None
    ) -> Iterator[Any]:
        try:
            connection = self._driver.connect(
                **{"connect_timeout": CONNECT_SECONDS, **self._parameters(database), **(more or {})}
            )
            try:
                self._set_up(connection)
                yield connection.cursor(kind) if kind else connection.cursor()
            finally:
                connection.close()
        except self._driver.Error as error:
            raise self._error(error) from error

    @abc.abstractmethod
    def _set_up(self, connection: Any) -> None:
        """Switch a driver's new connection to autocommit, and to the types of the other drivers."""

    @abc.abstractmethod
    def _error(self, error: Exception) -> DatabaseError:
        """What the server said, as one line with a way out."""

    @contextmanager
    def handed_over(self) -> Iterator[str]:
        real = self._parameters(self.name)
        name = self.name

        def connect(dialect: Any, _record: Any, args: List[Any], parameters: Dict[str, Any]) -> None:
            if parameters.get("host") == NO_HOST and name in parameters.values():
                parameters.clear()
                parameters.update(real)
            elif parameters != real:  # an engine keeps what it was given at first
                refuse_other(dialect, args, parameters)

        event.listen(Engine, "do_connect", connect)
        try:
            yield f"{self._handed_over_driver}://{NO_HOST}/{self.name}"
        finally:
            event.remove(Engine, "do_connect", connect)

    @property
    def _handed_over_driver(self) -> str:
        """With the driver named: for plain names Kallithea's set-up drops and creates by itself."""
        return f"{self._dialect.name}+{self._dialect.driver}"

    def rows(self, sql: str, parameters: Tuple[object, ...] = ()) -> List[Dict[str, Any]]:
        """The rows of a query as dictionaries with lower-case keys. Read-only by its callers."""
        with self._cursor() as cursor:
            return fetch(cursor, sql, parameters)

    # -- identity -------------------------------------------------------------------------------

    def identities(self) -> FrozenSet[str]:
        names = {f"{self.engine} {place}/{self._folded_name(None)}" for place in self._places()}
        try:
            with self._admin_cursor() as cursor:
                # The server itself says which one it is: one server may have many addresses.
                names.add(f"{self.engine} server {self._server_id(cursor)}/{self._folded_name(cursor)}")
        except DatabaseError:
            pass  # not reachable: its address has to do
        return frozenset(names)

    def _places(self) -> Iterator[str]:
        host = self._url.host or self._url.query.get("host") or self._url.query.get("unix_socket") or ""
        port = self._url.port or self._url.query.get("port") or self.default_port
        if not host or host.startswith("/"):
            yield f"{host}:{port}"
            return
        yield f"{host.lower()}:{port}"
        for address in _addresses(host):
            yield f"{address}:{port}"

    @abc.abstractmethod
    def _server_id(self, cursor: Any) -> str:
        """Something that only this server answers."""

    def _folded_name(self, cursor: Any) -> str:
        """The database's name, folded where the server ignores letter case."""
        return self.name

    def folders(self) -> FrozenSet[Path]:
        return frozenset()

    @property
    def remote(self) -> bool:
        host = self._url.host or self._url.query.get("host") or ""
        if not host or host.startswith("/"):
            return False
        addresses = _addresses(host)
        return not addresses or not all(ipaddress.ip_address(a).is_loopback for a in addresses)

    # -- marks ----------------------------------------------------------------------------------

    def exists(self) -> bool:
        with self._admin_cursor() as cursor:
            return self._exists(cursor, self.name)

    @abc.abstractmethod
    def _exists(self, cursor: Any, name: str) -> bool:
        """Whether the server has a database of that name."""

    def is_throwaway(self) -> bool:
        return self._read_mark(self.name) == {"throwaway": self.name}

    @abc.abstractmethod
    def _read_mark(self, name: str) -> Dict[str, Any]:
        """The mark of a database; empty where there is none."""

    @abc.abstractmethod
    def _write_mark(self, name: str, mark: Dict[str, Any]) -> None:
        """Set the mark of a database."""

    # -- scratch databases ----------------------------------------------------------------------

    def scratch(self, workspace: Workspace, label: str) -> Database:
        database = self._next_scratch(workspace, label)
        if not database.borrowed:
            database._create(None)
            database._write_mark(database.name, scratch_mark(database.name))
        return database

    def copy(self, workspace: Workspace, label: str) -> Database:
        database = self._next_scratch(workspace, label)
        try:
            self._copy_into(database)
        except DatabaseError:
            # Without the right to create one there is none to drop, nor the right to.
            database._discarded = not database.exists()
            raise
        if not database.borrowed:
            database._write_mark(database.name, scratch_mark(database.name))
        return database

    def fetch_each(self, queries: Iterable[str]) -> Iterator[List[Tuple[object, ...]]]:
        # One connection for all of them: each costs more than such a query.
        with self._cursor() as cursor:
            for sql in queries:
                cursor.execute(sql)
                yield list(cursor.fetchall())

    def _next_scratch(self, workspace: Workspace, label: str) -> "ServerDatabase":
        """A scratch database that does not exist yet, or the empty one that we were given."""
        server = str(self._url_of(None))
        if server not in _reaped:
            self.remove_dead_scratch()
            _reaped.add(server)
        if self._scratch is None:
            database = self._named(scratch_name(label))
        else:
            database = self._scratch
            mark = database._read_mark(database.name)
            if "scratch" in mark and is_dead(database.name, mark):
                database._clear()
            if not database.is_empty():
                raise TargetRefusedError(
                    f"{database.display}: --scratch-url names a database that is not empty",
                    "name an empty one",
                )
            database._write_mark(database.name, scratch_mark(scratch_name(label)))
        database._discarded = False
        workspace.defer(database.discard)
        return database

    def use_scratch(self, url: str) -> None:
        database = type(self)(make_url(url))
        if database._url.get_backend_name() != self._url.get_backend_name():
            raise UsageError(f"--scratch-url: not a {self.engine} database")
        if self.identities() & database.identities():
            raise TargetRefusedError(
                f"{database.display}: --scratch-url names the configured database itself",
                "name an empty one",
            )
        database.borrowed = True
        self._scratch = database
        self.single_scratch = True

    def sibling_url(self, suffix: str) -> Optional[str]:
        plain = re.sub(r"[^A-Za-z0-9_]+", "_", suffix)
        base, mark, query = str(self._url_of(f"{self.name}_{plain}")).partition("?")
        # Kallithea itself cannot start with a "%" in its URL; a socket's path needs none.
        return base + mark + query.replace("%2F", "/")

    def _url_of(self, database: Optional[str]) -> URL:
        return URL(
            self._url.drivername,
            self._url.username,
            self._url.password,
            self._url.host,
            self._url.port,
            database,
            self._url.query,
        )

    def _named(self, name: str) -> "ServerDatabase":
        """Another database on the same server."""
        return type(self)(self._url_of(name))

    @abc.abstractmethod
    def _create(self, source: Optional[str]) -> None:
        """Create this database; raises DatabaseError with the GRANT that is missing."""

    @abc.abstractmethod
    def _copy_into(self, target: "ServerDatabase") -> None:
        """Create ``target``, unless it is borrowed, with the schema and rows of this database."""

    @abc.abstractmethod
    def _clear(self) -> None:
        """Remove every object from this database and its mark; only for a borrowed one."""

    @abc.abstractmethod
    def _drop(self, name: str) -> None:
        """Drop a database of that name if there is one, sessions of ours included."""

    def discard(self) -> None:
        if self._discarded:
            return
        if self.borrowed:
            self._clear()
        elif self.name.startswith(SCRATCH_PREFIX):
            self._drop(self.name)
        else:
            raise TargetRefusedError(f"{self.display}: not a scratch database")
        self._discarded = True

    @abc.abstractmethod
    def _scratch_names(self) -> List[str]:
        """Names of databases with our prefix that belong to this user."""

    def remove_dead_scratch(self) -> None:
        """Drop scratch databases of runs that are dead: killed here, or very old."""
        for name in self._scratch_names():
            if is_dead(name, self._read_mark(name)):
                self._drop(name)

    def clear_leftovers(self) -> None:
        self.remove_dead_scratch()

    def execute(self, statements: Iterable[str]) -> None:
        with self._cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)

    @contextmanager
    def inserting(self, table: str) -> Iterator[Callable[[Mapping[str, object]], bool]]:
        with self._cursor() as cursor:
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
                except self._driver.Error:
                    cursor.execute("ROLLBACK TO SAVEPOINT refused")
                    return False
                return True

            yield insert
            cursor.execute("COMMIT")

    def drop(self) -> None:
        self._refuse_unless_replaceable()
        if self.exists():
            self._drop(self.name)

    def _refuse_unless_replaceable(self) -> None:
        if self.exists() and not self.is_empty() and not self.is_throwaway():
            raise TargetRefusedError(
                f"{self.display}: this database does not carry the mark of a throwaway",
                "name another database, or remove it yourself if nobody needs it",
            )

    @abc.abstractmethod
    def read_schema(self) -> Schema: ...


def fetch(cursor: Any, sql: str, parameters: Tuple[object, ...] = ()) -> List[Dict[str, Any]]:
    """Rows as dictionaries; keys in lower case, whatever the server's version makes of them."""
    cursor.execute(sql, parameters or None)
    titles = [column[0].lower() for column in cursor.description]
    return [dict(zip(titles, row)) for row in cursor.fetchall()]


def scratch_name(label: str) -> str:
    """A new name: prefix, time, machine, process, chance, and what it is for.

    63 characters at most, the least that a server allows. It tells whose it is even where a kill
    came between creating the database and marking it.
    """
    plain = re.sub(r"[^a-z0-9]+", "_", label.lower())[:16]
    chance = secrets.token_hex(3)
    return f"{SCRATCH_PREFIX}{int(time.time()):x}_{_machine()}_{os.getpid():x}_{chance}_{plain}"


_SCRATCH_NAME = re.compile(
    rf"{SCRATCH_PREFIX}(?P<made>[0-9a-f]{{8}})_(?P<machine>[0-9a-f]{{8}})_(?P<pid>[0-9a-f]+)_[0-9a-f]{{6}}_[a-z0-9_]*"
)


def _machine() -> str:
    return f"{zlib.crc32(socket.gethostname().encode()):08x}"


def scratch_mark(name: str) -> Dict[str, Any]:
    """The mark of a scratch database; its name says who made it."""
    return {"scratch": name}


def is_dead(name: str, mark: Dict[str, Any]) -> bool:
    """Whether the run that made a scratch database is over.

    False for what has no name of ours in full, or carries another mark.
    """
    match = _SCRATCH_NAME.fullmatch(str(mark.get("scratch", name)))
    if match is None or (mark and "scratch" not in mark):
        return False
    if mark and time.time() - int(match["made"], 16) > LEFTOVER_HOURS * 3600:
        return True
    if match["machine"] != _machine():
        return False
    try:
        os.kill(int(match["pid"], 16), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        pass  # alive, another user's
    return False


MARK_HEAD = "kallithea-dbdev: "


def mark_text(mark: Dict[str, Any]) -> str:
    """A mark as one line of text."""
    return MARK_HEAD + json.dumps(mark, sort_keys=True)


def parse_mark(text: Optional[str]) -> Dict[str, Any]:
    """A mark from its text; empty where the text is none."""
    if not text or not text.startswith(MARK_HEAD):
        return {}
    try:
        mark = json.loads(text[len(MARK_HEAD) :])
    except ValueError:
        return {}
    return mark if isinstance(mark, dict) else {}


def _addresses(host: str) -> List[str]:
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except OSError:
        return []
    return sorted({str(entry[4][0]) for entry in found})
