"""Rows that point at nothing after a step, and those that did so before it."""

from __future__ import annotations

from typing import Iterator, Set, Tuple

from ...findings import Finding, make
from ...migrations import Step
from ...rows.changes import Orphans
from ..climb import Climb


def check(climb: Climb) -> Iterator[Finding]:
    """Each foreign key that does not hold, at the first step after which it does not."""
    told: Set[Tuple[str, str, bool]] = set()
    for record in climb.records:
        for orphans in (*record.rows.orphans, *(record.not_undone.orphans if record.not_undone else ())):
            key = orphans.table, orphans.column, orphans.older
            if key not in told:
                told.add(key)
                sample = orphans.table in climb.sampled
                remark = "; the table was empty: these are sample rows" if sample else ""
                yield finding(climb.engine, record.step, orphans, remark)


def finding(engine: str, step: Step, orphans: Orphans, remark: str) -> Finding:
    """The finding for rows that point at nothing; ``remark`` ends its message."""
    more = ", ..." if orphans.count > len(orphans.keys) else ""
    rows = f"{orphans.count} row{'s' * (orphans.count != 1)} ({'; '.join(orphans.keys)}{more})"
    where = f"{step.direction}() of {step.revision}"
    if orphans.older:
        message = f"{rows} pointed at nothing in {orphans.referred_table} before {where} already"
    elif orphans.new_key:
        message = f"the foreign key that {where} makes does not hold: {rows} point at nothing in {orphans.referred_table}"
    else:
        message = f"{rows} point at nothing in {orphans.referred_table} after {where}"
    return make(
        "rows-orphaned-before" if orphans.older else "rows-orphaned",
        engine,
        message + remark,
        table=orphans.table,
        object=orphans.column,
        aspect="rows",
        revision=None if orphans.older else step.revision,
        direction=None if orphans.older else step.direction,
    )
