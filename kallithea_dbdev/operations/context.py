"""What code for a change depends on beside the change."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import FrozenSet, Iterator, List, Mapping, Optional, Tuple

from ..schema.model import BOOLEAN, NUMBER, TEXT, TIME, Column, ForeignKey, Schema, Table
from ..schema.renames import Renames, under_new_names
from . import words
from .neutral import neutral
from .phase import Phase
from .types import check_of_enum, enum_values


@dataclass(frozen=True)
class Context:
    """The engine, and the two schemas: as it is before the code runs, and as it is to be after.

    ``fills`` gives SQL for (table, column): the value of rows that are there.
    """

    engine: str
    migrated: Schema
    expected: Schema
    fills: Mapping[Tuple[str, str], str] = field(default_factory=dict)
    #: The same for rows that do not fit, or of whose values nobody knows what they mean: what somebody said.
    mends: Mapping[Tuple[str, str], str] = field(default_factory=dict)
    #: (table, column) of those where no row has said what the rows without a value get: the way back takes it away.
    undone: FrozenSet[Tuple[str, str]] = frozenset()
    #: Whether it is the way back: all that is renamed gets its old name at the end.
    back: bool = False
    #: (table, column) of new columns that stay on the way back, and so may be there on the way up.
    kept: FrozenSet[Tuple[str, str]] = frozenset()
    #: No other engine was asked: what the code says of others is as right as this one shows it.
    alone: bool = False
    #: What has another name in the later one of the two schemas.
    named: Renames = field(default_factory=Renames)

    @property
    def reversed(self) -> "Context":
        """The way back."""
        return replace(self, migrated=self.expected, expected=self.migrated, back=not self.back)

    @cached_property
    def current(self) -> Schema:
        """What is there before the code runs, by the names that it has between the renames."""
        return self.migrated if self.back else under_new_names(self.migrated, self.named, self.expected)

    @cached_property
    def goal(self) -> Schema:
        """What is to be there after, by the names that it has between the renames."""
        return under_new_names(self.expected, self.named, self.migrated) if self.back else self.expected

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
        """Whether an index or a unique constraint is called so before the code runs, in whatever case:
        not all engines tell letters apart there."""
        names = [unique.name or "" for table in self.migrated.tables for unique in table.uniques]
        names += [index.name for table in self.migrated.tables for index in table.indexes]
        return (name or "").lower() in map(str.lower, names)

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

    def values_of(self, table: Table, column: Column) -> Tuple[str, ...]:
        """The values that a new column of a table may have, where it is an Enum."""
        listed = check_of_enum(table, column)
        return enum_values(column, self.expected) or (
            words.listed_values(listed.expression) if listed else ()
        )

    def fill(self, table: Table, column: Column) -> str:
        """SQL for the value that rows that are there get in a new column of a table."""
        given = self.fills.get((table.name, column.name))
        if given is not None:
            return given
        key = _reference(table, column)
        if key is not None:
            return self._referred(table, key)
        return self._one_of_few(table, column) or self._distinct(table, column) or neutral(column)

    def lacks_distinct(self, table: Table, column: Column) -> bool:
        """Whether each row of a table must get another value in a new column, and nobody says which."""
        if (table.name, column.name) in self.fills or not _keys(table, column):
            return False
        key = _reference(table, column)
        if key is not None:
            return key.referred_table != table.name
        return self._one_of_few(table, column) is not None or self._distinct(table, column) is None

    def _one_of_few(self, table: Table, column: Column) -> Optional[str]:
        """The first of the values that a Boolean or an Enum takes."""
        if column.kind == BOOLEAN:
            return "false" if self.postgresql else "0"
        values = self.values_of(table, column)
        return words.literal(self.engine, values[0]) if values else None

    def _referred(self, table: Table, key: ForeignKey) -> str:
        """A row that is there to refer to; of the same table the row itself."""
        referred = words.quoted(self.engine, key.referred_columns[0])
        if key.referred_table == table.name:
            return referred
        return f"(SELECT MIN({referred}) FROM {words.quoted(self.engine, key.referred_table)})"

    def _distinct(self, table: Table, column: Column) -> Optional[str]:
        """What each row has another one of, for a column that is unique, alone or with others: the number
        that is its key, or what comes of that."""
        primary = table.primary_key.columns if table.primary_key else ()
        found = table.column(primary[0]) if len(primary) == 1 else None
        if not _keys(table, column) or found is None or found.kind != NUMBER or found == column:
            return None
        name = words.quoted(self.engine, found.name)
        if column.kind == TIME:
            return words.moment_after(self.engine, column.plain_type, name)
        text = f"CAST({name} AS {'CHAR' if self.mysql else 'VARCHAR(20)'})"
        if column.plain_type == "uuid" and self.postgresql:
            return f"md5({text})::uuid"
        return {NUMBER: name, TEXT: text}.get(column.kind or "")


def _reference(table: Table, column: Column) -> Optional[ForeignKey]:
    return next((key for key in table.foreign_keys if key.columns == (column.name,)), None)


def _keys(table: Table, column: Column) -> List[Tuple[str, ...]]:
    """What the column is unique by, alone or with others."""
    return [key for key in unique_keys(table) if column.name in key]


def unique_keys(table: Table) -> Iterator[Tuple[str, ...]]:
    """The columns of each unique constraint and index."""
    yield from (unique.columns for unique in table.uniques)
    yield from (tuple(key.expression for key in index.keys) for index in table.indexes if index.unique)
