"""Sequences."""

from __future__ import annotations

import re
from typing import Iterator, Optional

from ..schema.change import Change
from ..schema.model import Column, Schema, Sequence, Table
from ..schema.renames import SEQUENCE_RENAMED
from . import counters, words
from .context import Context
from .operation import Code, makes
from .phase import Phase


@makes("sequence-missing")
def create(context: Context, change: Change) -> Iterator[Code]:
    """A new sequence with everything that it is."""
    sequence = change.after
    assert isinstance(sequence, Sequence)
    if context.mysql:
        yield Code(Phase.CREATE_TYPES, (words.execute(sequence.definition),), only=True)
        return
    if _is_of_identity(sequence, context.expected):
        return
    yield Code(Phase.CREATE_TYPES, (created(context, sequence),), only=True)
    if sequence.owner:
        lines = [owned(context, sequence)]
        old = context.current.table(sequence.owner_table or "")
        if old and old.column(sequence.owner_column):
            # The numbers that rows have already are not to be given again.
            lines.insert(0, counters.set_beyond_highest(old.name, sequence.owner_column, sequence.name))
        yield Code(Phase.CREATE_INDEXES, tuple(lines), only=True)


@makes("sequence-extra")
def drop(context: Context, change: Change) -> Iterator[Code]:
    """A sequence that goes."""
    sequence = change.before
    assert isinstance(sequence, Sequence)
    if _is_of_identity(sequence, context.migrated) or _goes_with_column(sequence, context):
        return
    yield Code(Phase.DROP_TYPES, (dropped(context, sequence),), only=True)


@makes("sequence-differs")
def alter(context: Context, change: Change) -> Iterator[Code]:
    """Another type, step or owner."""
    before, after = change.before, change.after
    assert isinstance(before, Sequence) and isinstance(after, Sequence)
    if context.mysql:
        statement = re.sub("^CREATE SEQUENCE", "ALTER SEQUENCE", after.definition, flags=re.IGNORECASE)
        statement = re.sub(r" ENGINE=\w+$", "", statement)
        yield Code(Phase.ALTER_COLUMNS, (words.execute(statement),), only=True)
        return
    lines = []
    if before.definition != after.definition:
        lines.append(words.execute(f"ALTER SEQUENCE {_q(context, after.name)} {_options(after)}"))
    if before.owner != after.owner:
        lines.append(owned(context, after))
    yield Code(Phase.CREATE_INDEXES, tuple(lines), only=True)


@makes(SEQUENCE_RENAMED)
def rename(context: Context, change: Change) -> Iterator[Code]:
    """Another name: it goes on counting where it is."""
    before, after = change.before, change.after
    assert isinstance(before, Sequence) and isinstance(after, Sequence)
    statement = f"ALTER SEQUENCE {_q(context, before.name)} RENAME TO {_q(context, after.name)}"
    yield Code(context.renames(Phase.RENAME_TABLES), (words.execute(statement),), only=True)


def of_column(schema: Schema, table: Table, column: Column) -> Optional[Sequence]:
    """The sequence that counts for a column."""
    owner = f"{table.name}.{column.name}"
    return next((sequence for sequence in schema.sequences if sequence.owner == owner), None)


def with_identity(context: Context, table: Table, before: Column, after: Column) -> Optional[Sequence]:
    """The sequence of a column that there is under one name before and after, as a part of an identity on one of
    the sides only: it goes and comes with that, and no change tells of it."""
    old, new = of_column(context.migrated, table, before), of_column(context.expected, table, after)
    turns = bool(before.identity) != bool(after.identity)
    return new if turns and old and new and old.name == new.name else None


def created(context: Context, sequence: Sequence) -> str:
    """Makes a sequence of PostgreSQL's that nobody owns yet."""
    return words.execute(f"CREATE SEQUENCE {_q(context, sequence.name)} {_options(sequence)}")


def dropped(context: Context, sequence: Sequence) -> str:
    """Drops one."""
    return words.execute(f"DROP SEQUENCE {_q(context, sequence.name)}")


def owned(context: Context, sequence: Sequence) -> str:
    """Gives one of PostgreSQL's to the column that it counts for."""
    owner = "NONE"
    if sequence.owner:
        owner = f"{_q(context, sequence.owner_table or '')}.{_q(context, sequence.owner_column)}"
    return words.execute(f"ALTER SEQUENCE {_q(context, sequence.name)} OWNED BY {owner}")


def _is_of_identity(sequence: Sequence, schema: Schema) -> bool:
    """Whether it comes and goes with a column that counts by itself."""
    table = schema.table(sequence.owner_table or "")
    owned = [c for c in table.columns if sequence.owner == f"{table.name}.{c.name}"] if table else []
    return any(column.identity for column in owned)


def _goes_with_column(sequence: Sequence, context: Context) -> bool:
    """Whether the column that it counts for is dropped, which takes it along."""
    table = context.expected.table(sequence.owner_table or "")
    return bool(sequence.owner) and table is not None and table.column(sequence.owner_column) is None


def _options(sequence: Sequence) -> str:
    """What the catalogue says of a sequence, as CREATE and ALTER take it."""
    type_ = sequence.definition.partition(" start ")[0]
    return f"AS {type_.upper()} {sequence_options(sequence)}"


def sequence_options(sequence: Sequence) -> str:
    """How a sequence counts, but for its type."""
    counting = "START " + sequence.definition.partition(" start ")[2].upper()
    return counting if counting.endswith(" CYCLE") else f"{counting} NO CYCLE"


def _q(context: Context, name: str) -> str:
    return words.quoted(context.engine, name)
