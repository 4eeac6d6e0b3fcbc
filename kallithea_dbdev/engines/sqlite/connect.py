"""Connections to SQLite files: those that read leave no trace, not even a file beside the database.

A database in WAL mode wants a log and an index of it beside it, also from a reader; who reads only
gets by without making them:

* nobody is connected and nothing is in the log: the file is read as one that does not change;
* there are a log and an index: they are read, the index is not written to;
* there is a log only (a copy, or what a crash has left): both are copied, and read there.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from contextlib import contextmanager
from pathlib import Path
from typing import Iterator, Tuple
from urllib.parse import quote

from ...causes import hint_for_sqlite
from ...errors import DatabaseError
from ...workspace import Workspace
from .fence import FencedConnection

#: How a database that is not empty begins: https://www.sqlite.org/fileformat.html
MAGIC = b"SQLite format 3\0"

#: Files that SQLite keeps beside a database; they belong to that very content.
SIDECARS = ("-journal", "-wal", "-shm")

BUSY_SECONDS = 5.0

#: The two bytes of a database's header that say how it is written and read; 2 is with a log.
#: https://www.sqlite.org/fileformat.html#the_database_header
_VERSIONS = slice(18, 20)
_WITH_LOG = b"\x02\x02"

#: What SQLite says where a journal would have to be rolled back first.
_ROLLBACK_NEEDED = ("attempt to write a readonly database", "unable to open database file")


def sidecar(path: Path, suffix: str) -> Path:
    """The file beside a database with that ending."""
    return path.with_name(f"{path.name}{suffix}")


def stamp(path: Path) -> Tuple[int, ...]:
    """What changes when a file is written or replaced; empty where there is none."""
    try:
        status = path.stat()
    except OSError:
        return ()
    return status.st_ino, status.st_size, status.st_mtime_ns


@contextmanager
def reading(path: Path) -> Iterator[sqlite3.Connection]:
    """A connection that cannot write; afterwards the folder holds what it held before.

    Raises DatabaseError, for what SQLite says as well.
    """
    with _source(path) as uri:
        try:
            connection = sqlite3.connect(uri, uri=True, timeout=BUSY_SECONDS)
            try:
                yield connection
            finally:
                connection.close()
        except sqlite3.Error as error:
            raise database_error(path, error) from error


def real_path(path: Path) -> Path:
    """The file that is meant, whatever links lead there; Path.resolve() ends at links that lead back."""
    return Path(os.path.realpath(path))


@contextmanager
def _source(path: Path) -> Iterator[str]:
    """The URI under which a database is read."""
    real = real_path(path)
    if not real.exists():
        raise DatabaseError(f"{path}: there is no such database")
    if not real.is_file():
        raise DatabaseError(f"{path}: not a regular file", "name the file of a SQLite database")
    log, index = sidecar(real, "-wal"), sidecar(real, "-shm")
    if not (has_log(path) or log.exists()):  # SQLite takes a log for the database's, whatever that says
        yield _uri(real)
    elif index.exists():
        yield _uri(real) + "&readonly_shm=1"
    elif log.exists() and log.stat().st_size:
        with Workspace() as workspace:
            copy = workspace.path / "copy.db"
            _copy_still(path, ((real, copy), (log, sidecar(copy, "-wal"))))
            yield _uri(copy)
    else:
        before = stamp(real)
        yield _uri(real) + "&immutable=1"
        if stamp(real) != before:
            raise _changed(path)


def beginning(path: Path) -> bytes:
    """As much of a file as tells a database by ``MAGIC``. Raises OSError."""
    with path.open("rb") as file:
        return file.read(len(MAGIC))


def has_log(path: Path) -> bool:
    """Whether a database is one in WAL mode. Raises DatabaseError where it cannot be read."""
    try:
        with path.open("rb") as file:
            return file.read(_VERSIONS.stop)[_VERSIONS] == _WITH_LOG
    except OSError as error:
        raise DatabaseError(f"{path}: cannot be read: {error.strerror}") from error


def _copy_still(path: Path, files: "Tuple[Tuple[Path, Path], ...]") -> None:
    before = [stamp(source) for source, _ in files]
    for source, target in files:
        shutil.copyfile(source, target)
    if [stamp(source) for source, _ in files] != before:
        raise _changed(path)


def _changed(path: Path) -> DatabaseError:
    return DatabaseError(f"{path}: another process wrote to it while it was read", "try again")


def _uri(path: Path) -> str:
    return f"file:{quote(os.fsencode(str(path)))}?mode=ro"


def attachable(path: Path) -> str:
    """The URI under which a scratch database is attached, to be read."""
    return _uri(path)


@contextmanager
def writing(path: Path, fenced: bool = False) -> Iterator[sqlite3.Connection]:
    """A connection to a file of ours, in autocommit mode; ``fenced``: it opens no other file. Raises what
    SQLite raises."""
    factory = FencedConnection if fenced else sqlite3.Connection
    connection = sqlite3.connect(str(path), timeout=BUSY_SECONDS, isolation_level=None, factory=factory)
    try:
        yield connection
    finally:
        connection.close()


def as_data(raw: bytes) -> str:
    """A text for a connection's ``text_factory``: a site may hold one that is not UTF-8, data all the same."""
    return raw.decode("utf-8", "surrogateescape")


def hurry(connection: sqlite3.Connection) -> None:
    """For a scratch database, which need not outlive a power cut: no wait for the disk, no journal
    file for each statement. A transaction is rolled back all the same."""
    connection.execute("PRAGMA synchronous = OFF")
    connection.execute("PRAGMA journal_mode = MEMORY")


def database_error(path: Path, error: sqlite3.Error) -> DatabaseError:
    """What SQLite said of a file, with the way out."""
    said = str(error)
    journal = sidecar(real_path(path), "-journal")
    if said in _ROLLBACK_NEEDED and journal.exists():
        return DatabaseError(
            f"{path}: a process that wrote to it has died; its journal {journal.name} must be rolled back first",
            f"run: sqlite3 {path} 'SELECT count(*) FROM sqlite_master' (it rolls back what was not finished)",
        )
    hints = {
        "file is not a database": "name a SQLite database, or remove the file",
        "database disk image is malformed": "it or what it was copied from is damaged: "
        "sqlite3 FILE 'PRAGMA integrity_check' tells where; go back to a backup",
    }
    return DatabaseError(f"{path}: {said}", hints.get(said) or hint_for_sqlite(error))
