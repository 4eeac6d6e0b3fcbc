"""Scripts that work one by one, and not as Alembic runs them: in one session."""

from __future__ import annotations

from typing import Iterator

from ...findings import Finding, make
from ..climb import Climb

#: How much of what is different a message shows.
_SHOWN = 4


def check(climb: Climb) -> Iterator[Finding]:
    """The first script that fails after others, or what is another one after all of them."""
    found = climb.at_once
    if found is None:
        return
    step, direction = found.last, found.last.direction
    before = ", ".join(other.revision for other in found.steps[:-1])
    run = f"in one `alembic {direction}`"
    if found.error:
        message = f"{direction}() of {step.revision} fails {run} after {before}: {found.error.message}"
        message = "; ".join((message, *found.error.place))
    else:
        what = ", ".join(found.what[:_SHOWN]) + (", ..." if len(found.what) > _SHOWN else "")
        message = f"{before} and {step.revision} leave something else {run} than one by one: {what}"
    yield make(
        "chain-fails" if found.error else "chain-differs", climb.engine, message,
        found.error.line if found.error else None, revision=step.revision, direction=direction, aspect="chain",
        statement=found.error.statement if found.error else None,
        traceback=found.error.traceback if found.error else None,
    )  # fmt: skip
