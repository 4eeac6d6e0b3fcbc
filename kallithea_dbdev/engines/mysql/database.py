"""MySQL and MariaDB through mysqlclient or PyMySQL.

The mark of a throwaway is a small table; it is outside every comparison and count.
"""

from __future__ import annotations

import importlib
import re
import time
from contextlib import contextmanager
from typing import Any, Callable, Dict, FrozenSet, Iterable, Iterator, List, Optional, Tuple

from ...config import first_line
from ...errors import DatabaseError
from ...schema.model import BYTES, MARK_TABLE, VERSION_TABLE, Column, Routine, Schema, Table
from ..database import Counter, Database, Shared, differing_joined, joining
from ..server import (
    ServerDatabase,
    fetch,
    mark_text,
    parse_mark,
    scratch_mark,
    scratch_name,
)
from .catalogue import create_statement, read_schema, without_definer

#: Error numbers: https://mariadb.com/kb/en/mariadb-error-codes/
_ACCESS_DENIED_TO_DATABASE = 1044
_LOCK_NAME_LIMIT = 64

#: Of column types in protocol messages: TIMESTAMP, DATE, TIME, DATETIME, NEWDATE.
_TIMES = {7, 10, 11, 12, 14}

_SHAPES = re.compile(r"(multi)?(point|linestring|polygon)\b|geom")
_WHOLE_NUMBERS = re.compile(r"(tiny|small|medium|big)?int\b")

#: How many characters of a value are sorted by; a quarter of what the server looks at (max_sort_length).
_SORTED = 100


