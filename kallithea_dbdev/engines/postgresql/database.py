"""PostgreSQL through psycopg2. The mark of a throwaway is the comment on the database."""

from __future__ import annotations

import time
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Callable, Dict, FrozenSet, Iterable, Iterator, List, Optional, Tuple

from sqlalchemy.engine.url import URL

from ...config import first_line
from ...errors import DatabaseError
from ...schema.model import VERSION_TABLE, Column, Schema, Table
from ...schema.names import joined, taken_apart
from ...workspace import Workspace
from ..database import Counter, Database, Shared, differing_in
from ..server import ServerDatabase, fetch, mark_text, parse_mark, scratch_mark, scratch_name
from .catalogue import read_schema
from .dump import dump_into

#: SQLSTATE: https://www.postgresql.org/docs/current/errcodes-appendix.html
_OBJECT_IN_USE = "55006"
_INSUFFICIENT_PRIVILEGE = "42501"
_INVALID_CATALOG_NAME = "3D000"

#: The version that knows CREATE DATABASE ... STRATEGY, and the size above which files are copied.
_STRATEGY_FROM = 150000
_LARGE_BYTES = 256 * 2**20

#: Rows that are fetched at a time.
_COLUMNS_AT_ONCE = 100
_FETCHED = 2000

_WHOLE_NUMBERS = ("smallint", "integer", "bigint")

#: Values have one text only, whatever the server, the role or the database is set to.
_PLAIN_TEXTS = (
    "SET datestyle = 'ISO, YMD'; SET intervalstyle = 'postgres'; SET timezone = 'UTC'; "
    "SET extra_float_digits = 1; SET bytea_output = 'hex'; SET lc_monetary = 'C'; SET xmloption = 'content'"
)

#: First argument of our advisory locks: "KDBD" in ASCII.
_LOCK_CLASS = 0x4B444244


_RELATIONS = (
    "SELECT n.nspname AS schema, c.relname AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
    "WHERE c.relkind IN ({kinds}) AND n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema'"
)
#: Kind of object -> query for those that are not the system's, in the order of dropping.
_OBJECTS = {
    "MATERIALIZED VIEW": _RELATIONS.format(kinds="'m'"),
    "VIEW": _RELATIONS.format(kinds="'v'"),
    "TABLE": _RELATIONS.format(kinds="'r', 'p'"),
    "SEQUENCE": _RELATIONS.format(kinds="'S'"),
    "TYPE": "SELECT n.nspname AS schema, t.typname AS name FROM pg_type t "
    "JOIN pg_namespace n ON n.oid = t.typnamespace "
    "WHERE t.typtype = 'e' AND n.nspname NOT LIKE 'pg\\_%'",
}
#: Functions and procedures; those of an extension are its own.
_ROUTINES = """
FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
WHERE n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema' AND NOT EXISTS (
    SELECT 1 FROM pg_depend d WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e')"""

#: Columns that a sequence numbers, as a default (serial) or as an identity, and the sequence.
#: pg_sequence_last_value() is what the view pg_sequences shows, without its cost.
_NUMBERED = """
SELECT nullif(n.nspname, current_schema()) AS schema, t.relname AS table, a.attname AS column,
       pg_sequence_last_value(s.oid) AS last,
       q.seqstart AS start, q.seqincrement AS step
FROM pg_depend d
LEFT JOIN pg_attrdef f ON d.classid = 'pg_attrdef'::regclass AND f.oid = d.objid
JOIN pg_class s ON s.relkind = 'S' AND s.oid = CASE WHEN f.oid IS NULL THEN d.objid ELSE d.refobjid END
JOIN pg_class t ON t.relkind = 'r' AND t.oid = coalesce(f.adrelid, d.refobjid)
JOIN pg_namespace n ON n.oid = t.relnamespace
JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = coalesce(f.adnum, d.refobjsubid)
JOIN pg_sequence q ON q.seqrelid = s.oid
WHERE n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema'
  AND (f.oid IS NOT NULL OR (d.classid = 'pg_class'::regclass AND d.deptype = 'i'))
"""


