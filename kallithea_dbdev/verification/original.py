"""The belt: whether the configured database is what it was, whatever a text says that it cannot touch.

Before and after a run the server is asked for what changes with every write. That costs nothing on
SQLite (times and sizes of files) and PostgreSQL (the server's own counts of rows that were written),
and on MySQL one pass over all rows each time (``CHECKSUM TABLE``).
"""

from __future__ import annotations

from typing import Callable, Tuple

from ..engines.database import Database
from ..errors import DatabaseError
from ..findings import Finding, make


def watch(database: Database) -> Callable[[], Tuple[Finding, ...]]:
    """A function that tells what has been written to the database since now. Read-only."""
    with database.connected():
        before = database.traces()

    def changed() -> Tuple[Finding, ...]:
        try:
            with database.connected():
                after = database.traces()
        except DatabaseError as error:
            message = f"whether {database.display} was written to cannot be found out: {error}"
            return (make("check-failed", database.engine, message, aspect="database"),)
        names = sorted(name for name in before.keys() | after.keys() if before.get(name) != after.get(name))
        if not names:
            return ()
        message = f"{database.display} was written to during this run: {', '.join(names)}"
        return (make("original-changed", database.engine, message, aspect="database"),)

    return changed
