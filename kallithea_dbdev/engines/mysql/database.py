"""MySQL and MariaDB databases.

The mark of a throwaway is a small table; it is outside every comparison and count.
"""

from __future__ import annotations

import re
import time
import uuid
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
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

from ...errors import DatabaseError
from ...schema.model import BYTES, MARK_TABLE, VERSION_TABLE, Column, Privilege, Schema, Table
from ..comparing import Shared, differing_joined, joining
from ..database import Counter, Database, Scratch
from ..lab import Lab
from ..marks import Mark, lease_of, mark_text, parse_mark, scratch_mark, scratch_name, throwaway_mark
from ..served import ServerDatabase, ServerScratch
from ..server import fetch, literally
from . import script
from .bodies import with_broken
from .catalogue import create_statement, read_schema
from .copying import Copying, all_triggers
from .definition import as_made
from .implicit import NOTHING_KNOWN, Key
from .noting import NOTES, make_missing, note, noted
from .privileges import effective, read_privileges, revoke_all
from .server import MysqlServer, is_mariadb, quoted
from .trial import Trial
from .watching import MysqlWatch

_LOCK_NAME_LIMIT = 64

_SESSIONS = (
    "SELECT id AS id FROM information_schema.processlist WHERE db = %s AND id <> CONNECTION_ID() "
    "AND user = substring_index(USER(), '@', 1)"
)

#: What the mark of a database is called while it is being replaced, and that which is to come.
_OLD_MARK_TABLE, _NEW_MARK_TABLE = f"{MARK_TABLE}_replaced", f"{MARK_TABLE}_new"

#: What a database gives to tables that say nothing else.
_DEFAULTS = (
    "SELECT default_character_set_name AS c, default_collation_name AS l FROM information_schema.schemata "
    "WHERE schema_name = %s"
)

_FILE_SIZES = (
    "SELECT sum(file_size) AS size FROM information_schema.{} WHERE substring_index(name, '/', 1) = %s"
)
_TABLE_SIZES = (
    "SELECT sum(data_length + index_length) AS size FROM information_schema.tables WHERE table_schema = %s"
)

#: What keeps rows that were not committed, or the numbers that they got.
_COMMITTING = (
    "SELECT table_name AS name FROM information_schema.tables WHERE table_schema = DATABASE() "
    "AND table_type <> 'VIEW' AND NOT (table_type = 'BASE TABLE' AND engine = 'InnoDB')"
)

#: Variables that tell the session, the moment or where the server is, and decide nothing.
_OF_THE_MOMENT = re.compile(
    r"rand_seed|^timestamp$|_id$|^identity|gtid|_uu?id$|dir$|dir_path|pid_file|socket$|hostname|^port$|^last_"
)

#: Objects other than tables, each with what changes when somebody makes it anew.
_OBJECTS = (
    "SELECT concat(routine_type, ' ', routine_name) AS name, last_altered AS state "
    "FROM information_schema.routines WHERE routine_schema = DATABASE()",
    "SELECT concat('TRIGGER ', trigger_name) AS name, created AS state "
    "FROM information_schema.triggers WHERE trigger_schema = DATABASE()",
    "SELECT concat('EVENT ', event_name) AS name, last_altered AS state "
    "FROM information_schema.events WHERE event_schema = DATABASE()",
    "SELECT concat(table_type, ' ', table_name) AS name, create_time AS state "
    "FROM information_schema.tables WHERE table_schema = DATABASE()",
)

