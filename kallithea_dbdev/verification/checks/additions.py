"""What a site has of kinds that no models know (a publication, a collation), and a step loses."""

from __future__ import annotations

from typing import Iterator, Optional, Set

from ...findings import Finding, make
from ...migrations import StepRecord
from ...schema.model import Addition, Schema
from ..climb import Climb
from .own import known_schemas, whose


def check(climb: Climb) -> Iterator[Finding]:
    """Those that were there from the beginning, are of no script's, and are gone or others after a step.

    One goes with its table, and with a column that it is on: that is no loss of its own.
    """
    known: Set[str] = {a.name for schema in known_schemas(climb) for a in schema.additions}
    own = {a.name for a in climb.start.schema.additions} - known
    for record in climb.up + climb.down:
        if record.error is not None:
            continue
        after = {addition.name: addition.definition for addition in record.after.schema.additions}
        for addition in record.before.schema.additions:
            if addition.name not in own or after.get(addition.name) == addition.definition:
                continue
            if not _went_along(addition, record.after.schema):
                yield _lost(climb, record, addition, after.get(addition.name))


def _went_along(addition: Addition, after: Schema) -> bool:
    """Whether its table, or a column that it is on, is gone or has another name."""
    if addition.table is None:
        return False
    table = after.table(addition.table)
    return table is None or any(table.column(column) is None for column in addition.columns)


def _lost(climb: Climb, record: StepRecord, addition: Addition, now: Optional[str]) -> Finding:
    step = f"{record.step.direction}() of {record.step.revision}"
    before = f" ({addition.definition})" if addition.definition else ""
    message = f"is gone after {step}{before}"
    if now is not None:
        message = f"is {_beyond(now, addition.definition)} after {step}, before it {_beyond(addition.definition, now)}"
    return make(
        "addition-lost",
        climb.engine,
        message + whose(climb),
        table=addition.table,
        object=addition.name,
        aspect=addition.name,
        revision=record.step.revision,
        direction=record.step.direction,
        migrated=now,
        expected=addition.definition or None,
    )


def _beyond(definition: str, other: str) -> str:
    """What a definition says that another one does not, part by part."""
    parts, others = definition.split("; "), other.split("; ")
    return "; ".join(part for part in parts if part not in others) or "without that"
