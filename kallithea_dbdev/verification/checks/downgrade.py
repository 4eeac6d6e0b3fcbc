"""Downgraded equals before: each revision on the way down against the same one on the way up."""

from __future__ import annotations

from typing import Iterator, Set, Tuple

from ...findings import ERROR, Finding, make
from ...migrations import StepRecord
from ...schema.change import Change
from ...schema.compare import compare
from ...schema.model import Check, Column, Enum
from ...schema.names import json_check
from ..climb import Climb
from .differences import BEFORE_UPGRADE, finding
from .older_version import refused_columns


def check(climb: Climb) -> Iterator[Finding]:
    """What a downgrade did not undo, once, at the step that should have undone it.

    Columns that the upgrade added and the downgrade leaves are Kallithea's documented practice:
    a note, unless the older version could then not insert a row. A type of theirs stays with them.
    """
    recorded = climb.recorded
    refused = refused_columns(climb)
    seen: Set[Change] = set()
    for record in climb.down:
        before = recorded.get(record.step.lower)
        if record.error or before is None:
            continue
        differences = compare(record.after.schema, before.schema)
        for difference in differences:
            if difference in seen:
                continue
            seen.add(difference)
            if isinstance(difference.before, (Enum, Check)) and _is_of_kept(difference, record, differences):
                continue
            if difference.kind == "column-extra":
                told = (difference.table, difference.object, record.step.revision) in refused
                yield _kept_column(climb.engine, record, difference, told)
            elif difference.kind != "column-order":
                yield finding(difference, climb.engine, BEFORE_UPGRADE, record, goal=before.schema)


def _is_of_kept(difference: Change, record: StepRecord, differences: Tuple[Change, ...]) -> bool:
    """Whether an enum type, or the CHECK that is a type's own, stays for columns that stay, and for none else."""
    kept = {(d.table, d.object) for d in differences if d.kind == "column-extra"}
    check = difference.before
    if isinstance(check, Check):
        is_own = check.name is not None and check.expression == json_check(check.name)
        return difference.kind == "check-extra" and is_own and (difference.table, check.name) in kept
    users = {
        (table.name, column.name)
        for table in record.after.schema.tables
        for column in table.columns
        if column.type == difference.object
    }
    return difference.kind == "enum-extra" and bool(users) and users <= kept


def _kept_column(engine: str, record: StepRecord, difference: Change, told: bool) -> Finding:
    """``told``: that the older version cannot insert because of it is a finding by itself."""
    column = difference.before
    assert isinstance(column, Column)
    blocks = not (told or column.nullable or column.default or column.generated)
    message = f"stays after the downgrade: {difference.migrated}"
    fix = None
    if blocks:
        message += "; it is NOT NULL without a server default: the older version cannot insert"
        fix = "drop it in downgrade(), or give it a server_default in upgrade()"
    return make(
        "downgrade-keeps-column",
        engine,
        message,
        table=difference.table,
        object=difference.object,
        aspect="column",
        revision=record.step.revision,
        direction=record.step.direction,
        migrated=difference.migrated,
        severity=ERROR if blocks else None,
        fix=fix,
    )
