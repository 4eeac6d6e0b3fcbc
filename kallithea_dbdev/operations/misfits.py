"""Rows that a stricter table does not take: which they are, and what is made of them where somebody said.

For what becomes NOT NULL, unique, shorter or smaller, gets a CHECK or a foreign key. In the names of the
table as it is to be; columns that are new with it are left out, for no row has a value of its own there.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Collection, FrozenSet, Iterable, Iterator, Optional, Tuple

from ..schema.change import Change
from ..schema.model import (
    NUMBER,
    TEXT,
    TIME,
    Check,
    Column,
    Enum,
    ForeignKey,
    Index,
    PrimaryKey,
    Table,
    Unique,
)
from . import conversions, words
from .context import Context, unique_keys
from .enums import users
from .operation import Code
from .phase import Phase
from .types import check_of_enum, enum_values

#: What a whole number of a type is between.
_RANGES = {"smallint": 15, "integer": 31, "int": 31, "bigint": 63}


@dataclass(frozen=True)
class Misfit:
    """Rows of ``table`` that do not fit any more: ``what`` happens to it.

    ``where`` is SQL on them (None: no condition tells them), ``query`` shows them, ``count`` counts them;
    ``column`` is the one that decides, None where it is not one alone; ``names`` are those that a
    server's message has. ``guessed``: they fit, but what they mean is a guess.
    """

    table: str
    column: Optional[str]
    what: str
    where: Optional[str]
    query: str
    count: str
    names: Tuple[str, ...]
    guessed: bool = False
    #: It is the way back that does not take them.
    back: bool = False


def misfits(context: Context, change: Change, new: Collection[str]) -> Iterator[Misfit]:
    """The rows that a change may not take; ``new`` are the names of the tables that are."""
    before, table = change.tables
    item = change.after
    if isinstance(item, Enum) and isinstance(change.before, Enum):
        yield from _of_type(context, change.before, item)
    if table is None or before is None or change.kind == "name":
        return
    if isinstance(item, Column) and isinstance(change.before, Column):
        yield from _of_column(context, table, change.kind, change.before, item)
    elif isinstance(item, Unique) or (isinstance(item, Index) and item.unique):
        predicate = item.predicate if isinstance(item, Index) else None
        yield from _of_key(context, before, table, item.name, _columns(item), predicate)
    elif isinstance(item, PrimaryKey):
        yield from _of_key(context, before, table, item.name, item.columns)
    elif isinstance(item, Check) and not item.excludes:
        columns = [c.name for c in table.columns if re.search(rf"\b{re.escape(c.name)}\b", item.expression)]
        if columns and all(before.column(name) for name in columns):
            column = columns[0] if len(columns) == 1 else None
            what = f"gets the CHECK {item.expression}"
            yield _misfit(context, table, column, what, f"NOT ({item.expression})", item.name)
    elif isinstance(item, ForeignKey):
        yield from _of_reference(context, before, table, item, new)


def _columns(item: "Unique | Index") -> Tuple[str, ...]:
    return item.columns if isinstance(item, Unique) else tuple(key.expression for key in item.keys)


def _misfit(
    context: Context, table: Table, column: Optional[str], what: str, where: str, name: Optional[str] = None
) -> Misfit:
    rest = f"FROM {words.quoted(context.engine, table.name)} WHERE {where}"
    names = tuple(filter(None, (column, name)))
    return Misfit(table.name, column, what, where, f"SELECT * {rest}", f"SELECT COUNT(*) {rest}", names)


def _of_column(context: Context, table: Table, kind: str, before: Column, after: Column) -> Iterator[Misfit]:
    name = words.quoted(context.engine, after.name)
    if kind == "column-nullability" and not after.nullable:
        yield _misfit(context, table, after.name, "becomes NOT NULL", f"{name} IS NULL")
    values = enum_values(after, context.expected) if kind == "column-type" else ()
    if values and before.kind == TEXT:
        yield _of_values(context, table, before, values)
    if kind == "column-type" and conversions.is_guessed(before, after):
        what = "becomes a moment, numbers are" if after.kind == TIME else "becomes a number, moments are"
        found = _misfit(context, table, after.name, f"{what} seconds since 1970", f"{name} IS NOT NULL")
        yield replace(found, guessed=True)
    if kind != "column-type" or before.kind != after.kind:
        return
    listed = check_of_enum(table, after) is not None
    if (
        after.kind == TEXT
        and after.length is not None
        and (before.length or 2**32) > after.length
        and not listed
    ):
        length = "length" if context.sqlite else "char_length"
        what = f"becomes shorter, {after.length} characters"
        yield _misfit(context, table, after.name, what, f"{length}({name}) > {after.length}")
    if after.kind == NUMBER:
        old, new = _RANGES.get(_word(before)), _RANGES.get(_word(after))
        if old and new and new < old:
            where = f"{name} NOT BETWEEN -{2**new} AND {2**new - 1}"
            yield _misfit(context, table, after.name, f"becomes smaller, {after.type}", where)
        digits, left = _digits(after), _digits(before)
        if digits and (left is None or digits < left):
            where = f"abs({name}) >= {10**digits}"
            yield _misfit(context, table, after.name, f"becomes smaller, {after.type}", where)
        decimals, had = _decimals(after), _decimals(before)
        if decimals is not None and had is not None and decimals < had:
            what = f"loses decimals, {after.type}"
            yield _misfit(context, table, after.name, what, f"{name} <> round({name}, {decimals})")


def _of_type(context: Context, before: Enum, after: Enum) -> Iterator[Misfit]:
    if not set(before.values) <= set(after.values):
        for table, column in users(context, before):
            yield _of_values(context, table, column, after.values)


def _of_values(context: Context, table: Table, before: Column, values: Tuple[str, ...]) -> Misfit:
    """Rows with none of the values that an Enum has."""
    name = words.quoted(context.engine, before.name)
    texts = ", ".join(words.literal(context.engine, value) for value in values)
    # PostgreSQL compares values of an Enum with none but its own.
    text = f"CAST({name} AS CHAR(255))" if context.postgresql and before.length is None else name
    return _misfit(context, table, before.name, f"gets the values {texts}", f"{text} NOT IN ({texts})")


def _word(column: Column) -> str:
    return column.plain_type.partition("(")[0].strip()


_NUMERIC = re.compile(r"(?:numeric|decimal)\((\d+)(?:,\s*(\d+))?\)")


def _digits(column: Column) -> Optional[int]:
    """How many digits a number has at most before the point."""
    found = _NUMERIC.fullmatch(column.plain_type)
    return int(found.group(1)) - int(found.group(2) or 0) if found else None


def _decimals(column: Column) -> Optional[int]:
    """How many digits it has at most after the point."""
    found = _NUMERIC.fullmatch(column.plain_type)
    return int(found.group(2) or 0) if found else None


def _of_key(
    context: Context,
    before: Table,
    table: Table,
    name: Optional[str],
    columns: Tuple[str, ...],
    predicate: Optional[str] = None,
) -> Iterator[Misfit]:
    """Of a key over columns; where it has a ``predicate``, of the rows that are in it."""
    if not all(before.column(column) for column in columns):
        return
    quoted = [words.quoted(context.engine, column) for column in columns]
    whole = words.quoted(context.engine, table.name)
    listed = ", ".join(quoted)
    some = " AND ".join(f"{column} IS NOT NULL" for column in quoted)
    if predicate:
        some += f" AND ({predicate})"
    query = f"SELECT {listed}, COUNT(*) FROM {whole} WHERE {some} GROUP BY {listed} HAVING COUNT(*) > 1"
    key = before.primary_key.columns if before.primary_key else ()
    where = None
    if len(key) == 1 and key != columns and table.column(key[0]):
        # All but the first of each: MySQL reads no table that it writes, but another one that is made of it.
        number = words.quoted(context.engine, key[0])
        those = f" WHERE {predicate}" if predicate else ""
        first = f"SELECT MIN({number}) AS kept FROM {whole}{those} GROUP BY {listed}"
        where = f"{some} AND {number} NOT IN (SELECT kept FROM ({first}) AS firsts)"
    what = f"{', '.join(columns)} become{'s' * (len(columns) == 1)} unique"
    column = columns[0] if len(columns) == 1 else None
    names = tuple(filter(None, (name, *columns)))
    count = f"SELECT COUNT(*) FROM ({query}) AS misfits"
    yield Misfit(table.name, column, what.partition(" ")[2] if column else what, where, query, count, names)


def _of_reference(
    context: Context, before: Table, table: Table, key: ForeignKey, new: Collection[str]
) -> Iterator[Misfit]:
    if not all(before.column(column) for column in key.columns):
        return
    parent = words.quoted(context.engine, key.referred_table)
    quoted = [words.quoted(context.engine, column) for column in key.columns]
    referred = [words.quoted(context.engine, column) for column in key.referred_columns]
    what = f"gets a foreign key to {key.referred_table}"
    some = " AND ".join(f"{column} IS NOT NULL" for column in quoted)
    if key.referred_table in new:
        where = some
    elif len(quoted) == 1:
        owner = context.expected.table(key.referred_table)
        target = owner.column(key.referred_columns[0]) if owner else None
        # Where one of them is NULL, nothing is "not in" them.
        rest = f"{parent} WHERE {referred[0]} IS NOT NULL" if target and target.nullable else parent
        select = f"SELECT {referred[0]} FROM {rest}"
        if key.referred_table == table.name:
            select = f"SELECT known FROM (SELECT {referred[0]} AS known FROM {rest}) AS those"
        where = f"{quoted[0]} NOT IN ({select})"
    else:
        same = " AND ".join(
            f"{parent}.{one} = {words.quoted(context.engine, table.name)}.{other}"
            for one, other in zip(referred, quoted)
        )
        where = f"{some} AND NOT EXISTS (SELECT 1 FROM {parent} WHERE {same})"
    column = key.columns[0] if len(key.columns) == 1 else None
    yield _misfit(context, table, column, what, where, key.name)


def unpaired(context: Context, change: Change) -> Iterator[Misfit]:
    """The rows of which each needs another value in a unique column that comes back, where there is no such
    value; ``context`` is that of the way back."""
    before, table = change.tables
    column = change.after
    if change.kind != "column-missing" or before is None or table is None or not isinstance(column, Column):
        return
    if column.nullable or column.default is not None or not context.lacks_distinct(table, column):
        return
    key = next(key for key in unique_keys(table) if column.name in key)
    whole = words.quoted(context.engine, table.name)
    others = [words.quoted(context.engine, name) for name in key if before.column(name)]
    query = f"SELECT * FROM {whole}"
    if others:
        listed = ", ".join(others)
        query = f"SELECT {listed}, COUNT(*) FROM {whole} GROUP BY {listed} HAVING COUNT(*) > 1"
    reference = next((k for k in table.foreign_keys if k.columns == (column.name,)), None)
    one = f"one of {reference.referred_table}" if reference else "value"
    count = f"SELECT COUNT(*) FROM ({query}) AS alike"
    names = (column.name, *(unique.name or "" for unique in table.uniques if column.name in unique.columns))
    what = f"comes back unique, each row needs another {one}"
    yield Misfit(table.name, column.name, what, None, query, count, names, back=True)


def new_tables(changes: Iterable[Change]) -> FrozenSet[str]:
    """The names of the tables that are new."""
    return frozenset(
        change.after.name for change in changes if isinstance(change.after, Table) and change.before is None
    )


def mended(context: Context, change: Change, new: Collection[str]) -> Iterator[Code]:
    """What is made of those rows before the change, where somebody said it."""
    for misfit in misfits(context, change, new):
        said = context.mends.get((misfit.table, misfit.column or ""))
        by_itself = misfit.guessed or change.kind in ("column-nullability", "enum-differs")
        if said is not None and misfit.where is not None and not by_itself:
            name = words.quoted(context.engine, misfit.column or "")
            statement = f"UPDATE {words.quoted(context.engine, misfit.table)} SET {name} = {said} WHERE {misfit.where}"
            yield Code(Phase.ADD_COLUMNS, (words.execute(statement),), misfit.table)
