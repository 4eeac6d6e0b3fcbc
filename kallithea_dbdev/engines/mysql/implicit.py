"""Indexes that InnoDB has made by itself for foreign keys, and how a copy gets them in the same way.

``SHOW CREATE TABLE`` shows them like any other, but they behave otherwise: such an index goes by itself
as soon as another one serves, and where that other one is dropped nothing takes its place (error 1553).
A table that is made from the text as it is has them as if somebody had asked for them.

The server tells which is which: it keeps the difference in ``CREATE TABLE ... LIKE``, and drops the ones
that it has made when an index over the same columns is added. So an empty table like it is asked.
"""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Collection, Dict, FrozenSet, List, Mapping, Sequence, Tuple

from ..server import fetch
from .server import MysqlServer, quoted

_NAME = r"`((?:[^`]|``)*)`"
# The server writes each column, key and constraint on a line of its own.
_TABLE = re.compile(rf"CREATE TABLE {_NAME} \($")
_KEY = re.compile(rf"  KEY {_NAME} \(((?:{_NAME},?)+)\)$")
_FOREIGN_KEY = re.compile(rf"  CONSTRAINT {_NAME} (FOREIGN KEY \(((?:{_NAME}(?:, )?)+)\) REFERENCES .*)$")

_VERSIONED = "WITH SYSTEM VERSIONING"

_PROBE = "kallithea_dbdev_probe"
_NAME_LIMIT = 64


@dataclass(frozen=True)
class Key:
    """An index that a foreign key may have brought: one over its columns, and nothing more."""

    name: str
    columns: Tuple[str, ...]


#: Where no table's are known.
NOTHING_KNOWN: Mapping[str, FrozenSet[Key]] = {}


def candidates(statement: str) -> Tuple[Key, ...]:
    """The indexes in a table's ``SHOW CREATE`` text that may be implicit."""
    items = _items(statement)[1]
    referring = {_names(found.group(3)) for found in map(_FOREIGN_KEY.match, items) if found}
    keys = [
        Key(_unquoted(found.group(1)), _names(found.group(2))) for found in map(_KEY.match, items) if found
    ]
    return tuple(key for key in keys if key.columns in referring)


def left_implicit(statement: str, keys: Collection[Key]) -> str:
    """The statement without these indexes, such that its foreign keys bring them, under their names.

    An index is called after its constraint, or after its first column where that had no name: then
    the server has called it ``<table>_ibfk_<number>``, and must do so again.
    """
    head, items, tail = _items(statement)
    names = {key.name for key in keys}
    kept: List[str] = []
    unnamed: Dict[int, str] = {}
    for item in items:
        key, foreign = _KEY.match(item), _FOREIGN_KEY.match(item)
        if key and _unquoted(key.group(1)) in names:
            continue
        number = _number_given(head, foreign.group(1)) if foreign else 0
        if foreign and number and _unquoted(foreign.group(1)) not in names:
            unnamed[number] = f"  {foreign.group(2)}"
        else:
            kept.append(item)
    kept += [unnamed[number] for number in sorted(unnamed)]
    return "\n".join([head, ",\n".join(kept), tail])


def is_same_table(one: str, other: str) -> bool:
    """Whether two ``SHOW CREATE`` texts say the same, the order of keys apart."""
    (head, items, tail), (other_head, other_items, other_tail) = _items(one), _items(other)
    return (head, sorted(items), tail) == (other_head, sorted(other_items), other_tail)


def implicit(server: MysqlServer, cursor: Any, database: str, table: str, text: str) -> FrozenSet[Key]:
    """Those of the candidates that the server has made by itself in that table, which is only read.

    ``text`` is what SHOW CREATE says of it; ``cursor`` is on a scratch database, where a table like it is
    made for the length of the session.
    """
    keys = candidates(text)
    if not keys:
        return frozenset()
    original = f"{quoted(database)}.{quoted(table)}"
    # A temporary one costs least and needs no DROP, but it takes a right of its own, and one like a
    # table WITH SYSTEM VERSIONING has no index at all.
    if _VERSIONED not in text:
        with suppress(server.driver.Error):
            return _asked(cursor, "TEMPORARY TABLE", f"{_PROBE} {table}"[:_NAME_LIMIT], original, keys)
    found = _asked(cursor, "TABLE", _PROBE, original, keys)
    cursor.execute(f"DROP TABLE {_PROBE}")
    return found


def _asked(cursor: Any, kind: str, name: str, original: str, keys: Sequence[Key]) -> FrozenSet[Key]:
    """The keys that go when others over the same columns come."""
    probe = quoted(name)
    cursor.execute(f"CREATE {kind} {probe} LIKE {original}")
    added = ", ".join(
        f"ADD INDEX {_PROBE}_{number} ({', '.join(map(quoted, key.columns))})"
        for number, key in enumerate(keys)
    )
    cursor.execute(f"ALTER TABLE {probe} {added}")
    after = {row["key_name"] for row in fetch(cursor, f"SHOW INDEX FROM {probe}")}
    return frozenset(key for key in keys if key.name not in after)


def _items(statement: str) -> Tuple[str, List[str], str]:
    """The head of a CREATE TABLE, its lines without their commas, and what follows them."""
    lines = statement.split("\n")
    end = next((number for number, line in enumerate(lines) if line.startswith(")")), len(lines))
    items = [line[:-1] if line.endswith(",") else line for line in lines[1:end]]
    return lines[0], items, "\n".join(lines[end:])


def _number_given(head: str, constraint: str) -> int:
    """The number in a name that InnoDB has given to a constraint of that table; else 0."""
    table = _TABLE.match(head)
    found = re.fullmatch(rf"{re.escape(table.group(1))}_ibfk_([1-9]\d*)", constraint) if table else None
    return int(found.group(1)) if found else 0


def _names(text: str) -> Tuple[str, ...]:
    return tuple(_unquoted(name) for name in re.findall(_NAME, text))


def _unquoted(name: str) -> str:
    return name.replace("``", "`")
