"""Labs: where scratch databases and copies are made, and the only makers of them.

A lab belongs to one run and to one place (a server, or a folder for SQLite), holds the lease of all
that it makes there, and removes it when its workspace ends.
"""

from __future__ import annotations

import abc
from contextlib import contextmanager
from typing import Iterator, List, Tuple

from .database import Database, Scratch

#: How many copies one lab has at a time, at the most: what is copied may be as large as half of the disk.
MOST_COPIES = 3


class Lab(abc.ABC):
    """Makes scratch databases like one database, on its server."""

    #: Name of the engine in findings and options.
    engine: str
    #: Whether all scratch databases are one, one after the other.
    single = False

    def __init__(self, like: Database) -> None:
        #: How messages name the database that those of this lab are like.
        self.display = like.display
        #: What the caller should be told of how things were done, such as another way to copy.
        self.remarks: List[str] = []
        self._copies: List[Scratch] = []

    @abc.abstractmethod
    def circumstances(self) -> Tuple[str, ...]:
        """What, beside statements, decides what a scratch database of this lab becomes. Read-only."""

    @abc.abstractmethod
    def scratch(self, label: str) -> Scratch:
        """A new, empty, marked database, gone when the workspace ends."""

    def copy(self, source: Database, label: str) -> Scratch:
        """A scratch database with the schema and rows of ``source``, which is only read, and locked
        no longer than the copy takes. Raises DatabaseError.

        There are never more than ``MOST_COPIES`` of them: who wants another discards one before.
        """
        assert len(self._copies) < MOST_COPIES, f"{label}: {MOST_COPIES} copies are there already"
        database = self._copy(source, label)
        self._copies.append(database)
        return database

    @contextmanager
    def copied(self, source: Database, label: str) -> Iterator[Scratch]:
        """The same, until the end of the ``with``."""
        database = self.copy(source, label)
        try:
            yield database
        finally:
            self.discard(database)

    @abc.abstractmethod
    def _copy(self, source: Database, label: str) -> Scratch:
        """Make that copy."""

    def discard(self, database: Scratch) -> None:
        """Remove a database of this lab now, before the workspace ends."""
        self._discard(database)
        self._copies = [copy for copy in self._copies if copy is not database]

    @abc.abstractmethod
    def _discard(self, database: Scratch) -> None:
        """Remove it. Raises TargetRefusedError where it is none of this lab's."""

    def remark(self, text: str) -> None:
        """Have the caller told, once."""
        if text not in self.remarks:
            self.remarks.append(text)
