"""Columns: added, dropped, renamed, and each of their attributes."""

from __future__ import annotations

from dataclasses import replace
from typing import Callable, Dict, Iterator, Optional

from ..schema import renames
from ..schema.change import Change
from ..schema.compare.columns import COLUMN_CODES
from ..schema.model import BOOLEAN, BYTES, TEXT, TIME, Column, Table
from ..schema.renames import COLUMN_RENAMED
from . import words
from .context import Context
from .defaults import default_code, is_constant
from .elements import column_code, is_counted
from .indexes import create_index, drop_index
from .operation import Code, makes
from .phase import Phase
from .types import type_code


@makes("column-missing")
def add_column(context: Context, change: Change) -> Iterator[Code]:
    """A new column. One that is NOT NULL without a default is filled before it is made so."""
    column, table = _of(change.after), change.tables[1]
    assert table is not None
    needs_value = not (column.nullable or column.default is not None or column.generated)
    fill = context.fill(table.name, column) if needs_value else None
    if fill is not None:
        column = replace(column, nullable=True)
    code = column_code(context.engine, column, table, context.expected)
    then = _with_column(column)
    rebuilds = context.sqlite and not (is_constant(column) and not column.generated)
    if code is None:
        yield Code(
            Phase.ADD_COLUMNS,
            (words.execute(f"{_alter(context, table)} ADD COLUMN {_in_sql(context, column)}"),),
            table.name,
            only=True,
            then=then,
        )
    elif rebuilds:
        line = f"batch_op.add_column({code})"
        yield Code(Phase.ADD_COLUMNS, (line,), table.name, rebuild=True, then=then)
    else:
        yield Code(Phase.ADD_COLUMNS, (f"op.add_column({table.name!r}, {code})",), table.name, then=then)
    if fill is not None:
        statement = f"UPDATE {_quoted(context, table.name)} SET {_quoted(context, column.name)} = {fill}"
        yield Code(Phase.ADD_COLUMNS, (words.execute(statement),), table.name)
        # They are filled: once is enough.
        filled = replace(context, fills={})
        yield from alter_column(filled, table, column, _of(change.after), Phase.ALTER_COLUMNS)


@makes("column-extra")
def drop_column(context: Context, change: Change) -> Iterator[Code]:
    """A column that goes. What hangs on it goes before, by changes of its own."""
    table = change.tables[0]
    column = _of(change.before)
    assert table is not None
    yield Code(
        Phase.DROP_COLUMNS,
        (f"batch_op.drop_column({column.name!r})",),
        table.name,
        then=_without(column.name),
    )


@makes(COLUMN_RENAMED)
def rename_column(context: Context, change: Change) -> Iterator[Code]:
    """Another name. SQLite's rebuild fails on an index of the column: it is dropped before."""
    before, after = _of(change.before), _of(change.after)
    left, right = change.tables
    assert left is not None and right is not None
    phase = context.renames(Phase.RENAME_COLUMNS)
    on_it = [index for index in left.indexes if index not in right.indexes] if context.sqlite else []
    for index in on_it:
        yield replace(drop_index(context, left, index), phase=phase)
    type_ = type_code(context.engine, before, left, context.migrated)
    if type_ is None:
        names = f"{_quoted(context, before.name)} TO {_quoted(context, after.name)}"
        lines = (words.execute(f"{_alter(context, left)} RENAME COLUMN {names}"),)
    else:
        existing = _existing(context, left, before, type_)
        new_name = f"new_column_name={after.name!r}"
        lines = (words.arguments(f"batch_op.alter_column({before.name!r}", new_name, **existing) + ")",)

    def then(table: Table) -> Table:
        return renames.column_renamed(table, before.name, after.name)

    yield Code(phase, lines, left.name, only=type_ is None, alone=True, then=then)
    for index in right.indexes:
        if context.sqlite and index not in left.indexes:
            yield replace(create_index(context, right, index), phase=phase)


@makes(*(code for code in COLUMN_CODES.values() if code != "comment"))
def change_column(context: Context, change: Change) -> Iterator[Code]:
    """One attribute of a column."""
    table = change.tables[0]
    assert table is not None
    before = _of(change.before)
    yield from alter_column(context, table, before, with_aspect(before, change), Phase.ALTER_COLUMNS)


def with_aspect(column: Column, change: Change) -> Column:
    """The column with the one attribute as it is to be, and what comes along with that."""
    after = _of(change.after)
    attribute = next(name for name, code in COLUMN_CODES.items() if code == change.kind)
    found = replace(column, **{attribute: getattr(after, attribute)})
    if attribute == "type":
        found = replace(found, kind=after.kind, length=after.length, base=after.base)
    if attribute == "charset":
        found = replace(found, collation=after.collation)
    return found


