"""The report for people: one finding a paragraph, the object first, one line of verdict last."""

from __future__ import annotations

from typing import Iterable, List

from ..findings import CATALOGUE, ERROR, Finding
from ..secrets import mask
from ..verification.result import Report, Result
from ..verification.verdicts import downgrade_verdict


def render_text(report: Report, tracebacks: bool) -> str:
    """The whole report; each line ends with a newline."""
    lines: List[str] = []
    for result in report.results:
        lines.extend(_header(report, result))
    for result in report.results:
        for finding, reason in result.accepted:
            lines.append(mask(f"accepted: {finding.where} ({finding.code}, {finding.engine}): {reason}"))
    if any(result.accepted for result in report.results):
        lines.append("")
    return "\n".join(lines + _findings(report, report.findings, tracebacks)) + "\n"


def render_errors(report: Report, tracebacks: bool) -> str:
    """The errors and the verdict only."""
    errors = [finding for finding in report.findings if finding.severity == ERROR]
    return "\n".join(_findings(report, errors, tracebacks)) + "\n"


def _header(report: Report, result: Result) -> List[str]:
    lines = [
        f"Kallithea {report.kallithea}, {_database(result)}",
        f"at revision {result.start or 'unknown'}, head {result.head or 'unknown'}",
        *map(mask, result.remarks),
        "",
    ]
    for record in result.steps:
        outcome = "failed" if record.error else "ok"
        verdict = downgrade_verdict(record, result.findings)
        lines.append(
            f"  {record.step.direction:<9} {record.step.revision}  "
            f"{outcome:<6} {record.seconds:6.2f} s  {len(record.statements)} statements"
            f"{f', {verdict}' if verdict else ''}"
        )
    return [*lines, ""] if result.steps else lines


def _database(result: Result) -> str:
    """The database with its engine; what names a server says so already."""
    engine = f"{result.engine} database "
    says_so = result.private or result.database.startswith(engine)
    return mask(result.database if says_so else engine + result.database)


def _findings(report: Report, findings: Iterable[Finding], tracebacks: bool) -> List[str]:
    lines: List[str] = []
    for finding in findings:
        lines.extend([*paragraph(finding, tracebacks), ""])
    return [*lines, report.verdict]


def paragraph(finding: Finding, tracebacks: bool = False) -> List[str]:
    """One finding in a few lines, without any secret."""
    where = f", {finding.direction} {finding.revision}" if finding.revision and finding.direction else ""
    lines = [
        mask(f"{finding.where}: {finding.message}"),
        f"    {finding.severity} {finding.code}, {finding.engine}{where}",
        f"    why: {CATALOGUE[finding.code].why}",
        *(mask(f"    {line}") for line in f"fix: {finding.fix}".split("\n")),
    ]
    if tracebacks and finding.traceback:
        lines.extend(f"    | {line}" for line in mask(finding.traceback).rstrip().splitlines())
    return lines
