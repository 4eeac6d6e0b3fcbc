"""Options of tables: AUTOINCREMENT, engine, character set, comments."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Callable, Iterator

from ..schema.change import Change
from ..schema.model import TEXT, Column, Table, Unique, beyond_columns
from . import words
from .alterations import change_column
from .context import Context
from .operation import Code, makes
from .phase import Phase
from .references import keys_apart

#: Options of MySQL's that a number stands for what is usual.
_ZERO = {"avg_row_length", "checksum", "delay_key_write", "key_block_size", "max_rows", "min_rows"}

#: What a unique constraint may say beyond its columns, if it is to be drafted.
_DEFERRING = re.compile(r"((NOT )?DEFERRABLE( INITIALLY (DEFERRED|IMMEDIATE))?)?")


@makes("autoincrement")
def autoincrement(context: Context, change: Change) -> Iterator[Code]:
    """AUTOINCREMENT comes and goes with a rebuild; without it the primary key has a name again."""
    table = change.after
    assert isinstance(table, Table)
    then = _with(change, "autoincrement")
    off = change.aspect not in dict(table.options)
    yield Code(Phase.ALTER_TABLES, (), table.name, only=True, rebuild=True, early=off, then=then)


@makes("table-option")
def option(context: Context, change: Change) -> Iterator[Code]:
    """What MySQL says of a table as a whole; PostgreSQL's storage."""
    table = change.after
    assert isinstance(table, Table)
    value = dict(table.options).get(change.aspect)
    name = words.quoted(context.engine, table.name)
    statement = None
    if context.mysql and change.aspect == "charset":
        # All columns follow: those that had another one have differences of their own.
        options = dict(table.options)
        collate = f" COLLATE {options['collation']}" if "collation" in options else ""
        statement = f"ALTER TABLE {name} CONVERT TO CHARACTER SET {value}{collate}"
        yield from keys_apart(context, table, [c.name for c in table.columns if c.kind == TEXT])
    elif context.mysql and change.aspect == "engine":
        statement = f"ALTER TABLE {name} ENGINE={value}"
    elif context.mysql and change.aspect == "create options":
        assert isinstance(change.before, Table)
        statement = f"ALTER TABLE {name} {_creation_options(change.before, table)}"
    elif context.postgresql and change.aspect == "persistence":
        statement = f"ALTER TABLE {name} SET {'UNLOGGED' if value else 'LOGGED'}"
    if statement:
        yield Code(Phase.ALTER_TABLES, (words.execute(statement),), table.name, only=True)
    for unique in table.uniques:
        if change.aspect == beyond_columns(unique.name):
            yield from deferring(context, table, unique, value or "")


def deferring(context: Context, table: Table, unique: Unique, said: str) -> Iterator[Code]:
    """When PostgreSQL looks at a unique constraint that is there: it must be made anew to be another one."""
    if unique.name is None or not _DEFERRING.fullmatch(said):
        return
    place, name, *columns = (
        words.quoted(context.engine, n) for n in (table.name, unique.name, *unique.columns)
    )
    lines = (
        words.execute(f"ALTER TABLE {place} DROP CONSTRAINT {name}"),
        words.execute(
            f"ALTER TABLE {place} ADD CONSTRAINT {name} UNIQUE ({', '.join(columns)}) {said}".rstrip()
        ),
    )
    yield Code(Phase.CREATE_CHECKS, lines, table.name, only=True)


def _creation_options(before: Table, after: Table) -> str:
    """What is wanted; what is not any more is as the server has it by itself."""
    old, new = (dict(table.options).get("create options", "") for table in (before, after))
    wanted = {option.partition("=")[0].lower() for option in new.split()}
    names = (option.partition("=")[0] for option in old.split())
    usual = [
        f"{name}={'0' if name.lower() in _ZERO else 'DEFAULT'}"
        for name in names
        if name.lower() not in wanted
    ]
    return " ".join([*new.split(), *usual])


@makes("comment")
def comment(context: Context, change: Change) -> Iterator[Code]:
    """The comment on a table or on a column."""
    if isinstance(change.item, Column):
        yield from change_column(context, change)
        return
    before, after = change.before, change.after
    assert isinstance(before, Table) and isinstance(after, Table)
    old, new = dict(before.options).get("comment"), dict(after.options).get("comment")
    if new:
        line = words.arguments(
            f"op.create_table_comment({after.name!r}",
            words.string(new),
            existing_comment=words.string(old) if old else None,
        )
    else:
        line = f"op.drop_table_comment({after.name!r}, existing_comment={old!r}"
    yield Code(Phase.ALTER_TABLES, (f"{line})",), after.name, only=True)


def _with(change: Change, name: str) -> Callable[[Table], Table]:
    assert isinstance(change.after, Table)
    wanted = dict(change.after.options).get(name)

    def then(table: Table) -> Table:
        options = {key: value for key, value in table.options if key != name}
        if wanted:
            options[name] = wanted
        return replace(table, options=tuple(sorted(options.items())))

    return then
