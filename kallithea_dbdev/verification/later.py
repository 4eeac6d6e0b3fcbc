"""A script that imports the live models, run at the models of a later day.

The models grow, the script stays: on the day when it runs at a site, they may have columns that
the database gets from later scripts only. This is tried in a child process, since a model that
was given a column keeps it.
"""

from __future__ import annotations

import os

from .. import app
from ..databases.base import Database
from ..migrations import Chain, Step, run_step
from ..state import State


def error_with_later_models(chain: Chain, database: Database, step: Step, state: State) -> str:
    """What the step raises where every model has one column more; empty where it works.

    ``database`` is a scratch copy at the revision below; it is upgraded.
    """
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            app.add_later_columns()
            record = run_step(chain, database, step, state)
            text = record.error.message if record.error else ""
        except BaseException as error:
            text = f"{type(error).__name__}: {error}"
        # Not sys.exit: what the parent will clean up is not the child's.
        os.write(writer, text.encode()[:60000])
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader, encoding="utf-8", errors="replace") as stream:
        said = stream.read()
    os.waitpid(child, 0)
    return said
