"""A PostgreSQL server through psycopg2: sessions, leases, and who holds a lock."""

from __future__ import annotations

import codecs
import re
from functools import cache
from typing import Any, List, Mapping, Optional, Tuple

from ...errors import DatabaseError
from ...messages import one_line, words_of
from ...surroundings import OTHER_ZONE
from ..fence import hold_back
from ..marks import Lease
from ..server import LOCK_SECONDS, Server, Settings, Use, fetch
from .fence import is_worth_a_look, reaches_out
from .hints import hint_for

#: SQLSTATE: https://www.postgresql.org/docs/current/errcodes-appendix.html
OBJECT_IN_USE = "55006"
INSUFFICIENT_PRIVILEGE = "42501"
_LOCK_NOT_AVAILABLE = "55P03"
#: What lacks is the right to make databases.
_OF_DATABASES = re.compile(r"permission denied to (?:create|copy|rename|change owner of) database")

#: First arguments of our advisory locks: "KDBD" and "KDBL" in ASCII.
TARGET_LOCK = 0x4B444244
_LEASE_LOCK = 0x4B44424C

#: Values have one text only, whatever the server, the role or the database is set to.
_PLAIN_TEXTS = (
    "SET datestyle = 'ISO, YMD'", "SET intervalstyle = 'postgres'", "SET timezone = 'UTC'",
    "SET extra_float_digits = 1", "SET bytea_output = 'hex'", "SET lc_monetary = 'C'", "SET xmloption = 'content'",
)  # fmt: skip

#: As pg_dump has it: our sessions may be idle, and read large tables, whatever the server, the role or the
#: database says. The first is known from PostgreSQL 14 on.
_ENDS_SESSIONS = 140000
_NO_HURRY = (
    "SET idle_session_timeout = 0", "SET idle_in_transaction_session_timeout = 0", "SET statement_timeout = 0",
)  # fmt: skip

#: The server takes what is asked of its catalogues for dear, and would compile it: that takes longer than to
#: answer it. What is handed over is somebody else's.
_NO_COMPILING = "SET jit = off"

#: The encoding of a database whose texts may be any bytes.
ANY_BYTES = "SQL_ASCII"

#: The number of a type: https://www.postgresql.org/docs/current/catalog-pg-type.html
_BOOLEAN = 16

# The strongest locks of other sessions on tables of this database, and what those sessions do.
_HOLDERS = """
SELECT c.relname AS name, l.pid, a.usename AS role, a.application_name AS program, a.state,
       date_trunc('second', now() - a.xact_start)::text AS age
FROM pg_locks l JOIN pg_class c ON c.oid = l.relation JOIN pg_stat_activity a ON a.pid = l.pid
WHERE l.granted AND l.pid <> pg_backend_pid() AND c.relkind IN ('r', 'p', 'v', 'm')
  AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
  AND l.mode IN ('AccessExclusiveLock', 'ExclusiveLock', 'ShareRowExclusiveLock', 'ShareLock', 'RowExclusiveLock')
ORDER BY array_position(ARRAY['AccessExclusiveLock', 'ExclusiveLock'], l.mode) NULLS LAST, c.relname"""


