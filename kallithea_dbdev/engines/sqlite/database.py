"""SQLite: one database is one file.

The mark of a throwaway is in the file's header: ``PRAGMA application_id`` says that this tool
made it, ``PRAGMA user_version`` for which file name, so that a throwaway that somebody copied
to ``development.db`` is not a throwaway there.
"""

from __future__ import annotations

import datetime
import os
import shutil
import sqlite3
import zlib
from contextlib import contextmanager
from decimal import Decimal
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
    Tuple,
)
from urllib.parse import quote

from sqlalchemy import event
from sqlalchemy.engine import Engine
from sqlalchemy.engine.url import URL

from ...errors import DatabaseError, TargetRefusedError
from ...schema.model import VERSION_TABLE, Column, Schema, Table
from ...workspace import Workspace, lock_folder
from ..database import Counter, Database, Shared, differing_joined, joining, refuse_other
from .catalogue import is_row_number, read_schema

#: "KDBT" in ASCII; the header field is a signed 32-bit number.
APPLICATION_ID = 0x4B444254

#: Files that SQLite keeps beside a database; they belong to that very content.
SIDECARS = ("-journal", "-wal", "-shm")

_BUSY_SECONDS = 5.0


class SqliteDatabase(Database):
    """A SQLite database file; ``path`` is absolute, links not resolved."""

    engine = "sqlite"
    rebuilds = True
    needs_server = False
    ignores_lengths = True

    def __init__(self, url: URL, folder: Optional[Path] = None) -> None:
        super().__init__(url, folder)
        if not url.database or url.database == ":memory:" or url.database.startswith("file:"):
            raise DatabaseError(
                f"{url!r}: only a database in a file can be used",
                "write sqlite:///%(here)s/kallithea.db",
            )
        self.path = Path(os.path.abspath(self._folder / url.database))

    @property
    def display(self) -> str:
        return str(self.path)

    @contextmanager
    def handed_over(self) -> Iterator[str]:
        if set(str(self.path)) & set("%?"):
            raise DatabaseError(
                f"{self.path}: Kallithea's own set-up cannot use a path with '%' or '?'",
                "set TMPDIR to another folder",
            )

        def connect(dialect: Any, _record: Any, args: List[Any], parameters: Dict[str, Any]) -> None:
            if args[:1] != [str(self.path)]:
                refuse_other(dialect, args, parameters)

        def connected(connection: object, _record: object) -> None:
            if isinstance(connection, sqlite3.Connection):
                _hurry(connection)

        event.listen(Engine, "do_connect", connect)
        event.listen(Engine, "connect", connected)
        try:
            yield f"sqlite:///{self.path}"
        finally:
            event.remove(Engine, "connect", connected)
            event.remove(Engine, "do_connect", connect)

    def identities(self) -> FrozenSet[str]:
        real = self.path.resolve()
        # Letter case may matter to the file system or not: two names that differ in case only
        # are one database if they reach the same file, which the inode tells.
        names = {f"file {real}"}
        if real.exists():
            status = real.stat()
            names.add(f"inode {status.st_dev}:{status.st_ino}")
        return frozenset(names)

    def folders(self) -> FrozenSet[Path]:
        return frozenset({self.path.parent.resolve(), self.path.resolve().parent})

    def exists(self) -> bool:
        return self.path.exists()

    def is_empty(self) -> bool:
        if self.path.is_file() and self.path.stat().st_size == 0:
            return True
        with self._reading() as connection:
            return connection.execute("SELECT count(*) FROM sqlite_master").fetchone() == (0,)

    def is_throwaway(self) -> bool:
        with self._reading() as connection:
            marks = [
                connection.execute(f"PRAGMA {pragma}").fetchone()[0]
                for pragma in ("application_id", "user_version")
            ]
        return marks == [APPLICATION_ID, _name_mark(self.path.resolve().name)]

    def revisions(self) -> Tuple[str, ...]:
        with self._reading() as connection:
            found = connection.execute(
                "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?", (VERSION_TABLE,)
            ).fetchone()
            if not found:
                return ()
            rows = connection.execute(f"SELECT version_num FROM {VERSION_TABLE}")
            return tuple(sorted(str(row[0]) for row in rows))

    def read_schema(self) -> Schema:
        with self._reading() as connection:
            return read_schema(connection)

    def count_rows(self) -> Dict[str, int]:
        with self._reading() as connection:
            tables = connection.execute(
                "SELECT name FROM sqlite_master WHERE type = 'table' "
                "AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND name <> ? ORDER BY name",
                (VERSION_TABLE,),
            ).fetchall()
            counts = {}
            for (name,) in tables:
                try:
                    ((counts[name],),) = connection.execute(f"SELECT count(*) FROM {_quoted(name)}")
                except sqlite3.OperationalError as error:
                    # A virtual table of a module that only the application has holds no rows of ours.
                    if not str(error).startswith("no such module"):
                        raise
            return counts

    def counters(self) -> Dict[str, Counter]:
        with self._reading() as connection:
            # The table is there as soon as one table has AUTOINCREMENT.
            if not connection.execute(
                "SELECT 1 FROM sqlite_master WHERE name = 'sqlite_sequence'"
            ).fetchone():
                return {}
            rows = connection.execute("SELECT name, seq FROM sqlite_sequence").fetchall()
        return {name: Counter(name, seq + 1) for name, seq in rows}

    def differing(self, before: Database, tables: Iterable[Shared]) -> Dict[str, FrozenSet[str]]:
        assert isinstance(before, SqliteDatabase)
        found = {}
        with self._reading() as connection:
            connection.execute("ATTACH ? AS earlier", (_read_only(before.path),))
            for table in tables:
                here = f"main.{_quoted(table.after)}"
                there = f"earlier.{_quoted(table.before)}"
                keys, columns = ([_quoted(c.name) for c in part] for part in (table.key, table.columns))
                # Without COLLATE a column that ignores letter case would hide a change of it.
                same = (f"a.{name} COLLATE BINARY IS b.{name}" for name in keys)
                changes = (f"a.{name} COLLATE BINARY IS NOT b.{name}" for name in columns)
                counts = connection.execute(joining(here, there, same, changes)).fetchone()
                found[table.after] = differing_joined(table, counts)
        return found

    def stream(self, sql: str) -> Iterator[Tuple[object, ...]]:
        with self._reading() as connection:
            # A site may hold text that is not UTF-8: it is data all the same.
            connection.text_factory = lambda raw: raw.decode("utf-8", "surrogateescape")
            yield from connection.execute(sql)

    def quoted(self, name: str) -> str:
        return _quoted(name)

    def value(self, column: Column, expression: str) -> str:
        return expression

    def ordering(self, table: Table, column: Column, expression: str) -> str:
        if is_row_number(table, column):
            return expression
        # Any column holds values of any kind; a whole number is the same in both ways to store it.
        whole = f"{expression} = CAST({expression} AS INTEGER) THEN printf('n%020d', {expression})"
        number = f"CASE WHEN {whole} ELSE printf('r%!.20e', {expression}) END"
        return (
            f"CASE typeof({expression}) WHEN 'null' THEN '' WHEN 'integer' THEN printf('n%020d', {expression}) "
            f"WHEN 'real' THEN {number} WHEN 'text' THEN 't' || hex({expression}) "
            f"ELSE 'x' || hex({expression}) END COLLATE BINARY"
        )

    def scratch(self, workspace: Workspace, label: str) -> "SqliteDatabase":
        database = _at(workspace.path / f"{label}.db")
        with database._writing() as connection:
            _hurry(connection)
            _write_mark(connection, database.path.name)
        return database

    def copy(self, workspace: Workspace, label: str) -> "SqliteDatabase":
        database = _at(workspace.path / f"{label}.db")
        with self._reading() as source, database._writing() as target:
            _hurry(target)
            # It is thrown away if anything goes wrong: so far there is nothing to go back to.
            target.execute("PRAGMA journal_mode = OFF")
            source.backup(target)
            # A copy of a database in WAL mode would be in WAL mode, too.
            target.execute("PRAGMA journal_mode = MEMORY")
            _write_mark(target, database.path.name)
        return database

    def discard(self) -> None:
        if not self.is_throwaway():
            raise TargetRefusedError(f"{self.display}: not a scratch database")
        self.path.unlink()

    def execute(self, statements: Iterable[str]) -> None:
        try:
            with self._writing() as connection:
                _hurry(connection)
                for statement in statements:
                    connection.execute(statement)
        except sqlite3.Error as error:
            raise self._error(error) from error

    @contextmanager
    def inserting(self, table: str) -> Iterator[Callable[[Mapping[str, object]], bool]]:
        with self._writing() as connection:
            _hurry(connection)
            connection.execute("PRAGMA foreign_keys = ON")
            connection.execute("BEGIN")

            def insert(row: Mapping[str, object]) -> bool:
                names = ", ".join(map(_quoted, row))
                marks = ", ".join("?" * len(row))
                values = f"({names}) VALUES ({marks})" if row else "DEFAULT VALUES"
                try:
                    connection.execute(
                        f"INSERT INTO {_quoted(table)} {values}", tuple(map(_stored, row.values()))
                    )
                except sqlite3.Error:
                    return False
                return True

            yield insert
            connection.execute("COMMIT")

    def lock(self, on_wait: Callable[[str], None]) -> ContextManager[None]:
        folder = self.path.resolve().parent
        if not folder.is_dir():
            raise DatabaseError(f"{folder}: no such folder", "make it, or name another database")
        return lock_folder(folder, on_wait)

    def put_in_place(self, built: Database) -> None:
        assert isinstance(built, SqliteDatabase)
        self._refuse_unless_replaceable()
        target = self.path.resolve()
        temporary = target.with_name(f"{_leftover_prefix(target)}{os.getpid()}")
        mode = target.stat().st_mode & 0o777 if target.exists() else 0o600
        try:
            os.close(os.open(temporary, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
            shutil.copyfile(built.path, temporary)
            os.chmod(temporary, mode)
            with _at(temporary)._writing() as connection:
                _write_mark(connection, target.name)
            _flush_to_disk(temporary)
            if target.exists():
                self._settle(target)
            os.replace(temporary, target)
            _flush_to_disk(target.parent)
        except sqlite3.Error as error:
            raise self._error(error) from error
        finally:
            if temporary.exists():
                temporary.unlink()

    def drop(self) -> None:
        self._refuse_unless_replaceable()
        target = self.path.resolve()
        if target.exists():
            try:
                self._settle(target)
            except sqlite3.Error as error:
                raise self._error(error) from error
            target.unlink()
        if self.path.is_symlink():
            self.path.unlink()

    def clear_leftovers(self) -> None:
        target = self.path.resolve()
        for path in target.parent.iterdir():
            if path.name.startswith(_leftover_prefix(target)):
                path.unlink()

    def _refuse_unless_replaceable(self) -> None:
        if self.exists() and not self.is_empty() and not self.is_throwaway():
            raise TargetRefusedError(
                f"{self.display}: this database does not carry the mark of a throwaway",
                "name another database, or remove it yourself if nobody needs it",
            )

    @staticmethod
    def _settle(path: Path) -> None:
        """Bring a file that is about to go to rest: no journal of it may meet its successor.

        Raises sqlite3.OperationalError where another process is writing to it.
        """
        if path.stat().st_size:
            connection = sqlite3.connect(str(path), timeout=_BUSY_SECONDS, isolation_level=None)
            try:
                connection.execute("PRAGMA journal_mode = DELETE")
                connection.execute("BEGIN EXCLUSIVE")
                connection.execute("ROLLBACK")
            finally:
                connection.close()
        for suffix in SIDECARS:
            Path(f"{path}{suffix}").unlink(missing_ok=True)

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        """A connection that cannot write: SQLite opens the file read-only."""
        if not self.path.exists():
            raise DatabaseError(f"{self.display}: there is no such database")
        try:
            connection = sqlite3.connect(_read_only(self.path), uri=True, timeout=_BUSY_SECONDS)
            try:
                yield connection
            finally:
                connection.close()
        except sqlite3.Error as error:
            raise self._error(error) from error

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        connection = sqlite3.connect(str(self.path), timeout=_BUSY_SECONDS, isolation_level=None)
        try:
            yield connection
        finally:
            connection.close()

    def _error(self, error: sqlite3.Error) -> DatabaseError:
        hints = {
            "database is locked": "another process is writing to it; stop it, then try again",
            "file is not a database": "name a SQLite database, or remove the file",
            "database disk image is malformed": "it or what it was copied from is damaged: "
            "sqlite3 FILE 'PRAGMA integrity_check' tells where; go back to a backup",
        }
        return DatabaseError(f"{self.display}: {error}", hints.get(str(error), ""))


def _hurry(connection: sqlite3.Connection) -> None:
    """For a scratch database, which need not outlive a power cut: no wait for the disk, no journal
    file for each statement. A transaction is rolled back all the same."""
    connection.execute("PRAGMA synchronous = OFF")
    connection.execute("PRAGMA journal_mode = MEMORY")


def _at(path: Path) -> SqliteDatabase:
    return SqliteDatabase(URL("sqlite", database=str(path)))


def _read_only(path: Path) -> str:
    return f"file:{quote(str(path))}?mode=ro"


def _stored(value: object) -> object:
    """A value as SQLAlchemy stores it: dates as text, with the fraction of a second."""
    if isinstance(value, datetime.datetime):
        return value.isoformat(" ", "microseconds")
    if isinstance(value, (datetime.date, datetime.time)):
        return value.isoformat()
    return float(value) if isinstance(value, Decimal) else value


def _leftover_prefix(target: Path) -> str:
    return f".{target.name}.kallithea-dbdev-"


def _name_mark(name: str) -> int:
    """A signed 32-bit number for a file name, for ``PRAGMA user_version``."""
    return zlib.crc32(os.fsencode(name)) - 2**31


def _write_mark(connection: sqlite3.Connection, name: str) -> None:
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version = {_name_mark(name)}")


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _flush_to_disk(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
