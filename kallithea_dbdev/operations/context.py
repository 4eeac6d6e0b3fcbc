"""What code for a change depends on beside the change."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Mapping, Optional, Tuple

from ..schema.model import BOOLEAN, BYTES, NUMBER, TEXT, TIME, Column, Schema

#: What a column that is new and NOT NULL has in the rows that are there, where nobody says more.
_NEUTRAL = {TEXT: "''", NUMBER: "0", TIME: "CURRENT_TIMESTAMP", BYTES: "''"}


@dataclass(frozen=True)
class Context:
    """The engine, and the two schemas: as it is before the code runs, and as it is to be after.

    ``fills`` gives SQL for (table, column): the value of rows that are there.
    """

    engine: str
    migrated: Schema
    expected: Schema
    fills: Mapping[Tuple[str, str], str] = field(default_factory=dict)

    @property
    def reversed(self) -> "Context":
        """The way back."""
        return replace(self, migrated=self.expected, expected=self.migrated)

    @property
    def sqlite(self) -> bool:
        """Whether a change of a table is a rebuild of it."""
        return self.engine == "sqlite"

    @property
    def mysql(self) -> bool:
        """Whether a change of a column must repeat all that is said of it."""
        return self.engine == "mysql"

    @property
    def postgresql(self) -> bool:
        """Whether sequences and types are objects of their own."""
        return self.engine == "postgresql"

    def expected_has_sequence(self, name: str) -> bool:
        """Whether there is to be a sequence of that name."""
        return any(sequence.name == name for sequence in self.expected.sequences)

    def fill(self, table: str, column: Column) -> Optional[str]:
        """SQL for the value that rows that are there get in a column."""
        given = self.fills.get((table, column.name))
        if given is not None or column.kind is None:
            return given
        if column.kind == BOOLEAN:
            return "false" if self.postgresql else "0"
        if column.kind == TIME and column.plain_type == "date":
            return "CURRENT_DATE"
        return _NEUTRAL.get(column.kind)
