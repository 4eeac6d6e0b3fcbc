"""Which versions of which libraries take part: a report without them cannot be compared with another."""

from __future__ import annotations

import platform
import sqlite3
from importlib import metadata
from typing import Tuple

#: Distributions whose version may decide what a migration does, where they are installed.
_LIBRARIES = ("SQLAlchemy", "alembic", "gearbox", "psycopg2", "psycopg2-binary", "mysqlclient", "PyMySQL")


def library_versions() -> Tuple[Tuple[str, str], ...]:
    """(name, version) of Python, SQLite and each library that is installed."""
    found = [("Python", platform.python_version()), ("SQLite", sqlite3.sqlite_version)]
    for name in _LIBRARIES:
        try:
            found.append((name, metadata.version(name)))
        except metadata.PackageNotFoundError:
            continue
    return tuple(found)
