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
import stat
import zlib
from contextlib import closing, contextmanager, nullcontext, suppress
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import (
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
)

from sqlalchemy.engine.url import URL

from ...errors import DatabaseError, UnreadableSchemaError
from ...folders import making
from ...messages import one_line
from ...schema.model import VERSION_TABLE, Column, Schema, Table
from ...workspace import lock_folder
from ..comparing import Shared, differing_in, differing_joined, joining
from ..database import Counter, Database, Scratch
from ..handover import NOWHERE, handed_over
from . import script
from .catalogue import is_row_number, read_schema
from .connect import (
    BUSY_SECONDS,
    MAGIC,
    SIDECARS,
    as_data,
    attachable,
    beginning,
    database_error,
    hurry,
    reading,
    real_path,
    sidecar,
    stamp,
    writing,
)
from .ddl import parse_table
from .fence import FencedConnection
from .fingerprints import fingerprints, unwritten
from .watching import SqliteWatch

#: "KDBT" in ASCII; the header field is a signed 32-bit number.
APPLICATION_ID = 0x4B444254


class SqliteDatabase(Database):
    """A SQLite database file; ``path`` is absolute, links not resolved."""

    engine = "sqlite"
    drivers = {"pysqlite": ("sqlite3", "Python with SQLite")}
    script_command = "sqlite3 -bail DATABASE < {file}"
    rebuilds = True
    needs_server = False
    ignores_lengths = True

    def __init__(self, path: Path) -> None:
        self.path = path

    @staticmethod
    def of_url(url: URL, folder: Optional[Path] = None) -> "SqliteDatabase":
        """The file that a URL names, a relative path taken from ``folder``. Raises DatabaseError."""
        if not url.database or url.database == ":memory:" or url.database.startswith("file:"):
            raise DatabaseError(
                f"{url!r}: only a database in a file can be used",
                "write sqlite:///%(here)s/kallithea.db",
            )
        if "\0" in url.database:
            raise DatabaseError("sqlalchemy.url: a path cannot hold a NUL character", "remove it")
        path = Path(os.path.abspath((folder or Path.cwd()) / url.database))
        try:
            if url.query:
                # We need none of its options, but Kallithea hands them to the driver.
                _, options = url.get_dialect()().create_connect_args(url)
                sqlite3.connect(":memory:", **options).close()
        except (TypeError, ValueError, AttributeError, ArithmeticError, sqlite3.Error) as error:
            raise DatabaseError(
                f"{path}: the driver sqlite3 refuses an option of the URL: {one_line(error)}",
                "mend what stands behind the '?' in sqlalchemy.url",
            ) from error
        return SqliteDatabase(path)

    @property
    def display(self) -> str:
        return self.private or str(self.path)

    def product(self) -> str:
        return f"SQLite {sqlite3.sqlite_version}"

    def circumstances(self) -> Tuple[str, ...]:
        with closing(sqlite3.connect(":memory:")) as connection:
            options = connection.execute("PRAGMA compile_options").fetchall()
        return (self.product(), *(option for (option,) in options))

    def is_same(self, other: "SqliteDatabase") -> bool:
        """Whether both are one file, by whatever name."""
        one, two = real_path(self.path), real_path(other.path)
        # Letter case may matter to the file system or not: two names that differ in case only
        # are one database if they reach the same file, which the inode tells.
        return one == two or (one.exists() and two.exists() and one.samefile(two))

    def files(self) -> Tuple[Path, ...]:
        real = real_path(self.path)
        return (real, *map(partial(sidecar, real), SIDECARS))

    def folders(self) -> FrozenSet[Path]:
        return frozenset({real_path(self.path.parent), real_path(self.path).parent})

    def exists(self) -> bool:
        try:
            mode = self.path.stat().st_mode
        except FileNotFoundError:
            return False
        except OSError as error:
            raise DatabaseError(
                f"{self.display}: {os.strerror(error.errno or 0)}", "name a file that can be reached"
            ) from error
        if not stat.S_ISREG(mode):
            # A device or a pipe is nothing that could be replaced or removed, empty or not.
            raise DatabaseError(f"{self.display}: not a regular file", "name the file of a SQLite database")
        return True

    def is_empty(self) -> bool:
        # SQLite takes a file of a few bytes, whatever they are, for an empty database.
        begins = beginning(self.path)
        if not begins:
            return True
        if begins != MAGIC:
            raise database_error(self.path, sqlite3.DatabaseError("file is not a database"))
        with reading(self.path) as connection:
            return connection.execute("SELECT count(*) FROM sqlite_master").fetchone() == (0,)

    def is_throwaway(self) -> bool:
        with reading(self.path) as connection:
            marks = [
                connection.execute(f"PRAGMA {pragma}").fetchone()[0]
                for pragma in ("application_id", "user_version")
            ]
        return marks == [APPLICATION_ID, _name_mark(real_path(self.path).name)]

    def revisions(self) -> Tuple[str, ...]:
        with reading(self.path) as connection:
            found = connection.execute(
                "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?", (VERSION_TABLE,)
            ).fetchone()
            if not found:
                return ()
            rows = connection.execute(f"SELECT version_num FROM {VERSION_TABLE}")
            return tuple(sorted(str(row[0]) for row in rows))

    def read_schema(self) -> Schema:
        with reading(self.path) as connection:
            return read_schema(connection)

    def definition(self, numbers: Iterable[Counter]) -> Tuple[str, ...]:
        # Counters follow the rows by themselves.
        with reading(self.path) as connection:
            texts = connection.execute(
                "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' "
                "ORDER BY type <> 'table', type, name"
            ).fetchall()
        return tuple("\n".join(line.rstrip() for line in text.splitlines()) for (text,) in texts)

    def count_rows(self) -> Dict[str, int]:
        with reading(self.path) as connection:
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

    def size(self) -> int:
        with reading(self.path) as connection:
            pages, bytes_each = (
                connection.execute(f"PRAGMA {pragma}").fetchone()[0] for pragma in ("page_count", "page_size")
            )
        return int(pages * bytes_each)

    def counters(self) -> Dict[str, Counter]:
        with reading(self.path) as connection:
            # The table is there as soon as one table has AUTOINCREMENT.
            if not connection.execute(
                "SELECT 1 FROM sqlite_master WHERE name = 'sqlite_sequence'"
            ).fetchone():
                return {}
            rows = connection.execute("SELECT name, CAST(seq AS INTEGER) FROM sqlite_sequence").fetchall()
            found = {name: seq or 0 for name, seq in rows}
            # The next number is beyond both: what is kept there, and the highest that a row has.
            tables = connection.execute(
                "SELECT name, sql FROM sqlite_master WHERE type = 'table' AND sql LIKE '%autoincrement%'"
            ).fetchall()
            for name, sql in tables:
                highest = _highest_number(connection, name)
                if highest is not None and (name in found or _counts_its_rows(name, sql)):
                    found[name] = max(found.get(name, 0), highest)
        return {name: Counter(name, number + 1) for name, number in found.items()}

    def traces(self) -> Mapping[str, object]:
        index = sidecar(real_path(self.path), "-shm")
        found: Dict[str, object] = {path.name: stamp(path) for path in self.files()}
        # Who reads writes to the index of a log, too.
        found[index.name] = index.exists()
        return found

    def differing(self, before: Database, tables: Iterable[Shared]) -> Dict[str, FrozenSet[str]]:
        assert isinstance(before, SqliteDatabase)
        as_before = self.unwritten(before)
        found = {}
        with reading(self.path) as connection:
            connection.execute("ATTACH ? AS earlier", (attachable(before.path),))
            for table in tables:
                if table.before == table.after and table.after in as_before:
                    found[table.after] = differing_in(table, True, ())
                    continue
                here = f"main.{_quoted(table.after)}"
                there = f"earlier.{_quoted(table.before)}"
                keys, columns = ([_quoted(c.name) for c in part] for part in (table.key, table.columns))
                # Without COLLATE a column that ignores letter case would hide a change of it.
                same = (f"a.{name} COLLATE BINARY IS b.{name}" for name in keys)
                changes = (f"a.{name} COLLATE BINARY IS NOT b.{name}" for name in columns)
                counts = connection.execute(joining(here, there, same, changes)).fetchone()
                found[table.after] = differing_joined(table, counts)
        return found

    def unwritten(self, before: Database) -> FrozenSet[str]:
        assert isinstance(before, SqliteDatabase)
        return unwritten(before.path, self.path)

    def fingerprints(self, tables: Iterable[Table]) -> Dict[str, str]:
        return fingerprints(self.path, tables)

    def stream(self, sql: str) -> Iterator[Tuple[object, ...]]:
        with self._reading_rows() as connection:
            yield from connection.execute(sql)

    def fetch_each(self, queries: Iterable[str]) -> Iterator[List[Tuple[object, ...]]]:
        # One connection for all of them: each reads the whole schema first.
        with self._reading_rows() as connection:
            for sql in queries:
                yield connection.execute(sql).fetchall()

    @contextmanager
    def _reading_rows(self) -> Iterator[sqlite3.Connection]:
        with reading(self.path) as connection:
            connection.text_factory = as_data
            yield connection

    def quoted(self, name: str) -> str:
        return _quoted(name)

    @classmethod
    def moment_after(cls, unit: str, number: str) -> str:
        found = f"{'date' if unit == 'day' else 'datetime'}('2000-01-01', {number} || ' {unit}s')"
        return found if unit == "day" else f"{found} || '.000000'"

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

    def lock(self, on_wait: Callable[[str], None]) -> ContextManager[None]:
        folder = real_path(self.path).parent
        if not folder.is_dir():
            raise DatabaseError(f"{folder}: no such folder", f"{making(folder)}, or name another database")
        return lock_folder(folder, on_wait)

    def replace_by(self, built: Scratch, maker: str = "") -> None:
        assert isinstance(built, SqliteScratch)
        self.refuse_unless_replaceable()
        target = real_path(self.path)
        temporary = target.with_name(f"{_leftover_prefix(target)}{os.getpid()}")
        mode = target.stat().st_mode & 0o777 if target.exists() else 0o600
        try:
            os.close(os.open(temporary, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
            shutil.copyfile(built.path, temporary)
            os.chmod(temporary, mode)
            with writing(temporary) as connection:
                write_mark(connection, target.name)
            _flush_to_disk(temporary)
            if target.exists():
                _settle(target)
            os.replace(temporary, target)
            _flush_to_disk(target.parent)
        except sqlite3.Error as error:
            raise database_error(self.path, error) from error
        finally:
            temporary.unlink(missing_ok=True)

    def drop(self) -> None:
        self.refuse_unless_marked()
        target = real_path(self.path)
        if target.exists():
            try:
                _settle(target)
            except sqlite3.Error as error:
                raise database_error(self.path, error) from error
            target.unlink()
        if self.path.is_symlink():
            self.path.unlink()

    def clear_leftovers(self) -> None:
        target = real_path(self.path)
        for path in target.parent.iterdir():
            if path.name.startswith(_leftover_prefix(target)):
                path.unlink()


class SqliteScratch(SqliteDatabase, Scratch):
    """A scratch database in the folder of a workspace."""

    #: The connection that fills it: to open one takes longer than to fill a table.
    _filling: Optional[sqlite3.Connection] = None

    @contextmanager
    def filling(self) -> Iterator[None]:
        with self._inserting() as connection:
            connection.text_factory = as_data
            self._filling = connection
            try:
                yield
            finally:
                self._filling = None

    @contextmanager
    def _inserting(self) -> Iterator[sqlite3.Connection]:
        with writing(self.path) as connection:
            hurry(connection)
            connection.execute("PRAGMA foreign_keys = ON")
            yield connection

    @contextmanager
    def _reading_rows(self) -> Iterator[sqlite3.Connection]:
        if self._filling is None:
            with super()._reading_rows() as connection:
                yield connection
            return
        try:
            yield self._filling
        except sqlite3.Error as error:
            raise database_error(self.path, error) from error

    @contextmanager
    def handed_over(self, other_zone: bool = False) -> Iterator[str]:
        def connect() -> sqlite3.Connection:
            connection = sqlite3.connect(str(self.path), timeout=BUSY_SECONDS, factory=FencedConnection)
            hurry(connection)
            return connection

        with handed_over(connect):
            yield self.nowhere()

    def nowhere(self) -> str:
        # Not its path: that may hold what a URL or Kallithea's stamping cannot.
        return f"sqlite:////{NOWHERE}/scratch.db"

    def watch(self, connection: sqlite3.Connection, trial: Optional[Scratch] = None) -> SqliteWatch:
        return SqliteWatch(connection)

    @staticmethod
    def at_once(statements: Sequence[str]) -> Sequence[str]:
        return ("BEGIN", *statements, "COMMIT")

    def execute(self, statements: Iterable[str]) -> None:
        try:
            with writing(self.path) as connection:
                hurry(connection)
                for statement in statements:
                    connection.execute(statement)
        except sqlite3.Error as error:
            raise database_error(self.path, error) from error

    def statements_of(self, text: str) -> Iterator[str]:
        return script.statements(text)

    @contextmanager
    def scripting(self) -> Iterator[Callable[[str], None]]:
        try:
            with writing(self.path, fenced=True) as connection:
                hurry(connection)

                def run(statement: str) -> None:
                    connection.execute(statement).fetchall()

                yield run
        except sqlite3.Error as error:
            raise database_error(self.path, error) from error

    @contextmanager
    def inserting(self, table: str) -> Iterator[Callable[[Mapping[str, object]], bool]]:
        with nullcontext(self._filling) if self._filling else self._inserting() as connection:
            connection.execute("BEGIN")
            yield lambda row: not _refused(connection, table, row)
            connection.execute("COMMIT")

    def insert_many(self, table: str, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> int:
        names, marks = ", ".join(map(_quoted, columns)), ", ".join("?" * len(columns))
        sql = f"INSERT OR IGNORE INTO {_quoted(table)} ({names}) VALUES ({marks})"
        with writing(self.path) as connection:
            hurry(connection)
            connection.execute("BEGIN")
            done = connection.executemany(sql, (tuple(map(_stored, row)) for row in rows)).rowcount
            connection.execute("COMMIT")
        return done

    @contextmanager
    def trying(self) -> Iterator[Callable[[str, Mapping[str, object]], str]]:
        with writing(self.path) as connection:
            hurry(connection)

            def insert(table: str, row: Mapping[str, object]) -> str:
                if not connection.in_transaction:  # a trigger may roll back all of it
                    connection.execute("BEGIN")
                return _refused(connection, table, row)

            # Kallithea leaves foreign keys to themselves.
            yield insert


def _refused(connection: sqlite3.Connection, table: str, row: Mapping[str, object]) -> str:
    """Insert a row: why SQLite refuses it; "" where it does not."""
    names = ", ".join(map(_quoted, row))
    marks = ", ".join("?" * len(row))
    values = f"({names}) VALUES ({marks})" if row else "DEFAULT VALUES"
    try:
        connection.execute(f"INSERT INTO {_quoted(table)} {values}", tuple(map(_stored, row.values())))
    except sqlite3.Error as error:
        return str(error)
    return ""


def _settle(path: Path) -> None:
    """Bring a file that is about to go to rest: no journal of it may meet its successor.

    Raises sqlite3.OperationalError where another process is writing to it.
    """
    if path.stat().st_size:
        with writing(path) as connection:
            connection.execute("PRAGMA journal_mode = DELETE")
            connection.execute("BEGIN EXCLUSIVE")
            connection.execute("ROLLBACK")
    for suffix in SIDECARS:
        sidecar(path, suffix).unlink(missing_ok=True)


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


def write_mark(connection: sqlite3.Connection, name: str) -> None:
    """Mark a database as ours under a file name."""
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version = {_name_mark(name)}")


def _counts_its_rows(name: str, sql: str) -> bool:
    """Whether a table has AUTOINCREMENT; one whose statement nobody can read has none."""
    with suppress(UnreadableSchemaError):
        return parse_table(sql, name).autoincrement
    return False


def _highest_number(connection: sqlite3.Connection, table: str) -> Optional[int]:
    """The highest number in the key of a table that counts its rows; None where it has none."""
    keys = connection.execute("SELECT name FROM pragma_table_info(?) WHERE pk", (table,)).fetchall()
    if len(keys) != 1:
        return None
    ((highest,),) = connection.execute(f"SELECT max({_quoted(keys[0][0])}) FROM {_quoted(table)}").fetchall()
    return highest if isinstance(highest, int) else None


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _flush_to_disk(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
