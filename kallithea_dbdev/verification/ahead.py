"""A fresh database of the current code, begun before it is certain that it is needed.

Making it takes longer than anything else, and until the rest of a command is imported nothing else is there
to do: a second processor can begin. What is known by then is when the files were written, not what is in them.
"""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from typing import Optional

from ..application.exercise import configure_models
from ..application.instance import Instance
from ..errors import DbdevError
from ..memory.memory import NO_MEMORY, Memory
from ..processes import Child
from ..state import State
from ..workspace import Workspace


@dataclass(frozen=True)
class Ahead:
    """What was begun for an instance: the child that makes a fresh database beside its own. None where none
    will be needed, or where the models cannot be imported: that is said by who needs them."""

    instance: Instance
    child: Optional[Child[State]] = None


def begin(instance: Instance, allow_remote: bool, memory: Memory, stack: ExitStack) -> Ahead:
    """Begin, unless an earlier run may have left one. It is gone at the end of ``stack``."""
    # Made in any case: what a run does to its folders depends on nothing that is remembered.
    workspace = stack.enter_context(Workspace())
    if memory.may_know():
        return Ahead(instance)
    try:
        configure_models()
    except DbdevError:
        return Ahead(instance)
    memory.settle()
    return Ahead(
        instance, stack.enter_context(Child(lambda: _state(instance, allow_remote, memory, workspace)))
    )


def _state(instance: Instance, allow_remote: bool, memory: Memory, workspace: Workspace) -> State:
    """In the child: what is imported here is imported beside the same in the parent, which also keeps what
    is known of the scripts."""
    from .. import throwaway
    from ..engines import make_lab, open_database
    from .remembered import ChainLoader, Remembered

    database = open_database(instance.url)
    throwaway.refuse_remote(database, allow_remote)
    with Workspace(inside=workspace) as own:
        lab = make_lab(database, own)
        remembered = Remembered(memory, ChainLoader(instance, NO_MEMORY).load(), lab)
        return remembered.fresh(remembered.reference(), lambda: throwaway.fresh(instance, lab, own))
