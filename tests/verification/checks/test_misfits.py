"""What is said of rows that did not fit before the first step. Pure."""

from __future__ import annotations

from dataclasses import replace

from kallithea_dbdev.findings import WARNING
from kallithea_dbdev.migrations import StepError
from kallithea_dbdev.rows.misfits import Misfit
from kallithea_dbdev.verification.checks import misfits
from kallithea_dbdev.verification.climb import Climb
from kallithea_dbdev.verification.stumbling import Stumbled

from .test_orphans import STATE, record


def test_rows_that_did_not_fit_and_at_which_a_step_fails() -> None:
    failed = replace(record(), error=StepError("CHECK failed", "INSERT ...", None, False, ""))
    rows = (
        Misfit("t", "c", "c is NULL", 7, ("id=1",), ()), Misfit("t", "d", "d points at nothing in u", 1, ("id=2",), (), True)
    )  # fmt: skip
    climb = Climb("sqlite", STATE, STATE, (), (), (), "b", True, stumbled=Stumbled(failed, rows))
    first, second = misfits.check(climb)
    assert (first.code, first.severity, first.table, first.object) == (
        "values-misfit-before",
        WARNING,
        "t",
        "c",
    )
    assert first.message == (
        "c is NULL in 7 rows (id=1, ...); it was so before the first step; upgrade() of b fails at what does not fit: "
        "CHECK failed; all else was looked at without it"
    )
    assert (first.statement, first.revision) == ("INSERT ...", None)
    assert second.code == "rows-orphaned-before" and "in 1 row (id=2); it" in second.message
    assert list(misfits.check(replace(climb, stumbled=None))) == []
