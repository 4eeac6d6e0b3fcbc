"""The proof of a file of SQL: it is run on a copy from before the step, as an administrator would run it.

What must come of it is what the same step makes online, stamp included. What no two runs make alike (by
the clock, by chance) is no difference: where rows differ the step is run online once more.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import ContextManager, FrozenSet, List, Optional, Tuple

from ..engines.database import Database, Scratch
from ..engines.lab import Lab
from ..errors import DatabaseError
from ..messages import one_line
from ..migrations import Chain, Step, StepError, StepRecord, run_step, write_step
from ..rows.changes import Side
from ..rows.comparison import compare_rows
from ..schema.compare import compare
from ..state import State, read_state
from .step import SqlStep, head_of, number_of

#: What comes of the connection without a database: it takes statements, and has no answer to any.
_NO_ANSWER = re.compile(r"'(MockConnection|NoneType)' object ")


def _explained(error: StepError) -> StepError:
    if _NO_ANSWER.search(error.message):
        return replace(error, message=f"a question to the database ({error.message})")
    return error


class Trials:
    """Writes and tries the steps of one walk, each once."""

    def __init__(self, chain: Chain, lab: Lab) -> None:
        self._chain = chain
        self._lab = lab
        self._copies = 0
        #: What came of it, in the order of the walk.
        self.steps: List[SqlStep] = []

    def wants(self, step: Step) -> bool:
        """Whether a step has not been tried yet."""
        return all((done.step.revision, done.step.direction) != _name(step) for done in self.steps)

    def run(self, before: Database, record: StepRecord, online: Scratch) -> None:
        """Try a step that has been run: ``before`` is from before it, ``online`` from after it; both are
        only read."""
        self.steps.append(self._tried(before, record, online))

    def _tried(self, before: Database, record: StepRecord, online: Scratch) -> SqlStep:
        step = record.step
        found = SqlStep(step, number_of(self._chain, step), self._lab.engine, failed=record.error)
        if record.error:
            return found
        text, error = write_step(self._chain, online, step, record.before)
        if error:
            return replace(found, not_written=_explained(error))
        head = head_of(self._chain, found, record.before.revision, online.script_command)
        found = replace(found, text=f"{head}\n{text}")
        expected = Side(online, record.after.schema)
        with self._copy(before) as copy:
            refused, statement = _run(copy, found.text)
            if refused:
                return replace(found, refused=refused, statement=statement)
            state = read_state(copy)
            rows = compare_rows(expected, Side(copy, state.schema))
        counters = _differing_counters(state, record.after)
        drawn = self._drawn(before, record, expected) if rows.changes or counters else frozenset()
        others = [f"the numbering of {table} goes on elsewhere" for table in sorted(counters - drawn)]
        others += [f"{failure.table}: {failure.message}" for failure in rows.failed]
        if state.revisions != record.after.revisions:
            others.insert(0, f"the stamp is {_said(state)}, not {_said(record.after)}")
        return replace(
            found,
            schema=compare(state.schema, record.after.schema),
            rows=tuple(change for change in rows.changes if change.table not in drawn),
            others=tuple(others),
        )

    def _drawn(self, before: Database, record: StepRecord, expected: Side) -> FrozenSet[str]:
        """The tables that are other ones each time that the step is run."""
        with self._copy(before) as copy:
            again = run_step(self._chain, copy, record.step, record.before).after
            rows = compare_rows(expected, Side(copy, again.schema))
            return _differing_counters(again, record.after) | {change.table for change in rows.changes}

    def _copy(self, before: Database) -> ContextManager[Scratch]:
        self._copies += 1
        return self._lab.copied(before, f"by hand {self._copies}")


def _name(step: Step) -> Tuple[str, str]:
    return step.revision, step.direction


def _run(database: Scratch, text: str) -> Tuple[str, Optional[str]]:
    """Run a file; where it does not run to its end what the server said, and of which statement."""
    statement = None
    try:
        with database.scripting() as run:
            for statement in database.statements_of(text):
                run(statement)
    except DatabaseError as error:
        # Not the message: it begins with the name of the copy.
        return one_line(error.__cause__ or error), statement
    return "", None


def _differing_counters(state: State, expected: State) -> FrozenSet[str]:
    """The tables whose new rows would get other numbers."""
    pairs = ((name, state.counters.get(name), counter) for name, counter in expected.counters.items())
    return frozenset(counter.table for _, found, counter in pairs if found is not None and found != counter)


def _said(state: State) -> str:
    return ", ".join(state.revisions) or "none"
