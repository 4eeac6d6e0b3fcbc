"""A script that imports the live models, run at the models of a later day.

The models grow, the script stays: on the day when it runs at a site, they may have columns that
the database gets from later scripts only. This is tried in a child process, since a model that
was given a column keeps it.
"""

from __future__ import annotations

from ..application.exercise import LATER_COLUMN, add_later_columns
from ..engines.database import Scratch
from ..migrations import Chain, Step, run_step
from ..processes import Child
from ..state import State


def error_with_later_models(chain: Chain, database: Scratch, step: Step, state: State) -> str:
    """What the step raises where every model has one column more; empty where it works.

    ``database`` is a scratch copy at the revision below; it is upgraded.
    """

    def work() -> str:
        add_later_columns()
        record = run_step(chain, database, step, state, blind=True)
        return record.error.message if record.error else ""

    with Child(work) as child:
        return child.result()


def speaks_of_later_models(message: str) -> bool:
    """Whether what a step raises is about the columns that the models have more."""
    return LATER_COLUMN in message
