"""What one ``db-verify`` found, as a value. Reports render it; they compute nothing."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Tuple

from ..findings import ERROR, SEVERITIES, Finding
from ..migrations import StepRecord


@dataclass(frozen=True)
class Result:
    """Steps that were run and findings, worst first. ``seconds`` are those of the whole run.

    ``start`` and ``head`` are revisions; "" where the migration graph is broken.
    """

    engine: str
    database: str
    kallithea: str
    start: str
    head: str
    steps: Tuple[StepRecord, ...] = field(repr=False)
    findings: Tuple[Finding, ...]
    seconds: float

    @property
    def exit_status(self) -> int:
        """0 = nothing worse than a warning, 1 = errors."""
        return 1 if any(finding.severity == ERROR for finding in self.findings) else 0

    @property
    def verdict(self) -> str:
        """The one line that ends a report."""
        counts = [
            (sum(finding.severity == severity for finding in self.findings), severity)
            for severity in SEVERITIES
        ]
        said = ", ".join(f"{count} {name}{'s' * (count != 1)}" for count, name in counts if count)
        found = said or "no findings"
        word = "FAILED" if self.exit_status else "OK"
        walked = f"{len(self.steps)} step{'s' * (len(self.steps) != 1)}"
        return f"{word}: {found}; {walked} on {self.engine}, head {self.head or 'unknown'}"
