"""Run the cells, as many at once as there are cores; what is known so far is known at any moment."""

from __future__ import annotations

import os
import select
import time
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from typing import Callable, Dict, List, Optional, Sequence, Tuple

from .. import throwaway
from ..application.code import import_models
from ..engines import open_database
from ..engines.database import Database
from ..errors import MigrationGraphError, UsageError
from ..failure import failure_of
from ..migrations import Chain, Scripts
from ..processes import Child
from ..verification.checks import undone
from ..verification.engines import on_private
from ..verification.result import Report, Result
from ..verification.verify import (
    BASE,
    Request,
    of_graph,
    refuse_unknown_tables,
    report_of,
    steps_below_release,
    verify_release,
)
from .plan import Place, in_order

#: Says how far it is.
Progress = Callable[[str], None]

#: How often the progress is said while nothing ends.
_SECONDS = 1.0

_INTERRUPTED = "not run to its end: the run was interrupted"


@dataclass
class Matrix:
    """The cells and what is known of them: filled while they run, to be read at any moment."""

    request: Request
    cells: Tuple[Place, ...]
    head: str = ""
    results: Dict[Place, Result] = field(default_factory=dict)

    @property
    def report(self) -> Report:
        """The report of all cells; those that were not run to their end say so."""
        return report_of(
            self.request, tuple(self.results.get(cell) or self._unknown(cell) for cell in self.cells)
        )

    def _unknown(self, cell: Place, remark: str = _INTERRUPTED) -> Result:
        start = cell.release.revision or BASE
        release = cell.release.version
        return Result(
            cell.engine, "a recorded release", start, self.head, (), (), 0.0, (remark,), release=release
        )

    def fail(self, cell: Place, error: Exception) -> None:
        """Remember that a cell ended with an error. Raises it where the machine is to blame."""
        if isinstance(error, MigrationGraphError):
            found = of_graph(error, cell.engine, self.request.instance)
        else:
            found = undone.finding(
                cell.engine, failure_of(f"the work from {cell.name}", error), aspect="engine"
            )
        self.results[cell] = replace(self._unknown(cell), findings=(found,), remarks=())


def run(matrix: Matrix, progress: Progress, jobs: Optional[int] = None) -> None:
    """Run all cells into ``matrix``. Raises Interrupted, and what is wrong for whatever cell."""
    request = matrix.request
    import_models()  # once for all cells
    configured = open_database(request.instance.url)
    throwaway.refuse_remote(configured, request.allow_remote)
    refuse_unknown_tables(request)
    try:
        chain = Chain(Scripts(request.instance.scripts, request.instance.alembic))
        matrix.head = chain.head
    except MigrationGraphError as error:
        for cell in matrix.cells:
            matrix.fail(cell, error)
        return
    for cell in matrix.cells:
        steps_below_release(chain, cell.release, request.down_to)  # what cannot be meant is said at once
    count = jobs or len(os.sched_getaffinity(0))
    with ExitStack() as stack:
        servers = _Servers(stack, configured, progress)
        _Runner(matrix, servers, progress, count).run(in_order(matrix.cells, count))


class _Servers:
    """One place on each engine for all cells: the configured server where there is one, else our own."""

    def __init__(self, stack: ExitStack, configured: Database, progress: Progress) -> None:
        self._stack = stack
        self._configured = configured
        self._progress = progress
        self._open: Dict[str, Database] = {}

    def on(self, engine: str) -> Database:
        """A database on that engine, started when it is first asked for. Raises DatabaseError."""
        if engine not in self._open:
            if engine == self._configured.engine and self._configured.exists():
                self._open[engine] = self._configured
            else:
                self._open[engine] = self._stack.enter_context(on_private(engine, self._progress))
        return self._open[engine]


class _Runner:
    """Keeps so many children busy."""

    def __init__(self, matrix: Matrix, servers: _Servers, progress: Progress, jobs: int) -> None:
        self._matrix = matrix
        self._servers = servers
        self._progress = progress
        self._jobs = jobs
        self._started = time.monotonic()
        self._running: Dict[Child[Result], Tuple[Place, ExitStack]] = {}

    def run(self, cells: Sequence[Place]) -> None:
        """Run them; a child is gone when its result is there, and on every other way out."""
        waiting: List[Place] = list(cells)
        with ExitStack() as stack:
            while waiting or self._running:
                while waiting and len(self._running) < self._jobs:
                    self._start(waiting.pop(0), stack)
                self._say(len(cells))
                for child in select.select(list(self._running), (), (), _SECONDS)[0]:
                    self._finish(child)

    def _start(self, cell: Place, stack: ExitStack) -> None:
        try:
            database = self._servers.on(cell.engine)
        except Exception as error:
            self._matrix.fail(cell, error)
            return
        request, release = self._matrix.request, cell.release
        own = stack.enter_context(ExitStack())
        child = own.enter_context(Child(lambda: verify_release(request, release, database, lambda _: None)))
        self._running[child] = (cell, own)

    def _finish(self, child: Child[Result]) -> None:
        cell, own = self._running.pop(child)
        try:
            self._matrix.results[cell] = child.result()
        except UsageError:
            raise  # what was asked for is wrong, for whatever cell
        except Exception as error:
            self._matrix.fail(cell, error)
        own.close()

    def _say(self, total: int) -> None:
        names = ", ".join(cell.name for cell, _ in self._running.values())
        done = len(self._matrix.results)
        said = f"{done} of {total} done; running {names}"
        if done:
            each = (time.monotonic() - self._started) / done
            said += f"; about {max(1, round(each * (total - done)))} s left"
        self._progress(said)
