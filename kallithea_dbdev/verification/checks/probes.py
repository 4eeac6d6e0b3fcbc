"""What probing rows show: what other sites would meet, though the rows at hand are fine."""

from __future__ import annotations

from dataclasses import replace
from typing import Iterator

from ...engines.comparing import ROWS
from ...findings import WARNING, Finding, make
from ...migrations import StepError
from ...rows.absences import Absence
from ...rows.changes import Change
from ...rows.declared import CHANGED, REMOVED, line
from ..attempts import Refusal
from ..climb import Climb
from ..probing import Probing
from .orphans import finding as finding_of_orphans
from .rows import HOW

#: Said of everything that no real row shows.
SHOWN = "probing rows show it"


def check(climb: Climb) -> Iterator[Finding]:
    """Steps that fail at probing rows, lose them, change them, or make them point at nothing."""
    for probing in climb.probings:
        if probing.declaration_error:
            yield _broken(climb, probing, probing.declaration_error)
        yield from _shown(climb, probing)
        for absence, error in probing.absent:
            yield _missed(climb, probing, absence, error)
        if probing.back:
            yield from _shown(climb, _but(probing.back, _changed_before(climb, probing)))
        if probing.newer:
            known = {refusal.probe.column for refusal in probing.back.refusals} if probing.back else set()
            for found in _shown(climb, probing.newer, "; only the newer schema takes it"):
                if found.object not in known:
                    yield replace(found, severity=WARNING)


def _changed_before(climb: Climb, probing: Probing) -> "set[tuple[str, str]]":
    """Table and column of what the step up has changed: that a step down cannot undo it is told there."""
    real = [record.rows for record in climb.up if record.step == probing.step]
    changes = [*probing.changes, *(change for rows in real for change in rows.changes)]
    found = {(change.table, change.column) for change in changes}
    orphans = [*probing.orphans, *(one for rows in real for one in rows.orphans)]
    found |= {(one.table, one.column) for one in orphans}
    former = {new: old for rows in real for new, old in rows.former_names.items()}
    return found | {(former.get(table, table), column) for table, column in found}


def _but(probing: Probing, known: "set[tuple[str, str]]") -> Probing:
    changes = tuple(change for change in probing.changes if (change.table, change.column) not in known)
    orphans = tuple(one for one in probing.orphans if (one.table, one.column) not in known)
    return replace(probing, changes=changes, orphans=orphans)


def _shown(climb: Climb, probing: Probing, remark: str = "") -> Iterator[Finding]:
    for refusal in probing.refusals:
        yield _refused(climb, probing, refusal, remark)
    for change in probing.changes:
        yield _changed(climb, probing, change, remark)
    for orphans in probing.orphans:
        yield finding_of_orphans(climb.engine, probing.step, orphans, f"; {SHOWN}{remark}")


def _broken(climb: Climb, probing: Probing, message: str) -> Finding:
    """A condition that no real row has met yet."""
    return make(
        "declaration-broken",
        climb.engine,
        message,
        aspect="rows",
        revision=probing.step.revision,
        direction=probing.step.direction,
    )


def _missed(climb: Climb, probing: Probing, absence: Absence, error: StepError) -> Finding:
    message = f"{_place(probing)} raises where a site does not have the row '{absence.name}' any more: {error.message}"
    return make(
        "rows-refused",
        climb.engine,
        "; ".join([message, *error.place]),
        table=absence.table,
        aspect="rows",
        revision=probing.step.revision,
        direction=probing.step.direction,
        statement=error.statement,
        traceback=error.traceback,
        fix=f"look whether the row is there: a site may have removed or renamed it ({absence.table})",
        severity=WARNING if error.statement is None else None,
    )


def _refused(climb: Climb, probing: Probing, refusal: Refusal, remark: str) -> Finding:
    probe, error = refusal.probe, refusal.error
    message = f"{_place(probing)} raises at a probing row ({probe}): {error.message}"
    message = "; ".join([message, *error.place]) + remark
    # A script may be right not to expect any text; what a database refuses is refused everywhere.
    doubtful = error.statement is None and probe.what != "NULL"
    return make(
        "rows-refused",
        climb.engine,
        message,
        table=probe.table,
        object=probe.column,
        aspect="rows",
        revision=probing.step.revision,
        direction=probing.step.direction,
        statement=error.statement,
        traceback=error.traceback,
        severity=WARNING if doubtful else None,
    )


def _changed(climb: Climb, probing: Probing, change: Change, remark: str) -> Finding:
    rows = f"{change.count} row{'s' * (change.count != 1)} ({'; '.join(change.keys)})"
    what = f"{rows} lost" if change.kind == REMOVED else f"{HOW[change.how]} in {rows} ({change.example})"
    column = None if change.column == ROWS else change.column
    entry = line(change.table, change.column, change.kind)
    return make(
        f"values-{change.how}" if change.kind == CHANGED else "rows-lost",
        climb.engine,
        f"{what} by {_place(probing)}; {SHOWN}{remark}",
        table=change.table,
        object=column,
        aspect="values" if column else "rows",
        revision=probing.step.revision,
        direction=probing.step.direction,
        fix=f"mend the statement, or, if it is meant, declare it in the script: {entry}",
    )


def _place(probing: Probing) -> str:
    return f"{probing.step.direction}() of {probing.step.revision}"
