"""What could not be looked at: it is no verdict, and must not look like a good one."""

from __future__ import annotations

from typing import Iterable, Iterator, Set

from ...failure import Failure
from ...findings import Finding, make
from ...state import State
from ..climb import Climb


def check(climb: Climb) -> Iterator[Finding]:
    """Each thing that ended with an error, and each table that cannot be read, once."""
    told: Set[Failure] = set()
    for failure in _failures(climb):
        if failure not in told:
            told.add(failure)
            yield finding(climb.engine, failure)


def finding(engine: str, failure: Failure, aspect: str = "check") -> Finding:
    """A finding for something that could not be done."""
    return make(
        "check-failed",
        engine,
        f"{failure.what} failed: {failure.message}",
        table=failure.table,
        aspect=aspect,
        traceback=failure.traceback,
    )


def _failures(climb: Climb) -> Iterator[Failure]:
    yield from climb.failures
    states = [climb.start, climb.fresh, *climb.chain_states, *(record.after for record in climb.records)]
    yield from _of_states(states)
    for record in climb.records:
        yield from record.rows.failed
        if record.not_undone is not None:
            yield from record.not_undone.failed


def _of_states(states: Iterable[State]) -> Iterator[Failure]:
    for state in states:
        yield from state.failed
        for table, message in state.schema.unreadable:
            yield Failure("the reading of its schema", message, table)
