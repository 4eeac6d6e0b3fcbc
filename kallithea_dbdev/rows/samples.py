"""Rows for tables that have none: an empty table proves nothing.

Deterministic for a seed. Every type with its boundaries, NULL where it is allowed, empty texts,
the longest, non-ASCII ones with characters of four bytes, duplicates where they are allowed;
foreign keys point at rows that are there, parents come before their children.
"""

from __future__ import annotations

import datetime
import random
import re
from decimal import Decimal
from typing import Dict, Iterable, List, Mapping, Sequence, Set, Tuple

from ..engines.database import Database, Scratch
from ..errors import DatabaseError
from ..schema.model import BATCH_LEFTOVER_PREFIX, BOOLEAN, BYTES, NUMBER, TEXT, TIME, Column, Schema, Table
from ..schema.names import of_type
from .defaults import unique_keys

#: Rows per table unless somebody asks for another number: enough for every value of a list below.
ROWS_PER_TABLE = 12

#: A text without a length limit gets one of this many characters.
LONG = 3000

#: How many rows of a referred table are pointed at.
_PARENTS = 20

_TEXTS = (
    "plain", "", "Zo\N{LATIN SMALL LETTER E WITH DIAERESIS} \N{GREEK SMALL LETTER OMEGA}", "same", "same", "SAME",
    "\N{GRINNING FACE} four bytes", "it's \"100 %\"; \\ --", " padded ", "line\nline", "0",
)  # fmt: skip
_TIMES = (
    datetime.datetime(2000, 2, 29, 12, 34, 56, 789012),
    datetime.datetime(1970, 1, 2),
    datetime.datetime(2037, 12, 31, 23, 59, 59),
    datetime.datetime(2000, 2, 29, 12, 34, 56, 789012),
)
_BYTES = (b"", b"\x00\xff\n", b"plain", b"same", b"same")


def fill_empty_tables(
    database: Scratch, schema: Schema, counts: Mapping[str, int], seed: int, rows: int = ROWS_PER_TABLE
) -> Tuple[str, ...]:
    """Insert up to ``rows`` rows into each table of a scratch database that has none.

    Returns the names of the tables that have rows now. A row that the database refuses is left
    out: what a CHECK or trigger wants nobody can guess.
    """
    filled = []
    with database.filling():
        for table in parents_first(schema):
            if counts.get(table.name, 1) or table.name.startswith(BATCH_LEFTOVER_PREFIX):
                continue
            parents = _parents(database, schema, table)
            with database.inserting(table.name) as insert:
                done = sum(insert(row) for row in make_rows(schema, table, parents, seed, rows))
            if done:
                filled.append(table.name)
    return tuple(filled)


def parents_first(schema: Schema) -> Tuple[Table, ...]:
    """The tables in an order in which foreign keys point backwards, as far as there is one."""
    ordered: List[Table] = []
    rest = list(schema.tables)
    while rest:
        names = {table.name for table in rest}
        free = [t for t in rest if not {k.referred_table for k in t.foreign_keys} & (names - {t.name})]
        chosen = free or rest[:1]
        ordered.extend(chosen)
        rest = [table for table in rest if table not in chosen]
    return tuple(ordered)


