"""What the migrations alone make: a recorded release, upgraded with the scripts of today.

This tells a change of the models that has no migration (the baseline lacks it, too) from what
one database has of its own: an index that its administrator made, or a loss of long ago. On
engines for which no database is configured, it is where the way begins.
"""

from __future__ import annotations

from typing import Callable, Iterator, Optional, Tuple

from ..engines.database import Scratch
from ..engines.lab import Lab
from ..errors import DatabaseError
from ..migrations import Chain, Step, run_steps
from ..releases import RELEASES, Release
from ..state import State, read_state
from .ground import Stuck, climbed, is_below, made


def baseline(
    chain: Chain, start: Optional[str], lab: Lab, refused: Callable[[Stuck], None] = lambda _: None
) -> Tuple[State, ...]:
    """The states of a recorded release on its way to the head, the release first.

    The newest release that a database at revision ``start`` may have been, else the newest.
    Empty where no recorded release is in the chain, or where its upgrade fails: where it does ``refused`` is told.
    """
    releases = [release for release, _ in _ways(chain, chain.head, lab.engine)]
    releases.sort(key=lambda release: not is_below(chain, release, start))
    way = climbed(chain, releases[0], chain.head, lab, refused) if releases else None
    return way.states if way else ()


def start_at(chain: Chain, revision: Optional[str], lab: Lab, label: str = "release") -> Scratch:
    """A database at ``revision``, with rows: the newest recorded release before it, upgraded.

    Raises DatabaseError where there is none, or where its upgrade fails.
    """
    for release, steps in _ways(chain, revision, lab.engine):
        database = made(release, lab, label)
        for record in run_steps(chain, database, steps, read_state(database)):
            if record.error:
                raise DatabaseError(
                    f"{lab.display}: a database of {release.version} cannot be upgraded to {revision}: "
                    f"{record.step.revision} raises: {record.error.message}",
                    "upgrade the configured database less far, or verify with a configuration on that engine",
                )
        return database
    raise DatabaseError(
        f"{lab.display}: no recorded release is an ancestor of {revision or 'the base'}",
        "verify with a configuration whose database is on that engine",
    )


def _ways(chain: Chain, revision: Optional[str], engine: str) -> Iterator[Tuple[Release, Tuple[Step, ...]]]:
    """Recorded releases from which ``revision`` can be reached, the newest first."""
    for release in RELEASES:
        if release.statements(engine) and is_below(chain, release, revision):
            yield release, chain.between(release.revision, revision) or ()
