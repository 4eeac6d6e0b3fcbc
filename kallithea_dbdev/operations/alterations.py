"""What a column is: its attributes, changed one by one or all at once."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Dict, Iterator, Optional

from ..schema.change import Change
from ..schema.compare.columns import COLUMN_CODES
from ..schema.model import BOOLEAN, NUMBER, TEXT, TIME, Column, Table
from . import conversions, counters, sequences, words
from .computed import computed_apart, generated_anew
from .context import Context
from .defaults import default_code
from .elements import is_counted
from .operation import Code, makes, with_column
from .phase import Phase
from .references import keys_apart
from .types import postgresql_words, type_code


@makes(*(code for code in COLUMN_CODES.values() if code != "comment"))
def change_column(context: Context, change: Change) -> Iterator[Code]:
    """One attribute of a column."""
    table = change.tables[0]
    assert table is not None
    before = column_of(change.before)
    yield from alter_column(context, table, before, with_aspect(before, change), Phase.ALTER_COLUMNS)


def with_aspect(column: Column, change: Change) -> Column:
    """The column with the one attribute as it is to be, and what comes along with that."""
    after = column_of(change.after)
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
    fill = list(_fill_nulls(context, table, before, after, phase))
    # What the new type takes the former may not: the value comes between.
    apart = before.type != after.type and (not context.sqlite or TIME in (before.kind, after.kind))
    if fill and apart:
        optional = replace(after, nullable=True)
        yield from _changed(context, table, before, optional, phase)
        yield from fill
        yield from _changed(context, table, optional, after, phase)
        return
    yield from fill
    yield from _changed(context, table, before, after, phase)
    yield from _taken_away(context, table, before, after, phase)


def _changed(context: Context, table: Table, before: Column, after: Column, phase: Phase) -> Iterator[Code]:
    if context.sqlite and before.collation != after.collation:
        yield Code(phase, (), table.name, rebuild=True, only=True, then=with_column(after))
        return
    if before.generated or after.generated:
        yield from generated_anew(context, table, before, after)
        return
    middle = _in_between(context, before, after)
    if middle is not None:
        yield from _changed(context, table, before, middle, phase)
        if conversions.is_guessed(before, after):
            yield from _converted(context, table, before, after, phase)
        yield from _changed(context, table, middle, after, phase)
        return
    if context.keys_hold_types and _is_of_another_type(before, after):
        yield from keys_apart(context, table, (before.name,))
    if context.postgresql and before.type != after.type:
        yield from computed_apart(context, table, before.name)
    old, new = (
        type_code(context.engine, column, table, schema)
        for column, schema in ((before, context.migrated), (after, context.expected))
    )
    counts = context.postgresql and before.identity != after.identity
    if old is None or new is None or counts or (context.mysql and before.on_update != after.on_update):
        yield _in_words(context, table, before, after, phase)
        return
    if context.sqlite and conversions.is_guessed(before, after):
        # A rebuild casts numbers to themselves, in whatever column they are.
        values = list(_converted(context, table, before, after, phase))
        yield from () if after.kind == TIME else values
        yield from _altered(context, table, before, after, old, new, phase)
        yield from values if after.kind == TIME else ()
        return
    if context.sqlite and before.type != after.type and TIME in (before.kind, after.kind):
        # A rebuild would cast: 2021-03-01 to the number 2021. Taken for what it is to be, it is copied.
        yield Code(phase, (), table.name, rebuild=True, only=True, then=with_column(after), early=True)
        yield from _converted(context, table, before, after, phase)
        return
    yield from _altered(context, table, before, after, old, new, phase)


def _in_between(context: Context, before: Column, after: Column) -> Optional[Column]:
    """A text, where the server would take a number for the place of a value in an Enum, or for the digits of
    a moment, and back."""
    enums = [column.type.startswith("enum(") for column in (before, after)]
    kinds = {column.kind for column in (before, after)}
    by_place = enums[0] != enums[1] and bool(kinds & {BOOLEAN, NUMBER})
    if not context.mysql or not (by_place or conversions.is_guessed(before, after)):
        return None
    text = replace(before, type="varchar(255)", kind=TEXT, nullable=True, default=None)
    return replace(text, charset=None, collation=None)


def _is_of_another_type(before: Column, after: Column) -> bool:
    """Whether a foreign key is in the way: how wide a number is shown is no matter."""
    words_of = [
        column.plain_type if column.kind == TEXT else column.plain_type.partition("(")[0]
        for column in (before, after)
    ]
    return words_of[0] != words_of[1] or (before.charset, before.collation) != (
        after.charset,
        after.collation,
    )


def _altered(
    context: Context, table: Table, before: Column, after: Column, old: str, new: str, phase: Phase
) -> Iterator[Code]:
    using = None
    if before.type != after.type and (context.postgresql or context.alone):
        using = conversions.using(*(postgresql_words(context.engine, column) for column in (before, after)))
        said = _said(context, table, before, after)
        if said is not None:
            name = words.quoted("postgresql", before.name)
            using = f"CASE WHEN {name} IS NOT NULL THEN ({said})::{after.type} END"
    changes: Dict[str, Optional[str]] = {}
    existing = existing_arguments(context, table, before, old)
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
        yield _in_words(context, table, before, after, phase)
        return
    drops_default = (
        bool(using) and context.postgresql and before.default is not None and not is_counted(before, table)
    )
    lines = []
    if drops_default:
        # The server does not convert a default by itself.
        lines.append(f"batch_op.alter_column({before.name!r}, existing_type={old}, server_default=None)")
        changes.setdefault("server_default", default_code(after))
        if after.default is None:
            del changes["server_default"]
    ordered = words.arguments(f"batch_op.alter_column({before.name!r}", **{**existing, **changes})
    lines.append(f"{ordered})")
    yield Code(phase, tuple(lines), table.name, then=with_column(after))


def existing_arguments(
    context: Context, table: Table, column: Column, type_: str
) -> Dict[str, Optional[str]]:
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
    name = quoted(context, after.name)
    if fill is not None and before.nullable and not after.nullable:
        statement = f"UPDATE {quoted(context, table.name)} SET {name} = {fill} WHERE {name} IS NULL"
        yield Code(phase, (words.execute(statement),), table.name)


def _taken_away(
    context: Context, table: Table, before: Column, after: Column, phase: Phase
) -> Iterator[Code]:
    """On the way back what those rows got: nobody else has it."""
    fill = context.mends.get((table.name, after.name), "")
    undone = context.back and (table.name, after.name) in context.undone
    if undone and after.nullable and not before.nullable and _can_be_told(table, before, after, fill):
        name = quoted(context, after.name)
        statement = f"UPDATE {quoted(context, table.name)} SET {name} = NULL WHERE {name} = {fill}"
        yield Code(phase, (words.execute(statement),), table.name)


#: Types that take any text, to be compared with.
_PLAIN_TEXTS = re.compile(r"n?varchar|(tiny|medium|long)?text|character varying")


def _can_be_told(table: Table, before: Column, after: Column, fill: str) -> bool:
    """Whether every engine compares the values of a column with what rows got."""
    base = after.plain_type.partition("(")[0]
    same = before.plain_type.partition("(")[0] == base
    # A longer text or number is compared as a shorter one.
    alike = before.kind == after.kind and (after.kind == NUMBER or _PLAIN_TEXTS.fullmatch(base))
    if not (same or alike) or base.startswith(("json", "xml")):
        return False
    other = table.column(fill)
    if other is not None:
        return other.plain_type.partition("(")[0] == base
    pattern = {TEXT: r"'(?:[^']|'')*'", NUMBER: r"-?\d+(?:\.\d+)?", BOOLEAN: "true|false"}.get(
        after.kind or ""
    )
    return bool(pattern and re.fullmatch(pattern, fill, re.IGNORECASE))


def _converted(context: Context, table: Table, before: Column, after: Column, phase: Phase) -> Iterator[Code]:
    """Values that the engine took over as they were, as the new type has them."""
    name = quoted(context, after.name)
    value = conversions.on_sqlite(before, after) if context.sqlite else conversions.on_mysql(before, after)
    said = _said(context, table, before, after)
    condition = ""
    if said is not None:
        value, condition = said, f" WHERE {name} IS NOT NULL"
    if value:
        statement = f"UPDATE {quoted(context, table.name)} SET {name} = {value}{condition}"
        yield Code(phase, (words.execute(statement),), table.name, only=True)


def _said(context: Context, table: Table, before: Column, after: Column) -> Optional[str]:
    """What somebody said to be made of values of which it would be a guess."""
    if context.back or not conversions.is_guessed(before, after):
        return None
    return context.mends.get((table.name, after.name))


def _in_words(context: Context, table: Table, before: Column, after: Column, phase: Phase) -> Code:
    """Statements of the server for a type that SQLAlchemy has no word for."""
    lines = tuple(_statements(context, table, before, after))
    return Code(phase, lines, table.name, only=True, then=with_column(after))


def _statements(context: Context, table: Table, before: Column, after: Column) -> Iterator[str]:
    alter, name = alter_table(context, table), quoted(context, after.name)
    if context.mysql:
        yield words.execute(f"{alter} MODIFY COLUMN {in_sql(context, after)}")
        return
    shared = sequences.with_identity(context, table, before, after)
    if before.identity and before.identity != after.identity:
        yield words.execute(f"{alter} ALTER COLUMN {name} DROP IDENTITY")
    if shared and before.identity:
        yield sequences.created(context, shared)
        yield sequences.owned(context, shared)
    if before.default != after.default and before.default is not None:
        yield words.execute(f"{alter} ALTER COLUMN {name} DROP DEFAULT")
    if (before.type, before.collation) != (after.type, after.collation):
        collate = f' COLLATE "{after.collation}"' if after.collation else ""
        using = (
            ""
            if before.type == after.type
            else f" USING {conversions.using(before, after) or f'{name}::{after.type}'}"
        )
        yield words.execute(f"{alter} ALTER COLUMN {name} TYPE {after.type}{collate}{using}")
    if before.nullable != after.nullable:
        yield words.execute(f"{alter} ALTER COLUMN {name} {'DROP' if after.nullable else 'SET'} NOT NULL")
    if before.default != after.default and after.default is not None:
        yield words.execute(f"{alter} ALTER COLUMN {name} SET DEFAULT {after.default}")
    if after.identity and before.identity != after.identity:
        if shared:
            yield sequences.dropped(context, shared)
        sequence = sequences.of_column(context.expected, table, after)
        options = f" ({sequences.sequence_options(sequence)})" if sequence else ""
        yield words.execute(
            f"{alter} ALTER COLUMN {name} ADD GENERATED {after.identity.upper()} AS IDENTITY{options}"
        )
    if shared:
        yield counters.set_beyond_highest(table.name, after.name)


def in_sql(context: Context, column: Column) -> str:
    """A column in the words of the server's CREATE TABLE."""
    parts = [quoted(context, column.name), column.type]
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
        parts.append(f"COMMENT {words.literal(context.engine, column.comment)}")
    return " ".join(parts)


def alter_table(context: Context, table: Table) -> str:
    """The beginning of a statement that changes a table."""
    return f"ALTER TABLE {quoted(context, table.name)}"


def quoted(context: Context, name: str) -> str:
    """A name in the server's SQL."""
    return words.quoted(context.engine, name)


def column_of(item: object) -> Column:
    """One side of a change of a column that must be there."""
    assert isinstance(item, Column)
    return item