def alter_column(
    context: Context, table: Table, before: Column, after: Column, phase: Phase
) -> Iterator[Code]:
    """Everything in which two columns of one name differ, at once: MySQL must repeat the rest anyway."""
    if context.sqlite and before.collation != after.collation:
        yield Code(phase, (), table.name, rebuild=True, only=True, then=_with_column(after))
        return
    if before.generated != after.generated:
        yield from _generated_anew(context, table, before, after, phase)
        return
    old, new = (
        type_code(context.engine, column, table, schema)
        for column, schema in ((before, context.migrated), (after, context.expected))
    )
    if old is None or new is None or (context.mysql and before.on_update != after.on_update):
        yield Code(
            phase,
            tuple(_in_words(context, table, before, after)),
            table.name,
            only=True,
            then=_with_column(after),
        )
        return
    if context.sqlite and before.type != after.type and TIME in (before.kind, after.kind):
        # A rebuild would cast: 2021-03-01 to the number 2021. Taken for what it is to be, it is copied.
        yield Code(phase, (), table.name, rebuild=True, only=True, then=_with_column(after), early=True)
        yield from _as_time(context, table, before, after, phase)
        return
    yield from _fill_nulls(context, table, before, after, phase)
    yield from _altered(context, table, before, after, old, new, phase)


def _altered(
    context: Context, table: Table, before: Column, after: Column, old: str, new: str, phase: Phase
) -> Iterator[Code]:
    using = _using(before, after) if context.postgresql and before.type != after.type else None
    changes: Dict[str, Optional[str]] = {}
    existing = _existing(context, table, before, old)
    if old != new:
        changes["type_"] = new
    if before.nullable != after.nullable:
        changes["nullable"] = str(after.nullable)
        existing.pop("existing_nullable", None)
    if before.default != after.default:
        changes["server_default"] = default_code(after)
        existing.pop("existing_server_default", None)
    if before.comment != after.comment:
        changes["comment"] = repr(after.comment)
    if before.identity != after.identity and context.mysql:
        changes["autoincrement"] = str(after.identity is not None)
        existing.pop("existing_autoincrement", None)
    if using:
        changes["postgresql_using"] = words.string(using)
    if not changes:
        yield Code(
            phase,
            tuple(_in_words(context, table, before, after)),
            table.name,
            only=True,
            then=_with_column(after),
        )
        return
    drops_default = bool(using) and before.default is not None and not is_counted(before, table)
    lines = []
    if drops_default:
        # The server does not convert a default by itself.
        lines.append(f"batch_op.alter_column({before.name!r}, existing_type={old}, server_default=None)")
        changes.setdefault("server_default", default_code(after))
        if after.default is None:
            del changes["server_default"]
    ordered = words.arguments(f"batch_op.alter_column({before.name!r}", **{**existing, **changes})
    lines.append(f"{ordered})")
    yield Code(phase, tuple(lines), table.name, then=_with_column(after))


def _existing(context: Context, table: Table, column: Column, type_: str) -> Dict[str, Optional[str]]:
    """What of the column stays: its type for all, the rest for MySQL, which forgets what is not said."""
    found: Dict[str, Optional[str]] = {"existing_type": type_}
    if not column.nullable:
        found["existing_nullable"] = "False"
    if column.default is not None and not is_counted(column, table):
        found["existing_server_default"] = default_code(column)
    if column.identity == "auto_increment":
        found["existing_autoincrement"] = "True"
    if column.comment:
        found["existing_comment"] = words.string(column.comment)
    return found


def _fill_nulls(
    context: Context, table: Table, before: Column, after: Column, phase: Phase
) -> Iterator[Code]:
    """Rows without a value get one where the column becomes NOT NULL and somebody said which."""
    fill = context.fills.get((table.name, after.name))
    if fill is not None and before.nullable and not after.nullable:
        name = _quoted(context, after.name)
        statement = f"UPDATE {_quoted(context, table.name)} SET {name} = {fill} WHERE {name} IS NULL"
        yield Code(phase, (words.execute(statement),), table.name)


def _using(before: Column, after: Column) -> Optional[str]:
    """How PostgreSQL gets the values of one type from those of the other; None: by itself."""
    name = words.quoted("postgresql", before.name)
    kinds = (before.kind, after.kind)
    if kinds == (BYTES, TEXT):
        return f"convert_from({name}, 'UTF8')"
    if kinds == (TEXT, BYTES):
        return f"convert_to({name}, 'UTF8')"
    if before.kind == after.kind == TIME:
        zones = ["with time zone" in column.type for column in (before, after)]
        return f"{name} AT TIME ZONE 'UTC'" if zones in ([True, False], [False, True]) else None
    if before.kind == after.kind and before.kind is not None and before.type not in ("json", "jsonb"):
        return None
    if before.kind == BOOLEAN and after.type != "integer" and after.kind != TEXT:
        return f"{name}::integer::{after.type}"
    if after.kind == BOOLEAN and before.kind == "number":
        return f"{name} <> 0"
    return f"{name}::{after.type}"


