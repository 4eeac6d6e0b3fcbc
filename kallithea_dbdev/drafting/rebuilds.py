"""What SQLite's batch rebuilds lost in a run, and the arguments that keep it in the next one.

Decided from the recorded schemas before and after each step, not from the text of the script.
"""

from __future__ import annotations

import re
from typing import List, Optional, Tuple

from ..migrations import StepRecord
from ..schema.model import Check, Table
from ..verification.checks.rebuilt import KEEP_AUTOINCREMENT, keep_check
from ..verification.climb import Climb
from .script import KEEP_CHECK_NAMES, RECREATE, BatchArguments


def add_kept(arguments: BatchArguments, seen: Climb) -> bool:
    """Add what the climb shows to be lost; whether there was anything new.

    What the models no longer have is not kept on the way up.
    """
    news = False
    for record in seen.up + seen.down:
        of_direction = arguments[record.step.direction]
        table = _not_added(record)
        if table and RECREATE not in of_direction.get(table, ()):
            of_direction[table] = (*of_direction.get(table, ()), RECREATE)
            news = True
        for after in record.after.schema.tables:
            have = of_direction.get(after.name, ())
            lost = tuple(code for code in _lost(seen, record, after) if code not in have)
            if lost:
                of_direction[after.name] = have + lost
                news = True
    return news


def _not_added(record: StepRecord) -> Optional[str]:
    """The table to which SQLite could not add a column for its default, but could in a rebuild."""
    if record.error and "non-constant default" in record.error.message:
        found = re.match(r'ALTER TABLE "?(\w+)"? ADD COLUMN', record.error.statement or "")
        return found.group(1) if found else None
    return None


def _lost(seen: Climb, record: StepRecord, after: Table) -> Tuple[str, ...]:
    """The arguments that would have kept what the step lost of the table."""
    before = record.before.schema.table(after.name)
    # What the table should be after this step: on the way up as the models have it, on the way
    # down as it was before.
    goal_state = seen.fresh if record in seen.up else seen.recorded.get(record.step.lower or "")
    goal = goal_state.schema.table(after.name) if goal_state else None
    if before is None or goal is None:
        return ()
    found: List[str] = []
    autoincrement = ("autoincrement", "yes")
    had = autoincrement in before.options and autoincrement in goal.options
    if had and autoincrement not in after.options:
        found.append(KEEP_AUTOINCREMENT)
    lost = [check for check in goal.checks if check in before.checks and check not in after.checks]
    nameless = [check for check in lost if Check(check.expression) in after.checks]
    doubled = [check for check in after.checks if check.name is None and check not in goal.checks]
    if nameless or doubled:
        found.append(KEEP_CHECK_NAMES)
    gone = [keep_check(check.expression, check.name) for check in lost if check not in nameless]
    if gone:
        found.append(f"table_args=({', '.join(gone)},)")
    return tuple(found)
