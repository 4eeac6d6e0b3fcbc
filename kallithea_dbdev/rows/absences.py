"""Rows that a set-up writes, and that a site may have removed or renamed since.

A script that speaks of such a row by its name must cope with a site that does not have it. Rows that
others point at stay: no site can remove them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Collection, Iterator

from ..engines.database import Database
from ..schema.model import Schema, Table
from ..schema.names import speaks_of
from .defaults import Row, telling_expression, unique_keys
from .naming import naming_columns

#: What a script can speak of, and mean nothing else: "/" or "10" it may say for many reasons.
_NAME = re.compile(r"(?=\w*[A-Za-z])[\w.]{3,}", re.ASCII)


@dataclass(frozen=True)
class Absence:
    """A row that a site may not have; ``statement`` takes it away."""

    table: str
    name: str
    statement: str

    def __str__(self) -> str:
        return f"{self.table}: {self.name}"


def absences_for(
    database: Database,
    schema: Schema,
    table: Table,
    written: Collection[Row],
    text: str,
    chosen: Collection[str],
) -> Iterator[Absence]:
    """The rows of a table that ``text``, a script, speaks of. Pure, but for quoting.

    ``written`` are those that a set-up writes; a row that is called one of ``chosen`` a site may call
    something else, though others point at it.
    """
    naming = naming_columns(table, [column.name for column in table.columns])
    columns = {column.name: column for column in table.columns}
    pointed_at = schema.points_at(table.name)
    name = database.table(table.name)
    for row in written:
        said = [row.get(column, "") for column in naming]
        if not said or not _NAME.fullmatch(said[-1]) or not speaks_of(text, said[-1]):
            continue
        conditions = [
            f"{telling_expression(database, schema, table, columns[column])} = {database.literal(word)}"
            for column, word in zip(naming, said)
        ]
        where = f"WHERE {' AND '.join(conditions)}"
        called = " ".join(said)
        if not pointed_at:
            yield Absence(table.name, called, f"DELETE FROM {name} {where}")
        elif said[-1] in chosen and naming in unique_keys(table) and len(naming) == 1:
            other = f"UPDATE {name} SET {database.quoted(naming[0])} = {database.literal(f'chosen {called}')} {where}"
            yield Absence(table.name, called, other)
