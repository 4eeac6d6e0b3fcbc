"""The report for people: one finding a paragraph, the object first, one line of verdict last."""

from __future__ import annotations

from typing import List

from ..findings import CATALOGUE, Finding
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
    for finding in result.findings:
        lines.extend(paragraph(finding, tracebacks))
        lines.append("")
    lines.append(result.verdict)
    return "\n".join(lines) + "\n"


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
