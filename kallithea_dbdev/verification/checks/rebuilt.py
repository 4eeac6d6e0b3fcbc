"""What an SQLite batch rebuild lost, and the arguments of ``batch_alter_table`` that keep it."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Optional

from ...migrations import StepRecord
from ...operations import Context, rebuild_head
from ...schema.change import Change
from ...schema.compare import compare
from ...schema.model import BATCH_LEFTOVER_PREFIX, Check, Schema
from ..fixes import code

#: Said after the message of a difference that a rebuild made.
REMARK = "; lost in the batch rebuild of the table"

#: An argument of ``batch_alter_table``.
KEEP_AUTOINCREMENT = "table_kwargs={'sqlite_autoincrement': True}"

#: What a rebuild may lose.
_LOST = (
    "autoincrement",
    "check-missing",
    "column-collation",
    "foreign-key-differs",
    "index-differs",
    "index-missing",
    "name",
    "trigger-missing",
)

#: What arguments keep; anything else is made again after the rebuild.
_KEPT = ("autoincrement", "check-missing", "column-collation")


def is_lost(difference: Change, record: Optional[StepRecord]) -> bool:
    """Whether a rebuild made the difference.

    Decided from what was seen: the step rebuilt the table, and what is gone was there before it.
    """
    if record is None or difference.kind not in _LOST:
        return False
    if difference.table is None or not _rebuilds(record, difference.table):
        return False
    made = {
        (d.kind, d.object, d.aspect)
        for d in compare(record.after.schema, record.before.schema)
        if d.table == difference.table and d.expected == difference.expected
    }
    return (difference.kind, difference.object, difference.aspect) in made


def keeping(difference: Change, record: StepRecord, goal: Schema) -> Optional[str]:
    """How to keep in the rebuild what it lost; None where no argument does."""
    before = record.before.schema.table(difference.table or "")
    after = goal.table(difference.table or "")
    named = difference.kind == "name" and isinstance(difference.item, Check)
    if not (named or difference.kind in _KEPT) or before is None or after is None:
        return None
    # What was there and is to stay; what else the step makes of the table is its own affair.
    checks = tuple(check for check in before.checks if check in after.checks)
    kept = replace(before, checks=checks)
    head = rebuild_head(Context("sqlite", record.before.schema, goal), before, kept)
    return f"give the rebuild what is to stay:{code([head])}"


def _rebuilds(record: StepRecord, table: str) -> bool:
    name = re.compile(rf'CREATE TABLE "?{re.escape(BATCH_LEFTOVER_PREFIX + table)}"?[ (]')
    return any(name.match(statement) for statement in record.statements)
