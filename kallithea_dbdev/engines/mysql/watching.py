"""MySQL and MariaDB: each DDL statement commits, and an ALTER is done in the way that the server accepts."""

from __future__ import annotations

import re
from typing import Any, Dict, Optional

from ..watching import READS, ROWS, WRITES, Effect, Lock, Watch, rows_of
from .trial import Accepted, Trial, altered, plain_name

#: https://mariadb.com/kb/en/sql-statements-that-cause-an-implicit-commit/
_COMMITS = re.compile(
    r"\s*(ALTER|ANALYZE|CREATE(?!\s+TEMPORARY)|DROP(?!\s+TEMPORARY)|GRANT|LOCK|OPTIMIZE|RENAME|REPAIR|REVOKE"
    r"|TRUNCATE|BEGIN|START\s+TRANSACTION)\b",
    re.I,
)
_WORD = r"`(?:[^`]|``)+`|[^\s`(;,.]+"
#: What is done to a table as one act, without a way to choose.
_AT_ONCE = re.compile(
    rf"\s*(?:DROP\s+TABLE(?:\s+IF\s+EXISTS)?|TRUNCATE(?:\s+TABLE)?|RENAME\s+TABLE)\s+(?P<table>{_WORD})", re.I
)
_RENAMES = re.compile(
    rf"\s*(?:RENAME\s+TABLE|ALTER\s+TABLE)\s+(?P<old>{_WORD})\s+(?:RENAME\s+)?TO\s+(?P<new>{_WORD})\s*;?\s*$",
    re.I,
)

#: Rows that the session has read and written so far, and other things that it has asked a table for.
#: https://mariadb.com/kb/en/server-status-variables/
_WORK = "SHOW SESSION STATUS LIKE 'Handler\\_%'"
_COUNTED = re.compile(r"Handler_(read_|write$|update$|delete$|tmp_write$|tmp_update$)", re.I)

_WAITS = {"": "", "NONE": "", "SHARED": WRITES, "EXCLUSIVE": READS}


class MysqlWatch(Watch):
    """One session; without a ``trial`` nobody asks in which way the server alters a table."""

    def __init__(self, connection: Any, trial: Optional[Trial]) -> None:
        self._connection = connection
        self._trial = trial
        self._accepted: Optional[Accepted] = None
        #: Name of a table now -> what it was called at first.
        self._names: Dict[str, str] = {}
        #: What the session had done when that was asked last, the question included.
        self._done: Optional[int] = None

    def work(self) -> int:
        done = self._read_work()
        before, self._done = self._done, self._read_work()
        return done - before if before is not None else 0

    def _read_work(self) -> int:
        with self._connection.cursor() as cursor:
            cursor.execute(_WORK)
            return sum(int(value) for name, value in cursor.fetchall() if _COUNTED.match(name))

    def ends_transaction(self, sql: str) -> bool:
        return super().ends_transaction(sql) or bool(_COMMITS.match(sql))

    def ended(self) -> None:
        pass  # each statement is asked for by itself

    def before(self, sql: str, parameters: Any) -> None:
        table = altered(sql)
        self._accepted = None
        if table and self._trial:
            self._accepted = self._trial.accepted(self._connection, table, sql, parameters)

    def after(self, sql: str) -> Effect:
        effect = self._effect(sql)
        renamed = _RENAMES.match(sql)
        if renamed:
            old, new = (plain_name(renamed.group(part)) for part in ("old", "new"))
            self._names[new] = self._names.pop(old, old)
        return effect

    def _effect(self, sql: str) -> Effect:
        at_once = _AT_ONCE.match(sql)
        if at_once:
            return Effect((self._lock(at_once.group("table"), "EXCLUSIVE", READS),))
        rows = rows_of(sql)
        if rows:
            return Effect((self._lock(rows, "row locks", ROWS),), open=not self._connection.get_autocommit())
        table = altered(sql)
        if table and self._accepted:
            way, rebuilds = self._accepted.way, self._accepted.rebuilds
            lock = self._lock(table, way.words, _WAITS[way.lock])
            return Effect((lock,), (lock.table,) if rebuilds else ())
        return Effect(open=not (_COMMITS.match(sql) or self._connection.get_autocommit()))

    def _lock(self, written: str, level: str, blocks: str) -> Lock:
        name = plain_name(written)
        return Lock(self._names.get(name, name), level, blocks)
