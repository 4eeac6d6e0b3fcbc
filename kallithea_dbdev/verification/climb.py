"""Walk a copy of a database over its migrations: up to the head, down, and up again."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Callable, Dict, List, Optional, Tuple

from ..databases.base import Database
from ..migrations import DOWNGRADE, UPGRADE, Chain, Step, StepRecord, reversed_steps, run_step
from ..state import State, read_state

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

    @property
    def records(self) -> Tuple[StepRecord, ...]:
        """All steps in the order in which they were run."""
        return self.up + self.down + self.again

    @property
    def recorded(self) -> Dict[str, State]:
        """Revision -> the state seen there at first, on the way up."""
        states = {self.start.revisions[0]: self.start}
        for record in self.up:
            if record.error is None:
                states.setdefault(record.step.revision, record.after)
        return states

    @property
    def top(self) -> State:
        """The state at the end of the way up."""
        return self.up[-1].after if self.up else self.start


def climb(
    chain: Chain,
    copy: Database,
    fresh: State,
    bottom: Optional[Tuple[Step, ...]],
    progress: Progress,
    chain_states: Tuple[State, ...] = (),
) -> Climb:
    """Walk ``copy``, a throwaway at some revision of ``chain``: to the head, down, up again.

    ``bottom`` are the upgrade steps below the start that the way down goes on to; None: none,
    but one step where the copy is at the head already.
    """
    start = read_state(copy)
    upward = chain.between(start.revisions[0], chain.head) or ()
    below = bottom
    if below is None:
        whole = chain.between(None, chain.head) or ()
        below = () if upward else whole[-1:]
    total = 2 * len(below) + 3 * len(upward)
    done = 0

    def walk(steps: Tuple[Step, ...], state: State) -> Tuple[StepRecord, ...]:
        nonlocal done
        records: List[StepRecord] = []
        for step in steps:
            done += 1
            progress(f"step {done}/{total}: {step.direction} {step.revision}")
            record = run_step(chain.scripts, copy, step, state)
            if record.error and step.direction == UPGRADE:
                retry = run_step(chain.scripts, copy, step, record.after)
                record = replace(record, retry=retry)
            records.append(record)
            state = record.after
            if record.error:
                break
        return tuple(records)

    # 1. up to the head
    up = walk(upward, start)
    top = up[-1].after if up else start
    reached = not (up and up[-1].error)
    # 2. down to where it started, or further
    down = walk(reversed_steps(below + upward), top) if reached else ()
    # 3. up again what was downgraded; a step that failed to go down is not gone up again
    redo = reversed_steps(tuple(record.step for record in down if record.error is None))
    whole_way_down = not (down and down[-1].error)
    again: Tuple[StepRecord, ...] = ()
    if reached and whole_way_down and down:
        steps = tuple(Step(step.revision, UPGRADE, step.lower) for step in redo)
        assert all(record.step.direction == DOWNGRADE for record in down)
        again = walk(steps, down[-1].after)
    return Climb(copy.engine, start, fresh, up, down, again, chain.head, reached, chain_states)
