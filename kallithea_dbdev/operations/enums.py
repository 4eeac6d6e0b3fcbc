"""PostgreSQL's enum types, which are objects of their own."""

from __future__ import annotations

from typing import Iterator, List, Optional, Tuple

from ..schema.change import Change
from ..schema.model import Column, Enum, Table
from ..schema.names import of_type
from . import words
from .context import Context
from .operation import Code, makes
from .phase import Phase
from .types import enum_code


@makes("enum-missing")
def create(context: Context, change: Change) -> Iterator[Code]:
    """A new type, before its first user."""
    enum = change.after
    assert isinstance(enum, Enum)
    yield Code(Phase.CREATE_TYPES, (f"{enum_code(enum)}.create(op.get_bind(), checkfirst=True)",), only=True)


@makes("enum-extra")
def drop(context: Context, change: Change) -> Iterator[Code]:
    """A type that goes, after its last user."""
    enum = change.before
    assert isinstance(enum, Enum)
    if context.back and any(
        (table.name, column.name) in context.kept for table, column in users(context, enum)
    ):
        return
    yield Code(Phase.DROP_TYPES, (words.execute(f"DROP TYPE {_q(enum.name)}"),), only=True)


@makes("enum-differs")
def change_values(context: Context, change: Change) -> Iterator[Code]:
    """Other values. A value is added in a transaction of its own; where one goes, or the order is
    another one, the type is made anew and its columns are given the new one."""
    before, after = change.before, change.after
    assert isinstance(before, Enum) and isinstance(after, Enum)
    added = [value for value in after.values if value not in before.values]
    if [value for value in after.values if value not in added] == list(before.values):
        lines = ["with op.get_context().autocommit_block():"]
        lines += [f"    {words.execute(_add(before, value, after))}" for value in added]
        yield Code(Phase.CREATE_TYPES, tuple(lines), only=True)
        return
    old = f"{before.name}_old"
    lines = [
        words.execute(f"ALTER TYPE {_q(before.name)} RENAME TO {_q(old)}"),
        f"{enum_code(after)}.create(op.get_bind())",
    ]
    for table, column in users(context, before):
        alter = f"ALTER TABLE {_q(table.name)} ALTER COLUMN {_q(column.name)}"
        if column.default is not None:
            lines.append(words.execute(f"{alter} DROP DEFAULT"))
        using = f"{_text(context, table, column, after)}::{_q(after.name)}"
        lines.append(words.execute(f"{alter} TYPE {_q(after.name)} USING {using}"))
        # Another default is set with what else changes of the column.
        if column.default is not None and column.default == _default_then(context, table, column):
            lines.append(words.execute(f"{alter} SET DEFAULT {column.default}"))
    lines.append(words.execute(f"DROP TYPE {_q(old)}"))
    yield Code(Phase.CREATE_TYPES, tuple(lines), only=True)


def _text(context: Context, table: Table, column: Column, after: Enum) -> str:
    """The value of a column; where it is none of the type any more, what somebody said."""
    text = f"{_q(column.name)}::text"
    said = None if context.back else context.mends.get((table.name, column.name))
    if said is None:
        return text
    return f"(CASE WHEN {text} NOT IN ({', '.join(map(_l, after.values))}) THEN {said} ELSE {text} END)"


def _default_then(context: Context, table: Table, column: Column) -> Optional[str]:
    goal = context.goal.table(table.name)
    found = goal.column(column.name) if goal else None
    return found.default if found else None


def _add(before: Enum, value: str, after: Enum) -> str:
    position = after.values.index(value)
    where = f"AFTER {_l(after.values[position - 1])}" if position else ""
    if not position and before.values:
        # Of those behind it some may be new, too.
        where = f"BEFORE {_l(before.values[0])}"
    return f"ALTER TYPE {_q(before.name)} ADD VALUE {_l(value)} {where}".rstrip()


def users(context: Context, enum: Enum) -> Iterator[Tuple[Table, Column]]:
    """The columns of a type, by their names between the renames."""
    found: List[Tuple[Table, Column]] = [
        (table, column)
        for table in context.current.tables
        for column in table.columns
        if of_type(column.type) == enum.name
    ]
    yield from found


def _l(value: str) -> str:
    return words.literal("postgresql", value)


def _q(name: str) -> str:
    return words.quoted("postgresql", name)
