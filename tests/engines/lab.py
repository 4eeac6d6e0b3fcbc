"""How the tests make scratch databases: the one place to change where the engines do it otherwise."""

from __future__ import annotations

from contextlib import contextmanager
from typing import Iterator

from kallithea_dbdev.engines.database import Database
from kallithea_dbdev.workspace import Workspace


class Laboratory:
    """Scratch databases and copies beside a database; all of them are gone at the end."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    def scratch(self, database: Database, label: str) -> Database:
        """A new, empty one on the server of ``database``."""
        return database.scratch(self._workspace, label)

    def copy(self, database: Database, label: str) -> Database:
        """A copy of ``database``."""
        return database.copy(self._workspace, label)

    def discard(self, database: Database) -> None:
        """Remove a scratch database before the end."""
        database.discard()


@contextmanager
def laboratory() -> Iterator[Laboratory]:
    """A laboratory for one test."""
    with Workspace() as workspace:
        yield Laboratory(workspace)
