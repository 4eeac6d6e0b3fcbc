"""What code for a change depends on beside the change."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import FrozenSet, Mapping, Optional, Tuple

from ..schema.model import BOOLEAN, BYTES, NUMBER, TEXT, TIME, Column, Schema
from . import words
from .phase import Phase
from .types import check_of_enum, enum_values

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
    #: Whether it is the way back: all that is renamed gets its old name at the end.
    back: bool = False
    #: (table, column) of new columns that stay on the way back, and so may be there on the way up.
    kept: FrozenSet[Tuple[str, str]] = frozenset()
    #: No other engine was asked: what the code says of others is as right as this one shows it.
    alone: bool = False

    @property
    def reversed(self) -> "Context":
        """The way back."""
        return replace(self, migrated=self.expected, expected=self.migrated, back=not self.back)

    @property
    def sqlite(self) -> bool:
        """Whether a change of a table is a rebuild of it."""
        return self.engine == "sqlite"

    @property
    def mysql(self) -> bool:
        """Whether a change of a column must repeat all that is said of it."""
        return self.engine == "mysql"

    @property
    def keys_hold_types(self) -> bool:
        """Whether the type of a column cannot change under a foreign key."""
        return self.mysql

    @property
    def postgresql(self) -> bool:
        """Whether sequences and types are objects of their own."""
        return self.engine == "postgresql"

    def has_index(self, name: Optional[str]) -> bool:
        """Whether an index or a unique constraint is called so before the code runs."""
        return any(
            name in {*(unique.name for unique in table.uniques), *(index.name for index in table.indexes)}
            for table in self.migrated.tables
        )

    def has_name(self, name: Optional[str]) -> bool:
        """Whether a constraint or an index is called so before the code runs."""
        return self.has_index(name) or any(
            name in {*(check.name for check in table.checks), *(key.name for key in table.foreign_keys)}
            or (table.primary_key is not None and table.primary_key.name == name)
            for table in self.migrated.tables
        )

    def renames(self, phase: Phase) -> Phase:
        """When something is renamed: before anything that speaks of it by its new name, or after."""
        back = {
            Phase.RENAME_COLUMNS: Phase.RENAME_COLUMNS_BACK,
            Phase.RENAME_TABLES: Phase.RENAME_TABLES_BACK,
        }
        return back[phase] if self.back else phase

    def values_of(self, table: str, column: Column) -> Tuple[str, ...]:
        """The values that a new column may have, where it is an Enum."""
        found = self.expected.table(table)
        listed = check_of_enum(found, column) if found else None
        return enum_values(column, self.expected) or (
            words.listed_values(listed.expression) if listed else ()
        )

    def fill(self, table: str, column: Column) -> Optional[str]:
        """SQL for the value that rows that are there get in a column."""
        given = self.fills.get((table, column.name))
        if given is not None or column.kind is None:
            return given
        if column.kind == BOOLEAN:
            return "false" if self.postgresql else "0"
        if column.kind == TIME and column.plain_type == "date":
            return "CURRENT_DATE"
        values = self.values_of(table, column)
        if values:
            return words.literal(self.engine, values[0])
        return _NEUTRAL.get(column.kind)