class PostgresqlServer(Server):
    """A PostgreSQL server, 13 or later."""

    engine = "postgresql"
    drivers = {"psycopg2": ("psycopg2", "psycopg2-binary")}
    admin_database = "postgres"
    default_port = 5432
    other_zone = (
        f"SELECT set_config('TimeZone', '{OTHER_ZONE}', false) WHERE extract(timezone FROM now()) = 0"
    )

    def parameters(self, database: Optional[str]) -> "dict[str, Any]":
        """Keyword arguments for the driver's ``connect``; they hold the password."""
        # Who looks for the holder of a lock finds us by this name.
        return {"fallback_application_name": "kallithea-dbdev", **super().parameters(database)}

    def _begin(self, connection: Any, settings: Settings, use: Use) -> Tuple[Optional[str], str]:
        connection.autocommit = True
        # Whatever the database and PGCLIENTENCODING say: names and comments must come through unchanged. Not
        # by SQL: the driver has to know. Where it is so already that costs nothing.
        connection.set_client_encoding("UTF8")
        if not use.handed_over:
            if connection.get_parameter_status("server_encoding") == ANY_BYTES:
                # The server looks at no text, so neither do we: what is no UTF-8 is read as it is on SQLite.
                self.driver.extensions.encodings["SQLASCII"] = _codec().name
                connection.set_client_encoding(ANY_BYTES)
            self._register_types(connection, use.exact)
        # A server that ends idle sessions would end the lease, too.
        unhurried = _NO_HURRY if connection.server_version >= _ENDS_SESSIONS else _NO_HURRY[1:]
        statements = [
            *settings,
            f"SET lock_timeout = '{LOCK_SECONDS}s'",
            *(() if use.handed_over else (_NO_COMPILING, *unhurried)),
            # Whatever the database or the role begins with: what is written to is a copy.
            f"SET default_transaction_read_only = {'off' if use.writing else 'on'}",
            *(_PLAIN_TEXTS if use.exact else ()),
            "SELECT current_database(), extract(epoch FROM pg_postmaster_start_time())",
        ]
        with connection.cursor() as cursor:
            cursor.execute("; ".join(statements))  # one round trip for all
            name, started = cursor.fetchone()
        connection.autocommit = not use.handed_over
        return str(name), str(started)

    def _with_fence(self) -> Mapping[str, Any]:
        extensions = self.driver.extensions

        class Fenced(extensions.connection):  # type: ignore[name-defined, misc]
            """A connection whose cursors, of whatever kind, may hold back what reaches beyond the database."""

            is_fenced = False

            def cursor(self, name: Any = None, cursor_factory: Any = None, *more: Any, **options: Any) -> Any:
                kind = cursor_factory or self.cursor_factory or extensions.cursor
                return super().cursor(name, _fenced(kind) if self.is_fenced else kind, *more, **options)

        return {"connection_factory": Fenced}

    def _fence(self, connection: Any) -> None:
        connection.is_fenced = True

    def commit_each(self, connection: Any) -> None:
        connection.autocommit = True

    def _register_types(self, connection: Any, exact: bool) -> None:
        extensions = self.driver.extensions

        def as_bytes(value: Any, cursor: Any) -> Optional[bytes]:
            # psycopg2 would give a memoryview, which nobody can read in a message
            return None if value is None else bytes(self.driver.BINARY(value, cursor))

        extensions.register_type(
            extensions.new_type(self.driver.BINARY.values, "BYTES", as_bytes), connection
        )
        if not exact:
            return
        # Dates (BC, infinity), intervals, JSON, arrays come as text, in the server's own words: Python
        # has no exact value for them. Other types come so anyway.
        kept: List[int] = [_BOOLEAN]
        for caster in (
            extensions.INTEGER, extensions.LONGINTEGER, extensions.FLOAT, extensions.DECIMAL,
            extensions.UNICODE, self.driver.BINARY,
        ):  # fmt: skip
            kept.extend(caster.values)
        changed = tuple(oid for oid in extensions.string_types if oid not in kept)
        extensions.register_type(extensions.new_type(changed, "TEXT", _as_it_is), connection)

    @property
    def host(self) -> Optional[str]:
        query, environment = self._url.query, self.environment()
        # What stands in the query wins, as it does in SQLAlchemy; and the client library looks for what the URL
        # does not say.
        said = query.get("host") or self._url.host
        if "service" in query or (environment.get("PGSERVICE") and not said):
            return None
        address = query.get("hostaddr") or environment.get("PGHOSTADDR")
        return str(address or said or environment.get("PGHOST") or "")

    @property
    def usual_port(self) -> object:
        return self.environment().get("PGPORT") or self.default_port

    def error(self, error: Exception, database: Optional[str]) -> DatabaseError:
        code = getattr(error, "pgcode", None)
        hint = ""
        message = one_line(error)
        if code == OBJECT_IN_USE:
            hint = "stop what is connected to it, then try again"
        elif code == INSUFFICIENT_PRIVILEGE:
            hint = self._grant() if _OF_DATABASES.search(message) else hint_for(message, self._own_name)
        elif code == _LOCK_NOT_AVAILABLE:
            message, hint = self.locked(database)
        elif code is None and getattr(error, "cursor", None) is None:
            hint = hint_for(message, self._own_name) or self._way_in
            if hint:
                # Before there is a session; below the first line libpq asks whether the server runs.
                message = words_of(error).strip().partition("\n")[0]
        return CodedError(f"{self.display_of(database)}: {message}", hint, code)

    def locked(self, database: Optional[str]) -> Tuple[str, str]:
        """What to say of a lock that could not be had: the table and its holder, and the way out."""
        holders: List[str] = []
        tables: List[str] = []
        try:
            with self.session(database) as cursor:
                for row in fetch(cursor, _HOLDERS):
                    who = ", ".join(filter(None, (row["role"], row["program"], row["state"])))
                    holders.append(f"session {row['pid']} ({who}, for {row['age']})")
                    tables.append(row["name"])
        except DatabaseError:
            pass  # it was locked a moment ago: say at least that
        table = f"table {tables[0]} is" if tables else "a table is"
        message = f"{table} locked by {holders[0] if holders else 'another session'}"
        return f"{message}; waited {LOCK_SECONDS} seconds", "end that session, then try again"

    def _grant(self) -> str:
        return (
            f'as an administrator: ALTER ROLE "{self.role() or self._own_name}" CREATEDB; '
            "db-verify and db-revision take an empty database, too, that it owns: --scratch-url"
        )

    @property
    def _own_name(self) -> str:
        """Our role as the URL names it."""
        return self._url.username or "ROLE"

    def role(self) -> Optional[str]:
        """The role that the server sees; None where it cannot be asked."""
        try:
            with self.session(self.admin_database) as cursor:
                return str(fetch(cursor, "SELECT current_user AS name")[0]["name"])
        except DatabaseError:
            return None

    def product(self) -> str:
        with self.session(self.admin_database) as cursor:
            return f"PostgreSQL {fetch(cursor, 'SHOW server_version')[0]['server_version'].split()[0]}"

    def _hold(self, cursor: Any, lease: Lease) -> None:
        cursor.execute(f"SELECT pg_advisory_lock({_LEASE_LOCK}, {lease.number})")

    def _is_held(self, cursor: Any, lease: Lease) -> bool:
        # Advisory locks are those of one database, but this view shows all of them.
        return bool(
            fetch(
                cursor,
                "SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND granted "
                f"AND classid::bigint = {_LEASE_LOCK} AND objid::bigint = {lease.number}",
            )
        )


