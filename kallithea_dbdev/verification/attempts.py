"""Runs of one step on copies that hold probing rows, and which of them is to blame where it fails.

Each run begins with a copy of its own, thrown away before the next: never two at a time.
"""

from __future__ import annotations

from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from typing import Dict, Iterator, List, Optional, Sequence, Set, Tuple, TypeVar

from ..engines.database import Scratch
from ..engines.lab import Lab
from ..errors import DatabaseError
from ..migrations import Chain, Step, StepError, run_step
from ..rows.absences import Absence
from ..rows.changes import Side
from ..rows.choices import Choice
from ..rows.naming import has_surrogate
from ..rows.probe import NULL, PLAIN, Below, Probe, Row
from ..rows.room import room
from ..rows.stricter import suspects
from ..schema.model import Schema, Table
from ..state import State

#: What is so at some sites, and one statement makes so.
Chosen = TypeVar("Chosen", Choice, Absence)

#: How many reasons to fail are looked for.
_REFUSALS = 4


@dataclass(frozen=True)
class Refusal:
    """The step fails as soon as there is such a row."""

    probe: Probe
    error: StepError


class Attempts:
    """Runs ``steps``, one or more in a row, beginning with a copy of ``begin``, a database in a known state."""

    def __init__(self, chain: Chain, lab: Lab, begin: Side, state: State, after: Schema) -> None:
        """``after`` is the schema after the last of the steps, where real rows are all there is."""
        self._chain = chain
        self._lab = lab
        self._begin = begin
        self._state = state
        self._after = after
        self._runs = 0
        self._plain_works: Set[str] = set()

    def run(self, copy: Scratch, step: Step) -> Optional[StepError]:
        """Why a step fails on a copy; None where it works."""
        return run_step(self._chain, copy, step, self._state, blind=True).error

    @contextmanager
    def copy(
        self, probes: Sequence[Probe], choices: Sequence[Chosen] = ()
    ) -> Iterator[Tuple[Scratch, List[Probe], List[Chosen]]]:
        """A copy with the probes that it takes, until the end of the ``with``; what a site has chosen, or does
        not have, is so there, as far as the database takes that."""
        self._runs += 1
        with self._lab.copied(self._begin.database, f"probing {self._runs}") as copy:
            with copy.connected():
                chosen = _done(copy, choices)
                rows = inserted(copy, self._begin.schema, probes)
            yield copy, rows, chosen

    def without(self, absences: Sequence[Absence], step: Step) -> Optional[StepError]:
        """Why a step fails where a site does not have some rows; None where it works."""
        with self.copy((), absences) as (copy, *_):
            return self.run(copy, step)

    def blame(
        self, probes: Sequence[Probe], steps: Sequence[Step], error: StepError
    ) -> Tuple[Optional[Refusal], List[Probe]]:
        """One probe with which alone the last of the steps fails, and the probes that this does not explain."""
        refusal = self._culprit(probes, steps, error)
        if refusal is None:
            return None, []
        return refusal, [probe for probe in probes if not _is_explained(probe, refusal.probe)]

    def error(self, probes: Sequence[Probe], steps: Sequence[Step]) -> Optional[StepError]:
        """Why the last of the steps fails with these probes; None where it works, or another one fails."""
        with self.copy(probes) as (copy, *_):
            for step in steps[:-1]:
                if self.run(copy, step):
                    return None
            return self.run(copy, steps[-1])

    def _culprit(self, probes: Sequence[Probe], steps: Sequence[Step], error: StepError) -> Optional[Refusal]:
        """One probe with which alone the step fails; a plain one before any that is odd."""
        for probe in suspects(probes, self._begin.schema, self._after, error.message)[:2]:
            alone = self.error([probe], steps)
            if alone:
                return self._plain(probes, probe.table, steps) or Refusal(probe, alone)
        return self._halved(list(probes), steps, error)

    def _plain(self, probes: Sequence[Probe], table: str, steps: Sequence[Step]) -> Optional[Refusal]:
        """The plain probe of a table, if the step fails with it; asked once."""
        if table in self._plain_works:
            return None
        self._plain_works.add(table)
        for probe in probes:
            if (probe.table, probe.what) == (table, PLAIN):
                alone = self.error([probe], steps)
                return Refusal(probe, alone) if alone else None
        return None

    def _halved(self, probes: List[Probe], steps: Sequence[Step], error: StepError) -> Optional[Refusal]:
        while len(probes) > 1:
            for half in (probes[: len(probes) // 2], probes[len(probes) // 2 :]):
                found = self.error(half, steps)
                if found:
                    probes, error = half, found
                    break
            else:
                return None
        return Refusal(probes[0], error) if probes else None


def looked_for(refusals: Sequence[Refusal]) -> bool:
    """Whether so many reasons were found that nobody looks for more."""
    return len(refusals) >= _REFUSALS or any(not refusal.probe.rows for refusal in refusals)


def together(probes: Sequence[Probe], error: StepError) -> Refusal:
    """The refusal where no probe alone is to blame."""
    return Refusal(Probe(probes[0].table, None, f"{len(probes)} probing rows together", ()), error)


def _is_explained(probe: Probe, known: Probe) -> bool:
    """Whether it is said already why a probe is refused."""
    if known.what == PLAIN:
        return probe.table == known.table
    # That NULL is refused says nothing of values.
    return (probe.table, probe.column, probe.what == NULL) == (known.table, known.column, known.what == NULL)


def _done(copy: Scratch, choices: Sequence[Chosen]) -> List[Chosen]:
    """Do what can be done: a trigger, a rule or a key of the site's own may refuse some of it."""
    with suppress(DatabaseError):
        copy.execute(choice.statement for choice in choices)
        return list(choices)
    done: List[Chosen] = []
    for choice in choices:
        with suppress(DatabaseError):
            copy.execute([choice.statement])
            done.append(choice)
    return done


def inserted(copy: Scratch, schema: Schema, probes: Sequence[Probe]) -> List[Probe]:
    """Insert the probes that the copy takes. Their numbers begin far above those that are used: a script may
    insert rows under the next ones."""
    tables: Dict[str, List[Probe]] = {}
    for probe in probes:
        tables.setdefault(probe.table, []).append(probe)
    done: List[Probe] = []
    numbers: Dict[str, Iterator[Row]] = {}
    for name, group in tables.items():
        numbers[name] = number = _numbers(copy, schema.table(name))
        with copy.inserting(name) as insert:
            for probe in group:
                given: Row = {}
                rows = []
                for row in probe.rows:
                    given = next(number, {})
                    # A row that a CHECK or trigger refuses cannot be at any site.
                    if insert({**row, **given}) or insert(row):
                        rows.append(row)
                if rows:
                    below = [
                        replace(one, row={**one.row, one.column: value})
                        for value in given.values()
                        for one in probe.below
                    ]
                    done.append(replace(probe, rows=tuple(rows), below=tuple(below)))
    return [replace(probe, below=tuple(_inserted_below(copy, schema, probe, numbers))) for probe in done]


def _inserted_below(
    copy: Scratch, schema: Schema, probe: Probe, numbers: Dict[str, Iterator[Row]]
) -> Iterator[Below]:
    for below in probe.below:
        number = numbers.setdefault(below.table, _numbers(copy, schema.table(below.table)))
        with copy.inserting(below.table) as insert:
            if insert({**below.row, **next(number, {})}):
                yield below


def _numbers(copy: Scratch, table: Optional[Table]) -> Iterator[Row]:
    """Values for the column that numbers the rows, where there is one."""
    if table is None or table.primary_key is None or not has_surrogate(table):
        return
    (key,) = table.primary_key.columns
    yield from ({key: number} for number in room(copy, table).numbers())
