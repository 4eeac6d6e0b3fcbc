"""The fence around a SQLite file: no other file is opened through a connection to it.

SQLite itself asks before it attaches one, for ``VACUUM INTO``, too, in whatever words it was told to.
"""

from __future__ import annotations

import sqlite3
from typing import Any, Optional

from ..fence import refuse

#: Names of databases that are no file.
_NO_FILE = ("", ":memory:")


class FencedCursor(sqlite3.Cursor):
    """A cursor that says what was not done."""

    connection: "FencedConnection"

    def execute(self, *arguments: Any) -> Any:  # type: ignore[override]
        """As sqlite3's own; raises TargetRefusedError for what reaches another file."""
        try:
            return super().execute(*arguments)
        except sqlite3.DatabaseError:
            self.connection.explain()
            raise

    def executescript(self, script: str) -> Any:  # type: ignore[override]
        """The same."""
        try:
            return super().executescript(script)
        except sqlite3.DatabaseError:
            self.connection.explain()
            raise


class FencedConnection(sqlite3.Connection):
    """A connection that opens no other file."""

    def __init__(self, *arguments: Any, **more: Any) -> None:
        super().__init__(*arguments, **more)
        self._refused = ""
        self.set_authorizer(self._authorize)

    def cursor(self, factory: Any = FencedCursor) -> Any:
        """A fenced cursor, unless another kind is asked for."""
        return super().cursor(factory)

    def execute(self, *arguments: Any) -> Any:
        """Through a fenced cursor."""
        return self.cursor().execute(*arguments)

    def executescript(self, script: str) -> Any:  # type: ignore[override]
        """Through a fenced cursor."""
        return self.cursor().executescript(script)

    def explain(self) -> None:
        """Raise TargetRefusedError where it was the fence that a statement failed at."""
        why, self._refused = self._refused, ""
        refuse(why)

    def _authorize(self, action: int, name: Optional[str], *_: Optional[str]) -> int:
        if action != sqlite3.SQLITE_ATTACH or name in _NO_FILE:
            return sqlite3.SQLITE_OK
        self._refused = f"{name or 'another file'}: it was not attached: only the copy may be used"
        return sqlite3.SQLITE_DENY
