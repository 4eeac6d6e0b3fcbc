"""Values that a site may have chosen in the rows that a set-up writes.

A script that sets them back takes the choice away. So other values are put there, on a copy, before the
step is run on it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Container, Dict, Iterable, Iterator, Optional

from ..schema.model import BOOLEAN, NUMBER, TEXT, Column, Table
from .changes import Known, Side
from .defaults import reference_of, unique_keys

#: A value that names code, a folder or a list of such is no choice that could be any other one.
_PLAIN = re.compile(r"[A-Za-z0-9 {}:/?=&%@._-]*", re.ASCII)
_CODE = re.compile(r"python:|/|[\w]+(?:\.[\w]+)+$|.*,", re.ASCII)

#: The rows of a set-up are the first ones; a table of users may have many more.
_FIRST = 200


@dataclass(frozen=True)
class Choice:
    """Another value in one column of the row with that number; ``statement`` puts it there. ``name`` is what
    people call the value, where it is a number."""

    table: str
    column: str
    number: int
    statement: str
    name: str = ""

    def __str__(self) -> str:
        chosen = f" ({self.name})" if self.name else ""
        return f"{self.table}: a value that a site has chosen{chosen}"


def choices_for(side: Side, table: Table, known: Known) -> Iterator[Choice]:
    """Other values for what a set-up writes into a table, as a site could choose them. Read-only."""
    sources = (known.fresh(), *known.released())
    key = table.primary_key.columns if table.primary_key else ()
    if len(key) != 1 or not any(rows.get(table.name) for rows in sources):
        return
    number = table.column(key[0])
    if number is None or number.kind != NUMBER:
        return
    yield from _of_values(side, table, number)
    yield from _of_families(side, table, number, known)


def _of_values(side: Side, table: Table, number: Column) -> Iterator[Choice]:
    """Another text or switch."""
    columns = [c for c in table.columns if _is_chosen(c) and not any(c.name in k for k in unique_keys(table))]
    database = side.database
    name, quoted = database.table(table.name), database.quoted
    for column in columns:
        sql = (
            f"SELECT {quoted(number.name)}, {database.value(column, quoted(column.name))} FROM {name} "
            f"ORDER BY {quoted(number.name)} LIMIT {_FIRST}"
        )
        for row, value in list(database.stream(sql)):
            other = another(value, column.length)
            if other is not None and isinstance(row, int):
                statement = (
                    f"UPDATE {name} SET {quoted(column.name)} = {other} WHERE {quoted(number.name)} = {row}"
                )
                yield Choice(table.name, column.name, row, statement)


def _of_families(side: Side, table: Table, number: Column, known: Known) -> Iterator[Choice]:
    """Another permission of the same family, where a row grants one."""
    database = side.database
    name, quoted = database.table(table.name), database.quoted
    for column in table.columns:
        reference = reference_of(side.schema, table, column.name)
        if reference is None:
            continue
        key, called = quoted(reference.key), quoted(reference.name)
        referred = database.table(reference.table.name)
        keys: Dict[str, object] = {
            str(text): value for value, text in database.stream(f"SELECT {key}, {called} FROM {referred}")
        }
        if not any(sibling(text, keys, ()) for text in keys):
            continue
        sources = (known.fresh(), *known.released(), *known.older())
        written = {row.get(column.name, "") for rows in sources for row in rows.get(table.name, ())}
        sql = (
            f"SELECT {name}.{quoted(number.name)}, {referred}.{called} FROM {name} JOIN {referred} "
            f"ON {referred}.{key} = {name}.{quoted(column.name)}"
        )
        for row, text in list(database.stream(sql)):
            other = sibling(str(text), keys, written)
            if other is not None and isinstance(row, int) and str(text) in written:
                statement = (
                    f"UPDATE {name} SET {quoted(column.name)} = {keys[other]} "
                    f"WHERE {quoted(number.name)} = {row}"
                )
                yield Choice(table.name, column.name, row, statement, other)


def sibling(name: str, names: Iterable[str], written: Container[str]) -> Optional[str]:
    """Another name of the same family, the words before the last point, that no set-up writes there."""
    family, point, _ = name.rpartition(".")
    others = (n for n in names if point and n.rpartition(".")[0] == family and n != name and n not in written)
    return next(others, None)


def _is_chosen(column: Column) -> bool:
    """Whether it holds what people choose: not what kind of thing a row is."""
    return column.kind in (TEXT, BOOLEAN) and f"_{column.name}".endswith(("_value", "_active"))


def another(value: object, length: Optional[int] = None) -> Optional[str]:
    """Another value of the same kind, as SQL; None where there is none that makes sense, or that a text of so
    many characters at most can be."""
    if value in (True, False) and not isinstance(value, str):
        return "1 = 0" if value else "1 = 1"
    if not isinstance(value, str) or not _PLAIN.fullmatch(value) or _CODE.match(value):
        return None
    other = {"True": "False", "False": "True"}.get(value) or f"chosen {value}".rstrip()
    if value.isdigit():
        other = str(int(value) + 1)
    return f"'{other}'" if length is None or len(other) <= length else None
