"""Steps that raise."""

from __future__ import annotations

import re
from typing import Any, Dict, Iterator, Optional, Tuple

from ...findings import WARNING, Finding, make
from ...migrations import DOWNGRADE, UPGRADE, StepError, StepRecord
from ...operations import dropped_check_lines
from ...schema.compare import compare
from ...schema.model import BATCH_LEFTOVER_PREFIX
from ...schema.names import speaks_of
from ...secrets import mask
from ..bare import failed_at
from ..climb import Climb
from ..fixes import before_it_can_run, code
from .remedies import remedy

#: How much of a half-applied step a message shows.
_SHOWN = 5
_SHORT = 120

#: What SQLite and PostgreSQL say where a column is to be NOT NULL and rows have no value in it.
_WITHOUT_VALUE = re.compile("Cannot add a NOT NULL column|NOT NULL constraint failed|contains null values")

#: What SQLite says where a table that is being rebuilt has a CHECK on a column that it no longer has.
_REBUILT = re.compile(rf'CREATE TABLE "?{BATCH_LEFTOVER_PREFIX}(?P<table>\w+)')
_NO_COLUMN = re.compile(r"no such column: (?P<column>\w+)")


def check(climb: Climb) -> Iterator[Finding]:
    """One finding for each step that raised, with the statement and the database's message."""
    for records, again in ((climb.up, False), (climb.down, False), (climb.again, True)):
        for record in records:
            if record.error:
                kept = _kept_columns(climb, record) if again else ()
                yield _failure(climb, record, again, kept)


def facts_of(error: Optional[StepError]) -> Dict[str, Any]:
    """What a finding has of the error of a step, if there was one."""
    if error is None:
        return {}
    return {"line": error.line, "statement": error.statement, "traceback": error.traceback}


def _aftermath(record: StepRecord, retry: StepRecord) -> Iterator[str]:
    """What the failed step leaves behind: nothing where the engine rolled it all back."""
    changed = record.before.schema != record.after.schema or record.before.rows != record.after.rows
    if not changed:
        yield "the database was rolled back to what it was before the step"
    else:
        had_run = record.changes
        shown = "; ".join(_short(statement) for statement in had_run[-_SHOWN:])
        more = f" (the last {_SHOWN} of {len(had_run)})" if len(had_run) > _SHOWN else ""
        yield f"half-applied: these statements had run{more}: {shown or 'none'}"
    if retry.error:
        yield f"running it again raises: {retry.error.message}"
    else:
        yield "running it again works"


def _short(statement: str) -> str:
    statement = mask(statement)  # before it is cut: a part of a URL looks like other text
    return statement if len(statement) <= _SHORT else f"{statement[: _SHORT - 4]} ..."


def _kept_columns(climb: Climb, record: StepRecord) -> Tuple[Tuple[str, str], ...]:
    """(table, column) of those that the downgrade left, on which the second upgrade fails."""
    before = climb.recorded.get(record.step.lower)
    assert record.error is not None
    said = f"{record.error.message} {record.error.statement or ''}"
    return tuple(
        (difference.table or "", difference.object or "")
        for difference in (compare(record.before.schema, before.schema) if before else ())
        if difference.kind == "column-extra" and re.search(rf"\b{re.escape(difference.object or '')}\b", said)
    )


def _without_checks(record: StepRecord) -> Optional[str]:
    """What to do where a rebuild keeps a CHECK on a column that goes, as Alembic does from 1.7 on."""
    assert record.error is not None
    rebuilt = _REBUILT.match(record.error.statement or "")
    missing = _NO_COLUMN.search(record.error.message)
    table = record.before.schema.table(rebuilt["table"]) if rebuilt else None
    if table is None or missing is None:
        return None
    names = [c.name for c in table.checks if c.name and speaks_of(c.expression, missing["column"])]
    lines = [line for name in names for line in dropped_check_lines(name)]
    return f"the CHECK on the column goes with it, in the same batch:{code(lines)}" if lines else None


def _failure(climb: Climb, record: StepRecord, again: bool, kept: Tuple[Tuple[str, str], ...]) -> Finding:
    error = record.error
    assert error is not None
    direction = record.step.direction
    kind = f"{direction}-fails"
    if again:
        kind = "upgrade-again-fails"
    elif direction == DOWNGRADE and error.irreversible:
        kind = "downgrade-irreversible"
    parts = [f"{direction}() of {record.step.revision} raises: {error.message}"]
    parts.extend(error.place)
    if climb.culprits and record == next((r for r in climb.records if r.error), None):
        parts.append(f"it fails at {'; '.join(climb.culprits)}")
    sampled = () if error.irreversible else failed_at(record, climb.sampled)
    if sampled:
        were = (
            "was empty: there are sample rows in it"
            if len(sampled) == 1
            else "were empty: there are sample rows in them"
        )
        parts.append(f"{', '.join(sampled)} {were}")
    if record.retry:
        parts.extend(_aftermath(record, record.retry))
    fix = remedy(climb.engine, error.message, error.statement)
    if fix is None and _WITHOUT_VALUE.search(error.message):
        fix = (
            "rows that are there need a value: add the column with nullable=True, give them one by an UPDATE, "
            "then make it NOT NULL"
        )
        meant = before_it_can_run(
            climb.engine, record.before.schema, climb.fresh.schema, f"{error.message} {error.statement or ''}"
        )
        if meant and direction == UPGRADE:
            fix = f"{fix}; if it is another column under a new name, {meant}"
    fix = fix or _without_checks(record)
    if kept:
        # Kallithea's practice: only the look before adding is missing.
        table, column = kept[0]
        fix = (
            "look before you add it, by putting this before the line that does, which is indented under it:"
            + code(
                [
                    f"if {column!r} not in [c['name'] for c in sa.inspect(op.get_bind()).get_columns({table!r})]:"
                ]
            )
        )
    return make(
        kind,
        climb.engine,
        "; ".join(parts),
        severity=WARNING if kept else None,
        fix=fix,
        revision=record.step.revision,
        direction=direction,
        **facts_of(error),
    )
