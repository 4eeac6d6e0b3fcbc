"""A server and how it is reached: one value, so that no name of a database travels without it.

Each connection says where it landed, in the server's own words: under the name that was asked for,
on the server that the first connection reached. What reads cannot write, and no connection waits
for somebody else's lock longer than some seconds.
"""

from __future__ import annotations

import abc
import configparser
import importlib
import ipaddress
import os
import re
import socket
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass
from typing import Any, ContextManager, Dict, FrozenSet, Iterator, List, Mapping, Optional, Tuple, Type

from sqlalchemy.engine.url import URL

from ..config import mistake
from ..errors import DatabaseError, TargetRefusedError
from ..messages import one_line
from ..secrets import names_secret
from .marks import Lease

CONNECT_SECONDS = 10

#: How long a lock of somebody else's is waited for.
LOCK_SECONDS = 5

#: Variables of the environment that steer the clients of servers.
_CLIENT_SETTINGS = ("PG", "MYSQL", "MARIADB", "LIBMYSQL")

#: Extra statements for each new session of a database, such as its own settings.
Settings = Tuple[str, ...]


@dataclass(frozen=True)
class Use:
    """What a connection is for."""

    writing: bool = False
    #: Values for which Python has no exact one come as text.
    exact: bool = False
    #: To SQLAlchemy, which begins its own transactions.
    handed_over: bool = False


