"""What one ``db-verify`` found, as values. Reports render them; they compute nothing."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Iterable, Optional, Sequence, Tuple

from ..findings import ERROR, SEVERITIES, WARNING, Finding, sort
from ..migrations import StepRecord
from ..offline.step import SqlStep
from .estimate import Estimate


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
    #: The recorded release with which it began; "" for the configured database.
    release: str = ""
    #: Product and version of what held it; "" where it could not be asked.
    server: str = ""
    #: Each step as a file of SQL, where that was asked for.
    sql: Tuple[SqlStep, ...] = field(default=(), repr=False)
    #: The steps as they would be with tables of a size that somebody asked for.
    estimate: Optional[Estimate] = field(default=None, repr=False)
    #: The release that the configured database began as, as far as its schema tells; "" otherwise.
    began: str = ""
    #: Whether it was compared with a fresh one, at the head.
    compared: bool = False

    @property
    def name(self) -> str:
        """``0.6.3 on sqlite``."""
        return f"{self.release or 'configured database'} on {self.engine}"


@dataclass(frozen=True)
class Report:
    """The results on all engines that were asked for, the configured one first."""

    kallithea: str
    results: Tuple[Result, ...]
    #: Whether warnings count as errors do.
    strict: bool = False
    #: Of the libraries that took part, (name, version) each.
    versions: Tuple[Tuple[str, str], ...] = ()
    #: The command line that was given, but for what chooses a cell.
    command: str = ""

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
        return verdict(
            [sum(finding.severity == severity for finding in self.findings) for severity in SEVERITIES],
            self.exit_status,
            sum(len(result.accepted) for result in self.results),
            sum(len(result.steps) for result in self.results),
            ", ".join(result.engine for result in self.results),
            self.results[0].head,
        )


def verdict(counts: Sequence[int], status: int, accepted: int, steps: int, where: str, head: str) -> str:
    """One line for all: ``counts`` per severity, ``where`` the steps were run, and towards which head."""
    named = [(count, name) for count, name in zip(counts, SEVERITIES) if count]
    said = ", ".join(f"{count} {name}{'s' * (count != 1)}" for count, name in named)
    word = "FAILED" if status else "OK"
    said = (said or "no findings") + (f", {accepted} accepted" if accepted else "")
    return f"{word}: {said}; {steps} step{'s' * (steps != 1)} on {where}, head {head or 'unknown'}"


def exit_status(findings: Iterable[Finding], strict: bool = False) -> int:
    """0 = nothing worse than a warning (strict: than a note), 1 = otherwise."""
    bad = (ERROR, WARNING) if strict else (ERROR,)
    return 1 if any(finding.severity in bad for finding in findings) else 0
