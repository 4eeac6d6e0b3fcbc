"""What a script says that it means to do to rows: its module variable ``data_changes``.

Each entry is ``(table, column, kind)`` or ``(table, column, kind, condition)``: kind is "added",
"changed" or "removed", column "*" stands for whole rows (or for every column), and the condition
is SQL on the rows that the upgrade may touch. "changed" and "removed" look at the rows as they
were before the upgrade, "added" as they are after it; the downgrade may do the reverse.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Iterable, Mapping, Optional, Tuple

from ..engines.comparing import ROWS
from ..errors import DatabaseError, DeclarationError

VARIABLE = "data_changes"
ADDED, CHANGED, REMOVED = "added", "changed", "removed"
KINDS = (ADDED, CHANGED, REMOVED)


@dataclass(frozen=True)
class Declaration:
    """One entry: rows of ``table`` may be added, changed (in ``column``) or removed."""

    table: str
    column: str
    kind: str
    condition: Optional[str] = None

    @property
    def flag(self) -> str:
        """SQL that is 1 for the rows that it speaks of, and 0 for the others."""
        return f"CASE WHEN {self.condition or '1 = 1'} THEN 1 ELSE 0 END"

    def covers(self, table: str, column: str, kind: str) -> bool:
        """Whether it speaks of such a change; its condition may leave rows out."""
        return self.table == table and self.kind == kind and self.column in (column, ROWS)


def parse(value: object) -> Tuple[Declaration, ...]:
    """The declarations of a script. Raises DeclarationError that quotes the entry that is wrong."""
    if not isinstance(value, (list, tuple)):
        raise DeclarationError(f"{VARIABLE} is not a list of tuples: {value!r}")
    return tuple(_entry(entry) for entry in value)


def _entry(entry: object) -> Declaration:
    if not isinstance(entry, (list, tuple)) or len(entry) not in (3, 4):
        raise DeclarationError(f"{VARIABLE}: not (table, column, kind[, condition]): {entry!r}")
    if not all(isinstance(part, str) and part for part in entry):
        raise DeclarationError(f"{VARIABLE}: not all texts: {entry!r}")
    if entry[2] not in KINDS:
        raise DeclarationError(f"{VARIABLE}: the kind is none of {', '.join(KINDS)}: {entry!r}")
    return Declaration(*entry)


def under_old_names(declarations: Iterable[Declaration], moved: Mapping[str, str]) -> Tuple[Declaration, ...]:
    """The declarations with tables as they were called before a step; ``moved``: new name -> old name."""
    return tuple(replace(d, table=moved.get(d.table, d.table)) for d in declarations)


def condition_broken(table: str, error: DatabaseError) -> DeclarationError:
    """What to say of a condition with which a table could not be read."""
    return DeclarationError(f"{VARIABLE}: a condition on {table} is not valid: {error.message}")


def line(table: str, column: str, kind: str) -> str:
    """The entry that declares a change, as it is written in a script."""
    return f"data_changes = [({table!r}, {column!r}, {kind!r})]"


def for_table(declarations: Iterable[Declaration], table: str) -> Tuple[Declaration, ...]:
    """The declarations of one table."""
    return tuple(d for d in declarations if d.table == table)
