"""Many rows for a few tables, so that a step meets tables of a size that somebody asks for.

What a table's own rows say is said again, so that new rows are about as wide as the real ones; where there
are none, texts are of a usual length. Nothing of it is odd: for values at the limits see ``samples``.
"""

from __future__ import annotations

import datetime
import math
from dataclasses import dataclass
from typing import Callable, Dict, List, Mapping, Optional, Sequence, Set

from ..engines.database import Database, Scratch
from ..schema.model import BYTES, NUMBER, TEXT, TIME, Column, Schema, Table
from ..schema.names import of_type
from .defaults import unique_keys
from .samples import counts_by_itself, existing_values, parents_first, values_for
from .values import can_be_written

#: How many values of a column are said again.
_VALUES = 50
#: How many rows of a referred table are pointed at.
_PARENTS = 20_000
#: What a text says where no row tells.
_USUAL = ("a text", "a text of a usual length", "a text that is somewhat longer than a usual one")
#: Beyond the numbers that rows have.
_BEYOND = 1_000_000_000
#: How many rows are made at a time.
_BATCH = 5000

#: A value for the row of that number.
Maker = Callable[[int], object]


@dataclass(frozen=True)
class Plan:
    """How rows of one table are made: a maker for each column, and the number of rows that can differ."""

    makers: Mapping[str, Maker]
    most: float = math.inf


class Filler:
    """Brings tables of a scratch database to numbers of rows, larger ones each time.

    ``schema`` and ``counts`` are those of the database as it is when this is made.
    """

    def __init__(self, database: Scratch, schema: Schema, counts: Mapping[str, int]) -> None:
        self._database = database
        self._schema = schema
        self._counts = dict(counts)
        #: Per table the number of the next row to make.
        self._next: Dict[str, int] = {}

    def fill(self, targets: Mapping[str, int]) -> Dict[str, int]:
        """Insert rows until the tables have so many; how many they have then, as far as rows can be made."""
        for table in parents_first(self._schema):
            missing = targets.get(table.name, 0) - self._counts.get(table.name, 0)
            if missing > 0:
                self._counts[table.name] += self._insert(table, missing)
        return {name: self._counts[name] for name in targets}

    def _insert(self, table: Table, wanted: int) -> int:
        plan = plan_for(self._database, self._schema, table)
        if plan is None:
            return 0
        first = number = self._next.get(table.name, 0)
        # What the database refuses is made up for, but not for ever.
        last = min(plan.most, first + 2 * wanted)
        done = 0
        while done < wanted and number < last:
            numbers = range(number, int(min(last, number + min(_BATCH, wanted - done))))
            rows = [[make(n) for make in plan.makers.values()] for n in numbers]
            done += self._database.insert_many(table.name, list(plan.makers), rows)
            number = numbers.stop
        self._next[table.name] = number
        self._database.analyze(table.name)
        return done


def plan_for(database: Database, schema: Schema, table: Table) -> Optional[Plan]:
    """How rows of a table are made; None where none can be, for a row that it must point at is not there."""
    referred = {
        column: (key.referred_table, other)
        for key in table.foreign_keys
        for column, other in zip(key.columns, key.referred_columns)
    }
    values: Dict[str, List[object]] = {}
    for column in table.columns:
        if column.generated or counts_by_itself(table, column):
            continue
        if column.name in referred:
            found = _some(database, *referred[column.name], _PARENTS)
        else:
            found = _some(database, table.name, column.name, _VALUES) or usual(schema, column)
        if not found and not column.nullable:
            return None
        values[column.name] = found or [None]
    makers: Dict[str, Maker] = {name: repeating(found) for name, found in values.items()}
    most = math.inf
    primary = [table.primary_key.columns] if table.primary_key else []
    numbered: Set[str] = set()
    for key in (*primary, *unique_keys(table)):
        if not set(key) <= set(values) or numbered & set(key):
            continue
        free = [
            c
            for c in table.columns
            if c.name in key and c.name not in referred and can_be_numbered(schema, c)
        ]
        if free:
            makers[free[0].name] = numbering(free[0], values[free[0].name])
            numbered.add(free[0].name)
            continue
        # Each combination once.
        stride = 1
        for name in key:
            makers[name] = repeating(values[name], stride)
            stride *= len(values[name])
        most = min(most, stride)
    return Plan(makers, most)


def repeating(values: Sequence[object], stride: int = 1) -> Maker:
    """The values one after the other, each for so many rows, and from the first again."""
    return lambda number: values[number // stride % len(values)]


def numbering(column: Column, values: Sequence[object]) -> Maker:
    """Values that no other row has: the row's number is in them."""
    length = column.length

    def make(number: int) -> object:
        value = values[number % len(values)]
        if column.kind == TEXT:
            return f"{number}.{value}"[:length]
        if column.kind == BYTES:
            return b"%d." % number + (value if isinstance(value, bytes) else b"")
        if column.kind == TIME:
            return datetime.datetime(2001, 1, 1) + datetime.timedelta(seconds=number)
        return _BEYOND + number

    return make


def can_be_numbered(schema: Schema, column: Column) -> bool:
    """Whether a column has a value for each number: one of an enum has not, nor has a small number."""
    small = any(word in column.plain_type for word in ("enum", "tinyint", "smallint", "mediumint", "date"))
    enums = any(enum.name == of_type(column.base or column.type) for enum in schema.enums)
    return (
        column.kind in (TEXT, BYTES, NUMBER, TIME)
        and not enums
        and (not small or "datetime" in column.plain_type)
    )


def usual(schema: Schema, column: Column) -> List[object]:
    """Values for a column of which no row tells any."""
    found = values_for(schema, column)
    if column.kind == TEXT and can_be_numbered(schema, column):
        return [text[: column.length] for text in _USUAL]
    return [value for value in found if value not in ("", b"")] or found


def _some(database: Database, table: str, column: str, most: int) -> List[object]:
    """Values of a column that can be written again, some of them."""
    return list(filter(can_be_written, existing_values(database, table, column, most)))
