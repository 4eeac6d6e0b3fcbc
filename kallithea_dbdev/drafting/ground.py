"""What a draft begins with, on each engine: what every site has at the head, and what the models make.

*Before* is a recorded release, taken to the head by the scripts (or what another changeset makes);
*after* is a fresh database of the current code. What a development database has or lacks beside that
is no part of either.
"""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Callable, Iterator, Optional, Tuple

from ..application.instance import Instance
from ..engines import make_lab
from ..engines.database import Database, Scratch
from ..engines.lab import Lab
from ..errors import PreconditionError
from ..memory.memory import Memory
from ..migrations import Chain
from ..schema.change import Change
from ..schema.compare import compare
from ..state import State
from ..verification.ahead import Ahead
from ..verification.background import fresh_beside
from ..verification.course import Progress
from ..verification.engines import on_engine
from ..verification.remembered import Remembered
from ..workspace import Workspace
from .beginnings import Beginning
from .set_up_rows import RowChange, row_changes


@dataclass(frozen=True)
class Ground:
    """What is known on one engine before drafting begins.

    ``states`` are those of the recorded release on its way to the head. ``start`` makes a database
    as every site has it at the head. ``remembered`` is what earlier runs have left for this engine.
    """

    engine: str
    chain: Chain
    database: Database
    lab: Lab
    states: Tuple[State, ...]
    after: State
    start: Callable[[str], Scratch]
    remembered: Remembered

    @property
    def before(self) -> State:
        """What every site has at the head."""
        return self.states[-1]

    @property
    def differences(self) -> Tuple[Change, ...]:
        """What a script would have to change, on this engine: the order of columns is none of it."""
        changes = compare(self.before.schema, self.after.schema)
        return tuple(change for change in changes if change.kind != "column-order")

    @property
    def rows(self) -> Tuple[RowChange, ...]:
        """What the set-up writes otherwise than it did."""
        return row_changes(self.before, self.after)


@contextmanager
def grounds(
    instance: Instance,
    chain: Chain,
    configured: Database,
    borrowed: Optional[Database],
    engines: Tuple[str, ...],
    beginning: Beginning,
    progress: Progress,
    memory: Memory,
    ahead: Optional[Ahead],
) -> Iterator[Tuple[Ground, ...]]:
    """The ground on each of the engines, in their order; the databases are gone at the end.

    ``configured`` names the server where that engine's are made, and need not exist. Raises
    DatabaseError where the beginning cannot be taken to the head.
    """
    with ExitStack() as stack:
        found = []
        for engine in engines:
            database = stack.enter_context(on_engine(engine, configured, progress))
            workspace = stack.enter_context(Workspace())
            lab = make_lab(database, workspace, borrowed if database is configured else None)
            begun = ahead if database is configured else None
            found.append(_ground(instance, chain, database, lab, beginning, progress, memory, begun))
        yield tuple(found)


def _ground(
    instance: Instance,
    chain: Chain,
    database: Database,
    lab: Lab,
    beginning: Beginning,
    progress: Progress,
    memory: Memory,
    ahead: Optional[Ahead],
) -> Ground:
    remembered = Remembered(memory, chain, lab)
    with fresh_beside(instance, database, lab, remembered, progress, ahead) as result:
        progress(f"{lab.engine}: making what every site has")
        states = beginning.states(chain, lab)
        after = result()
    for state in (states[-1], after):
        for _, message in state.schema.unreadable:
            raise PreconditionError(message)
    return Ground(
        lab.engine, chain, database, lab, states, after, partial(beginning.start, chain, lab), remembered
    )
