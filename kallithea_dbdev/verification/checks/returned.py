"""Rows that a set-up writes, a site has removed, and a script inserts again: a choice that is undone.

A row that databases of this age lack is none that the site has removed. So only one counts that every
release has written, and that the release which the database began as still has before the step.
"""

from __future__ import annotations

from typing import Iterator, Tuple

from ...engines.comparing import ROWS
from ...findings import Finding, make
from ...migrations import StepRecord
from ...rows.changes import AS_FRESH, KEYS, Change
from ...rows.declared import ADDED, line
from ..climb import Climb


def check(climb: Climb) -> Iterator[Finding]:
    """Steps up that insert what the site had removed, and do not declare it."""
    for record in climb.up:
        for change in record.rows.changes:
            if (change.kind, change.accepted) == (ADDED, AS_FRESH):
                names = [name for name in change.always if _stands(climb, record, change, name)]
                if names and not any(d.covers(change.table, ROWS, ADDED) for d in record.declared):
                    yield _finding(
                        climb, record, change, [" ".join(text for _, text in name) for name in names]
                    )


def _stands(climb: Climb, record: StepRecord, change: Change, name: "Tuple[Tuple[str, str], ...]") -> bool:
    """Whether the recorded release has a row of that name before the step."""
    states = (state for state in climb.chain_states if state.revision == record.before.revision)
    return any(
        set(name) <= set(row.items()) for state in states for row in state.defaults.get(change.table, ())
    )


def _finding(climb: Climb, record: StepRecord, change: Change, names: "list[str]") -> Finding:
    more = ", ..." if len(names) > KEYS else ""
    rows = f"{len(names)} row{'s' * (len(names) != 1)} ({'; '.join(names[:KEYS])}{more})"
    return make(
        "rows-added",
        climb.engine,
        f"{rows} that the site had removed added again by upgrade() of {record.step.revision}: each release's set-up "
        "writes them",
        table=change.table,
        aspect="rows",
        revision=record.step.revision,
        direction=record.step.direction,
        fix="do not insert what every database had before; or, if it is meant, declare it in the script: "
        + line(change.table, ROWS, ADDED),
    )
