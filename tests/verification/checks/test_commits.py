"""What is said of a script that commits. Pure."""

from __future__ import annotations

from dataclasses import replace

from kallithea_dbdev.findings import CATALOGUE
from kallithea_dbdev.migrations import UPGRADE, Step, StepRecord
from kallithea_dbdev.schema.model import Schema
from kallithea_dbdev.state import State
from kallithea_dbdev.verification.checks.scripts import ALONE, check
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
