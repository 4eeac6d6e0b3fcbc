"""What two databases share of a table, and how a server is asked what of it differs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import FrozenSet, Iterable, Sequence, Tuple

from ..schema.model import Column

#: Stands for whole rows where the name of a column is expected.
ROWS = "*"


@dataclass(frozen=True)
class Shared:
    """What two databases share of a table: its name on either side, the columns that tell rows
    apart (the key) and the others, as they are in the later one."""

    before: str
    after: str
    key: Tuple[Column, ...]
    columns: Tuple[Column, ...]


def differing_in(table: Shared, same_rows: bool, changed: Iterable[object]) -> FrozenSet[str]:
    """What ``Database.differing`` says of a table; ``changed`` is true for each column that differs."""
    columns = frozenset(column.name for column, differs in zip(table.columns, changed) if differs)
    return columns if same_rows else columns | {ROWS}


def joining(here: str, there: str, same_keys: Iterable[str], changes: Iterable[str]) -> str:
    """A query that joins a table (``a``) with its earlier self (``b``), for ``differing_joined``.

    ``same_keys`` and ``changes`` are conditions on ``a`` and ``b``.
    """
    counts = [f"(SELECT count(*) FROM {here})", f"(SELECT count(*) FROM {there})", "count(*)"]
    counts += [f"coalesce(sum({change}), 0)" for change in changes]
    return f"SELECT {', '.join(counts)} FROM {here} a JOIN {there} b ON {' AND '.join(same_keys) or 'false'}"


def differing_joined(table: Shared, counts: Sequence[int]) -> FrozenSet[str]:
    """What ``Database.differing`` says of a table, from the one row of ``joining``."""
    return differing_in(table, counts[0] == counts[1] == counts[2], counts[3:])
