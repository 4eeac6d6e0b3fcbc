"""The engines: the only rooms that speak SQLite, PostgreSQL or MySQL.

``open_database`` finds the room for a URL; nobody else asks which engine it is. A room is entered when
somebody asks for it: what a run has no use for would be a tenth of the time that it takes to start.
"""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Dict, Iterator, Mapping, Optional, Type
from urllib.parse import unquote, urlsplit

from sqlalchemy.engine.url import URL, make_url
from sqlalchemy.exc import ArgumentError

from ..errors import DatabaseError, TargetRefusedError, UsageError
from ..folders import server_folder
from ..secrets import remember_text
from ..workspace import Workspace
from .database import Database, Scratch
from .lab import Lab
from .served import ServerDatabase, ServerScratch
from .server import text_of
from .server_lab import BorrowedLab, ServerLab
from .sqlite.database import SqliteDatabase, SqliteScratch
from .sqlite.lab import FileLab

__all__ = ["Database", "Lab", "open_database"]


class _Engines(Mapping[str, Type[Database]]):
    """Backend name of a SQLAlchemy URL -> the class of its databases."""

    _classes: Dict[str, str] = {
        "sqlite": "SqliteDatabase",
        "postgresql": "PostgresqlDatabase",
        "mysql": "MysqlDatabase",
    }

    def __getitem__(self, name: str) -> Type[Database]:
        found: Type[Database] = getattr(import_module(f".{name}.database", __package__), self._classes[name])
        return found

    def __contains__(self, name: object) -> bool:
        return name in self._classes

    def __iter__(self) -> Iterator[str]:
        return iter(self._classes)

    def __len__(self) -> int:
        return len(self._classes)


ENGINES = _Engines()

#: What SQLAlchemy takes for the name of an engine, too.
_FORMER_NAMES = {"postgres": "postgresql"}


#: Where a URL comes from, as a rule.
_KEY = "sqlalchemy.url"


def parse_url(url: str) -> URL:
    """SQLAlchemy's URL. Raises DatabaseError without showing the text: it may hold a password."""
    remember_text(url)
    try:
        return make_url(url)
    except (ArgumentError, ValueError):
        # Not "from" it: that one quotes the URL.
        raise DatabaseError(
            f"{_KEY} is not a database URL", "write it like sqlite:///%(here)s/kallithea.db"
        ) from None


def open_database(url: str, folder: Optional[Path] = None) -> Database:
    """The database that a URL names; connects to nothing yet.

    A relative path in it is taken from ``folder``, by default from the working folder. Raises
    DatabaseError where no room speaks the engine, or not through that driver.
    """
    parsed = parse_url(url)
    backend = parsed.get_backend_name()
    if backend not in ENGINES:
        raise DatabaseError(
            f"{backend}: this database engine is not supported", f"supported: {', '.join(ENGINES)}"
        )
    _, named, driver = parsed.drivername.partition("+")
    if named and driver not in ENGINES[backend].drivers:
        names = [backend, *(f"{backend}+{name}" for name in ENGINES[backend].drivers)]
        raise DatabaseError(
            f"{parsed.drivername}: this driver is not supported", f"write {' or '.join(names)}"
        )
    if not ENGINES[backend].needs_server:
        return SqliteDatabase.of_url(parsed, folder)
    if not parsed.database:
        raise DatabaseError(f"{parsed!r}: the URL names no database")
    return _on_server(parsed, server_folder(unquote(url)) is not None)


def address_in(url: str, folder: Optional[Path] = None) -> Database:
    """The database that somebody else's URL names, to be told apart from others; connects to nothing yet.

    It may have a spelling or a driver that ``open_database`` refuses. Raises DatabaseError where it names
    no file and no database of a server that is known.
    """
    parsed = parse_url(url)
    backend = _FORMER_NAMES.get(parsed.get_backend_name(), parsed.get_backend_name())
    if backend == "sqlite":
        path = parsed.database or ""
        plain = URL(backend, database=unquote(urlsplit(path).path) if path.startswith("file:") else path)
    else:
        plain = URL(
            _with_driver(backend),
            parsed.username, parsed.password, parsed.host, parsed.port, parsed.database, parsed.query,
        )  # fmt: skip
    return open_database(text_of(plain), folder)


def _with_driver(backend: str) -> str:
    """A backend with a driver that is here; alone where there is none, or nobody knows it."""
    drivers = ENGINES[backend].drivers if backend in ENGINES else {}
    here = next((name for name, (module, _) in drivers.items() if find_spec(module)), None)
    return f"{backend}+{here}" if here else backend


