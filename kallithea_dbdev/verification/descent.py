"""Which release the database of a climb began as, and so what its differences come from."""

from __future__ import annotations

from dataclasses import replace
from typing import Optional, Tuple

from ..engines.lab import Lab
from ..migrations import Chain
from ..releases import Release
from ..schema.compare import compare
from ..state import State
from .blame import blamed
from .climb import Climb
from .ground import (
    Mentioned,
    Stuck,
    Way,
    candidates,
    certainly_own,
    climbed,
    descent,
    has_passed,
    way_of,
    with_newest,
)
from .remembered import Remembered, is_whole_way


def with_descent(
    climb: Climb,
    chain: Chain,
    states: Tuple[State, ...],
    refused: Optional[Stuck],
    lab: Lab,
    remembered: Remembered,
) -> Climb:
    """The climb with the ways of the releases that its verdicts need.

    ``states`` are those of the newest release that the database may have begun as, ``refused`` is what stops
    it. Others are climbed only where its schema is not that one's, or where that one leaves something at the
    head that the newest release may not have.
    """

    # What stops the newest release, and not this database, would stop the others: the ways end where it began.
    here_alone = refused is not None and has_passed(climb.up, refused)

    def climber(release: Release, upper: Optional[str]) -> Optional[Way]:
        if lab.single:
            return None  # the one scratch database is in use
        if here_alone and upper == chain.head:
            upper = climb.start.revision
        kept = remembered.way(release.version, upper)
        return kept.or_make(lambda: climbed(chain, release, upper, lab), is_whole_way)

    mentioned = Mentioned(chain, lab.engine)
    stopped = not climb.reached_head and not states
    ways = candidates(chain, climb.start.revision, way_of(states), lab.engine, climber, stopped)
    found = descent(climb.start, ways, lambda difference: certainly_own(difference, mentioned))
    if here_alone or not found.ways:
        return replace(climb, ways=found.ways, looks_like=found.looks_like)
    climb = replace(climb, ways=found.ways, chain_states=found.ways[0].states, looks_like=found.looks_like)
    if _leaves_something(climb):
        climb = replace(climb, ways=with_newest(chain, found.ways, lab.engine, climber))
    return climb


def _leaves_something(climb: Climb) -> bool:
    """Whether there is something at the head that was so before, and is so for the release, too."""
    if not climb.reached_head:
        return False
    drift = set(compare(climb.chain_states[-1].schema, climb.fresh.schema))
    if not drift:
        return False
    found = blamed(climb.start, climb.up, climb.fresh.schema)
    return any(record is None and difference in drift for difference, record in found)
