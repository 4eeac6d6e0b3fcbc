"""Whole tables: created, dropped, renamed."""

from __future__ import annotations

from dataclasses import replace
from typing import Iterator, Set

from ..schema.change import Change
from ..schema.model import Schema, Table, beyond_columns
from ..schema.renames import TABLE_RENAMED, table_renamed
from .context import Context
from .elements import table_elements, table_keywords
from .indexes import create_index
from .keys import create_check, create_foreign_key, drop_foreign_key
from .operation import Code, makes
from .options import deferring
from .phase import Phase


@makes("table-missing")
def create(context: Context, change: Change) -> Iterator[Code]:
    """A new table with all that is on it.

    A foreign key to a table that is made after it, or to one that points back, comes later.
    """
    table = change.after
    assert isinstance(table, Table)
    circular = _points_back(context, context.expected, context.migrated, table)
    keys = [key for key in table.foreign_keys if key.referred_table not in circular]
    elements = table_elements(context.engine, table, context.expected, keys)
    keywords = [f"{name}={value}" for name, value in table_keywords(context.engine, table).items()]
    lines = [f"op.create_table({table.name!r},", *(f"    {e}," for e in [*elements, *keywords])]
    lines[-1] = lines[-1].rstrip(",")
    yield Code(
        Phase.CREATE_TABLES,
        (*lines, ")"),
        table.name,
        then=lambda _: table,
        needs=frozenset(key.referred_table for key in keys) - {table.name},
    )
    served = {key.name for key in table.foreign_keys}
    for index in table.indexes:
        if not (context.mysql and index.name in served):
            yield replace(create_index(context, table, index), phase=Phase.CREATE_TABLES)
    for unique in table.uniques:
        said = dict(table.options).get(beyond_columns(unique.name))
        if said:
            yield from deferring(context, table, unique, said)
    for check in table.checks:
        if check.excludes:
            yield replace(create_check(table, check), phase=Phase.CREATE_TABLES)
    for key in table.foreign_keys:
        if key.referred_table in circular:
            yield create_foreign_key(table, key)


@makes("table-extra")
def drop(context: Context, change: Change) -> Iterator[Code]:
    """A table that goes with its indexes; first what points at it."""
    table = change.before
    assert isinstance(table, Table)
    circular = _points_back(context, context.migrated, context.expected, table)
    for key in table.foreign_keys:
        if key.referred_table in circular:
            yield drop_foreign_key(table, key)
    yield Code(
        Phase.DROP_TABLES,
        (f"op.drop_table({table.name!r})",),
        table.name,
        needs=frozenset(key.referred_table for key in table.foreign_keys) - {table.name} - circular,
    )


@makes(TABLE_RENAMED)
def rename(context: Context, change: Change) -> Iterator[Code]:
    """Another name for a table; what hangs on it keeps its name, and is renamed by changes of its own."""
    before, after = change.before, change.after
    assert isinstance(before, Table) and isinstance(after, Table)
    yield Code(
        context.renames(Phase.RENAME_TABLES),
        (f"op.rename_table({before.name!r}, {after.name!r})",),
        before.name,
        then=lambda found: table_renamed(found, before.name, after.name),
    )


def _points_back(context: Context, schema: Schema, other: Schema, table: Table) -> Set[str]:
    """Tables that this one points at and that point, over others or at once, at this one.

    Those of ``schema`` that ``other`` does not have; SQLite minds no circle.
    """
    if context.sqlite:
        return set()
    tables = {found.name: found for found in schema.tables}
    new = {name for name in tables if other.table(name) is None}

    def reached(name: str) -> Set[str]:
        seen: Set[str] = set()
        waiting = [name]
        while waiting:
            for key in tables[waiting.pop()].foreign_keys:
                if key.referred_table in new - seen:
                    seen.add(key.referred_table)
                    waiting.append(key.referred_table)
        return seen

    return {
        key.referred_table
        for key in table.foreign_keys
        # Of two that point at each other one is made first: the one whose name comes first.
        if key.referred_table != table.name
        and key.referred_table in new
        and table.name in reached(key.referred_table)
        and key.referred_table > table.name
    }
