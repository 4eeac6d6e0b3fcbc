"""Released scripts that use the live models, run with the models as they are now.

A site may upgrade from any release, and passes scripts that nobody runs any more who works on the
models: one that uses a model class fails there as soon as that class has a column that a later
script adds, or is gone. This is the models' doing, not the engine's: SQLite shows it.
"""

from __future__ import annotations

import re
from typing import Iterator, Optional, Tuple

from ..engines import make_lab, open_database
from ..migrations import Chain, Step, StepError, run_step
from ..releases import RELEASES, Release
from ..schema.model import Schema
from ..state import State
from ..workspace import Workspace
from .ground import Stuck, is_below, made
from .source import imports_models

#: A frame of Alembic's rebuild of a table in a traceback.
_REBUILD = re.compile(r"alembic[/\\]operations[/\\]batch\.py")

#: The errors of the scripts are asked for, and nothing else.
_UNSEEN = State((), Schema(), {})


def upgrade_from_oldest(chain: Chain, upper: str, workspace: Workspace) -> Optional[Stuck]:
    """Run the scripts up to ``upper`` that use the models, from the oldest recorded release on.

    Each is run on the newest release before it: what no script uses the models for is not run. None
    where none does, where all of them work, or where what fails is something else.
    """
    lab = make_lab(open_database("sqlite:///older.db"), workspace)
    for release, steps in _stretches(chain, upper):
        using = [step for step in steps if imports_models(chain.source(step.revision))]
        if not using:
            continue
        database = made(release, lab, "older")
        for step in steps[: steps.index(using[-1]) + 1]:
            record = run_step(chain, database, step, _UNSEEN, blind=True)
            if record.error and step in using and not _is_in_a_rebuild(record.error):
                return Stuck(release.version, record)
            if record.error:
                break
    return None


def _is_in_a_rebuild(error: StepError) -> bool:
    """Whether a table was being rebuilt, from what the database has: no model has a part in that. From 1.7
    on Alembic's rebuilds keep CHECKs, and die of one on a column that goes."""
    return _REBUILD.search(error.traceback) is not None


def _stretches(chain: Chain, upper: str) -> Iterator[Tuple[Release, Tuple[Step, ...]]]:
    """The steps from each recorded release to the next one (or to ``upper``), the oldest first."""
    below = [release for release in reversed(RELEASES) if is_below(chain, release, upper)]
    ends = [*(release.revision for release in below[1:]), upper]
    for release, end in zip(below, ends):
        yield release, chain.between(release.revision, end) or ()
