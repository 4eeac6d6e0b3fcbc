"""``--max-lock``: steps that keep other sessions from a table with rows for too long."""

from __future__ import annotations

from typing import Dict, Iterator, List, Optional, Sequence, Tuple

from ...engines.watching import READS, ROWS, WHOLE_DATABASE, WRITES
from ...findings import Finding, make
from ...migrations import StepRecord
from ...secrets import mask
from ...statements import HeldLock, Statement
from ..climb import Climb
from ..limits import written

#: A lock, the place of the statement that took it among those of its step, and the seconds it is held in all.
Taken = Tuple[HeldLock, int, float]


def check(climb: Climb) -> Iterator[Finding]:
    """One finding for each table that a step locks for longer than was allowed; the longest lock on it."""
    if climb.max_lock is None:
        return
    for way in (climb.up, climb.down):
        # At the size that was asked for, where one was.
        records = [(climb.estimate and climb.estimate.of(record.step)) or record for record in way]
        for number, record in enumerate(records):
            for table, taken in _longest(record, records[number + 1 :]).items():
                if taken[2] > climb.max_lock:
                    yield _finding(climb, record, table, taken)


def _longest(record: StepRecord, later: Sequence[StepRecord]) -> Dict[str, Taken]:
    found: Dict[str, Taken] = {}
    for number, statement in enumerate(record.sent):
        for held in statement.locks:
            # What the script has not sent is Alembic's: one row of its own table.
            if statement.line is None or not _blocks(held, statement, record):
                continue
            # Alembic runs all scripts in one transaction, where the engine has one for DDL.
            seconds = held.seconds + (_until_commit(later) if held.to_end else 0.0)
            if held.lock.table not in found or seconds > found[held.lock.table][2]:
                found[held.lock.table] = (held, number, seconds)
    return found


def _blocks(held: HeldLock, statement: Statement, record: StepRecord) -> bool:
    """Whether sessions of a site wait for the lock, as a rule."""
    rows = record.before.rows
    count = sum(rows.values()) if held.lock.table == WHOLE_DATABASE else rows.get(held.lock.table, 0)
    if held.lock.blocks == ROWS:
        # Of a few rows hardly anybody hears.
        return 2 * statement.rows > count > 0
    return held.lock.blocks in (READS, WRITES) and count > 0


def _until_commit(later: Sequence[StepRecord]) -> float:
    """The seconds of the statements of later steps, as far as none commits by itself."""
    seconds = 0.0
    for record in later:
        if record.commits:
            break
        seconds += sum(statement.seconds for statement in record.sent)
    return seconds


def _finding(climb: Climb, record: StepRecord, table: str, taken: Taken) -> Finding:
    held, number, seconds = taken
    statement = record.sent[number]
    longest = _longest_while(record.sent[number:], held.seconds)
    waits = "writes" if held.lock.blocks == ROWS else held.lock.blocks
    what = "locked" if table else "the whole database is locked"
    rest = ""
    if longest is not None and longest is not statement:
        rest = f"; most of it in line {longest.line}: {mask(longest.sql)[:120]}"
    if held.to_end and seconds > held.seconds:
        rest += f"; {seconds - held.seconds:.2f} s of it in later scripts, which run in the same transaction"
    if climb.estimate and climb.estimate.of(record.step):
        rest += f"; estimated for {written(climb.estimate.rows)}"
    return make(
        "long-lock",
        climb.engine,
        f"{what} against {waits} for {seconds:.2f} s ({held.lock.level}) by {mask(statement.sql)[:120]}{rest}",
        line=statement.line,
        table=table or None,
        aspect="lock",
        revision=record.step.revision,
        direction=record.step.direction,
        statement=statement.sql,
    )


def _longest_while(sent: Sequence[Statement], seconds: float) -> Optional[Statement]:
    """The statement in which most of that time went by, from the first on; None where there is none such."""
    within: List[Statement] = []
    for statement in sent:
        if sum(s.seconds for s in within) + statement.seconds > seconds:
            break
        within.append(statement)
    return next((s for s in within if 2 * s.seconds > seconds and s.line is not None), None)
