"""A report with everything in it, for the tests of both formats."""

from __future__ import annotations

from typing import Any, Mapping, Optional

from kallithea_dbdev.findings import make
from kallithea_dbdev.migrations import DOWNGRADE, UPGRADE, Step, StepError, StepRecord
from kallithea_dbdev.schema.model import Schema
from kallithea_dbdev.state import State
from kallithea_dbdev.verification.result import Report, Result


def state(rows: Mapping[str, int]) -> State:
    return State(("a",), Schema(), rows)


def record(
    direction: str,
    before: Mapping[str, int],
    after: Mapping[str, int],
    error: Optional[str] = None,
    **more: Any,
) -> StepRecord:
    failure = StepError(error, None, None, False, "Traceback ...") if error else None
    return StepRecord(
        Step("abc", direction, "aaa"),
        state(before),
        state(after),
        ("SELECT 1", "CREATE TABLE _alembic_tmp_users (a)", "SELECT 2"),
        1.23456,
        failure,
        **more,
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
        longest=((1.00049, "UPDATE users SET url = 'ftp://u:pw99@h'"),),
    ),
    record(DOWNGRADE, {}, {}),
    record(DOWNGRADE, {}, {}, error="it fails"),
)
REPORT = Report(
    "0.7.0",
    (
        Result("sqlite", "/tmp/a.db", "aaa", "abc", STEPS, (ORDER, LOST, FAILS), 2.34567, ("copied by hand",),
               server="SQLite 3.40.1"),
        Result("mysql", "mysql database a on h", "", "", (), (), 1.0, accepted=((KEPT, "it is ours"),)),
    ),
    versions=(("Python", "3.11.2"),),
    command="gearbox db-verify -c a.ini",
)  # fmt: skip