class PostgresqlDatabase(ServerDatabase):
    """A database on a PostgreSQL server, 13 or later."""

    engine = "postgresql"
    drivers = {"psycopg2": ("psycopg2", "psycopg2-binary")}
    admin_database = "postgres"
    default_port = 5432

    def __init__(self, url: URL, folder: Optional[Path] = None) -> None:
        super().__init__(url, folder)
        #: What the rows were when they were last compared: of no use once somebody may have written.
        self._fingerprints: Dict[Tuple[object, ...], Tuple[Any, ...]] = {}

    @contextmanager
    def handed_over(self) -> Iterator[str]:
        self._fingerprints = {}
        with super().handed_over() as url:
            yield url

    def copy(self, workspace: Workspace, label: str) -> Database:
        copied = super().copy(workspace, label)
        assert isinstance(copied, PostgresqlDatabase)
        copied._fingerprints = self._fingerprints
        return copied

    def _set_up(self, connection: Any) -> None:
        connection.autocommit = True
        extensions = self._driver.extensions

        def as_bytes(value: Any, cursor: Any) -> Optional[bytes]:
            # psycopg2 would give a memoryview, which nobody can read in a message
            return None if value is None else bytes(self._driver.BINARY(value, cursor))

        extensions.register_type(
            extensions.new_type(self._driver.BINARY.values, "BYTES", as_bytes), connection
        )

    def _error(self, error: Exception) -> DatabaseError:
        code = getattr(error, "pgcode", None)
        hint = ""
        if code == _OBJECT_IN_USE:
            hint = "stop what is connected to it, then try again"
        elif code == _INSUFFICIENT_PRIVILEGE:
            hint = self._grant()
        return _CodedError(f"{self.display}: {first_line(error)}", hint, code)

    def _grant(self) -> str:
        user = self._current_user() or self._url.username or "ROLE"
        return (
            f'as an administrator: ALTER ROLE "{user}" CREATEDB; '
            "or name an empty database that it owns with --scratch-url"
        )

    def _current_user(self) -> Optional[str]:
        try:
            with self._admin_cursor() as cursor:
                return str(fetch(cursor, "SELECT current_user AS name")[0]["name"])
        except DatabaseError:
            return None

    def _server_id(self, cursor: Any) -> str:
        return str(fetch(cursor, "SELECT system_identifier FROM pg_control_system()")[0]["system_identifier"])

    def _exists(self, cursor: Any, name: str) -> bool:
        return bool(fetch(cursor, "SELECT 1 FROM pg_database WHERE datname = %s", (name,)))

    def is_empty(self) -> bool:
        rows = self.rows(
            "SELECT (SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
            "WHERE n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema') + "
            "(SELECT count(*) FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace "
            "WHERE t.typtype = 'e' AND n.nspname NOT LIKE 'pg\\_%') + "
            f"(SELECT count(*) {_ROUTINES}) AS objects"
        )
        return bool(rows[0]["objects"] == 0)

    def revisions(self) -> "tuple[str, ...]":
        if not self.rows(f"SELECT to_regclass('{VERSION_TABLE}') AS found")[0]["found"]:
            return ()
        return tuple(sorted(r["version_num"] for r in self.rows(f"SELECT version_num FROM {VERSION_TABLE}")))

    def read_schema(self) -> Schema:
        with self._cursor() as cursor:
            return read_schema(lambda sql: fetch(cursor, sql))

    def count_rows(self) -> Dict[str, int]:
        with self._cursor() as cursor:
            tables = fetch(
                cursor,
                "SELECT c.relname AS name, nullif(n.nspname, current_schema()) AS schema "
                "FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN ('r', 'p') "
                "AND n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema'",
            )
            names = sorted({joined(row["schema"], row["name"]) for row in tables} - {VERSION_TABLE})
            parts = [f"(SELECT count(*) FROM {self.table(name)})" for name in names]
            return dict(zip(names, _one_row(cursor, parts)))

    def counters(self) -> Dict[str, Counter]:
        with self._cursor() as cursor:
            rows = fetch(cursor, _NUMBERED)
            tables = [joined(row["schema"], row["table"]) for row in rows]
            highest = _one_row(
                cursor,
                [
                    f"(SELECT max({_quoted(row['column'])}) FROM {self.table(table)})"
                    for row, table in zip(rows, tables)
                ],
            )
        return {
            f"{table}.{joined(None, row['column'])}": Counter(
                table,
                int(row["start"] if row["last"] is None else row["last"] + row["step"]),
                top,
                row["column"],
            )
            for row, table, top in zip(rows, tables, highest)
        }

    def differing(self, before: Database, tables: Iterable[Shared]) -> Dict[str, FrozenSet[str]]:
        assert isinstance(before, PostgresqlDatabase)
        found = {}
        self._fingerprints = {}
        with self._cursor() as here, before._cursor() as there:
            here.execute(_PLAIN_TEXTS)
            there.execute(_PLAIN_TEXTS)
            for table in tables:
                now = _fingerprint(here, self.table(table.after), table)
                self._fingerprints[self.table(table.after), table.key, table.columns] = now
                # What this database was before the step was looked at after the step before it.
                known = before._fingerprints.get((self.table(table.before), table.key, table.columns))
                then = known or _fingerprint(there, self.table(table.before), table)
                changed = (one != other for one, other in zip(now[2:], then[2:]))
                found[table.after] = differing_in(table, now[:2] == then[:2], changed)
        return found

    def stream(self, sql: str) -> Iterator[Tuple[object, ...]]:
        with self._cursor() as cursor:
            self._read_as_text(cursor)
            cursor.execute("BEGIN")
            cursor.execute(f"DECLARE streamed NO SCROLL CURSOR FOR {sql}")
            while True:
                cursor.execute(f"FETCH {_FETCHED} FROM streamed")
                rows = cursor.fetchall()
                yield from rows
                if len(rows) < _FETCHED:
                    break

    def fetch_each(self, queries: Iterable[str]) -> Iterator[List[Tuple[object, ...]]]:
        with self._cursor() as cursor:
            self._read_as_text(cursor)
            for sql in queries:
                cursor.execute(sql)
                yield list(cursor.fetchall())

    def _read_as_text(self, cursor: Any) -> None:
        """Take as text, in the server's own words, whatever Python has no exact value for: dates (BC,
        infinity), intervals, JSON, arrays; other types come so anyway."""
        cursor.execute(_PLAIN_TEXTS)
        extensions = self._driver.extensions
        kept: List[int] = [16]  # boolean
        for caster in (
            extensions.INTEGER, extensions.LONGINTEGER, extensions.FLOAT, extensions.DECIMAL,
            extensions.UNICODE, self._driver.BINARY,
        ):  # fmt: skip
            kept.extend(caster.values)
        changed = tuple(oid for oid in extensions.string_types if oid not in kept)
        extensions.register_type(extensions.new_type(changed, "TEXT", _as_it_is), cursor)

    def quoted(self, name: str) -> str:
        return _quoted(name)

    def table(self, name: str) -> str:
        schema, plain = taken_apart(name)
        return _quoted(plain) if schema is None else f"{_quoted(schema)}.{_quoted(plain)}"

    def value(self, column: Column, expression: str) -> str:
        return expression  # what the driver would change comes as text, see ``stream``

    def ordering(self, table: Table, column: Column, expression: str) -> str:
        if column.plain_type in _WHOLE_NUMBERS and not column.nullable:
            return expression
        return f"""coalesce('=' || CAST({expression} AS text), '') COLLATE "C\""""

    # -- marks ----------------------------------------------------------------------------------

    def _read_mark(self, name: str) -> Dict[str, Any]:
        with self._admin_cursor() as cursor:
            rows = fetch(
                cursor,
                "SELECT shobj_description(oid, 'pg_database') AS mark FROM pg_database WHERE datname = %s",
                (name,),
            )
        return parse_mark(rows[0]["mark"]) if rows else {}

    def _write_mark(self, name: str, mark: Dict[str, Any]) -> None:
        with self._admin_cursor() as cursor:
            cursor.execute(f"COMMENT ON DATABASE {_quoted(name)} IS %s", (mark_text(mark),))

    # -- creating, copying, dropping ------------------------------------------------------------

    def _create(self, source: Optional[str]) -> None:
        with self._admin_cursor() as cursor:
            options = self._template(cursor, source) if source else ""
            cursor.execute(f"CREATE DATABASE {_quoted(self.name)}{options}")

    @staticmethod
    def _template(cursor: Any, source: str) -> str:
        """The options that copy a database, with the strategy that suits its size."""
        rows = fetch(
            cursor,
            "SELECT current_setting('server_version_num')::int AS version, "
            "(SELECT pg_database_size(oid) FROM pg_database WHERE datname = %s) AS size",
            (source,),
        )
        # From 15 on small databases are copied through the write-ahead log, without the two
        # checkpoints that copying files costs; for large ones the log costs more.
        large = rows[0]["version"] >= _STRATEGY_FROM and (rows[0]["size"] or 0) > _LARGE_BYTES
        return f" TEMPLATE {_quoted(source)}{' STRATEGY file_copy' if large else ''}"

    def _copy_into(self, target: ServerDatabase) -> None:
        if target.borrowed:
            dump_into(self._parameters(self.name), self._parameters(target.name), self.display)
            return
        try:
            target._create(self.name)
        except _CodedError as error:
            if error.code != _OBJECT_IN_USE:
                raise
            # Somebody is connected: a template must be idle, a dump need not.
            self.remarks.append(f"{self.display} is in use: copied with pg_dump")
            target._create(None)
            dump_into(self._parameters(self.name), self._parameters(target.name), self.display)

    def _clear(self) -> None:
        with self._cursor() as cursor:
            for kind, sql in _OBJECTS.items():
                for row in fetch(cursor, sql):
                    name = f"{_quoted(row['schema'])}.{_quoted(row['name'])}"
                    cursor.execute(f"DROP {kind} IF EXISTS {name} CASCADE")
            for row in fetch(cursor, f"SELECT p.oid::regprocedure::text AS signature {_ROUTINES}"):
                cursor.execute(f"DROP ROUTINE IF EXISTS {row['signature']} CASCADE")
            cursor.execute(f"COMMENT ON DATABASE {_quoted(self.name)} IS NULL")

    def _drop(self, name: str) -> None:
        with self._admin_cursor() as cursor:
            # Only sessions of this role, and only on what carries our mark, end here.
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = %s AND usename = current_user AND pid <> pg_backend_pid()",
                (name,),
            )
            cursor.execute(f"DROP DATABASE IF EXISTS {_quoted(name)}")

    def _scratch_names(self) -> List[str]:
        with self._admin_cursor() as cursor:
            rows = fetch(
                cursor,
                "SELECT datname FROM pg_database WHERE datname LIKE 'kdbdev\\_%' "
                "AND datdba = (SELECT oid FROM pg_roles WHERE rolname = current_user)",
            )
        return [row["datname"] for row in rows]

    @contextmanager
    def lock(self, on_wait: Callable[[str], None]) -> Iterator[None]:
        with self._admin_cursor() as cursor:
            told = False
            key = f"hashtext('{self.name.encode().hex()}')"
            while not fetch(cursor, f"SELECT pg_try_advisory_lock({_LOCK_CLASS}, {key}) AS got")[0]["got"]:
                if not told:
                    on_wait(f"{self.display}: another run works on it; waiting for it to end")
                    told = True
                time.sleep(0.1)
            yield

    def put_in_place(self, built: Database) -> None:
        assert isinstance(built, PostgresqlDatabase)
        self._refuse_unless_replaceable()
        old = scratch_name("replaced")
        there = self.exists()
        with self._admin_cursor() as cursor:
            # A pooled connection of the set-up may still be open.
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = %s AND usename = current_user",
                (built.name,),
            )
            # Both names change in one transaction: a kill leaves the old one or the new one.
            cursor.execute("BEGIN")
            if there:
                cursor.execute(f"ALTER DATABASE {_quoted(self.name)} RENAME TO {_quoted(old)}")
                cursor.execute(f"COMMENT ON DATABASE {_quoted(old)} IS %s", (mark_text(scratch_mark(old)),))
            cursor.execute(f"ALTER DATABASE {_quoted(built.name)} RENAME TO {_quoted(self.name)}")
            cursor.execute(
                f"COMMENT ON DATABASE {_quoted(self.name)} IS %s",
                (mark_text({"throwaway": self.name}),),
            )
            cursor.execute("COMMIT")
        if there:
            self._drop(old)


