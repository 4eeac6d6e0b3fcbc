"""SQLite: whoever writes locks the whole database, and a table that is made anew goes away in between."""

from __future__ import annotations

import sqlite3
from typing import Any, FrozenSet, Optional, Set

from ..watching import WHOLE_DATABASE, WRITES, Effect, Lock, Watch

#: https://www.sqlite.org/lockingv3.html: readers wait for its last moment only.
_WRITING = Lock(WHOLE_DATABASE, "RESERVED", WRITES)

#: After so many instructions of SQLite's machine they are counted: that costs a hundredth of what they do.
_INSTRUCTIONS = 1000


class SqliteWatch(Watch):
    """One connection to a SQLite file."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        #: The tables that there were at first.
        self._tables: FrozenSet[str] = frozenset()
        #: Those of them that are not there for the moment.
        self._gone: Set[str] = set()
        self._writing = False
        self._work: Optional[int] = None

    def work(self) -> int:
        if self._work is None:
            self._connection.set_progress_handler(self._count, _INSTRUCTIONS)
        work, self._work = self._work or 0, 0
        return work

    def _count(self) -> int:
        self._work = (self._work or 0) + _INSTRUCTIONS
        return 0

    def ended(self) -> None:
        self._writing = False

    def before(self, sql: str, parameters: Any) -> None:
        self._tables = self._tables or self._read()

    def after(self, sql: str) -> Effect:
        tables = self._read()
        rebuilt = self._gone & tables
        self._gone = set(self._tables - tables)
        locks = () if self._writing else (_WRITING,)
        self._writing = self._connection.in_transaction
        return Effect(locks, tuple(sorted(rebuilt)), self._writing)

    def _read(self) -> FrozenSet[str]:
        rows = self._connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        return frozenset(name for (name,) in rows)
