"""``--rows``: how long steps take where tables are large, from runs with smaller ones.

The tables are filled to a part of what was asked for and the steps are run, on copies: with the database's
rows alone, and at two sizes. Each statement grows along a line through these, or along a parabola
where it clearly grows faster (a join that no index serves). Where few enough rows are asked for, the steps
are run with all of them.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from itertools import accumulate
from typing import Callable, Dict, FrozenSet, List, Mapping, Optional, Sequence, Tuple

from ..engines.database import Scratch
from ..engines.lab import Lab
from ..errors import UsageError
from ..migrations import Chain, Step, StepRecord, run_step
from ..rows.filling import Filler
from ..rows.samples import fill_empty_tables
from ..state import State, read_state
from ..statements import COUNTED, HeldLock, Statement

#: How many rows are made for the sizes that are tried in any case, in all tables together.
MOST = 100_000
#: Each size is so many times the one before it.
_RATIO = 8
#: No larger size is tried after a run that took so many seconds.
_LONG = 10.0
#: Then sizes are tried that are so many times as large, as long as such a run can be expected to take less
#: than so many seconds, should it grow with the square of the size: nothing is as good as a run with all rows.
_MORE, _AFFORDABLE = 3, 20.0
#: At each size the steps are run until the two shortest runs agree so well (a part of them, or seconds),
#: so often at the most, and until all runs together took so many seconds.
_AGREE, _AGREE_SECONDS, _RUNS, _ENOUGH = 0.1, 0.003, 12, 15.0
#: Below this nobody can tell a curve from chance.
_NOTICEABLE = 0.05
#: How much more than a line a statement must grow to be taken for a curve.
_CURVED = 2.5
#: Which part of the work that is counted must be beyond a line; less work than this is not looked at.
_BENT, _COUNTABLE = 0.3, 10_000
#: By how much what is counted may differ, and the clock by how many seconds, where nothing grows.
_STILL, _STILL_SECONDS = 1.02, 0.02

#: A part of the size that was asked for, and the seconds there.
Point = Tuple[float, float]


@dataclass(frozen=True)
class Estimate:
    """The steps as they would be run with ``rows`` in the tables. ``parts`` are the sizes of the runs that it
    comes from, as parts of that; the last is 1 where nothing had to be computed."""

    rows: Mapping[str, int]
    records: Tuple[StepRecord, ...]
    parts: Tuple[float, ...]
    #: Why steps are missing: what one says with rows of ours.
    stopped: str = ""

    def of(self, step: Step) -> Optional[StepRecord]:
        """The record of a step, the first time that it was run; None where it was not."""
        return next((record for record in self.records if record.step == step), None)


class Estimating:
    """Measures steps on copies of one database. ``begin`` makes such a copy under a label."""

    def __init__(
        self,
        chain: Chain,
        lab: Lab,
        begin: Callable[[str], Scratch],
        steps: Sequence[Step],
        seed: Optional[int],
        trial: Optional[Scratch] = None,
    ) -> None:
        self._chain = chain
        self._lab = lab
        self._begin = begin
        self._steps = steps
        self._seed = seed
        self._trial = trial
        self._stopped = ""

    def estimate(self, rows: Mapping[str, int]) -> Estimate:
        """The steps with so many rows. Raises UsageError where a table cannot have so many."""
        database = self._begin("sized")
        state = read_state(database)
        if self._seed is not None:
            # What the tables that are to grow point at must be there.
            fill_empty_tables(database, state.schema, state.rows, self._seed)
            state = replace(state, rows=database.count_rows())
        # What this database does not have yet its upgrade makes: without rows.
        asked = {table: count for table, count in rows.items() if state.schema.table(table)}
        missing = {table: max(count - state.rows.get(table, 0), 0) for table, count in asked.items()}
        whole, largest = split(missing)
        filler = Filler(database, state.schema, state.rows)
        parts: List[float] = []
        measured: List[Tuple[StepRecord, ...]] = []
        waiting = [0.0, largest / _RATIO**2, largest / _RATIO, largest]
        filling = 0.0
        while waiting:
            part = waiting.pop(0)
            targets = {
                table: state.rows.get(table, 0) + (more if table in whole else round(part * more))
                for table, more in missing.items()
            }
            started = time.monotonic()
            _refuse_missing(targets, filler.fill(targets))
            filling += time.monotonic() - started
            parts.append(part)
            # Before a run with all rows the others only show that it will come to an end.
            counts = largest < 1.0 or part == 1.0
            sized = replace(state, rows={**state.rows, **targets})
            measured.append(self._measure(database, sized, _RUNS if counts else 1))
            took = sum(record.seconds for record in measured[-1])
            if len(parts) > 2 and took > _LONG:
                break
            if not waiting and part < 1.0:
                larger = further(part, took, filling)
                waiting.extend([larger] if larger else [])
        self._lab.discard(database)
        if parts[-1] == 1.0:
            return Estimate(dict(rows), measured[-1], (1.0,), self._stopped)
        # Without more rows in large tables, and at the two largest sizes.
        chosen = [0, len(parts) - 2, len(parts) - 1]
        parts, measured = [parts[n] for n in chosen], [measured[n] for n in chosen]
        records = tuple(at_full_size(parts, each) for each in zip(*measured))
        return Estimate(dict(rows), records, tuple(parts), self._stopped)

    def _measure(self, database: Scratch, state: State, most: int) -> Tuple[StepRecord, ...]:
        """The steps on copies of a database, each in its shortest time, as far as they run."""
        runs: List[List[StepRecord]] = []
        totals: List[float] = []
        while len(runs) < most and sum(totals) < _ENOUGH and not _agree(totals):
            runs.append(self._run(database, state))
            totals.append(sum(record.seconds for record in runs[-1]))
        return tuple(min(same, key=lambda record: record.seconds) for same in zip(*runs))

    def _run(self, database: Scratch, state: State) -> List[StepRecord]:
        done: List[StepRecord] = []
        with self._lab.copied(database, "measured") as copy:
            for step in self._steps:
                record = run_step(
                    self._chain, copy, step, state, blind=True, counting=True,
                    watch=lambda c: copy.watch(c, self._trial),
                )  # fmt: skip
                if record.error:
                    self._stopped = f"{step.direction}() of {step.revision}: {record.error.message}"
                    break
                done.append(record)
        return done


def _agree(totals: Sequence[float]) -> bool:
    """Whether the two shortest runs took the same time: somebody else on the machine makes some longer."""
    shortest = sorted(totals)[:2]
    return len(shortest) == 2 and shortest[1] - shortest[0] <= max(_AGREE * shortest[0], _AGREE_SECONDS)


def split(missing: Mapping[str, int]) -> Tuple[FrozenSet[str], float]:
    """The tables that get all of their rows in each run, and the largest part of theirs that the others get.

    Of a table that is much smaller than another a part would tell nothing.
    """
    total = sum(missing.values())
    if total <= MOST:
        return frozenset(), 1.0
    whole: Dict[str, int] = {}
    for table, count in sorted(missing.items(), key=lambda item: item[1]):
        if sum(whole.values()) + count <= MOST // 4:
            whole[table] = count
    used = sum(whole.values())
    return frozenset(whole), (MOST - used) / (total - used)


def further(part: float, took: float, filling: float) -> Optional[float]:
    """Another size to try after the largest one, at which the steps took so many seconds, as making all rows
    so far did; None where that may be long."""
    larger = part * _MORE if part * _MORE < 0.5 else 1.0
    times = larger / part
    return larger if took * times**2 < _AFFORDABLE and filling * times < _LONG else None


def _refuse_missing(targets: Mapping[str, int], counts: Mapping[str, int]) -> None:
    for table, wanted in targets.items():
        if counts[table] < wanted:
            raise UsageError(
                f"--rows {table}=...: no more than {counts[table]} rows can be made",
                "its rows need others to point at, or values that are free: name larger tables, or fewer rows",
            )


def at_full_size(parts: Sequence[float], records: Sequence[StepRecord]) -> StepRecord:
    """A step as it would be with all of the rows; the records are those of runs with three parts of it, the
    smallest first."""
    last = records[-1]
    if len({tuple(statement.sql for statement in record.sent) for record in records}) > 1:
        # A script that sends a statement for each row: of that only the whole can be told.
        whole_work = [len(record.sent) + sum(s.work for s in record.sent) for record in records]
        whole = grown(list(zip(parts, (record.seconds for record in records))), whole_work)
        factor = whole / last.seconds if last.seconds else 1.0
        sent = tuple(_scaled(statement, factor) for statement in last.sent)
        return replace(last, seconds=whole, sent=sent)
    same = list(zip(*(record.sent for record in records)))
    points = [list(zip(parts, (s.seconds for s in some))) for some in same]
    work = [[s.work for s in some] if number < COUNTED else [] for number, some in enumerate(same)]
    still = _is_still(records)
    # What moves no row more than before is as long as before: a line through chance would be long.
    seconds = [
        min(s.seconds for s in some) if still and some[0].moves_rows else grown(points[number], work[number])
        for number, some in enumerate(same)
    ]
    apart = [
        number
        for number, some in enumerate(same)
        if is_curved(points[number], work[number]) or (still and not some[0].moves_rows)
    ]
    # What grows along a line does so together: a single short statement cannot be told from chance.
    rest = [
        (part, record.seconds - sum(record.sent[number].seconds for number in apart))
        for part, record in zip(parts, records)
    ]
    total = min(second for _, second in rest) if still else grown(rest)
    total += sum(seconds[number] for number in apart)
    return replace(last, seconds=total, sent=_grown_statements(last.sent, seconds))


def _is_still(records: Sequence[StepRecord]) -> bool:
    """Whether the statements that move rows move as many whatever the size, as far as the server counts
    them and the clock does not clearly say otherwise."""
    moved = [
        (sum(s.work for s in moving), sum(s.seconds for s in moving))
        for moving in ([s for s in record.sent if s.moves_rows] for record in records)
    ]
    works, seconds = zip(*moved)
    counted = 0 < max(works) <= _STILL * min(works)
    return counted and seconds[-1] - min(seconds) <= max(_STILL_SECONDS, min(seconds))


def _grown_statements(sent: Sequence[Statement], seconds: Sequence[float]) -> Tuple[Statement, ...]:
    """The statements with other seconds; each lock is held longer by what those take that run meanwhile."""
    more = [longer - statement.seconds for longer, statement in zip(seconds, sent)]
    result = []
    for number, statement in enumerate(sent):
        locks = tuple(
            replace(held, seconds=held.seconds + sum(more[number : number + _meanwhile(sent[number:], held)]))
            for held in statement.locks
        )
        result.append(replace(statement, seconds=seconds[number], locks=locks))
    return tuple(result)


def _meanwhile(sent: Sequence[Statement], held: HeldLock) -> int:
    """How many statements, the one that took the lock first, have ended before it was let go."""
    past = list(accumulate(statement.seconds for statement in sent))
    # The first one counts in any case: clocks are read one after the other.
    return max(sum(seconds <= held.seconds for seconds in past), 1)


def _scaled(statement: Statement, factor: float) -> Statement:
    """The statement with so many times the seconds, for itself and for its locks."""
    locks = tuple(replace(held, seconds=held.seconds * factor) for held in statement.locks)
    return replace(statement, seconds=statement.seconds * factor, locks=locks)


def is_curved(points: Sequence[Point], work: Sequence[int] = ()) -> bool:
    """Whether the seconds clearly grow faster than the size does, from the first made rows on: what they are
    without any is too short to be compared with. ``work`` tells it where the seconds are too short."""
    _, (smaller, first), (larger, second) = points
    if second > _NOTICEABLE and second > _CURVED * (larger / smaller) * first:
        return True
    return len(work) == len(points) and max(work) > _COUNTABLE and _bend(points, work) > 0


def _bend(points: Sequence[Point], work: Sequence[int]) -> float:
    """The square part of the parabola through the work, 0 where it is less than a line would notice at the
    largest size that was measured."""
    (_, start), (smaller, first), (larger, second) = zip((part for part, _ in points), work)
    square = ((second - start) / larger - (first - start) / smaller) / (larger - smaller)
    return square if square * larger**2 > _BENT * (second - start) > 0 else 0.0


def grown(points: Sequence[Point], work: Sequence[int] = ()) -> float:
    """The seconds at the size 1; never less than at the largest size that was measured. ``work`` is what was
    done at the same sizes, where that was counted."""
    (_, start), (smaller, first), (larger, second) = points
    square = _bend(points, work) if is_curved(points, work) and any(work) else 0.0
    if square:
        # As the work grows, which no other process on the machine disturbs.
        straight = max((work[2] - work[0]) / larger - square * larger, 0.0)
        return start + (second - start) * (straight + square) / (straight * larger + square * larger**2)
    if is_curved(points):
        # The parabola through all three, as far as both of its parts grow.
        low, high = max(first - start, 0.0) / smaller, (second - start) / larger
        square = (high - low) / (larger - smaller)
        straight = low - square * smaller
        if straight < 0:
            square, straight = high / larger, 0.0
        return start + straight + square
    # The line with the least squares.
    middle = sum(part for part, _ in points) / len(points)
    mean = sum(seconds for _, seconds in points) / len(points)
    slope = sum((p - middle) * (s - mean) for p, s in points) / sum((p - middle) ** 2 for p, _ in points)
    return second + max(slope, 0.0) * (1 - larger)
