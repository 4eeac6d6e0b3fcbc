"""Turn a schema difference into a finding: the words are the same wherever it was seen."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Optional

from ...findings import Finding, make
from ...migrations import StepRecord
from ...schema.change import Change
from ...schema.model import Schema, Table
from ..fixes import in_script
from .rebuilt import REMARK, is_lost, keeping

#: In what somebody wrote, such as the body of a function, with the blanks around it.
_LINE_BREAK = re.compile(r"\s*[\r\n]\s*")


@dataclass(frozen=True)
class Side:
    """How to speak of the expected side: of a value it has, and of what it does not have."""

    has: str
    has_not: str


MODELS = Side("the models give", "the models do not have it")
BEFORE_UPGRADE = Side("before the upgrade it was", "it was not there before the upgrade")
BEFORE_THE_STEP = Side("before the step it was", "it was not there before the step")
BEFORE_DOWNGRADE = Side("before the downgrade it was", "it was not there before the downgrade")


def finding(
    difference: Change,
    engine: str,
    side: Side,
    record: Optional[StepRecord] = None,
    severity: Optional[str] = None,
    remark: str = "",
    goal: Optional[Schema] = None,
    fix: Optional[str] = None,
) -> Finding:
    """A finding for a difference; ``record`` is the step to blame, ``goal`` what it should have made."""
    lost = is_lost(difference, record)
    if lost:
        remark += REMARK
    if record is not None and goal is not None:
        fix = (keeping(difference, record, goal) if lost else None) or fix
        fix = fix or in_script(
            difference, engine, record, goal, undo=not lost and side is not BEFORE_THE_STEP
        )
    return make(
        difference.kind,
        engine,
        f"{sentence(difference, side)}{remark}",
        table=difference.table,
        object=difference.object,
        aspect=difference.aspect,
        revision=record.step.revision if record else None,
        direction=record.step.direction if record else None,
        migrated=difference.migrated,
        expected=difference.expected,
        severity=severity,
        fix=fix,
    )


def sentence(difference: Change, side: Side) -> str:
    """What differs, without the object, in one line: ``type is A; the models give B``."""
    return _LINE_BREAK.sub(" ", _sentence(difference, side))


def _sentence(difference: Change, side: Side) -> str:
    if difference.kind == "column-order":
        return f"the columns stand in another order: {_moved(difference)}"
    if difference.kind.endswith("-missing"):
        return f"is missing; {side.has} {difference.expected}"
    if difference.kind.endswith("-extra"):
        has, wanted = difference.times
        if wanted:
            what = difference.migrated
            return f"is there too often: {what}, {_times(has)}; {side.has} {what}, {_times(wanted)}"
        return f"should not be there: {difference.migrated}; {side.has_not}"
    migrated = "none" if difference.migrated is None else difference.migrated
    expected = "none" if difference.expected is None else difference.expected
    return f"{difference.aspect} is {migrated}; {side.has} {expected}"


def _times(number: int) -> str:
    return {1: "once", 2: "twice"}.get(number, f"{number} times")


def _moved(difference: Change) -> str:
    """The columns that would have to move, as ``theme after user_data``."""
    before, after = difference.before, difference.after
    assert isinstance(before, Table) and isinstance(after, Table)
    migrated = [column.name for column in before.columns if after.column(column.name)]
    expected = [column.name for column in after.columns if before.column(column.name)]
    matcher = SequenceMatcher(None, migrated, expected, autojunk=False)
    moved = []
    for tag, start, end, _, _ in matcher.get_opcodes():
        if tag in ("delete", "replace"):
            place = f"after {migrated[start - 1]}" if start else "first"
            moved.append(f"{', '.join(migrated[start:end])} {place}")
    return "; ".join(moved)
