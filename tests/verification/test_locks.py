"""Which locks are held for too long, of what was seen."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Optional, Tuple

from kallithea_dbdev.engines.watching import READS, ROWS, WRITES, Lock
from kallithea_dbdev.findings import Finding
from kallithea_dbdev.migrations import UPGRADE, Step, StepRecord
from kallithea_dbdev.schema.model import Schema
from kallithea_dbdev.state import State
from kallithea_dbdev.statements import HeldLock, Statement
from kallithea_dbdev.verification.checks.locks import check
from kallithea_dbdev.verification.climb import Climb

STATE = State(("r",), Schema(), {"users": 100, "empty": 0})


def statement(
    blocks: str = READS,
    held: float = 2.0,
    table: str = "users",
    to_end: bool = False,
    rows: int = 0,
    **more: Any,
) -> Statement:
    more = {"sql": "ALTER TABLE users ...", "seconds": held, "line": 7, **more}
    return Statement(rows=rows, locks=(HeldLock(Lock(table, "Level", blocks), held, to_end),), **more)


def record(*sent: Statement, commits: int = 0) -> StepRecord:
    return StepRecord(Step("abc", UPGRADE, None), STATE, STATE, sent, 0.0, commits=commits)


def found(*records: StepRecord, limit: Optional[float] = 1.0) -> Tuple[Finding, ...]:
    seen = Climb("postgresql", STATE, STATE, records, (), records, "abc", True, max_lock=limit)
    return tuple(check(seen))


def test_one_for_each_table_and_step() -> None:
    (long,) = found(
        record(
            statement(held=1.5), statement(held=3.0, line=9), statement(table="empty"), statement(blocks="")
        )
    )
    assert (long.code, long.severity, long.table, long.line) == ("long-lock", "warning", "users", 9)
    assert (long.revision, long.direction, long.statement) == ("abc", "upgrade", "ALTER TABLE users ...")
    assert long.message == "locked against reads and writes for 3.00 s (Level) by ALTER TABLE users ..."
    assert found(record(statement(held=1.0))) == ()
    assert found(record(statement()), limit=None) == ()
    assert len(found(record(statement()), record(statement()))) == 2


def test_rows_count_where_most_of_them_are_locked() -> None:
    assert found(record(statement(ROWS, rows=50))) == ()
    assert "against writes for" in found(record(statement(ROWS, rows=51)))[0].message


def test_the_whole_database() -> None:
    (long,) = found(record(statement(WRITES, table="")))
    assert long.table is None
    assert long.message.startswith("the whole database is locked against writes for 2.00 s")
    nothing = replace(record(statement(WRITES, table="")), before=replace(STATE, rows={"empty": 0}))
    assert found(nothing) == ()
    assert found(record(statement(WRITES, table="", line=None))) == ()


def test_what_was_done_while_it_was_locked() -> None:
    slow = Statement("UPDATE users SET a = 1", 1.8, line=8)
    (long,) = found(record(statement(seconds=0.1), slow, Statement("SELECT 1", 5.0)))
    assert long.message.endswith("by ALTER TABLE users ...; most of it in line 8: UPDATE users SET a = 1")


def test_a_transaction_goes_on_to_the_last_script() -> None:
    first = record(statement(held=0.5, to_end=True))
    later = record(Statement("UPDATE other SET a = 1", 0.4)), record(Statement("SELECT pg_sleep(2)", 2.0))
    (long,) = found(first, *later)
    assert "for 2.90 s" in long.message
    assert long.message.endswith("; 2.40 s of it in later scripts, which run in the same transaction")
    committed = record(Statement("SELECT pg_sleep(2)", 2.0), commits=1)
    assert found(first, later[0], committed) == ()
    assert found(record(statement(held=0.5)), *later) == ()