class _CodedError(DatabaseError):
    """A DatabaseError with the server's SQLSTATE."""

    def __init__(self, message: str, hint: str, code: Optional[str]) -> None:
        super().__init__(message, hint)
        self.args = (message, hint, code)
        self.code = code


def _fingerprint(cursor: Any, name: str, table: Shared) -> "tuple[Any, ...]":
    """Rows, the sum over the keys, and one sum per column; a sum, since equal rows cancel in XOR.

    Hashes of texts, which all types have; the key's is the seed of each value's, which ties the value
    to its row.
    """
    keys = [_quoted(column.name) for column in table.key]
    columns = [_quoted(column.name) for column in table.columns]
    key = f"{keys[0]}::text" if len(keys) == 1 else f"ROW({', '.join(keys)})::text"
    rows = f"SELECT hashtextextended({key}, 0) AS kdbdev_key, * FROM {name}"
    sums = [f"sum(hashtextextended({column}::text, kdbdev_key))" for column in columns]
    cursor.execute(f"SELECT {', '.join(['count(*)', 'sum(kdbdev_key)', *sums])} FROM ({rows}) rows")
    return tuple(cursor.fetchone())


def _as_it_is(value: Any, _cursor: Any) -> Any:
    return value


def _one_row(cursor: Any, expressions: "list[str]") -> "list[Any]":
    """The values of many expressions with one query for each hundred: fewer round trips."""
    found: List[Any] = []
    for start in range(0, len(expressions), _COLUMNS_AT_ONCE):
        cursor.execute(f"SELECT {', '.join(expressions[start : start + _COLUMNS_AT_ONCE])}")
        found.extend(cursor.fetchone())
    return found


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
