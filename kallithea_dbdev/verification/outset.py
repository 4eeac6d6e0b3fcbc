"""What a walk begins with: a copy of a database, in which tables that were empty have sample rows."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Callable, Mapping, Optional, Tuple

from ..engines.database import Scratch
from ..rows.samples import fill_empty_tables
from ..state import State, read_state


@dataclass(frozen=True)
class Outset:
    """A copy when the first step is run: its state, the tables that were filled with sample rows, and the
    numbers of rows of all tables before that."""

    state: State
    sampled: Tuple[str, ...]
    counts: Mapping[str, int]


def prepare(
    copy: Scratch, seed: Optional[int], progress: Callable[[str], None] = lambda text: None
) -> Outset:
    """Fill the empty tables of a copy with sample rows; None as seed: with none."""
    sampled: Tuple[str, ...] = ()
    with copy.connected():
        state = read_state(copy)
        counts = state.rows
        if seed is not None:
            progress("filling empty tables with sample rows")
            sampled = fill_empty_tables(copy, state.schema, counts, seed)
            state = replace(state, rows=copy.count_rows(), counters=copy.counters(), size=copy.size())
    return Outset(state, sampled, counts)