def _as_time(context: Context, table: Table, before: Column, after: Column, phase: Phase) -> Iterator[Code]:
    """Texts of SQLite that SQLAlchemy reads as another kind of time."""
    name = _quoted(context, after.name)
    said = {
        ("DATE", "DATETIME"): f"{name} || ' 00:00:00.000000'",
        ("DATETIME", "DATE"): f"substr({name}, 1, 10)",
    }
    value = said.get((before.type, after.type))
    if value:
        statement = f"UPDATE {_quoted(context, table.name)} SET {name} = {value}"
        yield Code(phase, (words.execute(statement),), table.name, only=True)


def _generated_anew(
    context: Context, table: Table, before: Column, after: Column, phase: Phase
) -> Iterator[Code]:
    """A generated column cannot be altered on every engine: it is dropped and added."""
    code = column_code(context.engine, after, table, context.expected)
    line = f"batch_op.add_column({code})"
    yield Code(
        phase, (f"batch_op.drop_column({before.name!r})",), table.name, then=_without(before.name), alone=True
    )
    yield Code(phase, (line,), table.name, rebuild=context.sqlite, then=_with_column(after), alone=True)


def _in_words(context: Context, table: Table, before: Column, after: Column) -> Iterator[str]:
    """Statements of the server for a type that SQLAlchemy has no word for."""
    alter, name = _alter(context, table), _quoted(context, after.name)
    if context.mysql:
        yield words.execute(f"{alter} MODIFY COLUMN {_in_sql(context, after)}")
        return
    if before.default != after.default and before.default is not None:
        yield words.execute(f"{alter} ALTER COLUMN {name} DROP DEFAULT")
    if (before.type, before.collation) != (after.type, after.collation):
        collate = f' COLLATE "{after.collation}"' if after.collation else ""
        using = (
            "" if before.type == after.type else f" USING {_using(before, after) or f'{name}::{after.type}'}"
        )
        yield words.execute(f"{alter} ALTER COLUMN {name} TYPE {after.type}{collate}{using}")
    if before.nullable != after.nullable:
        yield words.execute(f"{alter} ALTER COLUMN {name} {'DROP' if after.nullable else 'SET'} NOT NULL")
    if before.default != after.default and after.default is not None:
        yield words.execute(f"{alter} ALTER COLUMN {name} SET DEFAULT {after.default}")
    if before.identity != after.identity:
        if before.identity:
            yield words.execute(f"{alter} ALTER COLUMN {name} DROP IDENTITY")
        if after.identity:
            yield words.execute(
                f"{alter} ALTER COLUMN {name} ADD GENERATED {after.identity.upper()} AS IDENTITY"
            )


def _in_sql(context: Context, column: Column) -> str:
    """A column in the words of the server's CREATE TABLE."""
    parts = [_quoted(context, column.name), column.type]
    if column.charset:
        parts.append(f"CHARACTER SET {column.charset}")
    if column.collation:
        parts.append(f"COLLATE {column.collation if not context.postgresql else repr(column.collation)}")
    parts.append("NULL" if column.nullable else "NOT NULL")
    if column.default is not None:
        parts.append(f"DEFAULT {column.default}")
    if column.on_update:
        parts.append(f"ON UPDATE {column.on_update}")
    if column.identity == "auto_increment":
        parts.append("AUTO_INCREMENT")
    if column.comment:
        parts.append("COMMENT '" + column.comment.replace("'", "''") + "'")
    return " ".join(parts)


def _alter(context: Context, table: Table) -> str:
    return f"ALTER TABLE {_quoted(context, table.name)}"


def _quoted(context: Context, name: str) -> str:
    return words.quoted(context.engine, name)


def _of(item: object) -> Column:
    assert isinstance(item, Column)
    return item


# -- what becomes of the table --------------------------------------------------------------------


def _with_column(column: Column) -> Callable[[Table], Table]:
    def then(table: Table) -> Table:
        if table.column(column.name) is None:
            return replace(table, columns=(*table.columns, column))
        return replace(table, columns=tuple(column if c.name == column.name else c for c in table.columns))

    return then


def _without(name: str) -> Callable[[Table], Table]:
    def then(table: Table) -> Table:
        return replace(table, columns=tuple(column for column in table.columns if column.name != name))

    return then
