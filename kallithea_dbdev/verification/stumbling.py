"""Steps that fail at rows which did not fit before the first step. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Tuple

from ..migrations import StepRecord
from ..rows.misfits import Misfit
from ..schema.model import BATCH_LEFTOVER_PREFIX, Schema
from ..schema.names import speaks_of


@dataclass(frozen=True)
class Stumbled:
    """A step that failed, and the rows without which it does not."""

    record: StepRecord
    misfits: Tuple[Misfit, ...]


def spoken_of(record: StepRecord, schema: Schema) -> Tuple[str, ...]:
    """The tables that a step or its error speaks of."""
    said = record.error.message if record.error else ""
    # What a batch rebuild makes is called after its table.
    text = "\n".join((record.source, said, *record.statements)).replace(BATCH_LEFTOVER_PREFIX, "")
    return tuple(table.name for table in schema.tables if speaks_of(text, table.name))


def is_same_failure(one: StepRecord, other: StepRecord) -> bool:
    """Whether one step failed twice, both times in the same way."""
    if one.error is None or other.error is None:
        return False
    return (one.step, one.error.where) == (other.step, other.error.where)
