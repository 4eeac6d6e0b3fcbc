"""What the set-up of each recorded release wrote."""

from __future__ import annotations

from typing import Tuple

from ..engines import make_lab, open_database
from ..releases import RELEASES
from ..rows.defaults import Rows
from ..state import read_state
from ..workspace import Workspace
from .baseline import made


def what_releases_wrote() -> Tuple[Rows, ...]:
    """The rows of the set-up of each recorded release, the newest first.

    What rows say is the same on every engine, so SQLite, which costs least, is asked.
    """
    found = []
    with Workspace() as workspace:
        lab = make_lab(open_database("sqlite:///written.db"), workspace)
        for release in RELEASES:
            if release.statements(lab.engine):
                database = made(release, lab, "written")
                found.append(read_state(database, with_defaults=True).defaults)
                lab.discard(database)
    return tuple(found)
