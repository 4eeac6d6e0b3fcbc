"""``--crash-test``: each step up is stopped after each of its statements, and run again.

A stop is an exception after the statement: the connection goes, and with it what was not
committed, as after a kill. Every run begins with a copy from before the step.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import List, Tuple

from ..engines.lab import Lab
from ..migrations import Chain, Step, StepRecord, run_step
from ..rows.changes import Side
from ..schema.compare import compare, leftovers


@dataclass(frozen=True)
class Stop:
    """One stop from which the upgrade does not go on: after which statement (counted from 1),
    what is left behind, and what the second run says."""

    number: int
    statement: str
    left: Tuple[str, ...]
    problem: str


@dataclass(frozen=True)
class CrashTest:
    """All stops of one step; ``stuck`` are those from which running it again does not help."""

    step: Step
    statements: int
    stuck: Tuple[Stop, ...] = field(repr=False)


def crash_test(chain: Chain, before: Side, record: StepRecord, lab: Lab) -> CrashTest:
    """Stop the step of ``record`` after each statement that changes something, and run it again.

    ``before`` is a database from before the step; it is only read.
    """
    stuck: List[Stop] = []
    for number, statement in enumerate(record.changes, 1):
        with lab.copied(before.database, f"crash {number}") as copy:
            stopped = run_step(chain, copy, record.step, record.before, stop_after=number)
            again = run_step(chain, copy, record.step, stopped.after)
        problem = again.error.message if again.error else ""
        if not problem and compare(again.after.schema, record.after.schema):
            problem = "the schema is another one than after an upgrade that was not stopped"
        elif not problem and again.after.rows != record.after.rows:
            problem = "the numbers of rows are not those of an upgrade that was not stopped"
        if problem:
            stuck.append(Stop(number, statement, _left(record, stopped), problem))
    return CrashTest(record.step, len(record.changes), tuple(stuck))


def _left(record: StepRecord, stopped: StepRecord) -> Tuple[str, ...]:
    """What is there after the stop that was not there before the step."""
    found = [f"table {name}" for name in leftovers(stopped.after.schema)]
    for difference in compare(stopped.after.schema, record.before.schema):
        if f"table {difference.where}" not in found:
            found.append(f"{difference.where} ({difference.kind})")
    return tuple(found)
