"""The engines: the only rooms that speak SQLite, PostgreSQL or MySQL.

``open_database`` finds the room for a URL; nobody else asks which engine it is.
"""

from __future__ import annotations

from pathlib import Path
from typing import Dict, Optional, Tuple, Type

from sqlalchemy.engine.url import URL, make_url
from sqlalchemy.exc import ArgumentError

from ..errors import DatabaseError
from .database import Database
from .mysql.database import MysqlDatabase
from .postgresql.database import PostgresqlDatabase
from .sqlite.database import SqliteDatabase

__all__ = ["Database", "open_database"]

#: Backend name of a SQLAlchemy URL -> the class that speaks it.
ENGINES: Dict[str, Type[Database]] = {
    "sqlite": SqliteDatabase,
    "postgresql": PostgresqlDatabase,
    "mysql": MysqlDatabase,
}


def parse_url(url: str) -> URL:
    """SQLAlchemy's URL. Raises DatabaseError without showing the text: it may hold a password."""
    try:
        return make_url(url)
    except (ArgumentError, ValueError) as error:
        raise DatabaseError(
            "sqlalchemy.url is not a database URL", "write it like sqlite:///%(here)s/kallithea.db"
        ) from error


def open_database(url: str, folder: Optional[Path] = None) -> Database:
    """The database that a URL names; connects to nothing yet.

    A relative path in it is taken from ``folder``, by default from the working folder.
    Raises DatabaseError where no room speaks the engine, or not through that driver.
    """
    parsed = parse_url(url)
    backend = parsed.get_backend_name()
    if backend not in ENGINES:
        raise DatabaseError(
            f"{backend}: this database engine is not supported", f"supported: {', '.join(ENGINES)}"
        )
    room = ENGINES[backend]
    _, named, driver = parsed.drivername.partition("+")
    if named and driver not in room.drivers:
        raise DatabaseError(
            f"{parsed.drivername}: this driver is not supported",
            f"write {' or '.join([backend, *(f'{backend}+{name}' for name in room.drivers)])}",
        )
    return room(parsed, folder)


def same_target(left: Database, right: Database) -> Tuple[str, ...]:
    """What two databases have in common that makes them one; empty where they are two."""
    return tuple(sorted(left.identities() & right.identities()))
