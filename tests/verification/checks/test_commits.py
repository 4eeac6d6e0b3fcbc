"""What is said of a script that commits. Pure."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kallithea_dbdev.findings import CATALOGUE
from kallithea_dbdev.migrations import UPGRADE, Step, StepRecord
from kallithea_dbdev.schema.model import Schema
from kallithea_dbdev.state import State
from kallithea_dbdev.statements import Statement
from kallithea_dbdev.verification.checks.scripts import ALONE, NO_ROLLBACK, check
from kallithea_dbdev.verification.climb import Climb

STATE = State((), Schema(), {})
RECORD = StepRecord(Step("abc", UPGRADE, None), STATE, STATE, (), 0.0, commits=True)
BLOCK = "def upgrade():\n    with op.get_context().autocommit_block():\n        pass\n"


def fix(record: StepRecord) -> str:
    (finding,) = check(Climb("postgresql", STATE, STATE, (record,), (), (), "abc", True))
    assert (finding.code, finding.message) == ("script-commits", "upgrade() commits inside the script")
    return finding.fix


def test_a_commit_of_its_own_and_one_that_a_statement_needs() -> None:
    assert fix(RECORD) == CATALOGUE["script-commits"].fix
    assert fix(replace(RECORD, source=BLOCK)) == ALONE


@pytest.mark.parametrize(
    ("sql", "is_told"),
    [
        ("ROLLBACK", True),
        ("rollback work", True),
        ("ABORT", True),
        ("ROLLBACK TO SAVEPOINT a", False),
        ("SELECT 1", False),
    ],
)
def test_a_rollback(sql: str, is_told: bool) -> None:
    record = replace(RECORD, commits=0, sent=(Statement(sql),))
    found = list(check(Climb("postgresql", STATE, STATE, (record,), (), (), "abc", True)))
    assert [f.fix for f in found] == [NO_ROLLBACK] * is_told
    assert all("rolls back" in f.message and f.code == "script-commits" for f in found)
