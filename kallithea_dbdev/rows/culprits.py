"""Which rows a statement failed at, from what the database said of it and the statement itself.

A database names a value, or nothing: people look for the row. What it says is taken apart here; whether the rows
are there is asked afterwards, so that a wrong guess names none. Pure, but for the last function.
"""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass
from typing import Iterator, Tuple

from ..engines.database import Database
from ..errors import DatabaseError
from ..schema.model import BATCH_LEFTOVER_PREFIX, Schema, Table
from ..schema.names import speaks_of
from .changes import KEYS, Side
from .named import named_rows

#: No value, or one that another row has in the same columns.
NULL, ALIKE, EQUAL, NOT_IN, LONGER = "NULL", "alike", "equal", "not in", "longer"


@dataclass(frozen=True)
class Guess:
    """Rows of a table in which columns are NULL, are as in another row, equal a text (``value``), or hold what no
    row of ``value`` has in ``others``, or are longer than ``value`` characters."""

    table: str
    columns: Tuple[str, ...]
    what: str
    value: str = ""
    others: Tuple[str, ...] = ()


_NULL = (
    re.compile(r"NOT NULL constraint failed: (?P<table>\S+)\.(?P<columns>\S+)"),
    re.compile(r'column "(?P<columns>[^"]+)" of relation "(?P<table>[^"]+)" contains null values'),
    re.compile(r"Column '(?P<columns>[^']+)' cannot be null|Invalid use of NULL value"),
    re.compile(r"Data truncated for column '(?P<columns>[^']+)'"),
)
_ALIKE = (
    re.compile(r"UNIQUE constraint failed: (?P<columns>.+)"),
    re.compile(r"Key \((?P<columns>[^()]+)\)=\(.*\) is duplicated"),
    re.compile(r"Duplicate entry '.*' for key"),
)
_VALUE = (
    re.compile(r'invalid input (?:syntax for type|value for enum) \S.*?: "(?P<value>.*)"'),
    re.compile(
        r"[Ii]ncorrect \S+ value: '(?P<value>.*?)'(?: for column (?:`[^`]*`\.){0,2}`?(?P<columns>[^`' ]+)|\W*$)"
    ),
)
_LONGER = re.compile(
    r"value too long for type .*\((?P<value>\d+)\)|Data too long for column '(?P<columns>[^']+)'"
)
_MISSING = (
    re.compile(r'Key \((?P<columns>[^()]+)\)=\(.*\) is not present in table "(?P<value>[^"]+)"', re.DOTALL),
    re.compile(r"FOREIGN KEY \((?P<columns>[^()]+)\) REFERENCES `(?P<value>[^`]+)` \((?P<others>[^()]+)\)"),
)
#: The columns that a statement makes a key of.
_KEY = re.compile(r"(?:UNIQUE|PRIMARY KEY)[^(]*\((?P<columns>[^()]+)\)", re.IGNORECASE)
_LENGTH = re.compile(r"char(?:acter varying)?\((\d+)\)", re.IGNORECASE)


def guess(message: str, statement: str, schema: Schema) -> Iterator[Guess]:
    """What a message may say of rows of the tables that a statement names."""
    text = f"{message} {statement}".replace(BATCH_LEFTOVER_PREFIX, "")
    for table in schema.tables:
        if speaks_of(text, table.name):
            yield from _of_table(message.replace(BATCH_LEFTOVER_PREFIX, ""), statement, table)


def _of_table(message: str, statement: str, table: Table) -> Iterator[Guess]:
    spoken = tuple(column.name for column in table.columns if speaks_of(statement, column.name))
    for pattern in _NULL:
        for found in pattern.finditer(message):
            for column in _columns(found, table, spoken):
                yield Guess(table.name, (column,), NULL)
    for pattern in _ALIKE:
        for found in pattern.finditer(message):
            keyed = _KEY.search(statement)
            columns = _columns(found, table) or (_columns(keyed, table) if keyed else ())
            if columns:
                yield Guess(table.name, columns, ALIKE)
    for pattern in _VALUE:
        for found in pattern.finditer(message):
            for column in _columns(found, table, spoken):
                yield Guess(table.name, (column,), EQUAL, found["value"])
    for found in _LONGER.finditer(message):
        length = found["value"] or next(iter(_LENGTH.findall(statement)), "")
        for column in _columns(found, table, spoken) if length else ():
            yield Guess(table.name, (column,), LONGER, length)
    for pattern in _MISSING:
        for found in pattern.finditer(message):
            columns, groups = _columns(found, table), found.groupdict()
            others = _names(groups.get("others") or "") or columns
            if columns:
                yield Guess(table.name, columns, NOT_IN, found["value"], others)


def _names(text: str) -> Tuple[str, ...]:
    return tuple(part.strip().strip('`"[]').rpartition(".")[2] for part in text.split(",") if part.strip())


def _columns(found: "re.Match[str]", table: Table, unnamed: Tuple[str, ...] = ()) -> Tuple[str, ...]:
    """The columns that were named, where the table has them all; ``unnamed`` where none was."""
    named = found.groupdict()
    if named.get("table") not in (None, table.name):
        return ()
    names = _names(named.get("columns") or "") or unnamed
    return names if all(table.column(name) for name in names) else ()


def culprits(database: Database, schema: Schema, message: str, statement: str) -> Tuple[str, ...]:
    """The rows of a database that a statement failed at, as ``table: name``; none where nobody can tell.
    Read-only."""
    side = Side(database, schema)
    for one in guess(message, statement, schema):
        table = schema.table(one.table)
        assert table is not None
        # What its server cannot evaluate was no good guess.
        with suppress(DatabaseError):
            condition = _condition(side, table, one)
            names = [name for _, name in named_rows(side, table, condition, limit=KEYS) if name]
            if names:
                return tuple(f"{table.name}: {name}" for name in names)
    return ()


def _condition(side: Side, table: Table, one: Guess) -> str:
    database = side.database
    name, quoted = database.table(table.name), database.quoted
    places = [f"{name}.{quoted(column)}" for column in one.columns]
    present = " AND ".join(f"{place} IS NOT NULL" for place in places)
    if one.what == NULL:
        return f"{places[0]} IS NULL"
    if one.what == EQUAL:
        return f"CONCAT({places[0]}, '') = {database.literal(one.value)}"
    if one.what == LONGER:
        return f"CHAR_LENGTH({places[0]}) > {one.value}"
    if one.what == ALIKE:
        columns = ", ".join(map(quoted, one.columns))
        same = " AND ".join(
            f"kdbdev_alike.{quoted(column)} = {place}" for column, place in zip(one.columns, places)
        )
        repeated = f"SELECT {columns} FROM {name} GROUP BY {columns} HAVING count(*) > 1"
        return f"EXISTS (SELECT 1 FROM ({repeated}) AS kdbdev_alike WHERE {same})"
    same = " AND ".join(
        f"kdbdev_parent.{quoted(other)} = {place}" for other, place in zip(one.others, places)
    )
    parent = f"SELECT 1 FROM {database.table(one.value)} AS kdbdev_parent WHERE {same}"
    return f"{present} AND NOT EXISTS ({parent})"
