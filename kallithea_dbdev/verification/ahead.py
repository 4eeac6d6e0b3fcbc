"""What takes longest, begun before it is certain that it is needed: until the rest of a command is imported
nothing else is there to do, and a second processor can begin.

That is a fresh database of the current code, where it may not be remembered (what is known by then is when
the files were written, not what is in them), and the copy that a walk begins with.
"""

from __future__ import annotations

from contextlib import ExitStack, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Callable, Optional, Tuple

from ..application.exercise import configure_models
from ..application.instance import Instance
from ..engines import make_lab, open_database
from ..engines.database import Database, Scratch
from ..engines.lab import Copied, Lab
from ..errors import DbdevError
from ..findings import Finding
from ..memory.memory import NO_MEMORY, Carried, Memory
from ..processes import Child
from ..state import State
from ..workspace import Workspace
from .original import watch

if TYPE_CHECKING:
    from .outset import Outset

#: Of a larger database a copy is begun when it is certain that it is needed.
_MOST_BYTES = 64 * 2**20


@dataclass(frozen=True)
class Copying:
    """A copy of the configured database that is being made and prepared, in a lab of its own.

    ``unchanged`` tells what was written to the database since before that. Until ``result`` has come,
    nobody else may be connected to it: some servers copy a database only while nobody is.
    """

    database: Database
    lab: Lab
    unchanged: Callable[[], Tuple[Finding, ...]]
    result: Callable[[], Copied[Outset]]
    _stack: ExitStack

    def wait(self) -> None:
        """Until it is there, or has failed: ``result`` says why."""
        with suppress(DbdevError):
            self.result()

    def close(self) -> None:
        """Remove all that the lab has made."""
        self._stack.close()


@dataclass(frozen=True)
class Fresh:
    """A child that makes a fresh database; its result is the state of that."""

    _child: Child[Carried[State]]
    _memory: Memory

    def result(self) -> State:
        """Wait for it. Raises what making it raises."""
        return self._memory.taken(self._child.result())

    def stop(self) -> None:
        """Nobody needs it."""
        self._child.stop()


@dataclass(frozen=True)
class Ahead:
    """What was begun for an instance: the child that makes a fresh database beside its own, and the copy. None
    where none will be needed, or where it cannot be begun: that is said by who needs it."""

    instance: Instance
    child: Optional[Fresh] = None
    copying: Optional[Copying] = None


def begin(instance: Instance, allow_remote: bool, memory: Memory, stack: ExitStack) -> Ahead:
    """Begin a fresh database, unless an earlier run may have left one. It is gone at the end of ``stack``."""
    # Made in any case: what a run does to its folders depends on nothing that is remembered.
    workspace = stack.enter_context(Workspace())
    if memory.may_know():
        return Ahead(instance)
    try:
        configure_models()
    except DbdevError:
        return Ahead(instance)
    memory.settle()
    work = memory.carrying(lambda: _state(instance, allow_remote, memory, workspace))
    return Ahead(instance, Fresh(stack.enter_context(Child(work)), memory))


def begin_copying(url: str, allow_remote: bool, seed: Optional[int], stack: ExitStack) -> Optional[Copying]:
    """Begin a copy of the database at ``url`` and prepare it with that seed (see ``outset.prepare``); None
    where it is large, or cannot be begun, or where a process takes longer to start than a copy to make.

    All is gone at the end of ``stack``.
    """

    def look(copy: Scratch) -> Outset:
        from .outset import prepare  # imported in the child

        return prepare(copy, seed)

    with suppress(DbdevError):
        database = open_database(url)
        if not database.needs_server or (database.remote and not allow_remote):
            return None
        with database.connected():
            if not database.exists() or database.size() > _MOST_BYTES:
                return None
            unchanged = watch(database)
        own = stack.enter_context(ExitStack())
        lab = make_lab(database, own.enter_context(Workspace()))
        result = own.enter_context(lab.copy_beside(database, "copy", "before 0", look))
        return Copying(database, lab, unchanged, result, own)
    return None


def _state(instance: Instance, allow_remote: bool, memory: Memory, workspace: Workspace) -> State:
    """In the child: what is imported here is imported beside the same in the parent, which also keeps what
    is known of the scripts."""
    from .. import throwaway
    from .remembered import ChainLoader, Remembered

    database = open_database(instance.url)
    throwaway.refuse_remote(database, allow_remote)
    with Workspace(inside=workspace) as own:
        lab = make_lab(database, own)
        remembered = Remembered(memory, ChainLoader(instance, NO_MEMORY).load(), lab)
        return remembered.fresh(remembered.reference(), lambda: throwaway.fresh(instance, lab, own))
