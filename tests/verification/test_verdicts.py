"""One word for a step down. Pure."""

from __future__ import annotations

from typing import Optional

import pytest

from kallithea_dbdev.findings import CATALOGUE, ERROR, WARNING, Finding, make
from kallithea_dbdev.migrations import DOWNGRADE, UPGRADE, Step, StepError, StepRecord
from kallithea_dbdev.schema.model import Schema
from kallithea_dbdev.state import State
from kallithea_dbdev.verification.verdicts import (
    BROKEN,
    EXACT,
    KEEPS_COLUMNS,
    LOSES_DATA,
    NOT_REVERSIBLE,
    downgrade_verdict,
)

STATE = State(("r",), Schema(), {})


def record(direction: str = DOWNGRADE, error: "Optional[StepError]" = None) -> StepRecord:
    return StepRecord(Step("r1", direction, None), STATE, STATE, (), 0.0, error)


def finding(
    code: str, direction: str = DOWNGRADE, revision: str = "r1", severity: "Optional[str]" = None
) -> Finding:
    return make(code, "sqlite", "x", revision=revision, direction=direction, severity=severity)


def test_a_step_up_has_none() -> None:
    assert downgrade_verdict(record(UPGRADE), [finding("column-type")]) == ""


def test_nothing_found() -> None:
    assert downgrade_verdict(record(), []) == EXACT


@pytest.mark.parametrize(("irreversible", "verdict"), [(True, NOT_REVERSIBLE), (False, BROKEN)])
def test_one_that_raises(irreversible: bool, verdict: str) -> None:
    error = StepError("x", None, None, irreversible, "")
    assert downgrade_verdict(record(error=error), []) == verdict


@pytest.mark.parametrize(
    ("codes", "verdict"),
    [
        (["downgrade-keeps-column"], KEEPS_COLUMNS),
        (["cannot-restore"], LOSES_DATA),
        (["downgrade-loses-data"], LOSES_DATA),
        (["rows-lost"], LOSES_DATA),
        (["not-restored"], LOSES_DATA),
        (["older-default-missing"], LOSES_DATA),
        (["rows-orphaned"], LOSES_DATA),
        (["cannot-restore", "downgrade-keeps-column"], LOSES_DATA),
        (["column-type"], BROKEN),
        (["column-type", "rows-lost", "downgrade-keeps-column"], BROKEN),
        (["script-commits"], EXACT),
    ],
)  # fmt: skip
def test_what_was_found(codes: "list[str]", verdict: str) -> None:
    found = [finding(code) for code in codes]
    assert downgrade_verdict(record(), found) == verdict
    assert downgrade_verdict(record(), reversed(found)) == verdict


def test_only_errors_break_it() -> None:
    assert CATALOGUE["column-type"].severity == ERROR
    assert downgrade_verdict(record(), [finding("column-type", severity=WARNING)]) == EXACT
    assert downgrade_verdict(record(), [finding("downgrade-keeps-column", severity=ERROR)]) == BROKEN


@pytest.mark.parametrize("code", ["column-type", "rows-lost", "downgrade-keeps-column"])
def test_findings_of_other_steps_do_not_count(code: str) -> None:
    others = [finding(code, UPGRADE), finding(code, revision="r2"), make(code, "sqlite", "x")]
    assert downgrade_verdict(record(), others) == EXACT
