"""The rows that Kallithea's own set-up writes: permissions, settings, hooks, grants.

They are compared by what they say, not by the numbers that they got: a foreign key stands for
the name in the row that it points at.
"""

from __future__ import annotations

from typing import FrozenSet, Iterable, Mapping, Optional, Tuple

from ..engines.database import Database
from ..schema.model import Column, Schema, Table
from .values import canonical, family

#: A table with more rows than this was not filled by a set-up.
MOST_ROWS = 500

#: One row: column -> what it says, as text.
Row = Mapping[str, str]
Rows = Mapping[str, Tuple[Row, ...]]


def telling_columns(table: Table) -> Tuple[Column, ...]:
    """The columns that say something: not the number of the row, not when it was made."""
    own = table.primary_key.columns if table.primary_key else ()
    return tuple(
        column
        for column in table.columns
        if column.name not in own and family(column.type) != "time" and not column.generated
    )


def telling_expression(database: Database, schema: Schema, table: Table, column: Column) -> str:
    """SQL for what a column says: for a foreign key the name in the row that it points at."""
    own = f"{database.table(table.name)}.{database.quoted(column.name)}"
    for key in table.foreign_keys:
        referred = schema.table(key.referred_table)
        name = _naming_column(referred) if referred else None
        if key.columns == (column.name,) and referred and name and referred.name != table.name:
            other = database.table(referred.name)
            return (
                f"(SELECT {other}.{database.quoted(name)} FROM {other} "
                f"WHERE {other}.{database.quoted(key.referred_columns[0])} = {own})"
            )
    return own


def _naming_column(table: Table) -> Optional[str]:
    """The column that names a row: the first text that is unique, else the first text."""
    texts = [column.name for column in table.columns if family(column.type) == "text"]
    unique = unique_keys(table)
    return next((name for name in texts if (name,) in unique), texts[0] if texts else None)


def unique_keys(table: Table) -> Tuple[Tuple[str, ...], ...]:
    """The columns of each unique constraint and of each unique index that has no predicate."""
    return (
        *(unique.columns for unique in table.uniques),
        *(
            tuple(key.expression for key in index.keys)
            for index in table.indexes
            if index.unique and not index.predicate
        ),
    )


def read_rows(database: Database, schema: Schema, counts: Mapping[str, int]) -> Rows:
    """What the rows of every small table say. Read-only."""
    small = [
        (table.name, telling_columns(table), table)
        for table in schema.tables
        if 0 < counts.get(table.name, 0) <= MOST_ROWS
    ]
    small = [item for item in small if item[1]]
    queries = [
        f"SELECT {', '.join(telling_expression(database, schema, table, column) for column in columns)} "
        f"FROM {database.table(name)}"
        for name, columns, table in small
    ]
    return {
        name: tuple(as_row(columns, row) for row in rows)
        for (name, columns, _), rows in zip(small, database.fetch_each(queries))
    }


def as_row(columns: Iterable[Column], values: Iterable[object]) -> Row:
    """Column -> what its value says, as text."""
    return {column.name: str(canonical(value)) for column, value in zip(columns, values)}


def sayings(rows: Iterable[Row], columns: Tuple[str, ...]) -> FrozenSet[Tuple[Optional[str], ...]]:
    """What rows say in these columns; rows that lack one of them are left out."""
    return frozenset(
        tuple(row[name] for name in columns) for row in rows if all(name in row for name in columns)
    )
