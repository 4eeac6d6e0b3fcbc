"""Labs: where scratch databases and copies are made, and the only makers of them.

A lab belongs to one run and to one place (a server, or a folder for SQLite), holds the lease of all
that it makes there, and removes it when its workspace ends.
"""

from __future__ import annotations

import abc
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass
from typing import Callable, ContextManager, Dict, Generic, Iterator, List, Optional, Tuple, TypeVar

from ..errors import DatabaseError
from ..processes import Child
from .database import Database, Scratch

Result = TypeVar("Result")

#: How many copies one lab has at a time, at the most: what is copied may be as large as half of the disk.
MOST_COPIES = 3


@dataclass(frozen=True)
class Copied(Generic[Result]):
    """A copy, what was seen of it, and a copy of that, which may be missing."""

    database: Scratch
    spare: Optional[Scratch]
    seen: Result


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
        self, source: Database, label: str, spare: str, look: Callable[[Scratch], Result]
    ) -> Iterator[Callable[[], "Copied[Result]"]]:
        """The same in a child process, what ``look`` makes of the copy there, and a copy of it after that under
        the label ``spare``: yields what waits for all, and raises what the first two raise."""
        database, other = self._next(label), self._next(spare)
        found: List[Copied[Result]] = []

        def work() -> Tuple[List[Dict[str, object]], List[str], Result]:
            with self._in_child():
                self._copy_into(database, source)
                seen = look(database)
                known = [database.knowledge()]
                with suppress(DatabaseError):  # who needs it makes it then, and is told
                    self._copy_into(other, database)
                    known.append(other.knowledge())
                return known, self.remarks, seen

        with Child(work) as child:

            def result() -> Copied[Result]:
                if not found:
                    try:
                        known, remarks, seen = child.result()
                    except DatabaseError:
                        self._unmade(database)
                        self._unmade(other)
                        raise
                    if len(known) == 1:
                        self._unmade(other)
                    there = (database, other)[: len(known)]
                    for copy, knowledge in zip(there, known):
                        copy.take_over(knowledge)
                        self._copies.append(copy)
                    for text in remarks:
                        self.remark(text)
                    found.append(Copied(database, other if other in there else None, seen))
                return found[0]

            yield result

    def _in_child(self) -> ContextManager[None]:
        """What a child needs of its own while it works for this lab."""
        return nullcontext()

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

    @abc.abstractmethod
    def _unmade(self, database: Scratch) -> None:
        """It could not be made to its end, or at all."""

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
