"""The rows that Kallithea's own set-up writes: permissions, settings, hooks, grants.

They are compared by what they say, not by the numbers that they got: a foreign key stands for
the name in the row that it points at.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Dict, FrozenSet, Iterable, Mapping, Optional, Tuple

from ..engines.database import Database
from ..failure import Failure, failure_of
from ..schema.model import BOOLEAN, NUMBER, TEXT, TIME, Column, Schema, Table
from ..secrets import names_secret
from .values import canonical

#: A table with more rows than this was not filled by a set-up.
MOST_ROWS = 500

#: Stands for a password or a key; what says that there is none stays.
DRAWN = "(drawn by lot)"
_NO_SECRETS = ("", str(None))

#: One row: column -> what it says, as text.
Row = Mapping[str, str]
Rows = Mapping[str, Tuple[Row, ...]]


def telling_columns(table: Table) -> Tuple[Column, ...]:
    """The columns that say something: not the number of the row, not when it was made."""
    own = table.primary_key.columns if table.primary_key else ()
    return tuple(
        column
        for column in table.columns
        if column.name not in own and column.kind != TIME and not column.generated
    )


@dataclass(frozen=True)
class Reference:
    """What a foreign key of one column points at: ``key`` of ``table``, whose rows ``name`` names."""

    table: Table
    key: str
    name: str


def reference_of(schema: Schema, table: Table, column: str) -> Optional[Reference]:
    """What a column points at in another table whose rows have names; None: it says what it says."""
    for key in table.foreign_keys:
        referred = schema.table(key.referred_table)
        name = _naming_column(referred) if referred else None
        if key.columns == (column,) and referred and name and referred.name != table.name:
            return Reference(referred, key.referred_columns[0], name)
    return None


def telling_expression(database: Database, schema: Schema, table: Table, column: Column) -> str:
    """SQL for what a column says: for a foreign key the name in the row that it points at."""
    own = f"{database.table(table.name)}.{database.quoted(column.name)}"
    reference = reference_of(schema, table, column.name)
    if reference is None:
        return own
    other = database.table(reference.table.name)
    return (
        f"(SELECT {other}.{database.quoted(reference.name)} FROM {other} "
        f"WHERE {other}.{database.quoted(reference.key)} = {own})"
    )


def names_what_it_points_at(schema: Schema, table: Table, column: str) -> bool:
    """Whether what a foreign key says (``telling_expression``) is the name of one row, no other's."""
    reference = reference_of(schema, table, column)
    if reference is None:
        return False
    return (reference.name,) in unique_keys(reference.table) or reference.name.endswith("name")


def _naming_column(table: Table) -> Optional[str]:
    """The column that names a row: the first text that is unique, else the first text."""
    texts = [column.name for column in table.columns if column.kind == TEXT]
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


def read_rows(
    database: Database, schema: Schema, counts: Mapping[str, int]
) -> Tuple[Rows, Tuple[Failure, ...]]:
    """What the rows of every small table say, and the tables where that cannot be told. Read-only."""
    small = [
        (table.name, telling_columns(table), table)
        for table in schema.tables
        if 0 < counts.get(table.name, 0) <= MOST_ROWS
    ]
    small = [item for item in small if item[1]]
    queries = {
        name: f"SELECT {', '.join(telling_expression(database, schema, table, column) for column in columns)} "
        f"FROM {database.table(name)}"
        for name, columns, table in small
    }
    columns_of = {name: columns for name, columns, _ in small}

    def said(names: Iterable[str]) -> Dict[str, Tuple[Row, ...]]:
        found = zip(names, database.fetch_each([queries[name] for name in names]))
        return {name: tuple(as_row(columns_of[name], row) for row in rows) for name, rows in found}

    try:
        return said(queries), ()
    except Exception:
        # One by one: a table that cannot be read takes nothing away from the others.
        result: Dict[str, Tuple[Row, ...]] = {}
        failed = []
        for name in queries:
            try:
                result.update(said((name,)))
            except Exception as error:
                failed.append(failure_of("the reading of its rows", error, name))
        return result, tuple(failed)


def without_secrets(rows: Rows) -> Rows:
    """The same without the passwords and keys that a set-up draws by lot: no database has them again."""
    return {
        table: tuple(
            {
                column: text if text in _NO_SECRETS or not names_secret(column) else DRAWN
                for column, text in row.items()
            }
            for row in said
        )
        for table, said in rows.items()
    }


def as_row(columns: Iterable[Column], values: Iterable[object]) -> Row:
    """Column -> what its value says, as text: a text to the letter, for a draft writes it again."""
    return {column.name: _text(column, value) for column, value in zip(columns, values)}


def _text(column: Column, value: object) -> str:
    is_text = isinstance(value, str) and column.kind not in (NUMBER, BOOLEAN)
    said = value if is_text else canonical(value)
    # A number is written out: 1E+2 is not what anybody wrote.
    return f"{said:f}" if isinstance(said, Decimal) else str(said)


def sayings(rows: Iterable[Row], columns: Tuple[str, ...]) -> FrozenSet[Tuple[Optional[str], ...]]:
    """What rows say in these columns; rows that lack one of them are left out."""
    return frozenset(
        tuple(row[name] for name in columns) for row in rows if all(name in row for name in columns)
    )
