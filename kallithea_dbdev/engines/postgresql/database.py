"""PostgreSQL databases. The mark of a throwaway is the comment on the database."""

from __future__ import annotations

import os
import time
from contextlib import contextmanager
from typing import (
    Any,
    Callable,
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

from ...errors import DatabaseError, TargetRefusedError
from ...messages import one_line
from ...schema.model import VERSION_TABLE, Column, Schema, Table
from ...schema.names import joined, taken_apart
from ..comparing import Shared, differing_in
from ..database import Counter, Database, Scratch
from ..lab import Lab
from ..marks import Mark, lease_of, mark_text, parse_mark, scratch_mark, scratch_name, throwaway_mark
from ..served import ServerDatabase, ServerScratch
from ..server import Server, Settings, fetch, literally
from . import contents, kept, script, ways_out
from .bodies import with_broken
from .catalogue import read_schema
from .dump import dump_into, dumped_definition
from .home import HOME
from .rows import (
    NUMBERED,
    fingerprint,
    next_numbers,
    one_row,
    quoted,
    sequence_numbers,
    set_sequences,
    traces,
)
from .server import (
    ANY_BYTES,
    INSUFFICIENT_PRIVILEGE,
    OBJECT_IN_USE,
    TARGET_LOCK,
    CodedError,
    PostgresqlServer,
)
from .watching import PostgresqlWatch

#: A comment cannot be given when a database is created, a limit can: one that nobody else would set.
_BORN = 1_801_745_508  # "kdbd"
_AT_BIRTH = f" CONNECTION LIMIT {_BORN}"
#: The version that knows CREATE DATABASE ... STRATEGY, and the size above which files are copied.
_STRATEGY_FROM = 150000
_LARGE_BYTES = 256 * 2**20

#: Rows that are fetched at a time.
_FETCHED = 2000

_WHOLE_NUMBERS = ("smallint", "integer", "bigint")

#: What ALTER DATABASE and ALTER ROLE have set for sessions on a database; CREATE DATABASE does not copy it.
_SETTINGS = """
SELECT setting FROM pg_db_role_setting s JOIN pg_database d ON d.oid = s.setdatabase, unnest(s.setconfig) setting
WHERE d.datname = %s AND (s.setrole = 0 OR s.setrole = (SELECT oid FROM pg_roles WHERE rolname = current_user))
ORDER BY s.setrole"""
#: Which of these a session cannot set by itself: who connects gets them from the server.
_NOT_OURS = """
SELECT name FROM pg_settings, pg_roles
WHERE rolname = current_user AND NOT rolsuper AND context = 'superuser' AND name = ANY (%s)"""


class PostgresqlDatabase(ServerDatabase):
    """A database on a PostgreSQL server, 13 or later."""

    engine = "postgresql"
    server_type = PostgresqlServer
    longest_name = 63
    drivers = PostgresqlServer.drivers
    script_command = "PGCLIENTENCODING=UTF8 psql --set ON_ERROR_STOP=1 --file {file} DATABASE"
    # One round trip with the row.
    _before_refusal, _after_refusal = "SAVEPOINT refused; ", "ROLLBACK TO SAVEPOINT refused"

    def __init__(self, server: Server, name: str) -> None:
        super().__init__(server, name)
        #: What the rows were when they were last compared: of no use once somebody may have written.
        self._fingerprints: Dict[Tuple[object, ...], Tuple[Any, ...]] = {}

    @staticmethod
    def length_of(name: str) -> int:
        return len(os.fsencode(name))

    def _circumstances(self, cursor: Any) -> Iterator[str]:
        for sql in contents.CIRCUMSTANCES:
            yield from (str(row["what"]) for row in fetch(cursor, sql))
        yield from (contents.locale_options(cursor, self.name), *self.session_settings())

    def _exists(self, cursor: Any) -> bool:
        return bool(fetch(cursor, "SELECT 1 FROM pg_database WHERE datname = %s", (self.name,)))

    def keeps_any_bytes(self) -> bool:
        with self._reading() as cursor:
            return bool(cursor.connection.get_parameter_status("server_encoding") == ANY_BYTES)

    def folds_names(self) -> bool:
        return False

    def is_empty(self) -> bool:
        with self._reading() as cursor:
            return contents.is_empty(cursor)

    def prepared(self) -> str:
        with self._reading() as cursor:
            return kept.prepared(cursor)

    def revisions(self) -> "tuple[str, ...]":
        if not self.rows(f"SELECT to_regclass('{VERSION_TABLE}') AS found")[0]["found"]:
            return ()
        return tuple(sorted(r["version_num"] for r in self.rows(f"SELECT version_num FROM {VERSION_TABLE}")))

    def read_schema(self) -> Schema:
        with self._reading() as cursor:
            return read_schema(lambda sql: fetch(cursor, sql))

    def definition(self, numbers: Iterable[Counter]) -> Tuple[str, ...]:
        positions = (
            f"SELECT setval(pg_get_serial_sequence('{number.table}', '{number.column}'), {number.next - 1})"
            for number in numbers
        )
        return (*dumped_definition(self.server, self.name, self.display), *positions)

    def count_rows(self) -> Dict[str, int]:
        with self._reading() as cursor:
            tables = fetch(
                cursor,
                f"SELECT c.relname AS name, nullif(n.nspname, {HOME}) AS schema "
                "FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN ('r', 'p') "
                "AND n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema'",
            )
            names = sorted({joined(row["schema"], row["name"]) for row in tables} - {VERSION_TABLE})
            parts = [f"(SELECT count(*) FROM {self.table(name)})" for name in names]
            return dict(zip(names, one_row(cursor, parts)))

    def size(self) -> int:
        return int(self.rows("SELECT pg_database_size(current_database()) AS size")[0]["size"])

    def counters(self) -> Dict[str, Counter]:
        with self._reading() as cursor:
            rows = fetch(cursor, NUMBERED)
            numbers = next_numbers(cursor, rows)
            tables = [joined(row["schema"], row["table"]) for row in rows]
            highest = one_row(
                cursor,
                [
                    f"(SELECT max({quoted(row['column'])}) FROM {self.table(table)})"
                    for row, table in zip(rows, tables)
                ],
            )
        return {
            f"{table}.{joined(None, row['column'])}": Counter(table, number, top, row["column"])
            for row, table, number, top in zip(rows, tables, numbers, highest)
        }

    def traces(self) -> Mapping[str, object]:
        with self._reading() as cursor:
            return traces(cursor)

    def differing(self, before: Database, tables: Iterable[Shared]) -> Dict[str, FrozenSet[str]]:
        assert isinstance(before, PostgresqlDatabase)
        found = {}
        self._fingerprints = {}
        with self._reading(exact=True) as here, before._reading(exact=True) as there:
            for table in tables:
                now = fingerprint(here, self.table(table.after), table)
                self._fingerprints[self.table(table.after), table.key, table.columns] = now
                # What this database was before the step was looked at after the step before it.
                known = before._fingerprints.get((self.table(table.before), table.key, table.columns))
                then = known or fingerprint(there, self.table(table.before), table)
                changed = (one != other for one, other in zip(now[2:], then[2:]))
                found[table.after] = differing_in(table, now[:2] == then[:2], changed)
        return found

    def _fingerprint(self, table: str, columns: Sequence[Column]) -> str:
        row = f"ROW({', '.join(quoted(column.name) for column in columns)})::text"
        sums = ", ".join(f"sum(hashtextextended({row}, {seed}))" for seed in (0, 1))
        return f"SELECT count(*), {sums} FROM {self.table(table)}"

    def stream(self, sql: str) -> Iterator[Tuple[object, ...]]:
        with self._streaming() as cursor:
            cursor.execute("BEGIN")
            cursor.execute(f"DECLARE streamed NO SCROLL CURSOR FOR {sql}")
            while True:
                cursor.execute(f"FETCH {_FETCHED} FROM streamed")
                rows = cursor.fetchall()
                yield from rows
                if len(rows) < _FETCHED:
                    break
            cursor.execute("COMMIT")

    def quoted(self, name: str) -> str:
        return quoted(name)

    def table(self, name: str) -> str:
        schema, plain = taken_apart(name)
        return quoted(plain) if schema is None else f"{quoted(schema)}.{quoted(plain)}"

    def drop_trigger(self, table: str, name: str) -> str:
        return f"{super().drop_trigger(table, name)} ON {self.table(table)}"

    @classmethod
    def moment_after(cls, unit: str, number: str) -> str:
        if unit == "day":
            return f"DATE '2000-01-01' + {number}"
        return f"TIMESTAMP '2000-01-01 00:00:00' + {number} * INTERVAL '1 second'"

    def value(self, column: Column, expression: str) -> str:
        return expression  # what the driver would change comes as text, see ``stream``

    def ordering(self, table: Table, column: Column, expression: str) -> str:
        if column.plain_type in _WHOLE_NUMBERS and not column.nullable:
            return expression
        return f"""coalesce('=' || CAST({expression} AS text), '') COLLATE "C\""""

    # -- marks ----------------------------------------------------------------------------------

    def why_protected(self) -> str:
        if self.name == self.server.admin_database:
            return "administrators connect to this database"
        with self._administrating() as cursor:
            rows = fetch(cursor, "SELECT datistemplate FROM pg_database WHERE datname = %s", (self.name,))
        # One that carries the mark, too: it could be renamed, but not dropped.
        template = rows and rows[0]["datistemplate"]
        return "other databases are made from this one (IS_TEMPLATE)" if template else ""

    def read_mark(self) -> Mark:
        return parse_mark(self._said_of_it())

    def _said_of_it(self) -> Optional[str]:
        """The comment on the database."""
        sql = "SELECT shobj_description(oid, 'pg_database') AS said FROM pg_database WHERE datname = %s"
        with self._administrating() as cursor:
            rows = fetch(cursor, sql, (self.name,))
        return rows[0]["said"] if rows else None

    def _write_mark(self, mark: Mark) -> None:
        with self._administrating(writing=True) as cursor:
            self._comment(cursor, self.name, mark_text(mark))

    def _comment(self, cursor: Any, name: str, text: Optional[str]) -> None:
        cursor.execute(f"COMMENT ON DATABASE {literally(quoted(name))} IS %s", (text,))

    def _mark_at_birth(self) -> Mark:
        with self._administrating() as cursor:
            rows = fetch(cursor, "SELECT datconnlimit FROM pg_database WHERE datname = %s", (self.name,))
        return scratch_mark(self.name) if rows and rows[0]["datconnlimit"] == _BORN else {}

    def refuse_unless_replaceable(self, way_out: str = "name another database") -> None:
        super().refuse_unless_replaceable(way_out)
        if not self.exists():
            return
        # Before anything is made: what is said of it is said of it once more, and taken back.
        with self._administrating(writing=True) as cursor:
            for statement in list(kept.statements(cursor, self.name, self.literal, _BORN)):
                try:
                    cursor.execute(f"BEGIN; {statement}")
                except self.server.driver.Error as error:
                    raise TargetRefusedError(
                        f"{self.display}: the database that takes its place would not have what {statement} says: "
                        f"{one_line(error)}",
                        f"as an administrator, take that back (RESET, REVOKE); or {way_out}",
                    ) from error
                finally:
                    cursor.execute("ROLLBACK")

    # -- creating, copying, dropping ------------------------------------------------------------

    def _create(self, like: ServerDatabase) -> None:
        assert isinstance(like, PostgresqlDatabase)
        with self._administrating(writing=True) as cursor:
            # template1 may hold whatever an administrator wants to see in new databases.
            options = contents.locale_options(cursor, like.name)
            cursor.execute(f"CREATE DATABASE {quoted(self.name)} TEMPLATE template0{options}{_AT_BIRTH}")

    def session_settings(self) -> Settings:
        """Statements that give a session on another database what one on this database has."""
        if self.settings:
            return self.settings
        with self._administrating() as cursor:
            rows = fetch(cursor, _SETTINGS, (self.name,))
            settings = [(row["setting"].partition("=")[0], row["setting"]) for row in rows]
            names = [name for name, _ in settings]
            others = {row["name"] for row in fetch(cursor, _NOT_OURS, (names,))} if names else set()
        return tuple(
            f"SET {kept.assignment(setting, self.literal)}"
            for name, setting in settings
            if name not in others
        )

    def _schemas_in_path(self) -> List[str]:
        """The schemas but public that this database's sessions look into."""
        if not self.session_settings() or not self.exists():
            return []
        rows = self.rows("SELECT unnest(current_schemas(false))::text AS name")
        return [row["name"] for row in rows if row["name"] != "public"]

    def _copy_to(self, target: ServerScratch, lab: Lab) -> None:
        assert isinstance(target, PostgresqlScratch)
        try:
            with self._administrating(writing=True) as cursor:
                cursor.execute(f"CREATE DATABASE {quoted(target.name)}{self._template(cursor)}{_AT_BIRTH}")
        except CodedError as error:
            if error.code == OBJECT_IN_USE:
                # Somebody is connected: a template must be idle, a dump need not.
                lab.remark(f"{self.display} is in use: copied with pg_dump")
            elif error.code == INSUFFICIENT_PRIVILEGE and self._may_create():
                lab.remark(f"{self.display} belongs to another role: copied with pg_dump")
            else:
                raise
            target._create(self)
            self._fill(target, lab)
            return
        target.settings = self.session_settings()
        self._cut_off(target, lab)
        target._fingerprints = self._fingerprints

    def _may_create(self) -> bool:
        with self._administrating() as cursor:
            rows = fetch(
                cursor, "SELECT rolcreatedb OR rolsuper AS may FROM pg_roles WHERE rolname = current_user"
            )
        return bool(rows and rows[0]["may"])

    def _is_superuser(self) -> bool:
        with self._administrating() as cursor:
            rows = fetch(cursor, "SELECT rolsuper AS may FROM pg_roles WHERE rolname = current_user")
        return bool(rows and rows[0]["may"])

    def _template(self, cursor: Any) -> str:
        """The options that copy this database, with the strategy that suits its size."""
        rows = fetch(
            cursor,
            "SELECT current_setting('server_version_num')::int AS version, current_setting('fsync') = 'off' AS unsynced, "
            "(SELECT pg_database_size(oid) FROM pg_database WHERE datname = %s) AS size",
            (self.name,),
        )
        # From 15 on small databases are copied through the write-ahead log, without the two
        # checkpoints that copying files costs; for large ones, and where nothing waits for a disk, the log costs more.
        by_files = rows[0]["unsynced"] or (rows[0]["size"] or 0) > _LARGE_BYTES
        chosen = " STRATEGY file_copy" if by_files and rows[0]["version"] >= _STRATEGY_FROM else ""
        return f" TEMPLATE {quoted(self.name)}{chosen}"

    def _fill(self, target: ServerScratch, lab: Lab) -> None:
        assert isinstance(target, PostgresqlScratch)
        target.settings = self.session_settings()
        try:
            owned = self.server == target.server and self._is_superuser()
            dump_into(self.server, self.name, target.server, target.name, self.display, owned)
        except DatabaseError as error:
            if "LOCK TABLE" not in error.message or "permission denied" in error.message:
                raise
            message, hint = self.server.locked(self.name)  # type: ignore[attr-defined]
            raise DatabaseError(f"{self.display}: {message}", hint) from error
        self._cut_off(target, lab)

    def _cut_off(self, target: "PostgresqlScratch", lab: Lab) -> None:
        """Take from a copy what leads out of it: the accounts of foreign servers, and what has an
        address of its own. What nobody can look into is said."""
        with target._writing() as cursor:
            objects = ways_out.read(cursor)
            for item, why in ways_out.leading_out(objects):
                # With what hangs on it: triggers, defaults.
                cursor.execute(f"DROP {item.kind} IF EXISTS {item.name} CASCADE")
                lab.remark(f"{self.display}: {item} was not copied: {why}")
            for item in objects:
                if not item.trusted:
                    lab.remark(
                        f"{self.display}: {item} is written in {item.language}: the copy's may reach elsewhere"
                    )
            for statement in contents.user_mappings(cursor):
                cursor.execute(statement)
                lab.remark(f"{self.display}: the copy cannot reach foreign servers: {statement}")

    def _drop(self) -> None:
        with self._administrating(writing=True) as cursor:
            self._end_sessions(cursor)
            statement = f"DROP DATABASE IF EXISTS {quoted(self.name)}"
            try:
                cursor.execute(statement)
            except self.server.driver.Error as error:
                if getattr(error, "pgcode", None) != OBJECT_IN_USE or not self._end_prepared(cursor):
                    raise
                cursor.execute(statement)

    def _end_prepared(self, cursor: Any) -> bool:
        """Roll back the prepared transactions on this database, which is ours; whether there was one. No
        session holds them."""
        rows = fetch(cursor, "SELECT gid FROM pg_prepared_xacts WHERE database = %s", (self.name,))
        if rows:
            with self.server.session(self.name, writing=True) as inside:
                for row in rows:
                    inside.execute("ROLLBACK PREPARED %s", (row["gid"],))
        return bool(rows)

    def _end_sessions(self, cursor: Any) -> None:
        """End sessions of this role on this database, which is ours: a pool may hold some."""
        # Whatever role they act as: who has logged in may end them.
        cursor.execute(
            "SET ROLE NONE; SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = %s AND usename = session_user AND pid <> pg_backend_pid(); RESET ROLE",
            (self.name,),
        )

    def _scratch_names(self) -> List[str]:
        with self._administrating() as cursor:
            rows = fetch(
                cursor,
                "SELECT datname FROM pg_database WHERE datname LIKE 'kdbdev\\_%' "
                "AND EXISTS (SELECT 1 FROM pg_roles WHERE rolname = current_user AND (oid = datdba "
                "OR NOT rolsuper AND pg_has_role(oid, datdba, 'MEMBER')))",
            )
        return [row["datname"] for row in rows]

    @contextmanager
    def lock(self, on_wait: Callable[[str], None]) -> Iterator[None]:
        with self._alone() as cursor:
            waits = False
            key = f"hashtext('{self.name.encode().hex()}')"
            while not fetch(cursor, f"SELECT pg_try_advisory_lock({TARGET_LOCK}, {key}) AS got")[0]["got"]:
                if not waits:
                    on_wait(f"{self.display}: another run works on it; waiting for it to end")
                    waits = True
                time.sleep(0.1)
            yield

    def replace_by(self, built: Scratch, maker: str = "") -> None:
        assert isinstance(built, PostgresqlScratch)
        self.refuse_unless_replaceable()
        lease = lease_of(built.name)
        assert lease is not None
        old = self.named(scratch_name(lease, "replaced"))
        replaces = self.exists()
        with self._administrating(writing=True) as cursor:
            # A pooled connection of the set-up may still be open.
            built._end_sessions(cursor)
            # It is said of databases, not in them: what is made anew is what is in it.
            said = list(kept.statements(cursor, self.name, self.literal, _BORN))
            # Both names change in one transaction: a kill leaves the old one or the new one.
            cursor.execute("BEGIN")
            if replaces:
                cursor.execute(f"ALTER DATABASE {quoted(self.name)} RENAME TO {quoted(old.name)}")
                self._comment(cursor, old.name, mark_text(scratch_mark(old.name)))
            cursor.execute(f"ALTER DATABASE {quoted(built.name)} RENAME TO {quoted(self.name)}")
            for statement in said:
                cursor.execute(statement)
            self._comment(cursor, self.name, mark_text(throwaway_mark(self.name, maker)))
            cursor.execute("COMMIT")
        if replaces:
            old._drop()


class PostgresqlScratch(PostgresqlDatabase, ServerScratch):
    """A scratch database on a PostgreSQL server."""

    def _may_be_altered(self) -> None:
        self._fingerprints = {}

    @staticmethod
    def at_once(statements: Sequence[str]) -> Sequence[str]:
        return (";\n".join(statements),)

    @contextmanager
    def trying(self) -> Iterator[Callable[[str, Mapping[str, object]], str]]:
        with self._reading() as cursor:
            numbers = sequence_numbers(cursor)
        try:
            with super().trying() as insert:
                yield insert
        finally:
            # No sequence takes back a number that it gave.
            with self._session(writing=True) as cursor:
                set_sequences(cursor, numbers)

    def read_schema(self) -> Schema:
        schema = super().read_schema()
        if not (schema.routines or schema.triggers):
            return schema
        with self._reading() as cursor:
            return with_broken(cursor, schema, self.server.driver.Error)

    def _before(self, cursor: Any) -> str:
        if cursor.connection.get_parameter_status("server_encoding") == "UTF8":
            return super()._before(cursor)
        # A text that the database cannot hold refuses all that is sent with it.
        cursor.execute(self._before_refusal)
        return ""

    def statements_of(self, text: str) -> Iterator[str]:
        return script.statements(text)

    @contextmanager
    def _writing(self) -> Iterator[Any]:
        self._may_be_altered()
        with super()._writing() as cursor:
            yield cursor

    def watch(self, connection: Any, trial: Optional[Scratch] = None) -> PostgresqlWatch:
        return PostgresqlWatch(connection, lambda: self.server.connect(self.name))

    def analyze(self, table: str) -> None:
        self.execute([f"ANALYZE {self.table(table)}"])

    def _resemble(self, like: ServerDatabase) -> None:
        assert isinstance(like, PostgresqlDatabase)
        self.settings = like.session_settings()
        self.execute(f"CREATE SCHEMA IF NOT EXISTS {quoted(name)}" for name in like._schemas_in_path())

    def _what_changes(self) -> Mark:
        return {"comment": self._said_of_it()}

    def _clear(self, came_with: Mark) -> None:
        with self.server.session(self.name, writing=True) as cursor:
            contents.remove_all(cursor)
            self._comment(cursor, self.name, came_with.get("comment"))


PostgresqlDatabase.scratch_type = PostgresqlScratch