class Server(abc.ABC):
    """One server, with the credentials and TLS parameters that we use there; compares by all of them.

    ``private``: it is ours, and nothing in the environment or in an option file is meant for it.
    """

    engine: str
    #: Driver names of URLs -> module to import, and the package that brings it.
    drivers: Dict[str, Tuple[str, str]]
    #: The database to connect to where none in particular is meant.
    admin_database: Optional[str]
    default_port: int
    #: A statement that takes a session out of UTC.
    other_zone: str

    def __init__(self, url: URL, private: bool = False) -> None:
        """Raises DatabaseError where the URL's driver is unknown or not installed."""
        self._url = with_database(url, None)
        self.private = private
        #: What it is called where its address tells nobody anything.
        self.title = ""
        self._identity: Optional[str] = None
        #: The sessions of ``administrated``.
        self._shared = _Shared()
        dialect = url.get_dialect()
        if dialect.driver not in self.drivers:
            known = ", ".join(f"{self.engine}+{driver}" for driver in self.drivers)
            raise DatabaseError(
                f"{self.engine}+{dialect.driver}: this driver is not supported", f"write one of: {known}"
            )
        module, package = self.drivers[dialect.driver]
        try:
            self.driver: Any = importlib.import_module(module)
        except ImportError as error:
            driver = f"{self.engine} server on {self.display}: the driver {module}"
            if error.name == module and isinstance(error, ModuleNotFoundError):
                raise DatabaseError(f"{driver} is not installed", f"pip install {package}") from error
            # Such as the library of the system that it is made for.
            raise DatabaseError(
                f"{driver} cannot be loaded: {one_line(error)}",
                f"install what it needs, or pip install --force-reinstall {package}",
            ) from error
        # With the driver's module it also sets what SQLAlchemy relies on, such as FOUND_ROWS.
        self._dialect = dialect(dbapi=self.driver)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Server) and (str(self._url), self.private) == (
            str(other._url),
            other.private,
        )

    def __hash__(self) -> int:
        return hash(str(self._url))

    @property
    @abc.abstractmethod
    def host(self) -> Optional[str]:
        """Its host name, or the path of its socket; "" where that is left to the client library, None
        where a file says it that only the library reads."""

    @property
    def display(self) -> str:
        """Its host or socket, for messages."""
        return self.host or "local"

    @property
    def driver_name(self) -> str:
        """The name of the driver as URLs have it."""
        return str(self._dialect.driver)

    def url(self, database: Optional[str]) -> URL:
        """The URL of a database on it; it may hold a password."""
        return with_database(self._url, database)

    def options(self) -> List[str]:
        """What the URL says of sessions, but where the server is; without a password."""
        options = [f"{key}={value}" for key, value in sorted(self._url.query.items()) if not _is_place(key)]
        return [self._url.drivername, *options]

    def parameters(self, database: Optional[str]) -> Dict[str, Any]:
        """Keyword arguments for the driver's ``connect``; they hold the password."""
        _, parameters = self._dialect.create_connect_args(self.url(database))
        return {"connect_timeout": CONNECT_SECONDS, **parameters}

    def environment(self) -> Mapping[str, str]:
        """The environment of a client program that is to reach it."""
        return {k: v for k, v in os.environ.items() if not (self.private and _is_client_setting(k))}

    # -- connections ----------------------------------------------------------------------------

    def connect(self, database: Optional[str], settings: Settings = (), fenced: bool = False) -> Any:
        """A driver's connection as SQLAlchemy wants it, for what is handed over; it may write.

        ``fenced``: what reaches beyond the database is not sent, but raises TargetRefusedError. Raises what
        the driver raises, and TargetRefusedError where it landed elsewhere.
        """
        connection = self._connect(database, self._with_fence() if fenced else {})
        try:
            self._check_in(connection, database, settings, Use(writing=True, handed_over=True))
            if fenced:
                self._fence(connection)
        except BaseException:
            connection.close()
            raise
        return connection

    def _with_fence(self) -> Mapping[str, Any]:
        """Parameters for a connection that is to be fenced."""
        return {}

    @abc.abstractmethod
    def _fence(self, connection: Any) -> None:
        """From now on a connection that was made for it holds back what reaches beyond its database."""

    @abc.abstractmethod
    def commit_each(self, connection: Any) -> None:
        """From now on a driver's connection commits each statement that is in no transaction."""

    @contextmanager
    def session(
        self,
        database: Optional[str],
        settings: Settings = (),
        writing: bool = False,
        streaming: bool = False,
        exact: bool = False,
        about: Optional[str] = None,
    ) -> Iterator[Any]:
        """A driver's cursor in autocommit mode; without ``writing`` the server refuses to change anything.

        ``streaming``: rows are not held all at once. ``exact``: values for which Python has no exact one
        come as text. Raises DatabaseError, in which the object is the
        database ``about`` (by default the one that the session is on).
        """
        try:
            connection = self._connect(database, self._exactly() if exact else {})
            try:
                self._check_in(connection, database, settings, Use(writing, exact))
                yield self._cursor(connection, streaming)
            finally:
                connection.close()
        except self.driver.Error as error:
            raise self.error(error, about or database) from error

    @contextmanager
    def administrated(self) -> Iterator[None]:
        """What is asked of the server itself inside goes through one session of each kind."""
        if self._shared.is_ours:
            yield
            return
        # What a child finds here are its parent's connections: not to be closed, so not to be let go of.
        found, self._shared = self._shared, _Shared(os.getpid())
        try:
            yield
        finally:
            shared, self._shared = self._shared, found
            shared.close()

    @contextmanager
    def administrating(self, writing: bool, about: str) -> Iterator[Any]:
        """A cursor on the server itself, for questions and statements about the database ``about``.

        Nothing may be left in the session: inside ``administrated`` others get it, too.
        """
        if not self._shared.is_ours:
            with self.session(self.admin_database, writing=writing, about=about) as cursor:
                yield cursor
            return
        shared = self._shared
        cursor = shared.living(writing, self.driver.Error)
        if cursor is None:
            session = self.session(self.admin_database, writing=writing, about=about)
            cursor = shared.add(writing, session)
        try:
            yield cursor
        except BaseException as error:
            # Nobody knows in which state it is.
            shared.remove(writing)
            if isinstance(error, self.driver.Error):
                raise self.error(error, about) from error
            raise

    def _exactly(self) -> Mapping[str, Any]:
        """Parameters for a connection that gives values with nothing of them lost."""
        return {}

    def _connect(self, database: Optional[str], more: Mapping[str, Any]) -> Any:
        with self._options_told(database), _without_client_settings(self.private):
            return self.driver.connect(**self.parameters(database), **more)

    def _check_in(self, connection: Any, database: Optional[str], settings: Settings, use: Use) -> None:
        """Prepare a new connection, and see where it landed."""
        # An option may put off to now what the driver does not like.
        with self._options_told(database):
            found = self._begin(connection, settings, use)
        self._check(database, *found)

    @contextmanager
    def _options_told(self, database: Optional[str]) -> Iterator[None]:
        """What a driver makes of the options of the URL is the URL's."""
        driver = f"{self.display_of(database)}: the driver {self.driver.__name__}"
        try:
            yield
        except configparser.Error as error:
            # Not "from" it: that one quotes the line, which may hold a password.
            raise DatabaseError(
                f"{driver} cannot read the option file that the URL names: {mistake(error)}",
                "mend that line, or name another file in sqlalchemy.url",
            ) from None
        except (TypeError, ValueError, AttributeError) as error:
            # What a driver does with an option that it does not know.
            raise DatabaseError(
                f"{driver} refuses an option of the URL: {error}",
                "mend what stands behind the '?' in sqlalchemy.url",
            ) from error
        except (OSError, RuntimeError) as error:
            # A certificate that is none, a way to log in for which a library is missing.
            raise DatabaseError(
                f"{driver} cannot connect: {one_line(error)}",
                "mend what stands behind the '?' in sqlalchemy.url, or install what it names",
            ) from error

    def _cursor(self, connection: Any, streaming: bool) -> Any:
        return connection.cursor()

    @abc.abstractmethod
    def _begin(self, connection: Any, settings: Settings, use: Use) -> Tuple[Optional[str], str]:
        """Prepare a driver's new connection: no endless wait for locks, the database's own settings, and
        (but where it is handed over) autocommit mode and the types of the other drivers.

        Returns the database that it is on, and something that only this server answers; leaves no
        transaction open.
        """

    def _check(self, database: Optional[str], landed: Optional[str], identity: str) -> None:
        if not self._is_name(landed, database):
            raise TargetRefusedError(
                f"{self.engine} server on {self.display}: a connection to {database} landed in {landed}",
                "connect to the server itself, not through a pooler that renames databases",
            )
        if self._identity not in (None, identity):
            raise TargetRefusedError(
                f"{self.engine} server on {self.display}: two connections landed on different servers",
                "name one server, not an address that several share",
            )
        self._identity = identity

    def _is_name(self, landed: Optional[str], database: Optional[str]) -> bool:
        return landed == database

    @abc.abstractmethod
    def error(self, error: Exception, database: Optional[str]) -> DatabaseError:
        """What the server said of a database, as one line with a way out."""

    @property
    def _way_in(self) -> str:
        """What to do where no connection comes about."""
        return "" if self.private else "start the server, or mend the URL (address, user, password)"

    def display_of(self, database: Optional[str]) -> str:
        """How messages name a database on it, or the server itself."""
        if self.title:
            return f"database {database} on {self.title}" if database else self.title
        what = f"database {database}" if database else "server"
        return f"{self.engine} {what} on {self.display}"

    @abc.abstractmethod
    def product(self) -> str:
        """Product and version, as the server tells them: "PostgreSQL 15.4". Read-only."""

    # -- who else -------------------------------------------------------------------------------

    @abc.abstractmethod
    def _hold(self, cursor: Any, lease: Lease) -> None:
        """Take the lock of a lease in a session, until it ends."""

    @abc.abstractmethod
    def _is_held(self, cursor: Any, lease: Lease) -> bool:
        """Whether any session on the server holds the lock of a lease."""

    @contextmanager
    def holding(self, lease: Lease) -> Iterator[None]:
        """Hold a lease: as long as this lasts, and no longer, what was made under it is alive."""
        with self.session(self.admin_database) as cursor:
            self._hold(cursor, lease)
            yield

    def is_alive(self, lease: Lease) -> bool:
        """Whether somebody holds a lease. Read-only."""
        with self.session(self.admin_database) as cursor:
            return self._is_held(cursor, lease)

    def is_same(self, other: "Server") -> bool:
        """Whether both are one server: what one session locks, the other sees. Read-only.

        Raises DatabaseError where one cannot be reached.
        """
        lease = Lease.new()
        with self.holding(lease):
            return other.is_alive(lease)

    # -- its address ----------------------------------------------------------------------------

    @property
    def usual_port(self) -> object:
        """The port where the URL names none."""
        return self.default_port

    def places(self) -> FrozenSet[str]:
        """Its address in all spellings that can be told without connecting to it."""
        host = self.host
        if host is None:
            return frozenset()
        port = self._url.query.get("port") or self._url.port or self.usual_port
        if not host or host.startswith("/"):
            return frozenset({f"{host}:{port}"})
        return frozenset({f"{host.lower()}:{port}", *(f"{address}:{port}" for address in addresses(host))})

    @property
    def remote(self) -> bool:
        """Whether it is on another machine."""
        host = self.host
        if host is None:
            return True  # nobody knows
        if not host or host.startswith("/"):
            return False
        found = addresses(host)
        return not found or not all(ipaddress.ip_address(a).is_loopback for a in found)


