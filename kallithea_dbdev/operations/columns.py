"""Columns: added, dropped, renamed."""

from __future__ import annotations

from dataclasses import replace
from typing import FrozenSet, Iterable, Iterator, Tuple

from ..schema import renames
from ..schema.change import Change
from ..schema.model import NUMBER, Column, Index, Table
from ..schema.renames import COLUMN_RENAMED
from . import words
from .alterations import (
    alter_column,
    alter_table,
    column_of,
    existing_arguments,
    in_sql,
    quoted,
)
from .context import Context
from .defaults import is_constant
from .elements import column_code, is_only_key
from .indexes import create_index, drop_index, is_dropped_late
from .keys import is_needed, leads_key
from .operation import Code, makes, with_column, without_column
from .phase import Phase
from .types import type_code


@makes("column-missing")
def add_column(context: Context, change: Change) -> Iterator[Code]:
    """A new column. One that is NOT NULL without a default is filled before it is made so; any other where somebody
    said what the rows that are there get."""
    column, table = column_of(change.after), change.tables[1]
    assert table is not None
    if column.identity and context.mysql and leads_key(table, column.name):
        return  # it must be a key from the beginning: it comes with the key
    said = None if context.back or column.generated else context.mends.get((table.name, column.name))
    fill = context.fill(table, column) if column.needs_value else said
    if fill and context.sqlite and is_only_key(column, table) and column.kind == NUMBER:
        fill = context.fills.get((table.name, column.name), "rowid")  # each row another one
    if fill is not None:
        column = replace(column, nullable=True)
    # A column that is added is none that counts by itself: it has the sequence as its default.
    code = column_code(context.engine, column, None if context.postgresql else table, context.expected)
    then = with_column(column)
    may_be_there = (table.name, column.name) in context.kept and not context.back
    rebuilds = context.sqlite and not (is_constant(column) and not column.generated)
    if code is None:
        line = words.execute(f"{alter_table(context, table)} ADD COLUMN {in_sql(context, column)}")
    elif rebuilds:
        line = f"batch_op.add_column({code})"
    else:
        line = f"op.add_column({table.name!r}, {code})"
    lines = (_look(table.name, column.name), f"    {line}") if may_be_there else (line,)
    is_rebuilt = rebuilds and code is not None
    # What it is computed from is there before it.
    phase = Phase.ALTER_COLUMNS if column.generated else Phase.ADD_COLUMNS
    yield Code(phase, lines, table.name, only=code is None, rebuild=is_rebuilt, then=then)
    if fill is not None:
        name = quoted(context, column.name)
        statement = f"UPDATE {quoted(context, table.name)} SET {name} = {fill}"
        if may_be_there:
            statement = f"{statement} WHERE {name} IS NULL"
        yield Code(Phase.ADD_COLUMNS, (words.execute(statement),), table.name)
        # They are filled: once is enough.
        filled = replace(context, fills={})
        yield from alter_column(filled, table, column, column_of(change.after), Phase.ALTER_COLUMNS)


@makes("column-extra")
def drop_column(context: Context, change: Change) -> Iterator[Code]:
    """A column that goes. What hangs on it goes before, by changes of its own."""
    table = change.tables[0]
    column = column_of(change.before)
    assert table is not None
    if (table.name, column.name) in context.kept and context.back:
        yield from _left(context, table, column)
        return
    # What it is computed from goes after it.
    phase = Phase.ADD_COLUMNS if column.generated else Phase.DROP_COLUMNS
    late = context.mysql and any(is_dropped_late(index, change.tables[1]) for index in _on(table, column))
    pairs = (unique for unique in table.uniques if column.name in unique.columns and len(unique.columns) > 1)
    if late or any(is_needed(context, unique, change.tables[1]) for unique in pairs):
        phase = Phase.DROP_SERVED_COLUMNS
    yield Code(
        phase,
        (f"batch_op.drop_column({column.name!r})",),
        table.name,
        then=without_column(column.name),
    )


def _on(table: Table, column: Column) -> Iterator[Index]:
    """The indexes that have a column, and others."""
    for index in table.indexes:
        names = [key.expression for key in index.keys]
        if column.name in names and len(names) > 1:
            yield index


def _left(context: Context, table: Table, column: Column) -> Iterator[Code]:
    """A column that stays, so that the older version can insert rows without it."""
    if not (column.nullable or column.default is not None or column.generated or column.identity):
        optional = replace(column, nullable=True)
        yield from alter_column(context, table, column, optional, Phase.ALTER_COLUMNS)


def _look(table: str, column: str) -> str:
    return (
        f"if {column!r} not in "
        f"[column['name'] for column in sa.inspect(op.get_bind()).get_columns({table!r})]:"
    )


def new_columns(changes: Iterable[Change]) -> FrozenSet[Tuple[str, str]]:
    """(table, column) of the new ones that a downgrade can leave: no part of a key, and none that is computed,
    for which there is nothing to keep."""
    found = set()
    for change in changes:
        table = change.tables[1]
        if change.kind == "column-missing" and table is not None:
            key = table.primary_key.columns if table.primary_key else ()
            column = column_of(change.after)
            if column.name not in key and not column.generated:
                found.add((table.name, column.name))
    return frozenset(found)


@makes(COLUMN_RENAMED)
def rename_column(context: Context, change: Change) -> Iterator[Code]:
    """Another name. SQLite's rebuild fails on an index of the column: it is dropped before."""
    before, after = column_of(change.before), column_of(change.after)
    left, right = change.tables
    assert left is not None and right is not None
    phase = context.renames(Phase.RENAME_COLUMNS)
    on_it = [index for index in left.indexes if index not in right.indexes] if context.sqlite else []
    for index in on_it:
        yield replace(drop_index(context, left, index), phase=phase)
    type_ = type_code(context.engine, before, left, context.migrated)
    if type_ is None:
        names = f"{quoted(context, before.name)} TO {quoted(context, after.name)}"
        lines = (words.execute(f"{alter_table(context, left)} RENAME COLUMN {names}"),)
    else:
        existing = existing_arguments(context, left, before, type_)
        new_name = f"new_column_name={after.name!r}"
        lines = (words.arguments(f"batch_op.alter_column({before.name!r}", new_name, **existing) + ")",)

    def then(table: Table) -> Table:
        return renames.column_renamed(table, before.name, after.name, renames.texts_of(right))

    yield Code(phase, lines, left.name, only=type_ is None, alone=True, then=then)
    for index in right.indexes:
        if context.sqlite and index not in left.indexes:
            yield replace(create_index(context, right, index), phase=phase)
