"""The report for people: one finding a paragraph, the object first, one line of verdict last."""

from __future__ import annotations

from typing import Iterable, List

from ..findings import CATALOGUE, ERROR, Finding
from ..verification.result import Result


def render_text(result: Result, tracebacks: bool) -> str:
    """The whole report; each line ends with a newline."""
    lines = [
        f"Kallithea {result.kallithea}, {result.engine} database {result.database}",
        "at revision {}, head {}".format(result.start or "unknown", result.head or "unknown"),
        "",
    ]
    for record in result.steps:
        outcome = "failed" if record.error else "ok"
        lines.append(
            f"  {record.step.direction:<9} {record.step.revision}  "
            f"{outcome:<6} {record.seconds:6.2f} s  {len(record.statements)} statements"
        )
    if result.steps:
        lines.append("")
    return "\n".join(lines + _findings(result, result.findings, tracebacks)) + "\n"


def render_errors(result: Result, tracebacks: bool) -> str:
    """The errors and the verdict only."""
    errors = [finding for finding in result.findings if finding.severity == ERROR]
    return "\n".join(_findings(result, errors, tracebacks)) + "\n"


def _findings(result: Result, findings: Iterable[Finding], tracebacks: bool) -> List[str]:
    lines: List[str] = []
    for finding in findings:
        lines.extend([*paragraph(finding, tracebacks), ""])
    return [*lines, result.verdict]


def paragraph(finding: Finding, tracebacks: bool = False) -> List[str]:
    """One finding in a few lines."""
    where = f", {finding.direction} {finding.revision}" if finding.revision and finding.direction else ""
    lines = [
        f"{finding.where}: {finding.message}",
        f"    {finding.severity} {finding.code}, {finding.engine}{where}",
        f"    why: {CATALOGUE[finding.code].why}",
        f"    fix: {finding.fix}",
    ]
    if tracebacks and finding.traceback:
        lines.extend(f"    | {line}" for line in finding.traceback.rstrip().splitlines())
    return lines
