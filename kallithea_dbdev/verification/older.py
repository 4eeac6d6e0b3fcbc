"""Released scripts that use the live models, run with the models as they are now.

A site may upgrade from any release, and passes scripts that nobody runs any more who works on the
models: one that uses a model class fails there as soon as that class has a column that a later
script adds, or is gone. This is the models' doing, not the engine's: SQLite shows it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Optional

from ..engines import make_lab, open_database
from ..migrations import Chain, StepRecord, run_step
from ..releases import RELEASES
from ..state import read_state
from ..workspace import Workspace
from .baseline import made
from .source import imports_models


@dataclass(frozen=True)
class Stuck:
    """Where the upgrade of a database of ``release`` ends."""

    release: str
    record: StepRecord


def upgrade_from_oldest(chain: Chain, upper: str, workspace: Workspace) -> Optional[Stuck]:
    """Upgrade the oldest recorded release to ``upper``, where scripts on the way use the models.

    None where none does, where that works, or where what fails is another script.
    """
    lab = make_lab(open_database("sqlite:///older.db"), workspace)
    for release in reversed(RELEASES):
        steps = chain.between(release.revision, upper) if release.revision in chain else None
        if not steps:
            continue
        using = {s.revision for s in steps if imports_models(chain.source(s.revision))}
        if not using:
            return None
        database = made(release, lab, "older")
        state = read_state(database)
        for step in steps:
            record = run_step(chain, database, step, state)
            if record.error:
                return Stuck(release.version, record) if step.revision in using else None
            state = record.after
        return None
    return None