class _Shared:
    """Sessions that are kept open for a while, by whether they write; of one process: a child of it has
    the same connections, and must leave them alone."""

    def __init__(self, pid: int = 0) -> None:
        self._pid = pid
        self._sessions: Dict[bool, Tuple[Any, ContextManager[Any]]] = {}

    @property
    def is_ours(self) -> bool:
        """Whether this process may use them."""
        return self._pid == os.getpid()

    def living(self, writing: bool, errors: Type[Exception]) -> Any:
        """The cursor of one that is still connected; None where there is none."""
        if writing not in self._sessions:
            return None
        cursor, _ = self._sessions[writing]
        try:
            cursor.execute("SELECT 1")
            cursor.fetchall()
            return cursor
        except errors:
            self.remove(writing)
            return None

    def add(self, writing: bool, session: ContextManager[Any]) -> Any:
        """Open a session, and its cursor."""
        cursor = session.__enter__()
        self._sessions[writing] = (cursor, session)
        return cursor

    def remove(self, writing: bool) -> None:
        """Close one, which may be broken."""
        _, session = self._sessions.pop(writing, (None, nullcontext()))
        with suppress(DatabaseError):
            session.__exit__(None, None, None)

    def close(self) -> None:
        """Close all of them."""
        if self.is_ours:
            for writing in tuple(self._sessions):
                self.remove(writing)


