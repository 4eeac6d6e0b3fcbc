"""What a step sends to its database: each statement with its time, its rows, its place and its effect.

Everything that any engine of SQLAlchemy's sends is recorded while a ``Recorder`` listens. What a statement
did beside what it was sent for is looked at where somebody asks for it, by the engine's ``Watch``.
"""

from __future__ import annotations

import re
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any, Callable, Dict, Iterator, List, Optional, Tuple

from sqlalchemy import event
from sqlalchemy.engine import Engine

from .engines.handover import NOWHERE
from .engines.watching import Effect, Lock, Watch
from .rows.sought import Sought, sought

_READING = re.compile(
    r"\s*(SELECT(?! .*\b(INTO|setval|nextval)\b)|PRAGMA|SHOW|DESCRIBE|EXPLAIN|SET|BEGIN|START|COMMIT|ROLLBACK)\b",
    re.IGNORECASE,
)
_MOVES_ROWS = re.compile(r"\s*(SELECT|INSERT|UPDATE|DELETE|REPLACE|MERGE|WITH|VALUES)\b", re.IGNORECASE)

#: So many statements of a step are asked for their work one by one, those after them together; and so many for what
#: they look for: a script that goes from row to row sends the same again and again.
COUNTED = 100


@dataclass(frozen=True)
class HeldLock:
    """A lock, the seconds for which it was held, and whether until the transaction of ``env.py`` ended."""

    lock: Lock
    seconds: float
    to_end: bool = False


@dataclass(frozen=True)
class Statement:
    """A statement that was sent. ``rows`` are those that it inserted, changed or deleted, as the server
    counts them; ``line`` is the one of the script that sent it, None where that was not the script.
    ``work``: what the session did for it (see ``Watch.work``), with the rows that were given back; 0 where
    nobody asks. ``sought``: by which values it looks for the rows that it changes or removes."""

    sql: str
    seconds: float = 0.0
    rows: int = 0
    line: Optional[int] = None
    locks: Tuple[HeldLock, ...] = field(default=(), repr=False)
    rebuilt: Tuple[str, ...] = field(default=(), repr=False)
    work: int = field(default=0, repr=False, compare=False)
    sought: Tuple[Sought, ...] = field(default=(), repr=False, compare=False)

    @property
    def changes(self) -> bool:
        """Whether it changes something, as far as its first words tell."""
        return not _READING.match(self.sql)

    @property
    def moves_rows(self) -> bool:
        """Whether it reads or writes rows, rather than tables and what belongs to them."""
        return bool(_MOVES_ROWS.match(self.sql))


class Stopped(Exception):
    """Raised after a statement to see what is left of a step that does not come to its end."""


@dataclass
class _Held:
    """A lock that is held: by which connection, since when, taken by which statement."""

    connection: int
    lock: Lock
    since: float
    number: int


