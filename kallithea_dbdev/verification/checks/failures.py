"""Steps that raise."""

from __future__ import annotations

from typing import Iterator

from ...findings import Finding, make
from ...migrations import DOWNGRADE, StepRecord
from ..climb import Climb


def check(climb: Climb) -> Iterator[Finding]:
    """One finding for each step that raised, with the statement and the database's message."""
    for records, again in ((climb.up, False), (climb.down, False), (climb.again, True)):
        for record in records:
            if record.error:
                yield _failure(climb.engine, record, again)


def _failure(engine: str, record: StepRecord, again: bool) -> Finding:
    error = record.error
    assert error is not None
    direction = record.step.direction
    code = f"{direction}-fails"
    if again:
        code = "upgrade-again-fails"
    elif direction == DOWNGRADE and error.irreversible:
        code = "downgrade-irreversible"
    parts = [f"{direction}() of {record.step.revision} raises: {error.message}"]
    if error.where:
        parts.append(f"at {error.where}")
    if error.statement:
        parts.append(f"statement: {error.statement}")
    return make(
        code,
        engine,
        "; ".join(parts),
        revision=record.step.revision,
        direction=direction,
        statement=error.statement,
        traceback=error.traceback,
    )
