"""Where the values of a column went that is gone."""

from __future__ import annotations

from dataclasses import replace
from typing import Iterator, Optional, Sequence, Tuple

from ..engines.comparing import ROWS
from ..engines.database import Database
from ..errors import DatabaseError
from ..schema.model import Column, Table
from .changes import Pair, Side, Vanished
from .declared import REMOVED, Declaration, condition_broken
from .matching import DisorderError, RepeatedKeyError, Row, matched
from .values import MANGLED, TRUNCATED, is_empty, same, what_happened


def count_values(database: Database, table: str, what: str = "*", where: str = "1 = 1") -> int:
    """``count(what)`` of a table."""
    ((count,),) = database.stream(f"SELECT count({what}) FROM {database.table(table)} WHERE {where}")
    return int(str(count))


def as_declared(before: Side, table: str, declared: Sequence[Declaration], fate: Vanished) -> Vanished:
    """The fate of a column, or a table, that was ``table``'s, where a script may say that some of it goes.

    Raises DeclarationError where a condition is no SQL.
    """
    said = [d for d in declared if any(d.covers(name, fate.column, REMOVED) for name in (fate.table, table))]
    if not said or not fate.count:
        return fate
    conditions = [f"{d.flag} = 0" for d in said if d.condition]
    if len(conditions) < len(said):
        return replace(fate, declared=True)
    what = "*" if fate.column == ROWS else before.database.quoted(fate.column)
    try:
        rest = count_values(before.database, table, what, " AND ".join(conditions))
    except DatabaseError as error:
        raise condition_broken(table, error) from error
    return replace(fate, count=rest) if rest else replace(fate, declared=True)


def fate_of_column(
    before: Side, after: Side, pair: Pair, column: Column
) -> Tuple[Vanished, Optional[Column]]:
    """Where the values of a column went that is gone, and the new column that has most of them.

    That is None where there is none, where it has all of them, or where several have (a column
    that was split).
    """
    count = count_values(before.database, pair.before.name, before.database.quoted(column.name))
    found = Vanished(pair.after.name, column.name, count)
    if not found.count or not pair.key:
        return found, None
    similar = []
    for other in pair.appeared:
        if other.generated or other.kind != column.kind:
            continue
        kept, begun, told = _kept(before, after, pair, column, other)
        if kept == told > 0:
            return replace(found, moved_to=other.name), None
        if _says_nothing(after, pair.after.name, other):
            found = replace(found, instead=found.instead or other.name)
        elif (kept + begun) * 2 >= told:
            similar.append(other)
    if len(similar) == 1:
        return replace(found, moved_to=similar[0].name, instead=None), similar[0]
    return found, None


def _kept(before: Side, after: Side, pair: Pair, column: Column, other: Column) -> Tuple[int, int, int]:
    """How many rows say the same in ``other`` as they did in ``column``, how many the beginning of it
    (or the same, mangled), and in how many there was anything to say."""
    sides = _rows(before, pair.before, pair.key, column), _rows(after, pair.after, pair.key, other)
    kept = begun = told = 0
    try:
        for one, two in matched(*sides, unique=True):
            if one is None or two is None:
                continue  # rows came or went: told by themselves
            (old,), (new,) = one.values, two.values
            if old is not None or new is not None:
                told += 1
                if same(old, new):
                    kept += 1
                else:
                    begun += what_happened(old, new, False) in (TRUNCATED, MANGLED)
    except (DisorderError, RepeatedKeyError):
        return kept, begun, told + 1  # nobody can say which rows belong together
    return kept, begun, told


def _rows(side: Side, table: Table, key: Tuple[str, ...], column: Column) -> Iterator[Row]:
    database = side.database
    quoted = database.quoted
    keys = [found for found in map(table.column, key) if found is not None]
    orders = [database.ordering(table, found, quoted(found.name)) for found in keys]
    values = [*orders, database.value(column, quoted(column.name))]
    numbers = ", ".join(str(number + 1) for number in range(len(orders)))
    sql = f"SELECT {', '.join(values)} FROM {database.table(table.name)} ORDER BY {numbers}"
    for *order, value in database.stream(sql):
        yield Row(tuple(order), tuple(order), (value,))


def _says_nothing(side: Side, table: str, column: Column) -> bool:
    """Whether nobody filled the column row by row: all rows hold the same value, which is its default or none."""
    value = side.database.value(column, side.database.quoted(column.name))
    rows = side.database.stream(f"SELECT {value} FROM {side.database.table(table)}")
    # Not by the server: some types it cannot compare.
    first = next(rows, (None,))
    if any(row != first for row in rows):
        return False
    (held,) = first
    return held is None or is_empty(held) or column.default is not None
