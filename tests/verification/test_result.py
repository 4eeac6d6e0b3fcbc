"""Results and reports as values: what counts, and the one line at the end."""

from __future__ import annotations

from typing import Any, Tuple

import pytest

from kallithea_dbdev.findings import ERROR, NOTE, WARNING, Finding
from kallithea_dbdev.verification.result import Report, Result, exit_status


def finding(severity: str, code: str = "name") -> Finding:
    return Finding(code, severity, "sqlite", "m", "f")


def result(*findings: Finding, engine: str = "sqlite", steps: Tuple[Any, ...] = (), **more: Any) -> Result:
    return Result(engine, "db", "a", more.pop("head", "b"), steps, findings, 1.0, **more)


@pytest.mark.parametrize(
    "severities, status, strict",
    [
        ([], 0, 0),
        ([NOTE], 0, 0),
        ([WARNING], 0, 1),
        ([ERROR], 1, 1),
        ([NOTE, WARNING], 0, 1),
        ([NOTE, ERROR], 1, 1),
    ],
)
def test_exit_status(severities: "list[str]", status: int, strict: int) -> None:
    findings = tuple(map(finding, severities))
    assert exit_status(findings) == status
    assert exit_status(findings, strict=True) == strict
    assert Report("0.7.0", (result(*findings),)).exit_status == status
    report = Report("0.7.0", (result(*findings),), strict=True)
    assert report.exit_status == strict
    assert report.verdict.startswith("FAILED: " if strict else "OK: ")


def test_findings_of_all_engines_worst_first() -> None:
    report = Report("0.7.0", (result(finding(NOTE, "a"), finding(ERROR, "b")), result(finding(ERROR, "c"))))
    assert [f.code for f in report.findings] == ["b", "c", "a"]


@pytest.mark.parametrize(
    "report, verdict",
    [
        (Report("x", (result(),)), "OK: no findings; 0 steps on sqlite, head b"),
        (Report("x", (result(finding(NOTE), steps=(None,)),)), "OK: 1 note; 1 step on sqlite, head b"),
        (
            Report(
                "x", (result(finding(ERROR), finding(ERROR), finding(NOTE), finding(WARNING), steps=(0, 0)),)
            ),
            "FAILED: 2 errors, 1 warning, 1 note; 2 steps on sqlite, head b",
        ),
        (
            Report(
                "x", (result(head="", steps=(0,)), result(finding(WARNING), engine="mysql", steps=(0, 0)))
            ),
            "OK: 1 warning; 3 steps on sqlite, mysql, head unknown",
        ),
        (
            Report(
                "x", (result(accepted=((finding(ERROR), "r"),)), result(accepted=((finding(ERROR), "r"),)))
            ),
            "OK: no findings, 2 accepted; 0 steps on sqlite, sqlite, head b",
        ),
    ],
)
def test_verdict(report: Report, verdict: str) -> None:
    assert report.verdict == verdict