def text_of(url: URL) -> str:
    """A URL as a text from which SQLAlchemy makes the same one: 1.3 leaves a percent sign in a password as it is,
    and reads what follows it."""
    user, password = (
        part and re.sub("[%?]", lambda found: f"%{ord(found[0]):X}", str(part))
        for part in (url.username, url.password)
    )
    return str(URL(url.drivername, user, password, url.host, url.port, url.database, url.query))


def with_database(url: URL, database: Optional[str]) -> URL:
    """A URL with another database."""
    return URL(url.drivername, url.username, url.password, url.host, url.port, database, url.query)


def literally(sql: str) -> str:
    """SQL of a statement with parameters in which nothing is to be filled in: a name may hold a "%"."""
    return sql.replace("%", "%%")


def fetch(cursor: Any, sql: str, parameters: Tuple[object, ...] = ()) -> List[Dict[str, Any]]:
    """Rows as dictionaries; keys in lower case, whatever the server's version makes of them."""
    cursor.execute(sql, parameters or None)
    titles = [column[0].lower() for column in cursor.description]
    return [dict(zip(titles, row)) for row in cursor.fetchall()]


def addresses(host: str) -> List[str]:
    """The network addresses of a host name; empty where nobody knows it, or could: ``db..example.org``."""
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return []
    return sorted({str(entry[4][0]) for entry in found})


def _is_place(option: str) -> bool:
    return "host" in option or "socket" in option or option == "port" or names_secret(option)


def _is_client_setting(name: str) -> bool:
    return name.startswith(_CLIENT_SETTINGS)


@contextmanager
def _without_client_settings(private: bool) -> Iterator[None]:
    """The client libraries read the process's environment at each connection."""
    kept = {k: v for k, v in os.environ.items() if private and _is_client_setting(k)}
    for name in kept:
        del os.environ[name]
    try:
        yield
    finally:
        os.environ.update(kept)