@cache
def _fenced(kind: Any) -> Any:
    """That kind of a cursor of psycopg2's, fenced."""

    class Fenced(kind):  # type: ignore[misc]
        def execute(self, query: Any, vars: Any = None) -> Any:
            text = str(_text(query, self))
            # What the driver fills in is part of what it sends.
            filled = self.mogrify(query, vars) if vars and is_worth_a_look(text) else text
            hold_back(reaches_out, filled)
            return super().execute(query, vars)

        def executemany(self, query: Any, *more: Any, **options: Any) -> Any:
            hold_back(reaches_out, _text(query, self))
            return super().executemany(query, *more, **options)

        def copy_expert(self, sql: Any, *more: Any, **options: Any) -> Any:
            hold_back(reaches_out, _text(sql, self))
            return super().copy_expert(sql, *more, **options)

        def callproc(self, procname: Any, *more: Any, **options: Any) -> Any:
            hold_back(reaches_out, f"SELECT {procname}()")
            return super().callproc(procname, *more, **options)

    return Fenced


@cache
def _codec() -> codecs.CodecInfo:
    """UTF-8 that keeps any other byte (surrogateescape), known to Python by its name."""
    name = "kallithea_dbdev_any_bytes"

    def encode(text: str, errors: str = "strict") -> Tuple[bytes, int]:
        return text.encode("utf-8", "surrogateescape"), len(text)

    def decode(data: Any, errors: str = "strict") -> Tuple[str, int]:
        return bytes(data).decode("utf-8", "surrogateescape"), len(data)

    found = codecs.CodecInfo(encode, decode, name=name)
    codecs.register(lambda wanted: found if wanted == name else None)
    return found


def _text(query: Any, cursor: Any) -> object:
    """A statement as text: psycopg2.sql has objects for them, too."""
    return query.as_string(cursor) if hasattr(query, "as_string") else query


def _as_it_is(value: Any, _cursor: Any) -> Any:
    return value


class CodedError(DatabaseError):
    """A DatabaseError with the server's SQLSTATE."""

    def __init__(self, message: str, hint: str, code: Optional[str]) -> None:
        super().__init__(message, hint)
        self.args = (message, hint, code)
        self.code = code
