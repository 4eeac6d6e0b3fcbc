"""What the migrations alone make: a recorded release, upgraded with the scripts of today.

This tells a change of the models that has no migration (the baseline lacks it, too) from what
one database has of its own: an index that its administrator made, or a loss of long ago.
"""

from __future__ import annotations

from typing import Tuple

from ..databases.base import Database
from ..migrations import Chain, State, read_state, run_step
from ..releases import RELEASES
from ..workspace import Workspace


def baseline(chain: Chain, like: Database, workspace: Workspace) -> Tuple[State, ...]:
    """The states of the newest recorded release on its way to the head, the release first.

    Empty where no recorded release is in the chain, or where its upgrade fails.
    """
    for release in RELEASES:
        statements = release.statements(like.engine)
        if not statements or release.revision not in chain:
            continue
        steps = chain.between(release.revision, chain.head)
        if steps is None:
            continue
        database = like.scratch(workspace, f"release-{release.version}")
        database.execute(statements)
        states = [read_state(database)]
        for step in steps:
            record = run_step(chain.scripts, database, step, states[-1])
            if record.error:
                return ()
            states.append(record.after)
        return tuple(states)
    return ()