#: Kind of object -> query for the names, in an order in which they can be dropped.
_KINDS = {
    "EVENT": "SELECT event_name AS name FROM information_schema.events WHERE event_schema = DATABASE()",
    "TRIGGER": "SELECT trigger_name AS name FROM information_schema.triggers WHERE trigger_schema = DATABASE()",
    "VIEW": "SELECT table_name AS name FROM information_schema.tables "
    "WHERE table_schema = DATABASE() AND table_type = 'VIEW'",
    "PROCEDURE": "SELECT routine_name AS name FROM information_schema.routines "
    "WHERE routine_schema = DATABASE() AND routine_type = 'PROCEDURE'",
    "FUNCTION": "SELECT routine_name AS name FROM information_schema.routines "
    "WHERE routine_schema = DATABASE() AND routine_type = 'FUNCTION'",
    "PACKAGE": "SELECT routine_name AS name FROM information_schema.routines "
    "WHERE routine_schema = DATABASE() AND routine_type = 'PACKAGE'",
    "TABLE": "SELECT table_name AS name FROM information_schema.tables "
    "WHERE table_schema = DATABASE() AND table_type <> 'VIEW'",
}
#: Something of any kind in a database, but the place of the mark; a trigger has a table.
_CONTENT = (
    f"SELECT 1 FROM information_schema.tables WHERE table_schema = %s AND table_name <> '{MARK_TABLE}' "
    "UNION ALL SELECT 1 FROM information_schema.routines WHERE routine_schema = %s "
    "UNION ALL SELECT 1 FROM information_schema.events WHERE event_schema = %s LIMIT 1"
)
_SHAPES = re.compile(r"(multi)?(point|linestring|polygon)\b|geom")
_WHOLE_NUMBERS = re.compile(r"(tiny|small|medium|big)?int\b")

#: How many characters of a value are sorted by; a quarter of what the server looks at (max_sort_length).
_SORTED = 100


