"""Scripts that work one by one, and not as Alembic runs them: in one session."""

from __future__ import annotations

from typing import Iterator, Sequence

from ...findings import Finding, make
from ..climb import Climb
from .failures import facts_of

#: How much of what is different, or left behind, a message shows.
_SHOWN = 4


def shown(what: Sequence[str]) -> str:
    """The first of what is different."""
    return ", ".join(what[:_SHOWN]) + (", ..." if len(what) > _SHOWN else "")


def check(climb: Climb) -> Iterator[Finding]:
    """The first script that fails after others, or what is another one after all of them."""
    found = climb.at_once
    if found is None:
        return
    step = found.begun[-1]
    direction, run = step.direction, f"in one `alembic {step.direction}`"
    before, ahead = (", ".join(s.revision for s in steps) for steps in (found.begun[:-1], found.ahead))
    error = found.error
    if error:
        others = f"after {before}" if before else f"with {ahead}"
        message = f"{direction}() of {step.revision} fails {run} {others}: {error.message}"
        message = "; ".join((message, *error.place))
    else:
        others = f"{before} and {step.revision}"
        message = f"{others} leave something else {run} than one by one: {shown(found.what)}"
    yield make(
        "chain-fails" if error else "chain-differs", climb.engine, message,
        revision=step.revision, direction=direction, aspect="chain",
        **facts_of(error),
    )  # fmt: skip
