"""A report with everything in it, for the tests of both formats."""

from __future__ import annotations

from dataclasses import replace
from typing import Mapping, Optional, Tuple

from kallithea_dbdev.engines.watching import READS, ROWS, WRITES, Lock
from kallithea_dbdev.findings import make
from kallithea_dbdev.migrations import DOWNGRADE, UPGRADE, Step, StepError, StepRecord
from kallithea_dbdev.schema.model import Schema
from kallithea_dbdev.state import State
from kallithea_dbdev.statements import HeldLock, Statement
from kallithea_dbdev.verification.estimate import Estimate
from kallithea_dbdev.verification.result import Report, Result


def state(rows: Mapping[str, int]) -> State:
    return State(("a",), Schema(), rows)


PLAIN = tuple(map(Statement, ("SELECT 1", "SELECT 2", "SELECT 3")))
#: What a step did at the cost of others.
COSTLY = (
    Statement(
        "UPDATE users SET url = 'ftp://u:pw99@h'", 1.00049, 3, 12,
        (HeldLock(Lock("users", "row locks", ROWS), 1.5), HeldLock(Lock("users", "AccessExclusiveLock", READS), 0.25)),
    ),
    Statement("UPDATE alembic_version SET version_num = 'abc'", rows=1, locks=(HeldLock(Lock("alembic_version", "x", READS), 9.0),)),
    Statement("DROP TABLE gone", line=13, locks=(HeldLock(Lock("", "RESERVED", WRITES), 0.1),)),
    Statement("ALTER TABLE _alembic_tmp_users RENAME TO users", rebuilt=("users",)),
)  # fmt: skip


def record(
    direction: str,
    before: Mapping[str, int],
    after: Mapping[str, int],
    error: Optional[str] = None,
    sent: Tuple[Statement, ...] = PLAIN,
    size: int = 0,
) -> StepRecord:
    failure = StepError(error, None, None, False, "Traceback ...") if error else None
    return StepRecord(
        Step("abc", direction, "aaa"),
        state(before),
        replace(state(after), size=size),
        sent,
        1.23456,
        failure,
    )


LOST = make(
    "rows-lost", "sqlite", "2 rows are lost", table="users", object="*", aspect="rows", revision="abc",
    direction=UPGRADE, migrated="1", expected="3", statement="DELETE FROM users", traceback="Trace\n  back\n", file="versions/abc.py", line=7,
)  # fmt: skip
ORDER = make("column-order", "sqlite", "another order", table="users", revision="abc")
KEPT = make("table-extra", "mysql", "ümlaut", table="old")
FAILS = make(
    "downgrade-fails", "sqlite", "downgrade() of abc raises: it fails", revision="abc", direction=DOWNGRADE,
)  # fmt: skip

STEPS = (
    record(
        UPGRADE,
        {"users": 3, "gone": 1, "same": 5},
        {"users": 1, "new": 2, "same": 5},
        sent=COSTLY,
        size=1_234_567,
    ),
    record(DOWNGRADE, {}, {}),
    record(DOWNGRADE, {}, {}, error="it fails"),
)
REPORT = Report(
    "0.7.0",
    (
        Result("sqlite", "/tmp/a.db", "aaa", "abc", STEPS, (ORDER, LOST, FAILS), 2.34567, ("copied by hand",),
               server="SQLite 3.40.1", estimate=Estimate({"users": 1000}, (replace(STEPS[0], seconds=12.34567),), (1.0,))),
        Result("mysql", "mysql database a on h", "", "", (), (), 1.0, accepted=((KEPT, "it is ours"),)),
    ),
    versions=(("Python", "3.11.2"),),
    command="gearbox db-verify -c a.ini",
)  # fmt: skip
