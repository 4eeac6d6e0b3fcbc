"""Where a draft begins: the database that every site has at the head, or that another changeset makes."""

from __future__ import annotations

import abc
from pathlib import Path
from typing import Callable, List, Optional, Set, Tuple

from ..application.worker import Code
from ..engines.database import Scratch
from ..engines.lab import Lab
from ..errors import DatabaseError, KallitheaError, MigrationGraphError
from ..migrations import Chain, run_steps
from ..state import State, read_state
from ..verification.baseline import baseline, start_at

_WAY_OUT = (
    "name a changeset that this Python can import, or leave --base out: the draft then begins with a "
    "recorded release"
)


class Beginning(abc.ABC):
    """Makes databases at the head as they were before the change."""

    @abc.abstractmethod
    def states(self, chain: Chain, lab: Lab) -> Tuple[State, ...]:
        """What such a database is on its way to the head. Raises DatabaseError where it cannot get there."""

    @abc.abstractmethod
    def start(self, chain: Chain, lab: Lab, label: str) -> Scratch:
        """Such a database, at the head, under a label."""


class Released(Beginning):
    """A recorded release, taken to the head by the scripts.

    Where none can be, and on the engines that come after, what ``instead`` gives for the reason; it may
    raise that.
    """

    def __init__(self, instead: Callable[[DatabaseError], Beginning]) -> None:
        self._instead = instead
        self._other: Optional[Beginning] = None
        #: The engines on which a release is.
        self._fine: Set[str] = set()

    def states(self, chain: Chain, lab: Lab) -> Tuple[State, ...]:
        """The states of the newest release that can be."""
        found = () if self._other else baseline(chain, chain.head, lab)
        if not found and not self._other:
            try:
                lab.discard(start_at(chain, chain.head, lab))
            except DatabaseError as error:
                self._other = self._instead(error)
        if self._other:
            return self._other.states(chain, lab)
        self._fine.add(lab.engine)
        return found

    def start(self, chain: Chain, lab: Lab, label: str) -> Scratch:
        """The newest release that can be, at the head."""
        if self._other and lab.engine not in self._fine:
            return self._other.start(chain, lab, label)
        return start_at(chain, chain.head, lab, label)


class OtherCode(Beginning):
    """What the code of another changeset makes, taken to the head by the scripts."""

    def __init__(self, code: Code, ini: Path, folder: Path) -> None:
        self.code = code
        self._ini = ini
        self._folder = folder
        self._number = 0

    def states(self, chain: Chain, lab: Lab) -> Tuple[State, ...]:
        """The state that its set-up makes, and those after each script."""
        found: List[State] = []
        lab.discard(self._made(chain, lab, "base", found.append))
        return tuple(found)

    def start(self, chain: Chain, lab: Lab, label: str) -> Scratch:
        """What its set-up makes, at the head."""
        return self._made(chain, lab, label, lambda state: None)

    def _made(self, chain: Chain, lab: Lab, label: str, keep: Callable[[State], object]) -> Scratch:
        self._number += 1
        repositories = self._folder / f"repositories-{self._number}"
        repositories.mkdir()
        database = lab.scratch(label)
        try:
            self.code.set_up(database, self._ini, repositories)
        except KallitheaError as error:
            raise KallitheaError(error.message, _WAY_OUT) from error
        steps = chain.between(self._stamp(chain, database), chain.head)
        if steps is None:
            raise DatabaseError(
                f"{self.code.changeset[:12]}: its database is not an ancestor of {chain.head}"
            )
        state = read_state(database, with_defaults=True)
        keep(state)
        for record in run_steps(chain, database, steps, state):
            if record.error:
                raise DatabaseError(
                    f"{self.code.changeset[:12]}: its database cannot be upgraded to {chain.head}: "
                    f"{record.step.revision} raises: {record.error.message}",
                    "name another changeset",
                )
            keep(record.after)
        return database

    def _stamp(self, chain: Chain, database: Scratch) -> Optional[str]:
        try:
            return chain.stamp_of(database)
        except MigrationGraphError as error:
            raise KallitheaError(
                f"{self.code.changeset[:12]}: the database of this changeset is at {', '.join(database.revisions())}, "
                "which no script of the current code has",
                "name a changeset whose scripts the current code has, too",
            ) from error
