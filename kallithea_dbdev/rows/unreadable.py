"""Values that no version of the application could read or save: a text of other bytes, a day that is none.

SQLite takes them, whoever writes them; where a step has left them alone they are the database's own.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Iterable, Iterator, Optional

from ..engines.database import Database
from ..schema.model import TEXT, Column, Schema, Table
from .naming import naming_columns, row_name
from .values import is_no_moment, misfit, shown_of

#: What stands for a byte that is no UTF-8 (surrogateescape).
OTHER_BYTE = re.compile("[\udc80-\udcff]")


@dataclass(frozen=True)
class Unreadable:
    """A value in the first row of a table: why it is none of its column, and what people know the row by."""

    table: str
    column: str
    row: str
    why: str


def unreadable(value: object, column: Column) -> Optional[str]:
    """Why a value cannot be read as one of its column; None where it can."""
    if isinstance(value, str) and column.kind == TEXT and OTHER_BYTE.search(value):
        return f"{shown_of(column.name, value)} is no UTF-8"
    # A number is a moment for whoever counts seconds.
    if isinstance(value, (str, bytes)) and is_no_moment(value, column):
        return f"{shown_of(column.name, value)} is no {column.type}"
    found = misfit(column.name, value, column)
    return found[1] if found else None


def first_rows(database: Database, schema: Schema, tables: Iterable[str]) -> Iterator[Unreadable]:
    """What the application cannot read or save of the row that it meets first in each of the tables. Read-only.

    Only where texts keep what has no type: a server has refused it.
    """
    for name in tables:
        table = schema.table(name)
        if table is not None and database.keeps_any_bytes():
            yield from _first_row(database, table)


def _first_row(database: Database, table: Table) -> Iterator[Unreadable]:
    columns = [column for column in table.columns if not column.generated]
    values = ", ".join(database.value(column, database.quoted(column.name)) for column in columns)
    for row in database.stream(f"SELECT {values} FROM {database.table(table.name)} LIMIT 1"):
        held = {column.name: value for column, value in zip(columns, row)}
        key = table.primary_key.columns if table.primary_key else ()
        naming = [name for name in naming_columns(table, tuple(held)) if name not in key]
        called = row_name(
            [(name, held[name]) for name in key if name in held],
            [(name, str(held[name])) for name in naming if held[name] is not None],
        )
        for column in columns:
            why = unreadable(held[column.name], column)
            if why:
                yield Unreadable(table.name, column.name, called, why)
