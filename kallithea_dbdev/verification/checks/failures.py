"""Steps that raise."""

from __future__ import annotations

from typing import Iterator

from ...findings import Finding, make
from ...migrations import DOWNGRADE, StepRecord
from ..climb import Climb

#: How much of a half-applied step a message shows.
_SHOWN = 5
_SHORT = 120


def check(climb: Climb) -> Iterator[Finding]:
    """One finding for each step that raised, with the statement and the database's message."""
    for records, again in ((climb.up, False), (climb.down, False), (climb.again, True)):
        for record in records:
            if record.error:
                yield _failure(climb.engine, record, again)


def _aftermath(record: StepRecord, retry: StepRecord) -> Iterator[str]:
    """What the failed step leaves behind: nothing where the engine rolled it all back."""
    changed = record.before.schema != record.after.schema or record.before.rows != record.after.rows
    if not changed:
        yield "the database was rolled back to what it was before the step"
    else:
        had_run = record.changes[:-1]
        shown = "; ".join(_short(statement) for statement in had_run[-_SHOWN:])
        more = f" (the last {_SHOWN} of {len(had_run)})" if len(had_run) > _SHOWN else ""
        yield f"half-applied: these statements had run{more}: {shown or 'none'}"
    if retry.error:
        yield f"running it again raises: {retry.error.message}"
    else:
        yield "running it again works"


def _short(statement: str) -> str:
    return statement if len(statement) <= _SHORT else f"{statement[: _SHORT - 4]} ..."


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
    if record.retry:
        parts.extend(_aftermath(record, record.retry))
    return make(
        code,
        engine,
        "; ".join(parts),
        revision=record.step.revision,
        direction=direction,
        statement=error.statement,
        traceback=error.traceback,
    )
