"""What the migrations alone make: a recorded release, upgraded with the scripts of today.

This tells a change of the models that has no migration (the baseline lacks it, too) from what
one database has of its own: an index that its administrator made, or a loss of long ago. On
engines for which no database is configured, it is where the way begins.
"""

from __future__ import annotations

from typing import Iterator, Optional, Tuple

from ..engines.database import Scratch
from ..engines.lab import Lab
from ..errors import DatabaseError
from ..migrations import Chain, Step, run_step
from ..releases import RELEASES, Release
from ..schema.compare import compare
from ..state import State, read_state


def baseline(chain: Chain, start: str, lab: Lab) -> Tuple[State, ...]:
    """The states of a recorded release on its way to the head, the release first.

    The newest release that a database at revision ``start`` may have been, else the newest.
    Empty where no recorded release is in the chain, or where its upgrade fails.
    """
    ways = list(_ways(chain, chain.head, lab.engine))
    ways.sort(key=lambda way: chain.between(way[0].revision, start) is None)
    for release, steps in ways:
        database = made(release, lab)
        states = [read_state(database, with_defaults=True)]
        failed = False
        for step in steps:
            record = run_step(chain, database, step, states[-1])
            states.append(record.after)
            failed = failed or record.error is not None
        lab.discard(database)
        return () if failed else tuple(states)
    return ()


def looks_like(chain: Chain, start: State, states: Tuple[State, ...], lab: Lab) -> Optional[str]:
    """The revision whose schema a database has, where that is not the one of its stamp.

    ``states`` are those of ``baseline``. None where the stamp fits as well as any other.
    """
    recorded = {state.revision: state.schema for state in states}
    stamped = recorded.get(start.revision)
    if stamped is None or not compare(start.schema, stamped):
        return None
    for release in RELEASES[::-1]:
        there = release.statements(lab.engine) and release.revision in chain
        if there and release.revision not in recorded:
            database = made(release, lab)
            recorded[release.revision] = database.read_schema()
            lab.discard(database)
    distance = {name: len(compare(start.schema, schema)) for name, schema in recorded.items()}
    nearest = min(distance, key=lambda name: distance[name])
    # Some of its own a site may have; but then it is no revision that fits in full.
    return nearest if not distance[nearest] else None


def start_at(chain: Chain, revision: str, lab: Lab) -> Scratch:
    """A database at ``revision``, with rows: the newest recorded release before it, upgraded.

    Raises DatabaseError where there is none, or where its upgrade fails.
    """
    for release, steps in _ways(chain, revision, lab.engine):
        database = made(release, lab)
        state = read_state(database)
        for step in steps:
            record = run_step(chain, database, step, state)
            if record.error:
                raise DatabaseError(
                    f"{lab.display}: a database of {release.version} cannot be upgraded to {revision}: "
                    f"{step.revision} raises: {record.error.message}",
                    "upgrade the configured database less far, or verify with a configuration on that engine",
                )
            state = record.after
        return database
    raise DatabaseError(
        f"{lab.display}: no recorded release is an ancestor of {revision}",
        "verify with a configuration whose database is on that engine",
    )


def made(release: Release, lab: Lab, label: str = "release") -> Scratch:
    """A scratch database as that release's own set-up made it."""
    database = lab.scratch(f"{label} {release.version}")
    database.execute(release.statements(lab.engine))
    return database


def _ways(chain: Chain, revision: str, engine: str) -> Iterator[Tuple[Release, Tuple[Step, ...]]]:
    """Recorded releases from which ``revision`` can be reached, the newest first."""
    for release in RELEASES:
        if release.statements(engine) and release.revision in chain:
            steps = chain.between(release.revision, revision)
            if steps is not None:
                yield release, steps
