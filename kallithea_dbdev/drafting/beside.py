"""SQLite beside the servers that were asked: it needs none, and what it tells is common to all engines."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from typing import Callable, ContextManager, Iterator, List, Tuple

from ..engines import ENGINES
from ..failure import Failure, going_on
from .ground import Ground

#: Makes the ground on engines.
Make = Callable[[Tuple[str, ...]], ContextManager[Tuple[Ground, ...]]]


@contextmanager
def with_sqlite(
    found: Tuple[Ground, ...], make: Make, remark: Callable[[str], None]
) -> Iterator[Tuple[Ground, ...]]:
    """The grounds that were asked for, and after them SQLite's; where that cannot be made, ``remark``
    gets the reason."""
    asked = tuple(ground.engine for ground in found)
    missing = tuple(engine for engine in ENGINES if not (ENGINES[engine].needs_server or engine in asked))
    more: Tuple[Ground, ...] = ()
    failures: List[Failure] = []
    with ExitStack() as stack:
        if missing:
            with going_on("sqlite", failures):
                more = stack.enter_context(make(missing))
        for failure in failures:
            remark(f"written for {', '.join(asked)} alone: {', '.join(missing)}: {failure.message}")
        yield (*found, *more)