def _on_server(url: URL, private: bool) -> ServerDatabase:
    """The database that a URL names, which names one."""
    kind = ENGINES[url.get_backend_name()]
    assert issubclass(kind, ServerDatabase)
    length = kind.length_of(str(url.database))
    if length > kind.longest_name:
        # PostgreSQL would cut it, and take two databases for one.
        raise DatabaseError(
            f"{url.database}: a name of a {kind.engine} database has {kind.longest_name} characters at most, "
            f"this one has {length}",
            "use a shorter one; with db-throwaway --from it ends in the name of the configuration",
        )
    return kind(kind.server_type(url, private), str(url.database))


def address_of(database: Scratch) -> Mapping[str, Any]:
    """Where another process finds a scratch database: JSON that may hold a password."""
    if isinstance(database, SqliteScratch):
        return {"path": str(database.path)}
    assert isinstance(database, ServerScratch)
    server = database.server
    return {
        "url": text_of(server.url(database.name)), "private": server.private, "settings": database.settings,
    }  # fmt: skip


def scratch_at(address: Mapping[str, Any]) -> Scratch:
    """The scratch database of an address that ``address_of`` gave, made and removed by another process."""
    if "path" in address:
        return SqliteScratch(Path(address["path"]))
    database = _on_server(parse_url(address["url"]), address["private"])
    scratch = database.scratch_type(database.server, database.name)
    scratch.settings = tuple(address["settings"])
    return scratch


def make_lab(database: Database, workspace: Workspace, borrowed: Optional[Database] = None) -> Lab:
    """Where scratch databases like ``database`` are made: beside it, or in a borrowed one that is empty."""
    if isinstance(database, ServerDatabase):
        assert borrowed is None or isinstance(borrowed, ServerDatabase)
        return BorrowedLab(database, workspace, borrowed) if borrowed else ServerLab(database, workspace)
    return FileLab(database, workspace)


def borrowed_database(database: Database, url: str) -> Database:
    """The empty database that ``--scratch-url`` names, for copies of ``database``.

    Raises UsageError where it is none that could take them, TargetRefusedError where it is
    ``database`` itself, DatabaseError where nobody can get there.
    """
    if not isinstance(database, ServerDatabase):
        raise UsageError(f"--scratch-url: {database.engine} needs no empty database", "leave it out")
    try:
        return _borrowed(database, url)
    except DatabaseError as error:
        # The configuration's address is not to blame.
        message, hint = error.message.replace(f"{_KEY} is ", ""), error.hint.replace(f" in {_KEY}", "")
        if "%(here)s" in hint:
            hint = "name an empty database of a server, as the configuration does"
        raise DatabaseError(f"--scratch-url: {message}", hint) from error


def _borrowed(database: ServerDatabase, url: str) -> Database:
    found = open_database(url)
    if not isinstance(found, ServerDatabase) or found.engine != database.engine:
        raise UsageError(f"--scratch-url: not a {database.engine} database")
    if is_same(database, found):
        raise TargetRefusedError(
            f"{found.display}: --scratch-url names the configured database itself", "name an empty one"
        )
    why = found.why_protected()
    if why:
        raise TargetRefusedError(f"{found.display}: --scratch-url: {why}", "name an empty database")
    if not database.can_fill(found):
        raise UsageError(
            f"{found.display}: --scratch-url is on another server than {database.display}",
            "name an empty database on the same server",
        )
    return found


def are_told_apart(left: Database, right: Database) -> Optional[bool]:
    """Whether two databases are one (False) or two (True), as far as their addresses tell; else None.

    Connects to nothing.
    """
    if left.engine != right.engine:
        return True
    if isinstance(left, SqliteDatabase) and isinstance(right, SqliteDatabase):
        return not left.is_same(right)
    assert isinstance(left, ServerDatabase) and isinstance(right, ServerDatabase)
    if left.name.lower() != right.name.lower():
        return True
    if left.name == right.name and left.server.places() & right.server.places():
        return False
    return None


def is_same(left: Database, right: Database) -> bool:
    """Whether two databases are one, by whatever address. Asks the servers where that is not known.

    Raises DatabaseError where a server that must be asked cannot be reached.
    """
    apart = are_told_apart(left, right)
    if apart is not None:
        return not apart
    assert isinstance(left, ServerDatabase) and isinstance(right, ServerDatabase)
    if left.name != right.name and not left.folds_names():
        return False
    return left.server.is_same(right.server)
