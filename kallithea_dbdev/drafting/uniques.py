"""Unique constraints on MySQL, which tells of them as of unique indexes: one thing on all engines."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Dict, Iterable, Mapping, Optional, Set, Tuple

from sqlalchemy import UniqueConstraint
from sqlalchemy.sql.naming import _constraint_name_for_table

from ..schema.change import Change
from ..schema.model import Index, Item, Schema, Table, Unique

#: (table, name) -> columns.
Uniques = Mapping[Tuple[str, str], Tuple[str, ...]]


def known_uniques(metadata: Any, schemas: Iterable[Schema]) -> Uniques:
    """The unique constraints of the models, and those that other engines tell of."""
    found: Dict[Tuple[str, str], Tuple[str, ...]] = {}
    for table in metadata.tables.values():
        for constraint in table.constraints:
            if isinstance(constraint, UniqueConstraint):
                name = str(_constraint_name_for_table(constraint, table) or "")
                found[table.name, name] = tuple(column.name for column in constraint.columns)
    for schema in schemas:
        for known in schema.tables:
            found.update(((known.name, unique.name or ""), unique.columns) for unique in known.uniques)
    return found


def as_constraints(before: Schema, after: Schema, uniques: Uniques) -> Tuple[Schema, Schema]:
    """Both schemas of MySQL with those indexes as constraints, but for what a foreign key may need and both
    have: that is changed as an index is, in one statement."""
    needed: Set[Tuple[str, str]] = {
        (table.name, key.columns[0])
        for schema in (before, after)
        for table in schema.tables
        for key in table.foreign_keys
    }
    earlier, later = (
        {(table.name, index.name) for table in schema.tables for index in table.indexes}
        for schema in (before, after)
    )

    def told(schema: Schema) -> Schema:
        return replace(
            schema, tables=tuple(_told(table, uniques, needed, earlier & later) for table in schema.tables)
        )

    return told(before), told(after)


def whole_tables(changes: Iterable[Change], uniques: Uniques) -> Tuple[Change, ...]:
    """Changes in which tables that are new or go have all of them as constraints: no index of theirs is
    changed, and so no foreign key needs one."""

    def told(item: Optional[Item]) -> Optional[Item]:
        return _told(item, uniques, set(), set()) if isinstance(item, Table) else item

    return tuple(
        replace(change, before=told(change.before), after=told(change.after))
        if change.kind in ("table-missing", "table-extra")
        else change
        for change in changes
    )


def _told(
    table: Table, uniques: Uniques, needed: Set[Tuple[str, str]], staying: Set[Tuple[str, str]]
) -> Table:
    def is_constraint(index: Index) -> bool:
        columns = uniques.get((table.name, index.name))
        plain = tuple(str(key) for key in index.keys)
        is_free = (table.name, plain[0]) not in needed or (table.name, index.name) not in staying
        return index.unique and columns == plain and is_free

    moved = tuple(
        Unique(tuple(key.expression for key in index.keys), index.name)
        for index in table.indexes
        if is_constraint(index)
    )
    rest = tuple(index for index in table.indexes if not is_constraint(index))
    return replace(table, uniques=(*table.uniques, *moved), indexes=rest)
