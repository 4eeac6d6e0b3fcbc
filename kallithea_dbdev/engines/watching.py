"""What a statement did to the other sessions and to the tables, seen from its own connection.

A ``Watch`` belongs to one connection of a driver's. It only reads, in the session's own transaction, so
that what the step leaves is what it would leave without anybody watching.
"""

from __future__ import annotations

import abc
import re
from dataclasses import dataclass
from typing import Any, Optional, Tuple

#: Who waits for a lock: everybody, who writes to the table, or who writes to the same rows.
READS, WRITES, ROWS = "reads and writes", "writes", "writes to the same rows"

#: The kinds of ``Lock.blocks``, the strongest first.
BLOCKS = (READS, WRITES, ROWS, "")

#: What a lock is on that is not on one table.
WHOLE_DATABASE = ""

_ENDS = re.compile(r"\s*(COMMIT|END|ROLLBACK|ABORT)\b(?!\s+(WORK\s+|TRANSACTION\s+)?TO\b)", re.IGNORECASE)
_CHANGES_ROWS = re.compile(
    r"\s*(?:UPDATE|DELETE\s+FROM)\s+(?:ONLY\s+|LOW_PRIORITY\s+|IGNORE\s+|OR\s+\w+\s+)*(?P<table>[^\s(,;]+)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Lock:
    """A lock that a statement took on a table that was there before it, under its name at that time.

    ``level`` is the server's own word; ``blocks`` says who waits for it, "" where nobody does.
    """

    table: str
    level: str
    blocks: str


@dataclass(frozen=True)
class Effect:
    """What a statement did beside what it was sent for.

    ``open``: its transaction goes on, and its locks are held until that ends.
    """

    locks: Tuple[Lock, ...] = ()
    rebuilt: Tuple[str, ...] = ()
    open: bool = False


class Watch(abc.ABC):
    """Looks at one connection around each statement that changes something."""

    def ends_transaction(self, sql: str) -> bool:
        """Whether the statement ends the transaction that was open before it."""
        return bool(_ENDS.match(sql))

    @abc.abstractmethod
    def ended(self) -> None:
        """Be told that a transaction has ended."""

    @abc.abstractmethod
    def before(self, sql: str, parameters: Any) -> None:
        """Look before a statement is sent."""

    @abc.abstractmethod
    def after(self, sql: str) -> Effect:
        """Look after it has come to its end."""

    def work(self) -> int:
        """How much the session has done since this was asked last (the first time: 0), in a unit of the
        engine's that does not depend on the machine: rows that it has gone over, or instructions."""
        return 0


def rows_of(sql: str) -> Optional[str]:
    """The table, as the statement writes it, whose rows an UPDATE or DELETE locks; None for another statement."""
    found = _CHANGES_ROWS.match(sql)
    return found.group("table") if found else None
