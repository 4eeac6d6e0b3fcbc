"""How the tests make scratch databases: the one place to change where the engines do it otherwise."""

from __future__ import annotations

from contextlib import contextmanager
from typing import Iterator, Optional

from kallithea_dbdev.engines import Lab, make_lab
from kallithea_dbdev.engines.database import Database, Scratch
from kallithea_dbdev.workspace import Workspace


class Laboratory:
    """Scratch databases and copies beside a database; all of them are gone at the end."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._found: Optional[Lab] = None

    def scratch(self, database: Database, label: str) -> Scratch:
        """A new, empty one on the server of ``database``."""
        return self._lab(database).scratch(label)

    def copy(self, database: Database, label: str) -> Scratch:
        """A copy of ``database``."""
        return self._lab(database).copy(database, label)

    def discard(self, database: Scratch) -> None:
        """Remove a scratch database before the end."""
        self._lab(database).discard(database)

    def _lab(self, database: Database) -> Lab:
        if self._found is None:
            self._found = make_lab(database, self._workspace)
        return self._found


@contextmanager
def laboratory() -> Iterator[Laboratory]:
    """A laboratory for one test."""
    with Workspace() as workspace:
        yield Laboratory(workspace)
