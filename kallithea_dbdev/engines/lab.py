"""Labs: where scratch databases and copies are made, and the only makers of them.

A lab belongs to one run and to one place (a server, or a folder for SQLite), holds the lease of all
that it makes there, and removes it when its workspace ends.
"""

from __future__ import annotations

import abc
from contextlib import contextmanager
from typing import Callable, Dict, Iterator, List, Tuple, TypeVar

from ..processes import Child
from .database import Database, Scratch

Result = TypeVar("Result")

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
        database = self._next(label)
        self._copy_into(database, source)
        self._copies.append(database)
        return database

    @contextmanager
    def copy_beside(
        self, source: Database, label: str, look: Callable[[Scratch], Result]
    ) -> Iterator[Callable[[], Tuple[Scratch, Result]]]:
        """The same in a child process, and what ``look`` makes of the copy there: yields what waits for both,
        and raises what either raises."""
        database = self._next(label)
        found: List[Result] = []

        def work() -> Tuple[Dict[str, object], List[str], Result]:
            self._copy_into(database, source)
            seen = look(database)
            return database.knowledge(), self.remarks, seen

        with Child(work) as child:

            def result() -> Tuple[Scratch, Result]:
                if not found:
                    knowledge, remarks, seen = self._made(database, child.result)
                    database.take_over(knowledge)
                    for text in remarks:
                        self.remark(text)
                    self._copies.append(database)
                    found.append(seen)
                return database, found[0]

            yield result

    def _next(self, label: str) -> Scratch:
        assert len(self._copies) < MOST_COPIES, f"{label}: {MOST_COPIES} copies are there already"
        return self._new(label)

    @contextmanager
    def copied(self, source: Database, label: str) -> Iterator[Scratch]:
        """The same, until the end of the ``with``."""
        database = self.copy(source, label)
        try:
            yield database
        finally:
            self.discard(database)

    @abc.abstractmethod
    def _new(self, label: str) -> Scratch:
        """A database for a copy, which may not be there yet, and whose removal is seen to."""

    @abc.abstractmethod
    def _copy_into(self, database: Scratch, source: Database) -> None:
        """Make that copy."""

    def _made(self, database: Scratch, work: Callable[[], Result]) -> Result:
        """Make a database by ``work``, whose result this is."""
        return work()

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
