"""Scripts that do something else, or nothing at all, where tables have no rows."""

from __future__ import annotations

from typing import Iterator

from ...findings import Finding, make
from ..climb import Climb
from .at_once import shown
from .failures import facts_of


def check(climb: Climb) -> Iterator[Finding]:
    """The first step that is another one without sample rows."""
    found = climb.bare
    if found is None:
        return
    step = found.step
    tables = ", ".join(found.tables)
    where = (
        f"where {tables} {'is' if len(found.tables) == 1 else 'are'} empty"
        if tables
        else "without sample rows"
    )
    error = found.error
    if error:
        message = f"{step.direction}() of {step.revision} fails {where}: {error.message}"
        message = "; ".join((message, *error.place, "with rows it runs"))
    else:
        message = f"{step.direction}() of {step.revision} leaves something else {where} than with rows: {shown(found.what)}"
    yield make(
        "empty-table-fails" if error else "empty-table-differs", climb.engine, message,
        revision=step.revision, direction=step.direction,
        table=found.tables[0] if len(found.tables) == 1 else None, aspect="bare",
        **facts_of(error),
    )  # fmt: skip
