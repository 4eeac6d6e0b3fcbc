"""What a database was at one moment: revision, schema, rows per table."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Dict, Mapping, Tuple

from .databases.base import Database
from .schema.model import Schema


@dataclass(frozen=True)
class State:
    """The state of a database; ``rows`` are the numbers of rows per table."""

    revisions: Tuple[str, ...]
    schema: Schema = field(repr=False)
    rows: Mapping[str, int] = field(repr=False)


def read_state(database: Database) -> State:
    """The state of a database now. Read-only."""
    return State(database.revisions(), database.read_schema(), database.count_rows())


def row_difference(left: Mapping[str, int], right: Mapping[str, int]) -> Dict[str, Tuple[int, int]]:
    """Tables that both sides have with other numbers of rows: name -> (left, right)."""
    return {
        table: (left[table], right[table])
        for table in sorted(left.keys() & right.keys())
        if left[table] != right[table]
    }
