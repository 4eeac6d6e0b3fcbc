"""Which numbers probing rows get: above those that are used, and below the largest that a column holds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import FrozenSet, Iterator

from ..engines.database import Database
from ..schema.model import Table

#: How many numbers are left to the rows that a script inserts, and the largest of a column's type.
_ROOM, _LARGEST, _LARGEST_OF_SMALL = 1000, 2**31 - 1, 2**7 - 1


@dataclass(frozen=True)
class Room:
    """Numbers of a table's rows from ``first`` on, but for those ``used`` there: a site may have a row with the
    largest number of all."""

    first: int
    largest: int
    used: FrozenSet[int] = frozenset()

    def numbers(self) -> Iterator[int]:
        """The numbers that probing rows get."""
        yield from range(max(self.first, 1) + _ROOM - 1, self.largest)

    def holds(self, number: int) -> bool:
        """Whether a row with that number is none of those that were there before."""
        return number >= self.first and number not in self.used


def room(database: Database, table: Table) -> Room:
    """The room in a table whose rows are numbered (``has_surrogate``). Read-only."""
    assert table.primary_key is not None
    (key,) = table.primary_key.columns
    column = table.column(key)
    small = column is not None and column.plain_type.startswith(("small", "tiny", "medium"))
    largest = _LARGEST_OF_SMALL if small else _LARGEST
    number, name = database.quoted(key), database.table(table.name)
    ((highest,),) = database.stream(f"SELECT max({number}) FROM {name}")
    if small or highest is None or int(str(highest)) < largest - _ROOM:
        return Room(int(str(highest or 0)) + 1, largest)
    ((below,),) = database.stream(f"SELECT max({number}) FROM {name} WHERE {number} < {largest - _ROOM}")
    first = int(str(below or 0)) + 1
    used = database.stream(f"SELECT {number} FROM {name} WHERE {number} >= {first}")
    return Room(first, largest, frozenset(int(str(row[0])) for row in used))
