"""Rows of a table for which a condition holds, each with the name that people know it by."""

from __future__ import annotations

from typing import Dict, Iterator, List, Sequence, Tuple

from ..schema.model import Column, Table
from .changes import Side
from .defaults import telling_columns, telling_expression
from .naming import naming_columns, row_name


def key_of(table: Table) -> List[str]:
    """The columns of the primary key that are columns of the table; empty where there is none."""
    names = {column.name for column in table.columns}
    return [name for name in (table.primary_key.columns if table.primary_key else ()) if name in names]


def named_rows(
    side: Side,
    table: Table,
    condition: str,
    more: Sequence[str] = (),
    unnamed: Sequence[str] = (),
    limit: int = 0,
) -> Iterator[Tuple[Tuple[object, ...], str]]:
    """(values, name) of the rows for which ``condition`` holds, at most ``limit`` (0: all), in the order of their
    keys: the values of the key, then those of the columns ``more``. ``unnamed`` columns name no row. Read-only."""
    database = side.database
    columns: Dict[str, Column] = {column.name: column for column in table.columns}
    name = database.table(table.name)
    keyed = key_of(table)
    telling = telling_columns(table)
    naming = naming_columns(table, [column.name for column in telling])
    said = [column for column in telling if column.name in naming and column.name not in unnamed]
    read = (*keyed, *more)
    expressions = [database.value(columns[c], f"{name}.{database.quoted(c)}") for c in read]
    expressions += [telling_expression(database, side.schema, table, column) for column in said]
    order = ", ".join(str(number + 1) for number in range(len(keyed) or 1))
    sql = f"SELECT {', '.join(expressions or ['1'])} FROM {name} WHERE {condition} ORDER BY {order}"
    for row in database.stream(f"{sql} LIMIT {limit}" if limit else sql):
        values, texts = row[: len(read)], row[len(read) :]
        yield (
            values,
            row_name(
                zip(keyed, values), ((c.name, None if t is None else str(t)) for c, t in zip(said, texts))
            ),
        )
