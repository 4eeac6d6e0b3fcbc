"""Rows that did not fit before the first step, and at which a step fails."""

from __future__ import annotations

from typing import Iterator

from ...findings import WARNING, Finding, make
from ...secrets import mask
from ..climb import Climb


def check(climb: Climb) -> Iterator[Finding]:
    """One finding for each rule that they break: they are the database's own, no fault of the step."""
    if climb.stumbled is None:
        return
    record = climb.stumbled.record
    assert record.error is not None
    where = f"{record.step.direction}() of {record.step.revision}"
    for misfit in climb.stumbled.misfits:
        more = ", ..." if misfit.count > len(misfit.keys) else ""
        rows = f"{misfit.count} row{'s' * (misfit.count != 1)} ({'; '.join(misfit.keys)}{more})"
        yield make(
            "rows-orphaned-before" if misfit.orphans else "values-misfit-before",
            climb.engine,
            f"{mask(misfit.why)} in {rows}; it was so before the first step; {where} fails at what does not "
            f"fit: {record.error.message}; all else was looked at without it",
            severity=WARNING,
            table=misfit.table,
            object=misfit.object,
            aspect="rows",
            statement=record.error.statement,
        )