class Recorder:
    """Collects the statements of one step, and how often its script commits by itself.

    ``script`` is the file of the script. ``watch`` makes a watch for a driver's connection; without it
    nobody looks at locks. ``stop_after``: raise Stopped after that many statements that change something.
    ``counting``: ask the watch for the work of the statements, too.
    """

    def __init__(
        self,
        script: str,
        watch: Optional[Callable[[Any], Watch]] = None,
        stop_after: Optional[int] = None,
        counting: bool = False,
    ) -> None:
        self._script = script
        self._watch = watch
        self._stop_after = stop_after
        self._counting = counting
        self._changes = 0
        self._sent: List[Statement] = []
        self._started = 0.0
        #: With the connections, so that no other one gets the number of one that is gone.
        self._watches: Dict[int, Tuple[Any, Optional[Watch]]] = {}
        self._held: List[_Held] = []
        self.commits = 0
        #: The seconds that looking has taken: they are no part of the step.
        self.looking = 0.0

    @property
    def statements(self) -> Tuple[Statement, ...]:
        """The statements in the order in which they were sent; one that failed is the last."""
        return tuple(self._sent)

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Record what is sent inside."""
        listeners = {
            "before_cursor_execute": self._before, "after_cursor_execute": self._after,
            "commit": self._commit, "rollback": self._rollback,
        }  # fmt: skip
        for name, listener in listeners.items():
            event.listen(Engine, name, listener)
        try:
            yield
        finally:
            for name, listener in listeners.items():
                event.remove(Engine, name, listener)
            self._release(None, time.monotonic())

    # -- what SQLAlchemy tells ------------------------------------------------------------------

    def _before(self, conn: Any, _cursor: object, sql: str, parameters: Any, *_: object) -> None:
        looked_for = sought(sql, parameters) if len(self._sent) < COUNTED else ()
        statement = Statement(" ".join(sql.split()), line=self._line(), sought=looked_for)
        with self._looking():
            watch = self._watch_of(conn)
            if watch:
                if watch.ends_transaction(sql):
                    self._ended(conn)
                if statement.changes:
                    if not statement.moves_rows:
                        self._count(watch)
                    watch.before(sql, parameters)
        self._sent.append(statement)
        self._started = time.monotonic()

    def _after(self, conn: Any, cursor: Any, sql: str, *_: object) -> None:
        now = time.monotonic()
        statement = replace(self._sent[-1], seconds=now - self._started)
        rows = max(cursor.rowcount, 0)
        with self._looking():
            if self._counting:
                statement = replace(statement, work=rows)
            if statement.changes:
                self._changes += 1
                statement = replace(statement, rows=rows)
                watch = self._watch_of(conn)
                if watch:
                    statement = self._with_effect(conn, statement, watch.after(sql), now)
            self._sent[-1] = statement
            if len(self._sent) <= COUNTED or not statement.moves_rows:
                self._count(self._watch_of(conn))
        if statement.changes and self._changes == self._stop_after:
            raise Stopped(sql)

    def _commit(self, conn: Any) -> None:
        # Without a transaction SQLAlchemy commits each statement: that is not the script's doing.
        asked_for, by_script = _is_asked_for(), self._line() is not None
        self.commits += asked_for and by_script
        with self._looking():
            if asked_for:
                self._count(self._watch_of(conn))
            self._ended(conn, to_end=asked_for and not by_script)

    def _rollback(self, conn: Any) -> None:
        with self._looking():
            self._ended(conn)

    # -- work -----------------------------------------------------------------------------------

    def _count(self, watch: Optional[Watch]) -> None:
        """Put down what was done since that was asked last to the last statement."""
        if self._counting and watch and self._sent:
            self._sent[-1] = replace(self._sent[-1], work=self._sent[-1].work + watch.work())

    @contextmanager
    def _looking(self) -> Iterator[None]:
        started = time.monotonic()
        try:
            yield
        finally:
            self.looking += time.monotonic() - started

    # -- locks ----------------------------------------------------------------------------------

    def _watch_of(self, conn: Any) -> Optional[Watch]:
        if self._watch is None:
            return None
        connection = conn.connection.connection
        if id(connection) not in self._watches:
            # A database in memory is the script's own affair.
            ours = NOWHERE in str(conn.engine.url)
            watch = self._watch(connection) if ours else None
            if watch and self._counting:
                watch.work()
            self._watches[id(connection)] = (connection, watch)
        return self._watches[id(connection)][1]

    def _with_effect(self, conn: Any, statement: Statement, effect: Effect, now: float) -> Statement:
        if effect.open:
            number, connection = len(self._sent) - 1, id(conn.connection.connection)
            self._held.extend(_Held(connection, lock, self._started, number) for lock in effect.locks)
            return replace(statement, rebuilt=effect.rebuilt)
        held = tuple(HeldLock(lock, now - self._started) for lock in effect.locks)
        return replace(statement, rebuilt=effect.rebuilt, locks=held)

    def _ended(self, conn: Any, to_end: bool = False) -> None:
        watch = self._watch_of(conn)
        if watch:
            watch.ended()
            self._release(id(conn.connection.connection), time.monotonic(), to_end)

    def _release(self, connection: Optional[int], now: float, to_end: bool = False) -> None:
        """Note how long the locks of a connection (None: of all) were held."""
        for held in self._held:
            if connection in (None, held.connection):
                statement = self._sent[held.number]
                lock = HeldLock(held.lock, now - held.since, to_end)
                self._sent[held.number] = replace(statement, locks=(*statement.locks, lock))
        self._held = [held for held in self._held if connection not in (None, held.connection)]

    def _line(self) -> Optional[int]:
        """The line of the script that is running; None where it is not."""
        frame = sys._getframe(1)
        while frame is not None:
            if frame.f_code.co_filename == self._script:
                return frame.f_lineno
            frame = frame.f_back  # type: ignore[assignment]
        return None


def _is_asked_for() -> bool:
    """Whether the commit that goes on was asked for, by whomever."""
    frame = sys._getframe(1)
    while frame is not None:
        if frame.f_code.co_name == "_do_commit":
            return True
        frame = frame.f_back  # type: ignore[assignment]
    return False
