"""A database on each engine that was asked for: the configured one, or one that is our own."""

from __future__ import annotations

from contextlib import contextmanager
from typing import Iterator

from ..engines import ENGINES, open_database
from ..engines.database import Database
from ..engines.private.server import private_server
from ..errors import UsageError
from ..workspace import Workspace
from .course import Progress


def parse_engines(text: str, place: str = "--engine") -> "tuple[str, ...]":
    """``sqlite,mysql`` -> names of engines, each once. Raises UsageError for any other name; ``place`` is where
    it stands."""
    names = [name.strip().lower() for name in text.split(",") if name.strip()]
    names = ["mysql" if name == "mariadb" else name for name in names]
    unknown = [name for name in names if name not in ENGINES]
    if unknown or not names:
        raise UsageError(
            f"{place} {text}: {', '.join(unknown) or 'nothing'} is no engine",
            f"choose from {', '.join(ENGINES)}",
        )
    return tuple(dict.fromkeys(names))


@contextmanager
def on_engine(engine: str, configured: Database, progress: Progress) -> Iterator[Database]:
    """The configured database where that is its engine, else one on a private server.

    The latter does not exist yet: it is there to make scratch databases like it.
    """
    if engine == configured.engine:
        yield configured
    else:
        with on_private(engine, progress) as database:
            yield database


@contextmanager
def on_private(engine: str, progress: Progress) -> Iterator[Database]:
    """A database that does not exist yet on a private server, or in a folder of our own."""
    if not ENGINES[engine].needs_server:
        with Workspace() as workspace:
            database = open_database(f"sqlite:///{workspace.path}/private.db")
            database.call_private()
            yield database
    else:
        with private_server(engine, progress) as database:
            yield database
