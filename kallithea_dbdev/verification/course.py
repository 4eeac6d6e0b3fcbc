"""What a walk is given: how far it goes, what it is compared with, and whom it tells what is going on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Callable, Optional, Tuple

from ..application.exercise import exercise_models
from ..engines.database import Scratch
from ..migrations import Step
from ..releases import Release
from ..rows.changes import Known
from ..rows.defaults import Rows
from ..state import State

#: Tells what is going on; the command shows it on a terminal.
Progress = Callable[[str], None]


@dataclass(frozen=True)
class Options:
    """How a copy is walked.

    ``bottom`` are the upgrade steps below the start that the way down goes on to; None: none, but one
    step where the copy is at the head already.
    """

    bottom: Optional[Tuple[Step, ...]] = None
    #: For the sample rows that tables without rows get first; None: they get none.
    seed: Optional[int] = None
    #: Stop each step up on the way.
    crash: bool = False
    #: Run each step up once more with probing rows.
    probe: bool = False
    #: End at the head: no step down, and none up again.
    up_only: bool = False
    #: Prove each step as a file of SQL, too.
    sql: bool = False
    #: For how many seconds a step may keep others from a table; None: nobody asked.
    max_lock: Optional[float] = None


#: (table, message) of each mapped class that cannot load or save a row of a database.
Problems = Tuple[Tuple[str, str], ...]


def use_models(database: Scratch) -> Problems:
    """Load and save a row of every model, and take that back."""
    with database.handed_over() as url:
        return tuple(exercise_models(url))


@dataclass(frozen=True)
class Reference:
    """What a walk is compared with; ``fresh`` and ``released`` are asked for as late as can be.

    ``fresh`` is the state of a fresh database; ``released`` are those of a recorded release on its way to
    the head, none where there is none; ``written`` are the rows that set-ups of releases have written.
    """

    fresh: Callable[[], State]
    released: Callable[[], Tuple[State, ...]] = tuple
    written: Tuple[Rows, ...] = ()
    #: How the models are used on a database in a certain state.
    use_models: Callable[[Scratch, State], Problems] = lambda database, state: use_models(database)
    #: A recorded release as its set-up made it; None where it is not at hand.
    recorded: Callable[[Release], Optional[State]] = lambda release: None

    @property
    def known(self) -> Known:
        """The rows of the set-up that are known, each asked for as late as can be."""
        return Known(
            lambda: self.fresh().defaults,
            lambda: tuple(state.defaults for state in self.released()[:1]),
            lambda: self.written,
        )
