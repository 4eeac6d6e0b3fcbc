"""A way as Alembic runs it: all scripts in one session and, where DDL has transactions, in one of those.

Each step is walked by itself, to be looked at. What a script leaves in its session (a temporary table, a
setting, a transaction that it has ended, triggers that wait for the end) the next one does not meet there.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Callable, Optional, Sequence, Tuple

from ..engines.database import Scratch
from ..engines.lab import Lab
from ..migrations import Chain, Step, StepError, StepRecord, run_at_once
from ..schema.compare import compare
from ..state import State
from .course import Progress

#: The steps of one way, none of which has failed.
Way = Sequence[StepRecord]


@dataclass(frozen=True)
class AtOnce:
    """Steps that do something else in one run than one by one: the last of the ``begun`` raises ``error``, or
    what they leave is another database in ``what``. ``ahead`` are those that were not begun."""

    begun: Tuple[Step, ...]
    ahead: Tuple[Step, ...] = ()
    error: Optional[StepError] = None
    what: Tuple[str, ...] = ()


def at_once(
    chain: Chain, ways: Sequence[Way], lab: Lab, again: Callable[[str], Scratch], progress: Progress
) -> Optional[AtOnce]:
    """Run each of the ways, one after the other, as a whole; None where all is as it was step by step.

    ``again`` makes a database as they began with, under another label; it is gone at the end.
    """
    wanted = [number for number, way in enumerate(ways) if len(way) > 1]
    if not wanted:
        return None
    if lab.single:
        lab.remark("the scripts were not run in one session, too: there is one scratch database only")
        return None
    progress("running all scripts in one session")
    database = again("at once")
    try:
        for way in ways[: wanted[-1] + 1]:
            begun, error = run_at_once(chain, database, [record.step for record in way])
            what = () if error else _other(database, way[-1].after)
            if (error or what) and len(way) > 1:
                ahead = tuple(record.step for record in way[len(begun) :])
                return AtOnce(tuple(begun), ahead, error, what)
            if error:
                return None  # one script alone was in a session of its own before
    finally:
        lab.discard(database)
    return None


def _other(database: Scratch, known: State) -> Tuple[str, ...]:
    """In what a database is another one than it was, as far as it does not depend on clock or chance."""
    counts = database.count_rows()
    return (
        *other_things(database, known),
        *(
            f"{table} ({counts[table]} rows, not {count})"
            for table, count in known.rows.items()
            if table in counts and counts[table] != count
        ),
    )


def other_things(database: Scratch, known: State) -> Tuple[str, ...]:
    """What of its schema is another one than it was."""
    found = compare(database.read_schema(), known.schema)
    return tuple(f"{difference.where} ({difference.kind})" for difference in found)
