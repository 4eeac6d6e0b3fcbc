"""Generated columns: they are not altered, but dropped and added."""

from __future__ import annotations

from dataclasses import replace
from typing import Iterator

from ..schema.model import Column, Table
from ..schema.names import speaks_of
from .checks import drop_check
from .context import Context
from .elements import column_code
from .indexes import create_index, drop_index
from .keys import create_check, create_unique, drop_unique
from .operation import Code, with_column, without_column
from .phase import Phase


def generated_anew(context: Context, table: Table, before: Column, after: Column) -> Iterator[Code]:
    """It cannot be altered on every engine; what is on it goes before, and comes after."""
    yield _dropped(table, before)
    yield replace(_added(context, table, after), rebuild=context.sqlite)
    yield from _with_it(context, table, after.name)


def computed_apart(context: Context, table: Table, source: str) -> Iterator[Code]:
    """What is computed from a column that gets another type goes before, with all that is on it, and comes
    after: its values come with it."""
    goal = context.goal.table(table.name)
    current = context.current.table(table.name) or table
    for column in current.columns:
        if goal and column in goal.columns and column.generated and speaks_of(column.generated, source):
            yield _dropped(table, column)
            yield _added(context, table, column)
            yield from _with_it(context, table, column.name)


def _with_it(context: Context, table: Table, name: str) -> Iterator[Code]:
    """The indexes and constraints on a column that stay, when it is made anew."""
    goal = context.goal.table(table.name) or table
    current = context.current.table(table.name) or table
    for index in goal.indexes:
        if index in current.indexes and name in (key.expression for key in index.keys):
            yield drop_index(context, table, index)
            yield create_index(context, goal, index)
    for unique in goal.uniques:
        if unique in current.uniques and name in unique.columns:
            yield drop_unique(table, unique)
            yield create_unique(goal, unique)
    for check in goal.checks:
        if check in current.checks and speaks_of(check.expression, name):
            yield replace(drop_check(context, table, check), phase=Phase.DROP_CHECKS)
            yield create_check(goal, check)


def _dropped(table: Table, column: Column) -> Code:
    line = f"batch_op.drop_column({column.name!r})"
    return Code(Phase.ADD_COLUMNS, (line,), table.name, then=without_column(column.name), alone=True)


def _added(context: Context, table: Table, column: Column) -> Code:
    code = column_code(context.engine, column, table, context.expected)
    # A batch of Alembic's makes no comment.
    whole = column.comment and not context.sqlite
    line = f"op.add_column({table.name!r}, {code})" if whole else f"batch_op.add_column({code})"
    return Code(Phase.DROP_COLUMNS, (line,), table.name, then=with_column(column), alone=True)
