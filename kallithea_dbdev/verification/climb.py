"""Walk a copy of a database over its migrations: up to the head, down, and up again."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Callable, Dict, FrozenSet, List, Optional, Tuple

from ..engines.database import Scratch
from ..engines.lab import Lab
from ..failure import Failure, going_on
from ..migrations import UPGRADE, Chain, Step, StepRecord, reversed_steps
from ..offline.step import SqlStep
from ..rows.changes import Side
from ..rows.culprits import culprits
from ..rows.hidden import remember_secrets
from ..rows.misfits import misfits, take_away
from ..rows.samples import fill_empty_tables
from ..rows.unreadable import Unreadable, first_rows
from ..state import State
from .at_once import AtOnce, at_once
from .bare import Bare, bare
from .course import Options, Problems, Progress, Reference
from .crash import CrashTest
from .estimate import Estimate
from .ground import Stuck, Way
from .older_version import OlderVersion
from .outset import Outset, prepare
from .past import Past
from .probing import Probing
from .refusing import refusing
from .stumbling import Stumbled, is_same_failure, spoken_of
from .walker import Walker


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
    #: What several steps do in one run of Alembic that they did not one by one.
    at_once: Optional[AtOnce] = None
    #: A step that is another one without sample rows.
    bare: Optional[Bare] = None
    #: Of each step up, where that was asked for.
    crash_tests: Tuple[CrashTest, ...] = field(default=(), repr=False)
    #: Of each step up, what probing rows showed.
    probings: Tuple[Probing, ...] = field(default=(), repr=False)
    #: Where a database of an older release ends, because of the models as they are now.
    stuck: Optional[Stuck] = None
    #: Where the newest recorded release ends that the database may have begun as, if not at the head.
    refused: Optional[Stuck] = None
    #: (table, message) of each mapped class that cannot load or save a row at the head.
    application: Problems = ()
    #: (table, triggers) of those that can do so without triggers which no step has touched.
    refusing: Tuple[Tuple[str, Tuple[str, ...]], ...] = ()
    #: What no version of the models could load or save of the rows that they met there.
    unreadable: Tuple[Unreadable, ...] = ()
    #: The rows that the first step which failed did so at, as far as anybody can tell.
    culprits: Tuple[str, ...] = ()
    #: Where a step failed at rows that did not fit before the first one: all else was seen without them.
    stumbled: Optional[Stumbled] = None
    #: Each step as a file of SQL, where that was asked for.
    sql: Tuple[SqlStep, ...] = ()
    #: What the versions before met after steps down, where that may be something else than they knew.
    older: Tuple[OlderVersion, ...] = ()
    #: What could not be done; the rest was done without it.
    failures: Tuple[Failure, ...] = ()
    #: For how many seconds a step may keep others from a table; None where nobody asks.
    max_lock: Optional[float] = None
    #: The database that was walked, as it is at the end; None where it is gone.
    copy: Optional[Scratch] = field(default=None, repr=False, compare=False)
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


def climb(
    chain: Chain,
    copy: Scratch,
    lab: Lab,
    reference: Reference,
    options: Options,
    progress: Progress,
    again: Callable[[str], Scratch],
    outset: Optional[Outset] = None,
    spare: Optional[Scratch] = None,
) -> Climb:
    """Walk ``copy``, a throwaway at some revision of ``chain``: to the head, down, up again.

    ``again`` makes a database as ``copy`` is given, under another label; ``outset``: it is prepared already,
    and ``spare`` is a copy of it. Where a step fails at rows that did not fit before the first step already,
    ``copy`` is discarded, and another one walked that has none of them: which one is left is in the result.
    """
    outset = outset or prepare(copy, options.seed, progress)
    remember_secrets(copy, outset.state.schema.tables, but=outset.sampled)
    seen = _walked(chain, copy, outset, lab, reference, options, progress, again, spare)
    failed = next((record for record in seen.records if record.error), None)
    if failed is None or failed.error is None or failed.error.irreversible:
        return seen
    failures: List[Failure] = []
    with going_on("the search for rows that did not fit before", failures):
        with copy.connected():
            said = failed.error.message, failed.error.statement or ""
            seen = replace(seen, culprits=culprits(copy, copy.read_schema(), *said))
            tables = spoken_of(failed, seen.start.schema)
            # A first look at what the step has left: most fail for other reasons.
            if not any(misfits(Side(copy, seen.start.schema), tables)):
                return seen
        progress("running the steps without the rows that did not fit before")
        lab.discard(copy)
        seen = replace(seen, copy=None)
        fitting = again("fitting")
        seen = replace(seen, copy=fitting)
        found = tuple(take_away(fitting, seen.start.schema, tables))

        def fitting_again(label: str) -> Scratch:
            database = again(label)
            take_away(database, seen.start.schema, tables)
            return database

        other = seen
        if found:
            outset = prepare(fitting, options.seed, progress)
            other = _walked(chain, fitting, outset, lab, reference, options, progress, fitting_again)
        if not any(is_same_failure(failed, record) for record in other.records):
            return replace(other, stumbled=Stumbled(failed, found))
    return replace(seen, failures=(*seen.failures, *failures))


def _walked(
    chain: Chain,
    copy: Scratch,
    outset: Outset,
    lab: Lab,
    reference: Reference,
    options: Options,
    progress: Progress,
    again: Callable[[str], Scratch],
    spare: Optional[Scratch] = None,
) -> Climb:
    start = outset.state
    upward = chain.between(start.revision, chain.head) or ()
    below = options.bottom
    if below is None:
        whole = chain.between(None, chain.head) or ()
        below = () if upward else whole[-1:]

    def made_again(label: str) -> Scratch:
        database = again(label)
        if options.seed is not None:
            fill_empty_tables(database, start.schema, outset.counts, options.seed)
        return database

    past = Past(chain, lab, start, made_again)
    total = 2 * len(below) + 3 * len(upward)
    walker = Walker(chain, copy, lab, reference, options, progress, past, total, spare)
    # 1. up to the head
    up = walker.walk(upward, start, first_time=True)
    walker.probe = False  # what a site has passed already is no question of its rows
    top = up[-1].after if up else start
    walker.walked = {state.revision: state for state in (start, *(record.after for record in up))}
    reached = not (walker.stopped or (up and up[-1].error))
    problems: Problems = ()
    odd: Tuple[Unreadable, ...] = ()
    triggers: Tuple[Tuple[str, Tuple[str, ...]], ...] = ()
    if reached and top.revisions == (chain.head,):
        progress("loading and saving a row of every model")
        with going_on("the use of the models", walker.failures):
            problems = reference.use_models(copy, top)
            odd = tuple(first_rows(copy, top.schema, (table for table, _ in problems)))
            triggers = refusing(copy, lab, start.schema, top.schema, problems)
    # 2. down to where it started, or further
    down = walker.walk(reversed_steps(below + upward), top) if reached and not options.up_only else ()
    # 3. up again what was downgraded; a step that failed to go down is not gone up again
    up_again: Tuple[StepRecord, ...] = ()
    if down and not down[-1].error and not walker.stopped:
        steps = tuple(Step(r.step.revision, UPGRADE, r.step.lower) for r in reversed(down))
        up_again = walker.walk(steps, down[-1].after)
    past.end()
    together: Optional[AtOnce] = None
    empty: Optional[Bare] = None
    ways = [way for way in (up, down, () if up else up_again) if way and not way[-1].error]
    if reached and not walker.stopped:
        with going_on("the run of all scripts in one session", walker.failures):
            together = at_once(chain, ways, lab, made_again, progress)
        with going_on("the run without sample rows", walker.failures):
            empty = bare(chain, ways, frozenset(outset.sampled), lab, again, progress)
    return Climb(
        copy.engine, start, reference.fresh(), up, down, up_again, chain.head, reached, reference.released(),
        frozenset(outset.sampled), at_once=together, bare=empty,
        crash_tests=tuple(walker.crash_tests), probings=tuple(walker.probings),
        application=problems, refusing=triggers, unreadable=odd,
        sql=tuple(walker.trials.steps if walker.trials else ()),
        older=tuple(walker.older.met), failures=tuple(walker.failures), max_lock=options.max_lock, copy=copy,
    )  # fmt: skip