def make_rows(
    schema: Schema, table: Table, parents: Mapping[str, Sequence[object]], seed: int, rows: int
) -> Iterable[Dict[str, object]]:
    """Rows for one table; ``parents`` are values that a column's foreign key may have."""
    chance = random.Random(f"{seed} {table.name}")
    unique = unique_keys(table)
    alone = {key[0] for key in unique if len(key) == 1}
    if table.primary_key and len(table.primary_key.columns) == 1:
        alone.add(table.primary_key.columns[0])
    choices: Dict[str, List[object]] = {}
    for column in table.columns:
        if column.generated or counts_by_itself(table, column):
            continue
        found = values_for(schema, column)
        if parents.get(column.name):
            found = list(parents[column.name])
        elif column.name in parents:
            found = []
        if column.nullable and column.name not in alone:
            found = [*found, None]
        if not found:
            return  # a parent that has no row, or a type that nobody knows
        chance.shuffle(found)
        choices[column.name] = found
    columns = {column.name: column for column in table.columns}

    def row(turn: int, number: int) -> Dict[str, object]:
        made = {}
        for place, (name, found) in enumerate(choices.items()):
            value = found[turn % len(found)]
            # The same list would give the same pairs again: its turn shifts each time round.
            if name not in alone and len(found) < rows:
                value = found[(turn + place * (turn // len(found))) % len(found)]
            if name in alone and name not in parents:
                value = made_unique(value, number, columns[name])
            made[name] = value
        return made

    # The last row repeats one with as few NULLs as there is, wherever that is allowed: whoever makes
    # columns unique, alone or together, must know what to do with such rows.
    said = min(range(max(rows - 1, 1)), key=lambda turn: list(row(turn, turn).values()).count(None))
    seen: Set[Tuple[object, ...]] = set()
    for number in range(rows):
        made = row(said if number == rows - 1 else number, number)
        keys = [tuple(made.get(name) for name in key) for key in unique]
        if any(None not in key and key in seen for key in keys):
            continue
        seen.update(keys)
        yield made


def counts_by_itself(table: Table, column: Column) -> bool:
    """Whether the database numbers the column: its counter must not be left behind."""
    if column.identity or (column.default or "").startswith("nextval("):
        return True
    key = table.primary_key
    return (
        key is not None
        and key.columns == (column.name,)
        and not any(column.name in k.columns for k in table.foreign_keys)
        # SQLite's; PostgreSQL's, which counts only where it was asked to, is written in small letters.
        and column.type == "INTEGER"
        and column.default is None
    )


def existing_keys(database: Database, table: str, column: str) -> List[object]:
    """Values that the rows of a table have in a column, the first of them. Read-only."""
    return _first_column(database, _keys(database, table, column))


def existing_values(database: Database, table: str, column: str, most: int) -> List[object]:
    """The same without an order, which costs a large table more than the rest; some may be there twice."""
    return _first_column(database, f"{_values(database, table, column)} LIMIT {most}")


def _first_column(database: Database, query: str) -> List[object]:
    try:
        (rows,) = database.fetch_each([query])
    except DatabaseError:
        return []  # a foreign key on a table that is not there
    return [value for (value,) in rows]


def _keys(database: Database, table: str, column: str) -> str:
    """A query for the first values of a column."""
    return f"{_values(database, table, column)} ORDER BY 1 LIMIT {_PARENTS}"


def _values(database: Database, table: str, column: str) -> str:
    name = database.quoted(column)
    return f"SELECT {name} FROM {database.table(table)} WHERE {name} IS NOT NULL"


def _parents(database: Database, schema: Schema, table: Table) -> Dict[str, List[object]]:
    """Column -> values that its foreign key may have, all asked for at once."""
    referred: Dict[str, Tuple[str, str]] = {}
    for key in table.foreign_keys:
        referred.update(
            (c, (key.referred_table, other)) for c, other in zip(key.columns, key.referred_columns)
        )
    # A foreign key may be on a table that is not there.
    known = {column: pair for column, pair in referred.items() if _has(schema, *pair)}
    if not known:
        return {column: [] for column in referred}
    answers = database.fetch_each(_keys(database, *pair) for pair in known.values())
    found: Dict[str, List[object]] = {column: [] for column in referred}
    found.update((column, [value for (value,) in rows]) for column, rows in zip(known, answers))
    return found


def _has(schema: Schema, table: str, column: str) -> bool:
    found = schema.table(table)
    return found is not None and found.column(column) is not None


def values_for(schema: Schema, column: Column) -> List[object]:
    """Values for a column by its type; empty where nobody knows the type."""
    named = next(
        (
            enum.values
            for enum in schema.enums
            if column.kind == TEXT and enum.name == of_type(column.base or column.type)
        ),
        None,
    )
    if named is None and column.plain_type.startswith("enum("):
        named = tuple(value.replace("''", "'") for value in re.findall(r"'((?:[^']|'')*)'", column.type))
    if named is not None:
        return list(named)
    if column.kind == TEXT:
        length = column.length
        texts = [text for text in _TEXTS if length is None or len(text) <= length]
        if (column.charset or "utf8mb4") != "utf8mb4":
            texts = [text for text in texts if all(ord(character) < 0x10000 for character in text)]
        return [*texts, "x" * (LONG if length is None else length)]
    if column.kind == BOOLEAN:
        return [True, False, True]
    if column.kind == BYTES:
        return list(_BYTES)
    if column.kind == TIME:
        return _times(column.plain_type)
    if column.kind == NUMBER:
        return _numbers(column.plain_type)
    return []


def _times(type_name: str) -> List[object]:
    if "date" in type_name or "timestamp" in type_name:
        whole = "time" in type_name
        return [moment if whole else moment.date() for moment in _TIMES]
    if "interval" in type_name:
        return []
    return [moment.time() for moment in _TIMES]


def _numbers(type_name: str) -> List[object]:
    found = re.search(r"\((\d+), ?(\d+)\)", type_name)
    if found:
        digits, scale = map(int, found.groups())
        most = (Decimal(10) ** digits - 1).scaleb(-scale)
        return [Decimal(0), most, -most, Decimal(1).scaleb(-scale), Decimal(1), Decimal(1)]
    if any(word in type_name for word in ("real", "double", "float", "numeric", "decimal")):
        return [0.0, -1.5, 0.1, 1e15 + 0.5, 7.0, 7.0]
    bits = next((size for word, size in _BITS.items() if word in type_name), 32)
    least = 0 if "unsigned" in type_name else -(2 ** (bits - 1))
    return [0, 1, 2 ** (bits - 1) - 1, least, 7, 7]


_BITS = {"tinyint": 8, "smallint": 16, "mediumint": 24, "bigint": 64}


def made_unique(value: object, number: int, column: Column) -> object:
    """A value that no other row has: the row's number is in it."""
    if isinstance(value, str):
        length = column.length or LONG
        return f"{number}{value}"[:length]
    if isinstance(value, bytes):
        return b"%d" % number + value
    if isinstance(value, datetime.date):
        return value + datetime.timedelta(days=number)
    if isinstance(value, bool):
        return value
    return number + 1
