"""CHECK constraints."""

from __future__ import annotations

from dataclasses import replace
from typing import Iterator

from ..schema.change import Change
from ..schema.model import Check, Table
from . import words
from .context import Context
from .keys import create_check
from .operation import Code, makes
from .phase import Phase


@makes("check-missing")
def add(context: Context, change: Change) -> Iterator[Code]:
    """A new CHECK."""
    table, check = change.tables[1], change.after
    assert table is not None and isinstance(check, Check)
    yield create_check(table, check)


@makes("check-extra")
def remove(context: Context, change: Change) -> Iterator[Code]:
    """A CHECK that goes. SQLite's rebuild does not know of any but those that it is given."""
    table, check = change.tables[0], change.before
    assert table is not None and isinstance(check, Check)
    yield drop_check(context, table, check)


@makes("check-differs")
def replace_check(context: Context, change: Change) -> Iterator[Code]:
    """The same name for another expression."""
    table, before, after = change.tables[0], change.before, change.after
    assert table is not None and isinstance(before, Check) and isinstance(after, Check)
    yield drop_check(context, table, before)
    yield create_check(table, after)


def drop_check(context: Context, table: Table, check: Check) -> Code:
    """``drop_constraint``; on MySQL in SQL, for Alembic leaves out the CHECK of a type."""

    def then(found: Table) -> Table:
        rest = list(found.checks)
        if check in rest:
            rest.remove(check)
        return replace(found, checks=tuple(rest))

    line = f"batch_op.drop_constraint({check.name!r}, type_='check')"
    if context.sqlite:
        return Code(Phase.ALTER_COLUMNS, (), table.name, only=True, rebuild=True, then=then)
    if context.mysql:
        name = words.quoted("mysql", check.name or "")
        line = words.execute(f"ALTER TABLE {words.quoted('mysql', table.name)} DROP CONSTRAINT {name}")
    return Code(Phase.DROP_CHECKS, (line,), table.name, only=True, then=then)
