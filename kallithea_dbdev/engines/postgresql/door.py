"""The lock of a statement that commits by itself: it waits at a door until somebody has seen it.

What runs outside of a transaction (``CREATE INDEX CONCURRENTLY``, ``VACUUM``) holds nothing any more when it
has come to its end. So a second session holds all tables before it: the statement waits for the one that it
wants, and ``pg_locks`` tells in which mode; then the tables are let go, and it goes on. Only the table that
it wants first is seen.
"""

from __future__ import annotations

import threading
from contextlib import suppress
from typing import Any, Callable, Dict

#: How long between two looks, in seconds.
_POLL = 0.001

# Who only reads may pass. Not materialized views: nobody can lock those. At once or not at all: who waits here
# could wait for ever.
_HOLD = """
SELECT 'LOCK TABLE ' || pg_catalog.string_agg(pg_catalog.format('%I.%I', n.nspname, c.relname), ', ')
    || ' IN EXCLUSIVE MODE NOWAIT'
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p') AND c.relpersistence <> 't'
    AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'"""

_WAITING = """
SELECT relation, mode FROM pg_catalog.pg_locks
WHERE locktype = 'relation' AND NOT granted AND pid = %s"""


class Door:
    """Before one statement of the session with that ``pid``; ``connect`` opens another one."""

    def __init__(self, connect: Callable[[], Any], pid: int) -> None:
        self._pid = pid
        self._seen: Dict[int, str] = {}
        self._ended = threading.Event()
        self._connection = connect()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        try:
            with self._connection.cursor() as cursor:
                cursor.execute(_HOLD)
                ((hold,),) = cursor.fetchall()
                if hold:
                    cursor.execute(hold)
        except self._connection.Error:
            # Somebody else holds a table, or it is not ours to lock: nothing is seen then.
            self._ended.set()
        self._thread.start()

    def _watch(self) -> None:
        with suppress(self._connection.Error):
            try:
                with self._connection.cursor() as cursor:
                    while not self._ended.wait(_POLL) and not self._seen:
                        cursor.execute(_WAITING, (self._pid,))
                        self._seen = dict(cursor.fetchall())
            finally:
                self._connection.rollback()

    def close(self) -> Dict[int, str]:
        """The table that was wanted, and the mode of the lock; call when the statement has ended."""
        self._ended.set()
        self._thread.join()
        self._connection.close()
        return self._seen
