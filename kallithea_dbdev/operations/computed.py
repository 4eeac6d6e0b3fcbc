"""Generated columns: they are not altered, but dropped and added."""

from __future__ import annotations

from dataclasses import replace
from typing import Iterator

from ..schema.model import Column, Table
from ..schema.names import speaks_of
from .context import Context
from .elements import column_code
from .indexes import create_index
from .keys import create_check, create_unique
from .operation import Code, with_column, without_column
from .phase import Phase


def generated_anew(
    context: Context, table: Table, before: Column, after: Column, phase: Phase
) -> Iterator[Code]:
    """It cannot be altered on every engine."""
    yield _dropped(table, before, phase)
    yield replace(_added(context, table, after, phase), rebuild=context.sqlite)


def computed_apart(context: Context, table: Table, source: str) -> Iterator[Code]:
    """What is computed from a column that gets another type goes before, with all that is on it, and comes
    after: its values come with it."""
    goal = context.goal.table(table.name)
    current = context.current.table(table.name) or table
    for column in current.columns:
        stays = goal is not None and column in goal.columns
        if not (stays and goal and column.generated and speaks_of(column.generated, source)):
            continue
        yield _dropped(table, column, Phase.ADD_COLUMNS)
        yield _added(context, table, column, Phase.DROP_COLUMNS)
        for index in (i for i in goal.indexes if i in current.indexes):
            if column.name in (key.expression for key in index.keys):
                yield create_index(context, goal, index)
        for unique in (u for u in goal.uniques if u in current.uniques):
            if column.name in unique.columns:
                yield create_unique(goal, unique)
        for check in (c for c in goal.checks if c in current.checks):
            if speaks_of(check.expression, column.name):
                yield create_check(goal, check)


def _dropped(table: Table, column: Column, phase: Phase) -> Code:
    line = f"batch_op.drop_column({column.name!r})"
    return Code(phase, (line,), table.name, then=without_column(column.name), alone=True)


def _added(context: Context, table: Table, column: Column, phase: Phase) -> Code:
    code = column_code(context.engine, column, table, context.expected)
    line = f"batch_op.add_column({code})"
    return Code(phase, (line,), table.name, then=with_column(column), alone=True)
