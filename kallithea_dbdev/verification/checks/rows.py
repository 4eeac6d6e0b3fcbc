"""Rows per table over each step: lost, deleted, added, dropped with their table, not restored."""

from __future__ import annotations

import re
from typing import Iterator, Set, Tuple

from ...findings import Finding, make
from ...migrations import UPGRADE, StepRecord
from ...schema.model import BATCH_LEFTOVER_PREFIX
from ...state import row_difference
from ..climb import Climb


def check(climb: Climb) -> Iterator[Finding]:
    """Changes of the number of rows; each table once per step, whichever way it was walked."""
    told: Set[Tuple[str, str, str]] = set()
    for record in climb.records:
        if record.error:
            continue
        for found in _changes(climb.engine, record):
            key = (found.code, found.table or "", record.step.revision)
            if key not in told:
                told.add(key)
                yield found
    yield from _not_restored(climb)


def _changes(engine: str, record: StepRecord) -> Iterator[Finding]:
    step = record.step
    for table, (before, after) in row_difference(record.before.rows, record.after.rows).items():
        code = "rows-added"
        how = f"{after - before} rows added"
        if after < before:
            deleted = any(_deletes_from(statement, table) for statement in record.statements)
            code = "rows-deleted" if deleted else "rows-lost"
            how = f"{before - after} of {before} rows {'deleted' if deleted else 'lost without a DELETE'}"
        yield make(
            code,
            engine,
            f"{how} by {step.direction}() of {step.revision}",
            table=table,
            aspect="rows",
            revision=step.revision,
            direction=step.direction,
            migrated=str(after),
            expected=str(before),
        )
    if step.direction == UPGRADE:
        for table in sorted(record.before.rows.keys() - record.after.rows.keys()):
            if record.before.rows[table] and not table.startswith(BATCH_LEFTOVER_PREFIX):
                yield make(
                    "table-dropped-with-rows",
                    engine,
                    f"is dropped with {record.before.rows[table]} rows by {step.revision}",
                    table=table,
                    aspect="rows",
                    revision=step.revision,
                    direction=step.direction,
                    expected=str(record.before.rows[table]),
                )


def _not_restored(climb: Climb) -> Iterator[Finding]:
    recorded = climb.recorded
    told: Set[str] = set()
    for record in climb.down:
        before = recorded.get(record.step.lower or "")
        if record.error or before is None:
            continue
        changes = row_difference(before.rows, record.after.rows)
        for table, (earlier, now) in changes.items():
            if now < earlier and table not in told:
                told.add(table)
                yield make(
                    "rows-not-restored",
                    climb.engine,
                    f"holds {now} rows after the downgrade of {record.step.revision}, "
                    f"{earlier} before its upgrade",
                    table=table,
                    aspect="rows",
                    revision=record.step.revision,
                    direction=record.step.direction,
                    migrated=str(now),
                    expected=str(earlier),
                )


def _deletes_from(statement: str, table: str) -> bool:
    match = re.match(r"DELETE FROM [\"`\[]?([^\s\"`\]]+)", statement, re.IGNORECASE)
    return bool(match) and match.group(1) == table  # type: ignore[union-attr]
