"""What a walk is judged by, made beside it in processes of its own: the reference, and what the scripts
make of recorded releases. What an earlier run remembers is not made again.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Callable, Iterator, List, Optional, Tuple

from .. import throwaway
from ..application.exercise import configure_models
from ..application.instance import Instance
from ..engines import make_lab
from ..engines.database import Database
from ..engines.lab import Lab
from ..failure import Failure, going_on
from ..migrations import Chain
from ..state import State
from ..workspace import Workspace
from .ahead import Ahead
from .baseline import baseline
from .ground import Stuck
from .older import upgrade_from_oldest
from .remembered import Remembered, States, is_whole


@dataclass(frozen=True)
class Released:
    """What the scripts make of recorded releases: the states of one on its way to the head, or where that ends
    (``refused``), and where the oldest one does; ``failures``: what of it could not be found out."""

    states: States = ()
    stuck: Optional[Stuck] = None
    refused: Optional[Stuck] = None
    failures: Tuple[Failure, ...] = ()


@dataclass(frozen=True)
class Background:
    """All wait until it is there; each may be asked for more than once. ``states`` are those of ``released``."""

    fresh: Callable[[], State]
    states: Callable[[], States]
    released: Callable[[], Released]


@contextmanager
def background(
    instance: Instance,
    chain: Chain,
    database: Database,
    lab: Lab,
    remembered: Remembered,
    start: Optional[str],
    lowest: Optional[str],
    progress: Callable[[str], None],
    ahead: Optional[Ahead],
) -> Iterator[Background]:
    """What a database at ``start`` (None: the base) is judged by; all that was begun is gone at the end.

    ``lowest``: the oldest release is upgraded to there; None: nobody asks for that.
    """
    way = remembered.released(start)
    oldest = remembered.oldest(lowest) if lowest else None

    def make_states() -> Released:
        failures: List[Failure] = []
        states: States = ()
        refused: List[Stuck] = []
        with _place(database, lab) as (place, _), going_on("the upgrade of the recorded release", failures):
            # One that does not come to the head is not kept: where it ends is to be told each time.
            states = way.or_make(
                lambda: baseline(chain, start, place, refused.append),
                lambda found: not refused and all(map(is_whole, found)),
            )
        return Released(states, refused=next(iter(refused), None), failures=tuple(failures))

    def make_stuck() -> Released:
        failures: List[Failure] = []
        stuck = None
        if oldest:
            with Workspace() as own, going_on("the upgrade of the oldest recorded release", failures):
                stuck = oldest.or_make(lambda: upgrade_from_oldest(chain, str(lowest), own))
        return Released(stuck=stuck, failures=tuple(failures))

    known = oldest is None or oldest.found
    with fresh_beside(instance, database, lab, remembered, progress, ahead) as fresh:
        if not (way.found and known):
            progress(f"{database.engine}: upgrading the recorded release")
        # The longer way first.
        with remembered.beside(make_stuck, not (lab.single or known)) as of_oldest:
            with remembered.beside(make_states, not (lab.single or way.found)) as of_newest:
                yield Background(
                    fresh, lambda: of_newest().states, lambda: _together(of_newest(), of_oldest())
                )


def _together(newest: Released, oldest: Released) -> Released:
    return replace(newest, stuck=oldest.stuck, failures=(*newest.failures, *oldest.failures))


@contextmanager
def fresh_beside(
    instance: Instance,
    database: Database,
    lab: Lab,
    remembered: Remembered,
    progress: Callable[[str], None],
    ahead: Optional[Ahead] = None,
) -> Iterator[Callable[[], State]]:
    """The state of a fresh database from the current code, to be waited for.

    ``ahead``: one that is being made already beside the same database.
    """
    reference = remembered.reference()
    begun = ahead.child if ahead else None
    if begun and (reference.found or lab.single):
        begun.stop()
        begun = None
    if not reference.found:
        configure_models()
        progress(f"{database.engine}: making a fresh database from the current code")

    if begun:
        yield begun.result
        return

    def make() -> State:
        with _place(database, lab) as (place, own):
            return remembered.fresh(reference, lambda: throwaway.fresh(instance, place, own))

    with remembered.beside(make, not (lab.single or reference.found)) as fresh:
        yield fresh


@contextmanager
def _place(database: Database, lab: Lab) -> Iterator[Tuple[Lab, Workspace]]:
    # A workspace of its own: what a child makes nobody else cleans up.
    with Workspace() as own:
        yield lab if lab.single else make_lab(database, own), own