class MysqlDatabase(ServerDatabase):
    """A database on a MySQL or MariaDB server."""

    engine = "mysql"
    escapes_backslashes = True
    chooses_ways = True
    server_type = MysqlServer
    longest_name = 64
    # As Kallithea's own set-up has them.
    set_up_defaults = "CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci"
    drivers = MysqlServer.drivers
    script_command = "mysql --default-character-set=utf8mb4 DATABASE < {file}"
    server: MysqlServer
    _no_values = "() VALUES ()"
    #: What is granted on the names of what this is a copy of.
    inherited: Tuple[Privilege, ...] = ()
    #: Table -> its implicit indexes, as far as they are known.
    implicit_keys: Mapping[str, FrozenSet[Key]] = NOTHING_KNOWN
    #: Whether this run keeps others away from it.
    _locked = False

    @staticmethod
    def length_of(name: str) -> int:
        return len(name)

    def _circumstances(self, cursor: Any) -> Iterator[str]:
        variables = {row["variable_name"]: str(row["value"]) for row in fetch(cursor, "SHOW VARIABLES")}
        for name, value in sorted(variables.items()):
            if not (_OF_THE_MOMENT.search(name) or variables["datadir"].rstrip("/") in value):
                yield f"{name}={value}"
        yield str(fetch(cursor, "SELECT CURRENT_USER() AS account")[0]["account"])
        yield str(fetch(cursor, _DEFAULTS, (self.name,)))

    def _exists(self, cursor: Any) -> bool:
        sql = "SELECT 1 FROM information_schema.schemata WHERE schema_name = %s"
        return bool(fetch(cursor, sql, (self.name,)))

    def folds_names(self) -> bool:
        with self._administrating() as cursor:
            return bool(fetch(cursor, "SELECT @@lower_case_table_names AS folds")[0]["folds"])

    def is_empty(self) -> bool:
        with self._reading() as cursor:
            return not fetch(cursor, _CONTENT, (self.name,) * 3)

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
        with self._reading() as cursor:
            schema = read_schema(lambda sql: fetch(cursor, sql), is_mariadb(cursor), self.name)
            return replace(schema, privileges=effective(self._privileges(cursor), schema))

    def _privileges(self, cursor: Any) -> Tuple[Privilege, ...]:
        """What has been granted on names in this database, or would be if it had the original's name."""
        return (*self.inherited, *read_privileges(lambda sql: fetch(cursor, sql)))

    def definition(self, numbers: Iterable[Counter]) -> Tuple[str, ...]:
        # Counters follow the rows by themselves.
        with self._reading() as cursor:
            texts = {
                name: create_statement(lambda sql: fetch(cursor, sql), "TABLE", name)
                for name in self._base_tables()
                if name != MARK_TABLE
            }
        statements = (as_made(text, follows=name == VERSION_TABLE) for name, text in texts.items())
        return ("SET foreign_key_checks = 0", *statements)

    def count_rows(self) -> Dict[str, int]:
        tables = [table for table in self._base_tables() if table not in (VERSION_TABLE, MARK_TABLE)]
        counts = self.fetch_each(f"SELECT count(*) FROM {quoted(table)}" for table in tables)
        return {table: int(str(count)) for table, ((count,),) in zip(tables, counts)}

    def size(self) -> int:
        with self._reading() as cursor:
            files = "innodb_sys_tablespaces" if is_mariadb(cursor) else "innodb_tablespaces"
            # The sizes of the files are up to date; who may not ask for them gets the server's estimates.
            for sql in (_FILE_SIZES.format(files), _TABLE_SIZES):
                with suppress(self.server.driver.Error):
                    size = fetch(cursor, sql, (self.name,))[0]["size"]
                    if size is not None:
                        return int(size)
        return 0

    def counters(self) -> Dict[str, Counter]:
        with self._reading() as cursor:
            if not is_mariadb(cursor):
                # MySQL 8 answers from a cache that is up to a day old.
                cursor.execute("SET SESSION information_schema_stats_expiry = 0")
            rows = fetch(
                cursor,
                "SELECT table_name AS name, auto_increment AS next FROM information_schema.tables "
                "WHERE table_schema = DATABASE() AND auto_increment IS NOT NULL",
            )
        return {row["name"]: Counter(row["name"], int(row["next"])) for row in rows}

    def traces(self) -> Mapping[str, object]:
        found: Dict[str, object] = {}
        with self._reading() as cursor:
            tables = self._base_tables()
            if tables:
                # It reads every row: as costly as a count of all of them.
                cursor.execute(f"CHECKSUM TABLE {', '.join(map(quoted, tables))}")
                found.update({str(name).partition(".")[2]: number for name, number in cursor.fetchall()})
            for sql in _OBJECTS:
                for row in fetch(cursor, sql):
                    found[str(row["name"])] = str(row["state"])
        found.update({f"AUTO_INCREMENT of {name}": c.next for name, c in self.counters().items()})
        return found

    def differing(self, before: Database, tables: Iterable[Shared]) -> Dict[str, FrozenSet[str]]:
        assert isinstance(before, MysqlDatabase)
        found = {}
        with self._reading() as cursor:
            for table in tables:
                here = f"{quoted(self.name)}.{quoted(table.after)}"
                there = f"{quoted(before.name)}.{quoted(table.before)}"
                same = (_same_key(column) for column in table.key)
                changes = (f"NOT ({_exact('a', c)} <=> {_exact('b', c)})" for c in table.columns)
                cursor.execute(joining(here, there, same, changes))
                found[table.after] = differing_joined(table, cursor.fetchone())
        return found

    def _fingerprint(self, table: str, columns: Sequence[Column]) -> str:
        values = (self.value(column, quoted(column.name)) for column in columns)
        texts = (f"COALESCE(HEX(CAST({value} AS BINARY)), '-')" for value in values)
        row = f"CONCAT_WS('|', '', {', '.join(texts)})"
        # The first 60 bits of it as a number.
        number = f"CAST(CONV(LEFT(MD5({row}), 15), 16, 10) AS UNSIGNED)"
        return f"SELECT COUNT(*), SUM({number}) FROM {quoted(table)}"

    def stream(self, sql: str) -> Iterator[Tuple[object, ...]]:
        with self._streaming() as cursor:
            cursor.execute(sql)
            yield from cursor

    def quoted(self, name: str) -> str:
        return quoted(name)

    @classmethod
    def moment_after(cls, unit: str, number: str) -> str:
        start = "DATE '2000-01-01'" if unit == "day" else "TIMESTAMP '2000-01-01 00:00:00'"
        return f"{start} + INTERVAL {number} {unit.upper()}"

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

    def read_mark(self) -> Mark:
        with self._administrating() as cursor:
            present = fetch(
                cursor,
                "SELECT 1 FROM information_schema.tables WHERE table_schema = %s AND table_name = %s",
                (self.name, MARK_TABLE),
            )
            if not present:
                return {}
            rows = fetch(cursor, f"SELECT mark FROM {quoted(self.name)}.{MARK_TABLE}")
        mark = rows[0]["mark"] if rows else ""
        return parse_mark(mark.decode() if isinstance(mark, bytes) else mark)

    def _write_mark(self, mark: Mark, name: str = MARK_TABLE) -> None:
        table = f"{quoted(self.name)}.{name}"
        with self._administrating(writing=True) as cursor:
            cursor.execute(f"CREATE TABLE IF NOT EXISTS {table} (mark VARCHAR(500) NOT NULL) ENGINE=InnoDB")
            # One statement changes the mark: there is never none.
            if fetch(cursor, f"SELECT 1 FROM {table}"):
                cursor.execute(f"UPDATE {literally(table)} SET mark = %s", (mark_text(mark),))
            else:
                cursor.execute(f"INSERT INTO {literally(table)} VALUES (%s)", (mark_text(mark),))

    def _mark_at_birth(self) -> Mark:
        # It is marked before anything is put into it.
        with self._administrating() as cursor:
            return {} if fetch(cursor, _CONTENT, (self.name,) * 3) else scratch_mark(self.name)

    # -- creating, copying, dropping ------------------------------------------------------------

    def _create(self, like: ServerDatabase) -> None:
        self._create_with(self.set_up_defaults)

    def _create_with(self, options: str) -> None:
        with self._administrating(writing=True) as cursor:
            cursor.execute(f"CREATE DATABASE {quoted(self.name)} {options}")

    def _defaults(self) -> str:
        with self._administrating() as cursor:
            rows = fetch(cursor, _DEFAULTS, (self.name,))
        return f"CHARACTER SET {rows[0]['c']} COLLATE {rows[0]['l']}"

    def _copy_to(self, target: ServerScratch, lab: Lab) -> None:
        assert isinstance(target, MysqlScratch)
        target._create_with(self._defaults())
        target._write_mark(scratch_mark(target.name))
        self._fill(target, lab)

    def can_fill(self, target: ServerDatabase) -> bool:
        return target.server == self.server or self.server.is_same(target.server)

    def _fill(self, target: ServerScratch, lab: Lab) -> None:
        assert isinstance(target, MysqlScratch)
        with target._writing() as cursor, self._reading() as source:
            target.inherited = self._privileges(source)
            copying = Copying(self.server, self.name, self.display, source, lab.remark, self.implicit_keys)
            copying.into(cursor)
        # What it has now; once somebody else may have altered a table nobody knows that any more.
        target.implicit_keys = copying.implicit

    def _drop(self) -> None:
        mark = scratch_mark(self.name) if lease_of(self.name) else self.read_mark()
        with self._administrating(writing=True) as cursor:
            # It is ours: what a script has left connected to it may hold locks.
            for row in fetch(cursor, _SESSIONS, (self.name,)):
                with suppress(self.server.driver.Error):  # it has ended by itself
                    cursor.execute(f"KILL {row['id']}")
            if lease_of(self.name):
                # A script may have granted something: that stays with the name.
                revoke_all(cursor, self.name, self.server.driver.Error)
            try:
                cursor.execute(f"DROP DATABASE IF EXISTS {quoted(self.name)}")
            except self.server.driver.Error:
                # A table that somebody holds stays, the mark may be gone: the next run has to find it.
                if mark:
                    with suppress(DatabaseError):
                        self._write_mark(mark)
                raise

    def _scratch_names(self) -> List[str]:
        with self._administrating() as cursor:
            rows = fetch(
                cursor,
                "SELECT schema_name AS name FROM information_schema.schemata WHERE schema_name LIKE 'kdbdev\\_%'",
            )
        return [row["name"] for row in rows]

    @contextmanager
    def lock(self, on_wait: Callable[[str], None]) -> Iterator[None]:
        with self._alone() as cursor:
            if not self._got_lock(cursor, 0):
                on_wait(f"{self.display}: another run works on it; waiting for it to end")
                while not self._got_lock(cursor, 5):
                    time.sleep(0.1)
            self._locked = True
            try:
                yield
            finally:
                self._locked = False

    def _got_lock(self, cursor: Any, seconds: int) -> bool:
        name = f"kallithea-dbdev {self.name}"[:_LOCK_NAME_LIMIT]
        return bool(fetch(cursor, "SELECT GET_LOCK(%s, %s) AS got", (name, seconds))[0]["got"])

    def _give_back(self, finder: ServerDatabase) -> bool:
        with self._reading() as cursor:
            tables = set(self._base_tables())
            # With the mark all tables were moved: nothing is to come back.
            if NOTES not in tables or _OLD_MARK_TABLE in tables:
                return True
            name, triggers = noted(cursor)
        target = self.named(name)
        assert isinstance(target, MysqlDatabase)
        if not (name and target.is_throwaway()):
            return True
        with target._alone() as cursor:
            locked = isinstance(finder, MysqlDatabase) and finder.name == name and finder._locked
            if not locked and not target._got_lock(cursor, 0):
                return False
            with self.server.session(name, writing=True) as writing:
                names = [row["name"] for row in fetch(writing, _KINDS["TRIGGER"])]
                make_missing(writing, triggers, names, self.server.driver.Error)
        return True

    def replace_by(self, built: Scratch, maker: str = "") -> None:
        assert isinstance(built, MysqlScratch)
        self.refuse_unless_replaceable()
        lease = lease_of(built.name)
        assert lease is not None
        # 1. a table with a trigger cannot move, nor can a view: they are made again in their new place
        left: List[str] = []
        with built._reading() as cursor:
            copying = Copying(self.server, built.name, built.display, cursor, left.append)
            definitions = copying.definitions()
        _refuse_incomplete(left)
        # 2. what is to go carries a mark wherever it is, and so does what is to come
        with ExitStack() as unless_moved:
            if not self.exists():
                self._create(self)
                unless_moved.callback(self._drop)
            self._refuse_locked()
            if not self.is_throwaway():
                # A kill leaves it to its maker, who can go on.
                self._write_mark(throwaway_mark(self.name, maker))
                unless_moved.callback(self._unmark)
            old = type(built)(self.server, scratch_name(lease, "replaced"))
            old._create(self)
            unless_moved.callback(old._drop)
            old._write_mark(scratch_mark(old.name))
            # Until then it is a scratch database, which the next run removes.
            built._write_mark(throwaway_mark(self.name, maker), _NEW_MARK_TABLE)
            built._drop_beside_tables()
            # 3. one statement moves all tables, out and in: a kill leaves the old ones or the new ones
            moves = [
                *self._views_aside(built._movable()),
                *(
                    _move(self, table, old, _OLD_MARK_TABLE if table == MARK_TABLE else table)
                    for table in self._movable()
                ),
                *(
                    _move(built, table, self, MARK_TABLE if table == _NEW_MARK_TABLE else table)
                    for table in built._movable()
                    if table != MARK_TABLE
                ),
            ]
            with self._without_triggers(old), self._administrating(writing=True) as cursor:
                cursor.execute(f"RENAME TABLE {', '.join(moves)}")
                unless_moved.pop_all()
        self._drop_beside_tables()
        with self.server.session(self.name, writing=True) as cursor:
            copying.make(cursor, definitions)
        old._drop()
        _refuse_incomplete(left)

    def _unmark(self) -> None:
        with self._administrating(writing=True) as cursor:
            cursor.execute(f"DROP TABLE IF EXISTS {quoted(self.name)}.{MARK_TABLE}")

    def _movable(self) -> List[str]:
        return [row["name"] for row in self.rows(_KINDS["TABLE"])]

    def _refuse_locked(self) -> None:
        """Raise DatabaseError, naming the table, where another session holds one: it could not be moved."""
        with self.server.session(self.name, writing=True) as cursor:
            for table in self._movable():
                try:
                    cursor.execute(f"LOCK TABLES {quoted(table)} WRITE")
                except self.server.driver.Error as error:
                    if self.server.is_lock(error):
                        message, hint = self.server.locked(self.name, table)
                        raise DatabaseError(f"{self.display}: {message}", hint) from error
                    return  # locking takes a right of its own

    def _views_aside(self, tables: Sequence[str]) -> Iterator[str]:
        """What renames the views that have the name of a table that comes."""
        for row in self.rows(_KINDS["VIEW"]):
            if row["name"] in tables:
                yield _move(self, row["name"], self, f"{MARK_TABLE}_{uuid.uuid4().hex[:12]}")

    @contextmanager
    def _without_triggers(self, old: MysqlDatabase) -> Iterator[None]:
        """Drop the triggers: a table that has one stays in its database. They come back where it does, by
        the next run where this one is killed: from ``old``, where they are written down."""
        with self._reading() as cursor:
            triggers = list(all_triggers(lambda sql: fetch(cursor, sql)))
        with self.server.session(old.name, writing=True) as cursor:
            note(cursor, self.name, triggers)
        try:
            with self.server.session(self.name, writing=True) as cursor:
                for row in fetch(cursor, _KINDS["TRIGGER"]):
                    cursor.execute(f"DROP TRIGGER {quoted(row['name'])}")
            yield
        except BaseException:
            with self.server.session(self.name, writing=True) as cursor:
                names = [row["name"] for row in fetch(cursor, _KINDS["TRIGGER"])]
                make_missing(cursor, triggers, names)
            raise

    def _drop_beside_tables(self) -> None:
        with self.server.session(self.name, writing=True) as cursor:
            for kind, sql in _KINDS.items():
                if kind != "TABLE":
                    for row in fetch(cursor, sql):
                        cursor.execute(f"DROP {kind} {quoted(row['name'])}")


