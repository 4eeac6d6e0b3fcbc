"""PostgreSQL: the locks that the session's own transaction holds, and files that tables are written to."""

from __future__ import annotations

from typing import Any, Callable, Dict, List, Optional, Tuple

from ...schema.names import joined
from ..watching import READS, ROWS, WRITES, Effect, Lock, Watch, rows_of
from .door import Door
from .home import HOME

#: Level -> who waits for it, the strongest first; weaker ones only mean that a table is read.
#: https://www.postgresql.org/docs/current/explicit-locking.html#LOCKING-TABLES
LEVELS = {
    "AccessExclusiveLock": READS,
    "ExclusiveLock": WRITES,
    "ShareRowExclusiveLock": WRITES,
    "ShareLock": WRITES,
    "ShareUpdateExclusiveLock": "",
    "RowExclusiveLock": "",
}

# With the names of schemas: what the session looks into is the script's to say. Locks on tables that
# the transaction has dropped have no table any more.
_LOOK = f"""
SELECT coalesce(c.oid, l.relation), nullif(n.nspname, {HOME}), c.relname, c.relfilenode, l.modes
FROM (
    SELECT oid, relnamespace, relname, relfilenode FROM pg_catalog.pg_class
    WHERE relkind IN ('r', 'p', 'm') AND relpersistence <> 't' AND relnamespace NOT IN (
        SELECT oid FROM pg_catalog.pg_namespace WHERE nspname ~ '^pg_' OR nspname = 'information_schema')
) c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
FULL JOIN (
    SELECT relation, pg_catalog.array_agg(mode) AS modes FROM pg_catalog.pg_locks
    WHERE locktype = 'relation' AND granted AND pid = pg_catalog.pg_backend_pid() AND database = (
        SELECT oid FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database())
    GROUP BY relation
) l ON l.relation = c.oid"""

# What the transaction has done so far.
_WORK = """
SELECT coalesce(sum(seq_tup_read + coalesce(idx_tup_fetch, 0) + n_tup_ins + n_tup_upd + n_tup_del), 0)
FROM pg_catalog.pg_stat_xact_user_tables"""

#: What a table is known by: its name, and the file that holds it.
Tables = Dict[int, Tuple[str, int]]
#: Table -> the place in ``LEVELS`` of the strongest lock on it.
Held = Dict[int, int]

#: libpq's number of "in a transaction": https://www.psycopg.org/docs/extensions.html
_IN_TRANSACTION = 2


class PostgresqlWatch(Watch):
    """One session through psycopg2; ``connect`` opens another one in the same database."""

    def __init__(self, connection: Any, connect: Callable[[], Any]) -> None:
        self._connection = connection
        self._connect = connect
        self._door: Optional[Door] = None
        self._tables: Tables = {}
        #: Whether ``_tables`` is what there is before the statement.
        self._known = False
        #: What the tables were called at first; others have been made since, and nobody waits for them.
        self._names: Dict[int, str] = {}
        self._held: Held = {}
        self._work = 0

    def ended(self) -> None:
        self._opened()
        self._held = {}
        self._work = 0

    def work(self) -> int:
        if not self._is_in_transaction():
            return 0
        with self._connection.cursor() as cursor:
            cursor.execute(_WORK)
            ((work,),) = cursor.fetchall()
        before, self._work = self._work, int(work)
        return self._work - before

    def before(self, sql: str, parameters: Any) -> None:
        if not self._known:
            self._tables, _ = self._look()
            self._known = True
            self._names = self._names or {oid: name for oid, (name, _) in self._tables.items()}
        if self._connection.autocommit and not self._is_in_transaction():
            self._opened()
            self._door = Door(self._connect, self._connection.info.backend_pid)

    def _is_in_transaction(self) -> bool:
        return bool(self._connection.info.transaction_status == _IN_TRANSACTION)

    def _opened(self) -> Held:
        """What the statement wanted that had to wait; nothing where none had to."""
        seen = self._door.close() if self._door else {}
        self._door = None
        return {oid: list(LEVELS).index(mode) for oid, mode in seen.items() if mode in LEVELS}

    def after(self, sql: str) -> Effect:
        wanted = self._opened()
        tables, held = self._look()
        going_on = self._is_in_transaction()
        if not going_on:
            # It has committed by itself, and holds nothing any more.
            held, self._held = wanted, {}
        self._known = going_on
        before, names = self._tables, self._names
        new = [(place, oid) for oid, place in held.items() if place < self._held.get(oid, len(LEVELS))]
        self._tables, self._held = tables, held if going_on else {}
        levels = [(oid, list(LEVELS)[place]) for place, oid in sorted(new) if oid in names]
        locks = [Lock(names[oid], level, LEVELS[level]) for oid, level in levels]
        target = rows_of(sql)
        if target:
            locks.extend(
                Lock(names[oid], "row locks", ROWS) for oid in _named(target, before) if oid in names
            )
        rebuilt = [
            names[oid] for oid, (_, file) in before.items()
            if oid in names and oid in tables and tables[oid][1] != file
        ]  # fmt: skip
        return Effect(tuple(locks), tuple(sorted(rebuilt)), going_on)

    def _look(self) -> Tuple[Tables, Held]:
        with self._connection.cursor() as cursor:
            cursor.execute(_LOOK)
            rows = cursor.fetchall()
        tables = {oid: (joined(schema, name), file) for oid, schema, name, file, _ in rows if name}
        order = {level: place for place, level in enumerate(LEVELS)}
        held = {
            oid: min(order.get(level, len(order)) for level in levels)
            for oid, _, _, _, levels in rows
            if levels
        }
        return tables, held


def _named(written: str, tables: Tables) -> List[int]:
    """The table that a statement names; at the most one."""
    plain = written.replace('"', "").lower()
    return [oid for oid, (name, _) in tables.items() if name.replace('"', "").lower() == plain][:1]