class MysqlDatabase(ServerDatabase):
    """A database on a MySQL or MariaDB server."""

    engine = "mysql"
    drivers = {"mysqldb": ("MySQLdb", "mysqlclient"), "pymysql": ("pymysql", "PyMySQL")}
    admin_database = None
    default_port = 3306
    _no_values = "() VALUES ()"

    def _parameters(self, database: Optional[str]) -> Dict[str, Any]:
        parameters = super()._parameters(database)
        # Whatever the client's default: names and comments must come through unchanged.
        parameters.setdefault("charset", "utf8mb4")
        for key in ("password", "passwd"):
            # PyMySQL would send text as Latin-1; the server and mysqlclient take it for UTF-8.
            if self._dialect.driver == "pymysql" and isinstance(parameters.get(key), str):
                parameters[key] = parameters[key].encode()
        return parameters

    def _set_up(self, connection: Any) -> None:
        connection.autocommit(True)

    def _error(self, error: Exception) -> DatabaseError:
        number = error.args[0] if error.args and isinstance(error.args[0], int) else None
        text = str(error.args[1]) if len(error.args) > 1 else first_line(error)
        hint = self._grant() if number == _ACCESS_DENIED_TO_DATABASE else ""
        return DatabaseError(f"{self.display}: {text}", hint)

    def _grant(self) -> str:
        return (
            f"as an administrator: GRANT ALL ON `kdbdev\\_%`.* TO {self._account()}; or name an empty "
            "database that it may fill with --scratch-url"
        )

    def _account(self) -> str:
        """The account that the server sees, quoted for a GRANT."""
        try:
            with self._admin_cursor() as cursor:
                account = str(fetch(cursor, "SELECT CURRENT_USER() AS name")[0]["name"])
        except DatabaseError:
            account = f"{self._url.username}@HOST"
        user, _, host = account.rpartition("@")
        return f"'{user}'@'{host}'"

    def _server_id(self, cursor: Any) -> str:
        row = fetch(cursor, "SELECT @@hostname AS host, @@port AS port, @@datadir AS folder")[0]
        return f"{row['host']}:{row['port']}{row['folder']}"

    def _folded_name(self, cursor: Any) -> str:
        if cursor is None:
            return self.name
        folds = fetch(cursor, "SELECT @@lower_case_table_names AS folds")[0]["folds"]
        return self.name.lower() if folds else self.name

    def _exists(self, cursor: Any, name: str) -> bool:
        return bool(
            fetch(cursor, "SELECT 1 FROM information_schema.schemata WHERE schema_name = %s", (name,))
        )

    def is_empty(self) -> bool:
        rows = self.rows(
            "SELECT count(*) AS n FROM information_schema.tables "
            f"WHERE table_schema = DATABASE() AND table_name <> '{MARK_TABLE}'"
        )
        return bool(rows[0]["n"] == 0)

    def revisions(self) -> "tuple[str, ...]":
        if VERSION_TABLE not in self._base_tables():
            return ()
        return tuple(sorted(r["version_num"] for r in self.rows(f"SELECT version_num FROM {VERSION_TABLE}")))

    def _base_tables(self) -> List[str]:
        return [
            row["table_name"]
            for row in self.rows(
                "SELECT table_name AS table_name FROM information_schema.tables "
                "WHERE table_schema = DATABASE() AND table_type IN ('BASE TABLE', 'SYSTEM VERSIONED') ORDER BY 1"
            )
        ]

    def read_schema(self) -> Schema:
        with self._cursor() as cursor:
            return read_schema(lambda sql: fetch(cursor, sql), _is_mariadb(cursor), self.name)

    def count_rows(self) -> Dict[str, int]:
        tables = [table for table in self._base_tables() if table not in (VERSION_TABLE, MARK_TABLE)]
        counts = self.fetch_each(f"SELECT count(*) FROM {_quoted(table)}" for table in tables)
        return {table: int(str(count)) for table, ((count,),) in zip(tables, counts)}

    def counters(self) -> Dict[str, Counter]:
        with self._cursor() as cursor:
            if not _is_mariadb(cursor):
                # MySQL 8 answers from a cache that is up to a day old.
                cursor.execute("SET SESSION information_schema_stats_expiry = 0")
            rows = fetch(
                cursor,
                "SELECT table_name AS name, auto_increment AS next FROM information_schema.tables "
                "WHERE table_schema = DATABASE() AND auto_increment IS NOT NULL",
            )
        return {row["name"]: Counter(row["name"], int(row["next"])) for row in rows}

    def differing(self, before: Database, tables: Iterable[Shared]) -> Dict[str, FrozenSet[str]]:
        assert isinstance(before, MysqlDatabase)
        found = {}
        with self._cursor() as cursor:
            for table in tables:
                here = f"{_quoted(self.name)}.{_quoted(table.after)}"
                there = f"{_quoted(before.name)}.{_quoted(table.before)}"
                same = (_same_key(column) for column in table.key)
                changes = (f"NOT ({_exact('a', c)} <=> {_exact('b', c)})" for c in table.columns)
                cursor.execute(joining(here, there, same, changes))
                found[table.after] = differing_joined(table, cursor.fetchone())
        return found

    def stream(self, sql: str) -> Iterator[Tuple[object, ...]]:
        cursors = importlib.import_module(f"{self._driver.__name__}.cursors")
        with self._connected(self.name, cursors.SSCursor, self._exact_parameters()) as cursor:
            cursor.execute(sql)
            yield from cursor

    def fetch_each(self, queries: Iterable[str]) -> Iterator[List[Tuple[object, ...]]]:
        with self._connected(self.name, None, self._exact_parameters()) as cursor:
            for sql in queries:
                cursor.execute(sql)
                yield list(cursor.fetchall())

    def _exact_parameters(self) -> Dict[str, Any]:
        """Have dates and times come as text: '0000-00-00' is no date of Python's."""
        converters = importlib.import_module(f"{self._driver.__name__}.converters")
        found = {key: value for key, value in converters.conversions.items() if key not in _TIMES}
        return {"conv": found}

    def quoted(self, name: str) -> str:
        return _quoted(name)

    def value(self, column: Column, expression: str) -> str:
        # The text of a FLOAT has six digits only, and drivers make bytes of a BIT.
        if column.plain_type.startswith("float"):
            return f"({expression} + 0e0)"
        return f"({expression} + 0)" if column.plain_type.startswith("bit(") else expression

    def ordering(self, table: Table, column: Column, expression: str) -> str:
        if _WHOLE_NUMBERS.match(column.plain_type) and not column.nullable:
            return expression
        plain = self.value(column, expression)
        if column.kind != BYTES and not _SHAPES.match(column.plain_type):
            plain = f"CONVERT({plain} USING utf8mb4)"
        # The server sorts by the beginning only of what is long.
        key = f"CONCAT('=', HEX(LEFT({plain}, {_SORTED})), SHA2({plain}, 256))"
        return f"CONVERT(COALESCE({key}, '') USING ascii) COLLATE ascii_bin"

    # -- marks ----------------------------------------------------------------------------------

    def _read_mark(self, name: str) -> Dict[str, Any]:
        with self._admin_cursor() as cursor:
            found = fetch(
                cursor,
                "SELECT 1 FROM information_schema.tables WHERE table_schema = %s AND table_name = %s",
                (name, MARK_TABLE),
            )
            if not found:
                return {}
            rows = fetch(cursor, f"SELECT mark FROM {_quoted(name)}.{MARK_TABLE}")
        return parse_mark(_text(rows[0]["mark"])) if rows else {}

    def _write_mark(self, name: str, mark: Dict[str, Any]) -> None:
        with self._admin_cursor() as cursor:
            self._mark(cursor, name, mark)

    @staticmethod
    def _mark(cursor: Any, name: str, mark: Dict[str, Any]) -> None:
        table = f"{_quoted(name)}.{MARK_TABLE}"
        cursor.execute(f"CREATE TABLE IF NOT EXISTS {table} (mark VARCHAR(500) NOT NULL) ENGINE=InnoDB")
        # One statement changes the mark: there is never none.
        if fetch(cursor, f"SELECT 1 FROM {table}"):
            cursor.execute(f"UPDATE {table} SET mark = %s", (mark_text(mark),))
        else:
            cursor.execute(f"INSERT INTO {table} VALUES (%s)", (mark_text(mark),))

    # -- creating, copying, dropping ------------------------------------------------------------

    def _create(self, source: Optional[str]) -> None:
        options = "CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci"  # as Kallithea's own set-up
        with self._admin_cursor() as cursor:
            if source:
                row = fetch(
                    cursor,
                    "SELECT default_character_set_name AS c, default_collation_name AS l "
                    "FROM information_schema.schemata WHERE schema_name = %s",
                    (source,),
                )[0]
                options = f"CHARACTER SET {row['c']} COLLATE {row['l']}"
            cursor.execute(f"CREATE DATABASE {_quoted(self.name)} {options}")

    def _copy_into(self, target: ServerDatabase) -> None:
        if not target.borrowed:
            target._create(self.name)
        tables = [table for table in self._base_tables() if table != MARK_TABLE]
        schema = self.read_schema()
        stored = self._stored_columns()
        with target._cursor() as cursor, self._cursor() as source:
            cursor.execute(
                "SET SESSION foreign_key_checks = 0, unique_checks = 0, sql_mode = 'NO_AUTO_VALUE_ON_ZERO'"
            )
            for sequence in schema.sequences:
                cursor.execute(self._statement(source, "SEQUENCE", sequence.name))
            # Its AUTO_INCREMENT position is in the statement.
            for table in tables:
                cursor.execute(self._statement(source, "TABLE", table))
            # One transaction: its locks on what it has read make the whole a single moment.
            cursor.execute("SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            cursor.execute("START TRANSACTION")
            for table in tables:
                columns = ", ".join(map(_quoted, stored[table]))
                cursor.execute(
                    f"INSERT INTO {_quoted(table)} ({columns}) "
                    f"SELECT {columns} FROM {_quoted(self.name)}.{_quoted(table)}"
                )
            cursor.execute("COMMIT")
            # Triggers and views may use them. Events are left out: on a copy they would run.
            for routine in schema.routines:
                self._copy_routine(cursor, routine)
            for trigger in schema.triggers:
                cursor.execute(self._statement(source, "TRIGGER", trigger.name))
            self._copy_views(
                cursor, {view.name: self._statement(source, "VIEW", view.name) for view in schema.views}
            )

    def _copy_routine(self, cursor: Any, routine: Routine) -> None:
        """It may take a right of its own to see or to make one, and Kallithea needs none."""
        if not routine.definition:
            self.remarks.append(
                f"{routine.name} was not copied: {self._account()} may not see how it is made"
            )
            return
        try:
            cursor.execute(routine.definition)
        except self._driver.Error as error:
            self.remarks.append(f"{routine.name} was not copied: {self._error(error).message}")

    def _copy_views(self, cursor: Any, statements: Dict[str, str]) -> None:
        """Views may need each other: go round until all are there."""
        while statements:
            made = []
            for view, statement in statements.items():
                try:
                    cursor.execute(statement)
                    made.append(view)
                except self._driver.Error as error:
                    problem = error
            if not made:
                raise problem
            for view in made:
                del statements[view]

    def _statement(self, source: Any, kind: str, name: str) -> str:
        text = create_statement(lambda sql: fetch(source, sql), kind, name)
        return text if kind == "TABLE" else without_definer(text).replace(f"{_quoted(self.name)}.", "")

    def _stored_columns(self) -> Dict[str, List[str]]:
        """Table -> its columns but the generated ones."""
        rows = self.rows(
            "SELECT table_name AS name, column_name AS col, extra AS extra FROM information_schema.columns "
            "WHERE table_schema = DATABASE() ORDER BY table_name, ordinal_position"
        )
        generated = re.compile(r"(VIRTUAL|STORED|PERSISTENT) GENERATED", re.IGNORECASE)
        found: Dict[str, List[str]] = {}
        for row in rows:
            if not generated.search(_text(row["extra"] or "")):
                found.setdefault(row["name"], []).append(row["col"])
        return found

    def _clear(self) -> None:
        with self._cursor() as cursor:
            cursor.execute("SET SESSION foreign_key_checks = 0")
            rows = fetch(
                cursor,
                "SELECT table_name AS name, table_type AS kind FROM information_schema.tables "
                "WHERE table_schema = DATABASE()",
            )
            for row in rows:
                kind = "VIEW" if row["kind"] == "VIEW" else "TABLE"
                cursor.execute(f"DROP {kind} {_quoted(row['name'])}")
            rows = fetch(
                cursor,
                "SELECT routine_name AS name, routine_type AS kind FROM information_schema.routines "
                "WHERE routine_schema = DATABASE()",
            )
            for row in rows:
                cursor.execute(f"DROP {row['kind']} {_quoted(row['name'])}")

    def _drop(self, name: str) -> None:
        with self._admin_cursor() as cursor:
            cursor.execute(f"DROP DATABASE IF EXISTS {_quoted(name)}")

    def _scratch_names(self) -> List[str]:
        with self._admin_cursor() as cursor:
            rows = fetch(
                cursor,
                "SELECT schema_name AS name FROM information_schema.schemata WHERE schema_name LIKE 'kdbdev\\_%'",
            )
        return [row["name"] for row in rows]

    @contextmanager
    def lock(self, on_wait: Callable[[str], None]) -> Iterator[None]:
        with self._admin_cursor() as cursor:
            name = f"kallithea-dbdev {self.name}"[:_LOCK_NAME_LIMIT]
            if not fetch(cursor, "SELECT GET_LOCK(%s, 0) AS got", (name,))[0]["got"]:
                on_wait(f"{self.display}: another run works on it; waiting for it to end")
                while not fetch(cursor, "SELECT GET_LOCK(%s, 5) AS got", (name,))[0]["got"]:
                    time.sleep(0.1)
            yield

    def put_in_place(self, built: Database) -> None:
        assert isinstance(built, MysqlDatabase)
        self._refuse_unless_replaceable()
        there = self.exists()
        old = self._named(scratch_name("replaced"))
        # The new one must carry its mark before it has the name.
        self._write_mark(built.name, {"throwaway": self.name})
        with self._admin_cursor() as cursor:
            moves: List[str] = []
            if there:
                old._create(None)
                moves += _moves(self._base_tables(), self.name, old.name)
            else:
                self._create(None)
            moves += _moves(built._base_tables(), built.name, self.name)
            # One statement moves all tables, out and in: a kill leaves the old ones or the new ones.
            cursor.execute(f"RENAME TABLE {', '.join(moves)}")
        if there:
            self._write_mark(old.name, scratch_mark(old.name))
            self._drop(old.name)


def _moves(tables: List[str], source: str, target: str) -> List[str]:
    return [f"{_quoted(source)}.{_quoted(table)} TO {_quoted(target)}.{_quoted(table)}" for table in tables]


def _same_key(column: Column) -> str:
    """The index finds what is equal to the collation; of that, what is equal to the letter."""
    name = _quoted(column.name)
    equal = f"a.{name} <=> b.{name}"
    return f"{equal} AND {_exact('a', column)} <=> {_exact('b', column)}" if column.charset else equal


def _exact(alias: str, column: Column) -> str:
    """The bytes of a text: collations take different texts for equal, and "a" for "a ".

    Both sides have the same character set: what has not is no quick comparison.
    """
    name = f"{alias}.{_quoted(column.name)}"
    return f"CAST({name} AS BINARY)" if column.charset else name


def _is_mariadb(cursor: Any) -> bool:
    return "mariadb" in str(fetch(cursor, "SELECT VERSION() AS v")[0]["v"]).lower()


def _text(value: object) -> str:
    return value.decode("utf-8") if isinstance(value, bytes) else str(value)


def _quoted(name: str) -> str:
    return "`" + name.replace("`", "``") + "`"
