"""Walk a copy of a database over its migrations: up to the head, down, and up again."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any, Callable, Dict, FrozenSet, List, Mapping, Optional, Set, Tuple

from ..application.exercise import exercise_models
from ..engines.database import Database, Scratch
from ..engines.lab import Lab
from ..engines.watching import Watch
from ..errors import DeclarationError
from ..failure import Failure, going_on
from ..migrations import DOWNGRADE, UPGRADE, Chain, Step, StepRecord, reversed_steps, run_step
from ..offline.step import SqlStep
from ..offline.trial import Trials
from ..releases import Release
from ..rows.changes import Known, Side
from ..rows.comparison import compare_counts, compare_rows
from ..rows.defaults import Rows
from ..rows.samples import fill_empty_tables
from ..rows.unreadable import Unreadable, first_rows
from ..state import State, read_state
from .crash import CrashTest, crash_test
from .estimate import Estimate
from .ground import Way
from .later import error_with_later_models
from .older import Stuck
from .older_version import OlderVersion, OlderVersions
from .past import Past
from .probing import Probing, probe_step
from .source import imports_models

_COUNTED = "rows were counted, their values not compared: there is one scratch database only"

_NOT_TRIED = "how the server alters tables was not asked: there is one scratch database only"

#: Tells what is going on; the command shows it on a terminal.
Progress = Callable[[str], None]


@dataclass(frozen=True)
class Climb:
    """What was seen on the three ways; a way ends early where a step fails.

    ``fresh`` is the state of a database that Kallithea's own set-up just made. ``chain_states``
    are those of the recorded release on its way to the head, empty where there is none.
    """

    engine: str
    start: State
    fresh: State
    up: Tuple[StepRecord, ...]
    down: Tuple[StepRecord, ...]
    again: Tuple[StepRecord, ...]
    head: str
    #: True unless a step failed, or there was nothing more to walk.
    reached_head: bool
    chain_states: Tuple[State, ...] = field(default=(), repr=False)
    #: Tables that were empty, and were filled with sample rows.
    sampled: FrozenSet[str] = frozenset()
    #: Whether it began with a copy of the configured database, not with a recorded release.
    configured: bool = True
    #: The recorded releases on their way to the head, the one that the database began as first:
    #: ``chain_states`` are that one's. Others as far as they were needed.
    ways: Tuple[Way, ...] = field(default=(), repr=False)
    #: Another revision whose schema the start has, rather than that of its stamp.
    looks_like: Optional[str] = None
    #: Of each step up, where that was asked for.
    crash_tests: Tuple[CrashTest, ...] = field(default=(), repr=False)
    #: Of each step up, what probing rows showed.
    probings: Tuple[Probing, ...] = field(default=(), repr=False)
    #: Where a database of an older release ends, because of the models as they are now.
    stuck: Optional[Stuck] = None
    #: (table, message) of each mapped class that cannot load or save a row at the head.
    application: "Problems" = ()
    #: What no version of the models could load or save of the rows that they met there.
    unreadable: Tuple[Unreadable, ...] = ()
    #: Each step as a file of SQL, where that was asked for.
    sql: Tuple[SqlStep, ...] = ()
    #: What the versions before met after steps down, where that may be something else than they knew.
    older: Tuple[OlderVersion, ...] = ()
    #: What could not be done; the rest was done without it.
    failures: Tuple[Failure, ...] = ()
    #: For how many seconds a step may keep others from a table; None where nobody asks.
    max_lock: Optional[float] = None
    #: The steps as they would be with tables of a size that somebody asked for.
    estimate: Optional[Estimate] = None

    @property
    def records(self) -> Tuple[StepRecord, ...]:
        """All steps in the order in which they were run."""
        return self.up + self.down + self.again

    @property
    def recorded(self) -> Dict[Optional[str], State]:
        """Revision (None: the base) -> the state seen there at first, on the way up."""
        states = {self.start.revision: self.start}
        for record in self.up:
            if record.error is None:
                states.setdefault(record.step.revision, record.after)
        return states

    @property
    def began(self) -> Optional[str]:
        """The recorded release that the database began as, as far as its schema tells."""
        return (self.ways[0].version or None) if self.ways else None

    @property
    def top(self) -> State:
        """The state at the end of the way up."""
        return self.up[-1].after if self.up else self.start


@dataclass(frozen=True)
class Options:
    """How a copy is walked.

    ``bottom`` are the upgrade steps below the start that the way down goes on to; None: none, but one
    step where the copy is at the head already.
    """

    bottom: Optional[Tuple[Step, ...]] = None
    #: For the sample rows that tables without rows get first; None: they get none.
    seed: Optional[int] = None
    #: Stop each step up on the way.
    crash: bool = False
    #: Run each step up once more with probing rows.
    probe: bool = False
    #: End at the head: no step down, and none up again.
    up_only: bool = False
    #: Prove each step as a file of SQL, too.
    sql: bool = False
    #: For how many seconds a step may keep others from a table; None: nobody asked.
    max_lock: Optional[float] = None


#: (table, message) of each mapped class that cannot load or save a row of a database.
Problems = Tuple[Tuple[str, str], ...]


def use_models(database: Scratch) -> Problems:
    """Load and save a row of every model, and take that back."""
    with database.handed_over() as url:
        return tuple(exercise_models(url))


@dataclass(frozen=True)
class Reference:
    """What a walk is compared with; ``fresh`` and ``released`` are asked for as late as can be.

    ``fresh`` is the state of a fresh database; ``released`` are those of a recorded release on its way to
    the head, none where there is none; ``written`` are the rows that set-ups of releases have written.
    """

    fresh: Callable[[], State]
    released: Callable[[], Tuple[State, ...]] = tuple
    written: Tuple[Rows, ...] = ()
    #: How the models are used on a database in a certain state.
    use_models: Callable[[Scratch, State], Problems] = lambda database, state: use_models(database)
    #: A recorded release as its set-up made it; None where it is not at hand.
    recorded: Callable[[Release], Optional[State]] = lambda release: None


def climb(
    chain: Chain,
    copy: Scratch,
    lab: Lab,
    reference: Reference,
    options: Options,
    progress: Progress,
    again: Optional[Callable[[str], Scratch]] = None,
) -> Climb:
    """Walk ``copy``, a throwaway at some revision of ``chain``: to the head, down, up again.

    ``again`` makes a database as ``copy`` is given, under another label; without it a copy of it is kept.
    """
    sampled: Tuple[str, ...] = ()
    with copy.connected():
        start = read_state(copy)
        counts = start.rows
        if options.seed is not None:
            progress("filling empty tables with sample rows")
            sampled = fill_empty_tables(copy, start.schema, start.rows, options.seed)
            start = replace(start, rows=copy.count_rows(), counters=copy.counters(), size=copy.size())
    upward = chain.between(start.revision, chain.head) or ()
    below = options.bottom
    if below is None:
        whole = chain.between(None, chain.head) or ()
        below = () if upward else whole[-1:]
    known = Known(
        lambda: reference.fresh().defaults,
        lambda: tuple(state.defaults for state in reference.released()[:1]),
        lambda: reference.written,
    )
    failures: List[Failure] = []

    def made_again(label: str) -> Scratch:
        if again is None:
            return lab.copy(walker.base or copy, label)
        database = again(label)
        if options.seed is not None:
            fill_empty_tables(database, start.schema, counts, options.seed)
        return database

    past = Past(chain, lab, start, made_again)
    total = 2 * len(below) + 3 * len(upward)
    trial = trial_for(copy, lab, "trial")
    if copy.chooses_ways and trial is None and options.max_lock is not None:
        lab.remark(_NOT_TRIED)
    walker = _Walker(
        failures, chain, copy, known, lab, progress, options, total, past, again is None,
        lambda connection: copy.watch(connection, trial), reference.recorded,
    )  # fmt: skip
    # 1. up to the head
    up = walker.walk(upward, start, first_time=True)
    walker.probe = False  # what a site has passed already is no question of its rows
    top = up[-1].after if up else start
    walker.walked = {state.revision: state for state in (start, *(record.after for record in up))}
    reached = not (walker.stopped or (up and up[-1].error))
    problems: Problems = ()
    odd: Tuple[Unreadable, ...] = ()
    if reached and top.revisions == (chain.head,):
        progress("loading and saving a row of every model")
        with going_on("the use of the models", failures):
            problems = reference.use_models(copy, top)
            odd = tuple(first_rows(copy, top.schema, (table for table, _ in problems)))
    # 2. down to where it started, or further
    down = walker.walk(reversed_steps(below + upward), top) if reached and not options.up_only else ()
    # 3. up again what was downgraded; a step that failed to go down is not gone up again
    up_again: Tuple[StepRecord, ...] = ()
    if down and not down[-1].error and not walker.stopped:
        steps = tuple(Step(r.step.revision, UPGRADE, r.step.lower) for r in reversed(down))
        up_again = walker.walk(steps, down[-1].after)
    past.end()
    if walker.base:
        lab.discard(walker.base)
    return Climb(
        copy.engine, start, reference.fresh(), up, down, up_again, chain.head, reached, reference.released(),
        frozenset(sampled), crash_tests=tuple(walker.crash_tests), probings=tuple(walker.probings),
        application=problems, unreadable=odd, sql=tuple(walker.trials.steps if walker.trials else ()),
        older=tuple(walker.older.met), failures=tuple(failures), max_lock=options.max_lock,
    )  # fmt: skip


def trial_for(copy: Scratch, lab: Lab, label: str) -> Optional[Scratch]:
    """An empty database in which a server is asked how it would run a statement, where it must be asked, and
    there can be another database."""
    return lab.scratch(label) if copy.chooses_ways and not lab.single else None


class _Walker:
    """Runs steps on one copy. Beside it stands a copy of what it was before the step, to compare."""

    def __init__(
        self,
        failures: List[Failure],
        chain: Chain,
        copy: Scratch,
        known: Known,
        lab: Lab,
        progress: Progress,
        options: Options,
        total: int,
        past: Past,
        keeps_base: bool,
        watch: Callable[[Any], Watch],
        recorded: Callable[[Release], Optional[State]],
    ) -> None:
        self._failures = failures
        #: Whether something else than a script ended the way.
        self.stopped = False
        self._chain = chain
        self._copy = copy
        self._known = known
        self._lab = lab
        self._progress = progress
        self._crash = options.crash
        self.crash_tests: List[CrashTest] = []
        #: What tries each step as a file of SQL; None: nobody wants that.
        self.trials = Trials(chain, lab) if options.sql else None
        #: What looks at the database as the version before a step down does.
        self.older = OlderVersions(lab, recorded)
        #: What it was at the revisions of the way up.
        self.walked: Mapping[Optional[str], State] = {}
        #: Whether the way goes down again: else nobody asks for a step down with probing rows.
        self._goes_down = not options.up_only
        #: Whether each step up is run once more with probing rows.
        self.probe = options.probe
        self.probings: List[Probing] = []
        self._total = total
        self._done = 0
        self._past = past
        self._keeps_base = keeps_base
        self._watch = watch
        #: The copy before the first step, where it is kept.
        self.base: Optional[Scratch] = None
        self._seen_up: Set[str] = set()
        self._copies = 0

    def walk(self, steps: Tuple[Step, ...], state: State, first_time: bool = False) -> Tuple[StepRecord, ...]:
        """Run the steps one after the other; ends with the first that fails, or that nobody can see.

        What was there before a step is noted the first time, to be compared with on the way back.
        """
        records: List[StepRecord] = []
        for step in steps:
            self._done += 1
            self._progress(f"step {self._done}/{self._total}: {step.direction} {step.revision}")
            name = f"{step.direction}() of {step.revision}"
            self.stopped = True
            with going_on(name, self._failures):
                earlier = self._earlier(step, state, first_time)
                untouched = self._untouched(step, earlier)
                with self._copy.connected():
                    record = self._run(step, state)
                    if not record.error:
                        with going_on(f"the comparison of rows around {name}", self._failures):
                            record = self._with_rows(record, earlier)
                self.stopped = False
            if self.stopped:
                break
            if untouched:
                self._try(untouched, record)
            if untouched and not earlier:
                self._lab.discard(untouched)
            if record.error:
                self._discard(earlier)
                return (*records, record)
            tried = False
            if step.direction == DOWNGRADE:
                with going_on(f"the older version after {name}", self._failures):
                    tried = self.older.look(self._copy, record, self.walked.get(step.lower))
            if step.direction == UPGRADE and earlier:
                with going_on(f"{name} with later models", self._failures):
                    record = self._with_later_models(record, earlier.database)
            if step.direction == UPGRADE and self.probe and earlier:
                with going_on(f"{name} with probing rows", self._failures):
                    after = Side(self._copy, record.after.schema)
                    probing = probe_step(
                        self._chain, self._lab, earlier, after, record, self._known, self._goes_down
                    )
                    self.probings.append(probing)
            if step.direction == UPGRADE and self._crash and earlier:
                self._progress(f"stopping {step.revision} after each statement")
                with going_on(f"the crash test of {name}", self._failures):
                    self.crash_tests.append(crash_test(self._chain, earlier, record, self._lab))
            if earlier and first_time:
                self._keep(earlier)
            else:
                self._discard(earlier)
            records.append(record)
            state = record.after
            if tried:
                # What was tried has left nothing, but may have taken room.
                state = replace(state, size=self._copy.size())
        return tuple(records)

    def _run(self, step: Step, state: State) -> StepRecord:
        """Run a step; one up that fails once more."""
        record = run_step(self._chain, self._copy, step, state, watch=self._watch)
        if record.error and step.direction == UPGRADE:
            retry = run_step(self._chain, self._copy, step, record.after)
            return replace(record, retry=retry)
        return record

    def _earlier(self, step: Step, state: State, first_time: bool) -> Optional[Side]:
        """The copy as it is now, set aside, where nothing else tells what the step did."""
        if step.direction == DOWNGRADE and step.lower and step.lower in self._past:
            return None
        if step.revision in self._seen_up:
            return None
        if self._lab.single:
            self._lab.remark(_COUNTED)
            return None
        self._past.let_go(Side(self._copy, state.schema))
        self._copies += 1
        database = self._lab.copy(self._copy, f"before {self._copies}")
        if first_time:
            # From the base, too: what is made again begins there.
            self._past.note(step.lower, state.schema, step)
            self._seen_up.add(step.revision)
        if self._keeps_base and self.base is None:
            self.base = database
        return Side(database, state.schema)

    def _untouched(self, step: Step, earlier: Optional[Side]) -> Optional[Scratch]:
        """The copy as it is now, where the step is to be tried as a file of SQL."""
        if self.trials is None or not self.trials.wants(step):
            return None
        if earlier:
            assert isinstance(earlier.database, Scratch)
            return earlier.database
        self._copies += 1
        return self._lab.copy(self._copy, f"untouched {self._copies}")

    def _try(self, untouched: Scratch, record: StepRecord) -> None:
        """Try a step as a file of SQL."""
        name = f"{record.step.direction}() of {record.step.revision}"
        self._progress(f"running the SQL of {name}")
        with going_on(f"the SQL of {name}", self._failures):
            assert self.trials
            self.trials.run(untouched, record, self._copy)

    def _keep(self, earlier: Side) -> None:
        """Keep a copy from before a step up for the way back."""
        assert isinstance(earlier.database, Scratch)
        self._past.keep(earlier.database, lambda: self._discard(earlier))

    def _discard(self, earlier: Optional[Side]) -> None:
        """Let go of a copy that nobody looks at any more."""
        if earlier and earlier.database is not self.base:
            assert isinstance(earlier.database, Scratch)
            self._lab.discard(earlier.database)

    def _with_later_models(self, record: StepRecord, earlier: Database) -> StepRecord:
        """The record with what the script does at models that have grown since."""
        if not imports_models(record.source):
            return record
        database = self._lab.copy(earlier, f"later {self._copies}")
        said = error_with_later_models(self._chain, database, record.step, record.before)
        self._lab.discard(database)
        return replace(record, later_error=said)

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
