"""What every site has: recorded releases on their way through the chain, and which one a database began as.

A database at the same revision may have another schema, and other rows, depending on the release that it
began as. So what is wrong with one at the head is judged by what the scripts make of that release.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Callable, Iterable, Iterator, List, Optional, Tuple

from ..engines.database import Scratch
from ..engines.lab import Lab
from ..migrations import Chain, StepRecord, run_steps
from ..releases import RELEASES, Release
from ..schema.change import Change
from ..schema.compare import compare
from ..schema.names import speaks_of
from ..state import State, read_state


@dataclass(frozen=True)
class Way:
    """A recorded release on its way to the head: what it was, and what it was after each step.

    It comes from the recorded statements, the scripts and the server, and from nothing else.
    """

    version: str
    states: Tuple[State, ...] = field(repr=False)

    def at(self, revision: Optional[str]) -> Optional[State]:
        """What it is at a revision (None: the base) that is on the way."""
        return next((state for state in self.states if state.revision == revision), None)


@dataclass(frozen=True)
class Stuck:
    """Where the upgrade of a database of ``release`` ends."""

    release: str
    record: StepRecord


def has_passed(records: Iterable[StepRecord], stuck: Stuck) -> bool:
    """Whether the step that stops a release is among those that did not stop another database."""
    stops = stuck.record.step.revision
    return any(record.step.revision == stops and record.error is None for record in records)


#: Takes a release to a revision; None where that cannot be done.
Climber = Callable[[Release, Optional[str]], Optional[Way]]


@dataclass(frozen=True)
class Descent:
    """Which release a database began as, as far as its schema tells.

    ``ways`` are those that were looked at, the one that fits best first. ``looks_like`` is another
    revision than that of the stamp, where the schema is that one's and no way fits at the stamp.
    """

    ways: Tuple[Way, ...] = ()
    looks_like: Optional[str] = None


def is_below(chain: Chain, release: Release, revision: Optional[str]) -> bool:
    """Whether a database of that release may have been upgraded to ``revision`` (None: the base)."""
    return release.revision in chain and chain.between(release.revision, revision) is not None


def made(release: Release, lab: Lab, label: str = "release") -> Scratch:
    """A scratch database as that release's own set-up made it."""
    database = lab.scratch(f"{label} {release.version}")
    database.execute(database.at_once(release.statements(lab.engine)))
    return database


def climbed(
    chain: Chain,
    release: Release,
    upper: Optional[str],
    lab: Lab,
    refused: Callable[[Stuck], None] = lambda _: None,
) -> Optional[Way]:
    """A recorded release upgraded to ``upper``; None where it is not below, or where a step fails: which one
    ``refused`` is told."""
    steps = chain.between(release.revision, upper) if release.revision in chain else None
    if steps is None or not release.statements(lab.engine):
        return None
    database = made(release, lab)
    with database.connected():
        start = read_state(database, with_defaults=True)
        records = list(run_steps(chain, database, steps, start))
    lab.discard(database)
    if records and records[-1].error:
        refused(Stuck(release.version, records[-1]))
        return None
    return Way(release.version, (start, *(record.after for record in records)))


def way_of(states: Tuple[State, ...]) -> Optional[Way]:
    """The way that such states are; None where there are none."""
    versions = {release.revision: release.version for release in RELEASES}
    return Way(versions[states[0].revision], states) if states else None


def candidates(
    chain: Chain,
    start: Optional[str],
    first: Optional[Way],
    engine: str,
    climber: Climber,
    stopped: bool = False,
) -> Iterator[Way]:
    """The ways that a database at ``start`` may have come, the newest first; made when asked for.

    ``first`` is the newest of them, if it is known. After them come releases of which no way passes
    ``start``: a database may be stamped with less than it is. ``stopped``: a script has stopped the
    database and the newest release alike, and would stop each of the others.
    """
    if first is not None:
        yield first
    inside = [r for r in RELEASES if r.revision in chain and r.statements(engine)]
    below = [release for release in inside if is_below(chain, release, start)]
    for release in sorted(inside, key=lambda release: release not in below):
        if release in below and stopped:
            continue
        if first is None or release.version != first.version:
            way = climber(release, chain.head if release in below else release.revision)
            if way is not None:
                yield way


def descent(start: State, ways: Iterable[Way], is_own: Callable[[Change], bool]) -> Descent:
    """Which of the ways a database at ``start`` has come. Pure, but for making the ways.

    No more of them are asked for once one fits: all that differs is certainly the database's own.
    """
    fitting: List[Tuple[int, Way]] = []
    looks_like = None
    for way in ways:
        at = way.at(start.revision)
        if at is not None:
            differing = compare(start.schema, at.schema)
            fitting.append((len(differing), way))
            if all(is_own(difference) for difference in differing):
                looks_like = None
                break
        for state in way.states:
            if looks_like is None and state is not at and not compare(start.schema, state.schema):
                looks_like = state.revision
        if at is None and looks_like is not None:
            break
    # Of two that fit equally well the newer one: the order in which they came.
    fitting.sort(key=lambda item: item[0])
    return Descent(tuple(way for _, way in fitting), looks_like)


def with_newest(chain: Chain, ways: Tuple[Way, ...], engine: str, climber: Climber) -> Tuple[Way, ...]:
    """The ways with that of the newest release among them: it has what every database has."""
    for release in RELEASES:
        if is_below(chain, release, chain.head) and release.statements(engine):
            if any(way.version == release.version for way in ways):
                return ways
            way = climber(release, chain.head)
            return (*ways, way) if way else ways
    return ways


class Mentioned:
    """Names that a recorded release or a script mentions: what is not among them is a site's own."""

    def __init__(self, chain: Chain, engine: str) -> None:
        self._chain = chain
        self._engine = engine
        self._text = ""

    def __contains__(self, name: str) -> bool:
        if not self._text:
            statements = [text for release in RELEASES for text in release.schema(self._engine)]
            sources = [
                self._chain.source(step.revision)
                for step in self._chain.between(None, self._chain.head) or ()
            ]
            self._text = "\n".join([*statements, *sources])
        return speaks_of(self._text, name)


def certainly_own(difference: Change, mentioned: Mentioned) -> bool:
    """Whether no release and no script can have made it: something more, under a name of its own."""
    name = difference.object or difference.table
    return difference.kind.endswith("-extra") and name is not None and name not in mentioned