class MysqlScratch(MysqlDatabase, ServerScratch):
    """A scratch database on a MySQL or MariaDB server."""

    known_since_made = ("settings", "inherited", "implicit_keys")

    def _may_be_altered(self) -> None:
        self.implicit_keys = NOTHING_KNOWN

    def watch(self, connection: Any, trial: Optional[Scratch] = None) -> MysqlWatch:
        assert trial is None or isinstance(trial, MysqlScratch)
        return MysqlWatch(connection, Trial(self.server, self.name, trial.name) if trial else None)

    def read_schema(self) -> Schema:
        schema = super().read_schema()
        if not (schema.routines or schema.triggers):
            return schema
        with self._writing() as cursor:
            return with_broken(cursor, schema, self.name, self.server.driver.Error)

    def statements_of(self, text: str) -> Iterator[str]:
        return script.statements(text)

    @contextmanager
    def trying(self) -> Iterator[Callable[[str, Mapping[str, object]], str]]:
        before = self.counters()
        try:
            with super().trying() as insert:
                yield insert
        finally:
            # InnoDB does not take back a number that it gave.
            used = [table for table, counter in self.counters().items() if counter != before.get(table)]
            self.execute(
                f"ALTER TABLE {quoted(table)} AUTO_INCREMENT = {before[table].next}"
                for table in used
                if table in before
            )

    def takes_all_back(self) -> bool:
        return not self.rows(_COMMITTING)

    def analyze(self, table: str) -> None:
        self.execute([f"ANALYZE TABLE {quoted(table)}"])

    def _take_defaults(self, defaults: str) -> None:
        # Only where it must: the right to do so may be missing.
        if defaults != self._defaults():
            with self._administrating(writing=True) as cursor:
                cursor.execute(f"ALTER DATABASE {quoted(self.name)} {defaults}")

    def _what_changes(self) -> Mark:
        return {"defaults": self._defaults()}

    def _clear(self, came_with: Mark) -> None:
        self._drop_beside_tables()
        if "defaults" in came_with:
            self._take_defaults(str(came_with["defaults"]))
        with self.server.session(self.name, writing=True) as cursor:
            cursor.execute("SET SESSION foreign_key_checks = 0")
            for table in sorted(self._movable(), key=lambda name: name == MARK_TABLE):
                cursor.execute(f"DROP TABLE {quoted(table)}")


MysqlDatabase.scratch_type = MysqlScratch


def _refuse_incomplete(left: List[str]) -> None:
    """Raise DatabaseError where a throwaway would not have all that its set-up made."""
    if left:
        raise DatabaseError(
            "; ".join(left),
            "the models make what a throwaway cannot have: let it stay within its own database",
        )


def _move(source: MysqlDatabase, table: str, target: MysqlDatabase, name: str) -> str:
    return f"{quoted(source.name)}.{quoted(table)} TO {quoted(target.name)}.{quoted(name)}"


def _same_key(column: Column) -> str:
    """The index finds what is equal to the collation; of that, what is equal to the letter."""
    name = quoted(column.name)
    equal = f"a.{name} <=> b.{name}"
    return f"{equal} AND {_exact('a', column)} <=> {_exact('b', column)}" if column.charset else equal


def _exact(alias: str, column: Column) -> str:
    """The bytes of a text: collations take different texts for equal, and "a" for "a ".

    Both sides have the same character set: what has not is no quick comparison.
    """
    name = f"{alias}.{quoted(column.name)}"
    return f"CAST({name} AS BINARY)" if column.charset else name
