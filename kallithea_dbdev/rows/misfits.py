"""Rows that break the rules of their own table, or hold what nobody can read: no step has made them so.

A step may fail at them though nothing is wrong with it: a table that is rebuilt holds each row against its
rules once more, and who reads a text that is none gets an exception. They are looked for where a step has
failed, and taken away on a copy.
"""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Iterable, Iterator, List, Tuple

from ..engines.database import Scratch
from ..errors import DatabaseError
from ..schema.model import TIME, Column, Schema, Table
from .changes import KEYS, Side
from .named import key_of, named_rows
from .orphans import points_at_nothing
from .unreadable import OTHER_BYTE, unreadable

#: Rows that are taken away one by one, and rounds until no other row points at those that are gone.
_MOST_ROWS = 500
_ROUNDS = 5

#: What catalogues write around the expression of a CHECK; one that is not enforced nothing fails at.
_CHECK = re.compile(r"(?:CHECK \((?P<inner>.*)\)(?: NO INHERIT)?(?: NOT VALID)?|(?P<plain>.*))\Z", re.S)
_NOT_ENFORCED = "(not enforced)"


@dataclass(frozen=True)
class Misfit:
    """Rows of a table that break one of its rules, or cannot be read. ``object`` is the column, or the name of
    the rule; ``orphans``: they point at nothing; ``statements`` take them away, or mend them."""

    table: str
    object: str
    why: str
    count: int
    keys: Tuple[str, ...]
    statements: Tuple[str, ...]
    orphans: bool = False


def misfits(side: Side, tables: Iterable[str]) -> Iterator[Misfit]:
    """What does not fit in these tables of a database. Read-only. What cannot be asked says nothing."""
    for search in (_unreadable, _breaking_rules, _orphans):
        yield from search(side, tables)


def take_away(copy: Scratch, schema: Schema, tables: Iterable[str]) -> List[Misfit]:
    """Take what does not fit out of a copy; what was found. Raises DatabaseError where that cannot be."""
    side, names = Side(copy, schema), tuple(tables)
    found: List[Misfit] = []
    # One kind after the other: a row that is gone is not found again.
    for search in (_unreadable, _breaking_rules, _orphans):
        some = list(search(side, names))
        found += some
        copy.execute(statement for misfit in some for statement in misfit.statements)
    for _ in range(_ROUNDS if found else 0):
        names = tuple(
            t.name
            for t in schema.tables
            if t.name in names or any(k.referred_table in names for k in t.foreign_keys)
        )
        rest = list(_orphans(side, names))
        if not rest:
            break
        copy.execute(statement for misfit in rest for statement in misfit.statements)
    return found


def _tables(side: Side, names: Iterable[str]) -> Iterator[Table]:
    yield from filter(None, map(side.schema.table, names))


def _breaking_rules(side: Side, names: Iterable[str]) -> Iterator[Misfit]:
    for table in _tables(side, names):
        for rule, why, condition in _rules(side, table):
            with suppress(DatabaseError):
                yield from _breaking(side, table, rule, why, condition)


def _orphans(side: Side, names: Iterable[str]) -> Iterator[Misfit]:
    for table in _tables(side, names):
        for key in table.foreign_keys:
            columns = ", ".join(key.columns)
            why = f"{columns} points at nothing in {key.referred_table}"
            with suppress(DatabaseError):
                for misfit in _breaking(side, table, columns, why, points_at_nothing(side, table, key)):
                    yield replace(misfit, orphans=True)


def _rules(side: Side, table: Table) -> Iterator[Tuple[str, str, str]]:
    """(object, why, condition) of each rule: which rows break it, as SQL."""
    quoted = side.database.quoted
    for column in table.columns:
        if not column.nullable and not column.generated:
            yield column.name, f"{column.name} is NULL", f"{quoted(column.name)} IS NULL"
    for check in table.checks:
        found = _CHECK.match(check.expression)
        if found and not check.expression.endswith(_NOT_ENFORCED):
            expression = found["inner"] or found["plain"]
            yield check.name or expression, f"CHECK ({expression}) does not hold", f"NOT ({expression})"


def _breaking(side: Side, table: Table, rule: str, why: str, condition: str) -> Iterator[Misfit]:
    database = side.database
    name = database.table(table.name)
    ((count,),) = database.stream(f"SELECT count(*) FROM {name} WHERE {condition}")
    if count:
        keys = tuple(called for _, called in named_rows(side, table, condition, limit=KEYS))
        yield Misfit(table.name, rule, why, int(str(count)), keys, (f"DELETE FROM {name} WHERE {condition}",))


def _unreadable(side: Side, names: Iterable[str]) -> Iterator[Misfit]:
    for table in _tables(side, names):
        with suppress(DatabaseError):
            yield from _values(side, table)


def _values(side: Side, table: Table) -> Iterator[Misfit]:
    """Values that nobody can read: on servers moments alone, all else they have refused."""
    database, keyed = side.database, key_of(table)
    all_of_them = database.keeps_any_bytes()
    columns = [c for c in table.columns if not c.generated and (all_of_them or c.kind == TIME)]
    if not columns or not keyed:
        return
    found: List[Tuple[Column, str, str, str]] = []
    for values, called in named_rows(side, table, "1 = 1", [column.name for column in columns]):
        where = " AND ".join(
            f"{database.quoted(name)} = {_literal(side, value)}" for name, value in zip(keyed, values)
        )
        for column, value in zip(columns, values[len(keyed) :]):
            why = unreadable(value, column)
            if why:
                found.append((column, called, why, _mending(side, table, column, value, where)))
        if len(found) >= _MOST_ROWS:
            break
    for column in columns:
        rows = [(called, why, statement) for other, called, why, statement in found if other is column]
        if rows:
            yield Misfit(
                table.name, column.name, rows[0][1], len(rows), tuple(row[0] for row in rows[:KEYS]),
                tuple(row[2] for row in rows),
            )  # fmt: skip


def _mending(side: Side, table: Table, column: Column, value: object, where: str) -> str:
    """A text keeps what of it can be read; any other row goes."""
    database = side.database
    name = database.table(table.name)
    if not isinstance(value, str) or not OTHER_BYTE.search(value):
        return f"DELETE FROM {name} WHERE {where}"
    kept = OTHER_BYTE.sub("?", value)
    return f"UPDATE {name} SET {database.quoted(column.name)} = {_literal(side, kept)} WHERE {where}"


def _literal(side: Side, value: object) -> str:
    if isinstance(value, bytes):
        return f"x'{value.hex()}'"
    if not isinstance(value, str):
        return str(value)
    if OTHER_BYTE.search(value):
        return f"CAST(x'{value.encode('utf-8', 'surrogateescape').hex()}' AS TEXT)"
    return side.database.literal(value)
