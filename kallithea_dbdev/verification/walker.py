"""Runs the steps of a walk on one copy, and looks at each from all sides."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import replace
from typing import Any, List, Mapping, Optional, Set, Tuple

from ..engines.database import Database, Scratch
from ..engines.lab import Lab
from ..engines.watching import Watch
from ..errors import DeclarationError
from ..failure import Failure, going_on
from ..migrations import DOWNGRADE, UPGRADE, Chain, Step, StepRecord, run_step
from ..offline.trial import Trials
from ..rows.changes import Side
from ..rows.comparison import compare_counts, compare_rows
from ..state import State
from .course import Options, Progress, Reference
from .crash import CrashTest, crash_test
from .later import error_with_later_models, speaks_of_later_models
from .older_version import OlderVersions
from .past import Past
from .probing import Probing, probe_step, put_probes
from .source import imports_models

_COUNTED = "rows were counted, their values not compared: there is one scratch database only"


_NOT_TRIED = "how the server alters tables was not asked: there is one scratch database only"


def trial_for(copy: Scratch, lab: Lab, label: str) -> Optional[Scratch]:
    """An empty database in which a server is asked how it would run a statement, where it must be asked, and
    there can be another database."""
    return lab.scratch(label) if copy.chooses_ways and not lab.single else None


class Walker:
    """Runs steps on one copy. Beside it stands a copy of what it was before the step, to compare."""

    def __init__(
        self,
        chain: Chain,
        copy: Scratch,
        lab: Lab,
        reference: Reference,
        options: Options,
        progress: Progress,
        past: Past,
        total: int,
        spare: Optional[Scratch] = None,
    ) -> None:
        #: What could not be done; the rest was done without it.
        self.failures: List[Failure] = []
        #: Whether something else than a script ended the way.
        self.stopped = False
        self._chain = chain
        self._copy = copy
        self._known = reference.known
        self._lab = lab
        self._progress = progress
        self._crash = options.crash
        self.crash_tests: List[CrashTest] = []
        #: What tries each step as a file of SQL; None: nobody wants that.
        self.trials = Trials(chain, lab) if options.sql else None
        #: What looks at the database as the version before a step down does.
        self.older = OlderVersions(lab, reference.recorded)
        #: What it was at the revisions of the way up.
        self.walked: Mapping[Optional[str], State] = {}
        #: Whether the way goes down again: else nobody asks for a step down with probing rows.
        self._goes_down = not options.up_only
        #: Whether each step up is run once more with probing rows.
        self.probe = options.probe
        self.probings: List[Probing] = []
        #: How many steps there are on all ways together, and how many of them were begun.
        self._total = total
        self._done = 0
        self._past = past
        #: A copy of the copy, until the first step.
        self._spare = spare
        self._trial = trial_for(copy, lab, "trial")
        if copy.chooses_ways and self._trial is None and options.max_lock is not None:
            lab.remark(_NOT_TRIED)
        self._seen_up: Set[str] = set()
        self._copies = 0

    def _watch(self, connection: Any) -> Watch:
        return self._copy.watch(connection, self._trial)

    def walk(self, steps: Tuple[Step, ...], state: State, first_time: bool = False) -> Tuple[StepRecord, ...]:
        """Run the steps one after the other; ends with the first that fails, or that nobody can see.

        What was there before a step is noted the first time, to be compared with on the way back.
        """
        records: List[StepRecord] = []
        for step in steps:
            self._done += 1
            self._progress(f"step {self._done}/{self._total}: {step.direction} {step.revision}")
            with ExitStack() as copies:
                walked = self._step(step, state, first_time, copies)
            if walked is None:
                break
            record, state = walked
            records.append(record)
            if record.error:
                break
        return tuple(records)

    def _step(
        self, step: Step, state: State, first_time: bool, copies: ExitStack
    ) -> Optional[Tuple[StepRecord, State]]:
        """Run one step and look at it from all sides; None where nobody can see it. The copy from before it is
        gone with ``copies``, unless it is kept for the way back."""
        name = f"{step.direction}() of {step.revision}"
        self.stopped = True
        with ExitStack() as aside, going_on(name, self.failures):
            earlier = self._earlier(step, state, first_time, copies)
            untouched = self._untouched(step, earlier, aside)
            with self._copy.connected():
                record = self._run(step, state)
                if not record.error:
                    with going_on(f"the comparison of rows around {name}", self.failures):
                        record = self._with_rows(record, earlier)
            self.stopped = False
            if untouched:
                self._try(untouched, record)
        if self.stopped:
            return None
        state = record.after
        if record.error:
            return record, state
        if step.direction == DOWNGRADE:
            with going_on(f"the older version after {name}", self.failures):
                if self.older.look(self._copy, record, self.walked.get(step.lower)):
                    # What was tried has left nothing, but may have taken room.
                    state = replace(state, size=self._copy.size())
        elif earlier:
            record = self._looked_at(record, earlier, name)
            if first_time:
                self._past.keep(earlier.database, copies.pop_all().close)
        return record, state

    def _looked_at(self, record: StepRecord, earlier: Side, name: str) -> StepRecord:
        """What else is asked of a step up, on copies of what was before it."""
        with going_on(f"{name} with later models", self.failures):
            record = self._with_later_models(record, earlier)
        if self.probe:
            with going_on(f"{name} with probing rows", self.failures):
                after = Side(self._copy, record.after.schema)
                probing = probe_step(
                    self._chain, self._lab, earlier, after, record, self._known, self._goes_down
                )
                self.probings.append(probing)
        if self._crash:
            self._progress(f"stopping {record.step.revision} after each statement")
            with going_on(f"the crash test of {name}", self.failures):
                self.crash_tests.append(crash_test(self._chain, earlier, record, self._lab))
        return record

    def _run(self, step: Step, state: State) -> StepRecord:
        """Run a step; one up that fails once more."""
        record = run_step(self._chain, self._copy, step, state, watch=self._watch)
        if record.error and step.direction == UPGRADE:
            retry = run_step(self._chain, self._copy, step, record.after)
            return replace(record, retry=retry)
        return record

    def _earlier(self, step: Step, state: State, first_time: bool, copies: ExitStack) -> Optional[Side]:
        """The copy as it is now, set aside, where nothing else tells what the step did."""
        if step.direction == DOWNGRADE and step.lower and step.lower in self._past:
            return None
        if step.revision in self._seen_up:
            return None
        if self._lab.single:
            self._lab.remark(_COUNTED)
            return None
        self._past.let_go(Side(self._copy, state.schema))
        database = self._set_aside(copies)
        if first_time:
            # From the base, too: what is made again begins there.
            self._past.note(step.lower, state.schema, step)
            self._seen_up.add(step.revision)
        return Side(database, state.schema)

    def _set_aside(self, copies: ExitStack) -> Database:
        """A copy of the copy as it is now, until the end of ``copies``."""
        spare, self._spare = self._spare, None
        if spare is not None and self._done == 1:
            copies.callback(self._lab.discard, spare)
            return spare
        self._copies += 1
        return copies.enter_context(self._lab.copied(self._copy, f"before {self._copies}"))

    def _untouched(self, step: Step, earlier: Optional[Side], copies: ExitStack) -> Optional[Database]:
        """The copy as it is now, where the step is to be tried as a file of SQL."""
        if self.trials is None or not self.trials.wants(step):
            return None
        if earlier:
            return earlier.database
        self._copies += 1
        return copies.enter_context(self._lab.copied(self._copy, f"untouched {self._copies}"))

    def _try(self, untouched: Database, record: StepRecord) -> None:
        """Try a step as a file of SQL."""
        name = f"{record.step.direction}() of {record.step.revision}"
        self._progress(f"running the SQL of {name}")
        with going_on(f"the SQL of {name}", self.failures):
            assert self.trials
            self.trials.run(untouched, record, self._copy)

    def _with_later_models(self, record: StepRecord, earlier: Side) -> StepRecord:
        """The record with what the script does at models that have grown since: with probing rows, too, for
        there may be a part of it that it runs for some rows only."""
        if not imports_models(record.source):
            return record
        said = self._said_with_later_models(record, earlier, self.probe)
        if said and self.probe and not speaks_of_later_models(said):
            # That it fails at probing rows is another matter.
            said = self._said_with_later_models(record, earlier, False)
        return replace(record, later_error=said)

    def _said_with_later_models(self, record: StepRecord, earlier: Side, probes: bool) -> str:
        with self._lab.copied(earlier.database, f"later {self._copies}") as database:
            if probes:
                put_probes(database, earlier, record)
            return error_with_later_models(self._chain, database, record.step, record.before)

    def _with_rows(self, record: StepRecord, earlier: Optional[Side]) -> StepRecord:
        """The record with what the step did to rows, as far as something tells it."""
        step = record.step
        now = Side(self._copy, record.after.schema)
        down = step.direction == DOWNGRADE
        if down and step.lower and step.lower in self._past:
            return replace(record, not_undone=self._past.compare(step.lower, now))
        if earlier is None:
            if step.revision in self._seen_up:
                return record
            return replace(record, rows=compare_counts(record.before.rows, record.after.rows))
        try:
            declared = self._chain.declared(step.revision)
            rows = compare_rows(earlier, now, declared, self._known, down, script=record.source)
            return replace(record, rows=rows, declared=declared)
        except DeclarationError as error:
            rows = compare_rows(earlier, now, (), self._known, down)
            return replace(record, rows=rows, declaration_error=str(error))
