"""What one ``db-verify`` found, as values. Reports render them; they compute nothing."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Iterable, Tuple

from ..findings import ERROR, SEVERITIES, WARNING, Finding, sort
from ..migrations import StepRecord


@dataclass(frozen=True)
class Result:
    """Steps that were run and findings on one engine, worst first.

    ``start`` and ``head`` are revisions; "" where the migration graph is broken. ``remarks`` say
    how things were done where that is not the usual way.
    """

    engine: str
    database: str
    start: str
    head: str
    steps: Tuple[StepRecord, ...] = field(repr=False)
    findings: Tuple[Finding, ...]
    seconds: float
    remarks: Tuple[str, ...] = ()
    #: Whether it was one of our own, in place of a configured one.
    private: bool = False
    #: Findings that somebody accepted, each with the reason; they do not count.
    accepted: Tuple[Tuple[Finding, str], ...] = ()


@dataclass(frozen=True)
class Report:
    """The results on all engines that were asked for, the configured one first."""

    kallithea: str
    results: Tuple[Result, ...]
    #: Whether warnings count as errors do.
    strict: bool = False

    @property
    def findings(self) -> Tuple[Finding, ...]:
        """The findings on all engines, worst first."""
        return sort(finding for result in self.results for finding in result.findings)

    @property
    def exit_status(self) -> int:
        """0 = nothing worse than a warning (strict: than a note), 1 = otherwise."""
        return exit_status(self.findings, self.strict)

    @property
    def verdict(self) -> str:
        """The one line that ends a report."""
        counts = [
            (sum(finding.severity == severity for finding in self.findings), severity)
            for severity in SEVERITIES
        ]
        said = ", ".join(f"{count} {name}{'s' * (count != 1)}" for count, name in counts if count)
        accepted = sum(len(result.accepted) for result in self.results)
        word = "FAILED" if self.exit_status else "OK"
        count = sum(len(result.steps) for result in self.results)
        engines = ", ".join(result.engine for result in self.results)
        head = self.results[0].head or "unknown"
        said = (said or "no findings") + (f", {accepted} accepted" if accepted else "")
        return f"{word}: {said}; {count} step{'s' * (count != 1)} on {engines}, head {head}"


def exit_status(findings: Iterable[Finding], strict: bool = False) -> int:
    """0 = nothing worse than a warning (strict: than a note), 1 = otherwise."""
    bad = (ERROR, WARNING) if strict else (ERROR,)
    return 1 if any(finding.severity in bad for finding in findings) else 0
