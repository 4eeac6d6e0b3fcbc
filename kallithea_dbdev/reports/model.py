"""What a report says, as plain values: all renderers read this, and JSON holds all of it.

Texts are without secrets from here on. Nothing in it refers to a database, so the pages of several
runs, read back from JSON, can be put together to one.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Dict, Iterable, Mapping, Optional, Sequence, Tuple

from ..errors import UsageError
from ..findings import ERROR, NOTE, WARNING, Finding, sort
from ..verification.result import exit_status, verdict
from .answers import Answer, answers
from .causes import Cause, causes


@dataclass(frozen=True)
class LockLine:
    """The strongest lock that a step held on one table ("" is the whole database), and for how long."""

    table: str
    level: str
    #: Who waits for it: "reads and writes", "writes", "writes to the same rows"; "" is nobody.
    blocks: str
    seconds: float


@dataclass(frozen=True)
class LongStatement:
    """A statement with its seconds, the rows that it inserted, changed or deleted, and the script's line."""

    seconds: float
    statement: str
    rows: int = 0
    line: Optional[int] = None


@dataclass(frozen=True)
class StepLine:
    """One step as it was run. ``rows_changed`` are numbers of rows before and after, per table."""

    revision: str
    direction: str
    ok: bool
    seconds: float
    statements: int
    #: Of a step down; "" for a step up.
    verdict: str = ""
    #: How many rows it touched, as far as they were compared.
    rows: int = 0
    #: Tables of which every row was written anew.
    rebuilt: Tuple[str, ...] = ()
    #: The statements that took longest.
    longest: Tuple[LongStatement, ...] = ()
    rows_changed: Mapping[str, Tuple[Optional[int], Optional[int]]] = field(default_factory=dict)
    #: How many rows its statements inserted, changed or deleted, as the server counts them.
    touched: int = 0
    locks: Tuple[LockLine, ...] = ()
    #: The bytes by which the database grew.
    growth: int = 0
    #: The seconds with as many rows as somebody asked for.
    estimate: Optional[float] = None


@dataclass(frozen=True)
class Cell:
    """One database on one engine: the configured one (``release`` empty) or a recorded release."""

    engine: str
    database: str
    start: str
    head: str
    seconds: float
    release: str = ""
    #: Product and version of what holds it; "" where it could not be asked.
    server: str = ""
    private: bool = False
    remarks: Tuple[str, ...] = ()
    steps: Tuple[StepLine, ...] = ()
    #: The command that runs this cell alone.
    command: str = ""
    findings: Tuple[Finding, ...] = ()
    #: Findings that somebody accepted, each with the reason.
    accepted: Tuple[Tuple[Finding, str], ...] = ()
    #: The numbers of rows for which the times of its steps are estimated.
    rows: Mapping[str, int] = field(default_factory=dict)
    #: The release that the configured database began as, as far as its schema tells; "" otherwise.
    began: str = ""
    #: Whether it was compared with a fresh one, at the head.
    compared: bool = False

    @property
    def name(self) -> str:
        """``0.6.3 on sqlite``."""
        return f"{self.release or 'configured database'} on {self.engine}"

    @property
    def answers(self) -> Tuple[Answer, ...]:
        """One to each of the four questions."""
        ran = [(step.direction, step.ok) for step in self.steps]
        return answers(ran, self.findings, [finding for finding, _ in self.accepted], self.compared)


@dataclass(frozen=True)
class Page:
    """A whole report. ``versions`` names the libraries, (name, version) each."""

    kallithea: str
    tool: str
    cells: Tuple[Cell, ...]
    versions: Tuple[Tuple[str, str], ...] = ()
    strict: bool = False

    @property
    def findings(self) -> Tuple[Finding, ...]:
        """The findings of all cells, worst first."""
        return sort(finding for cell in self.cells for finding in cell.findings)

    @property
    def exit_status(self) -> int:
        """0 or 1."""
        return exit_status(self.findings, self.strict)

    @property
    def verdict(self) -> str:
        """The one line that ends a report; it counts causes."""
        releases = [release for release in self.releases if release]
        engines = ", ".join(self.engines)
        return verdict(
            [len(self.errors), len(self.warnings), len(self.notes)],
            self.exit_status,
            len(self.accepted),
            sum(len(cell.steps) for cell in self.cells),
            f"{engines} from {', '.join(releases)}" if releases else engines,
            self.cells[0].head,
        )

    @property
    def problems(self) -> Tuple[Cause, ...]:
        """The causes of errors and warnings, worst first."""
        return causes(finding for finding in self.findings if finding.severity != NOTE)

    @property
    def errors(self) -> Tuple[Cause, ...]:
        """The causes of errors."""
        return causes(finding for finding in self.findings if finding.severity == ERROR)

    @property
    def warnings(self) -> Tuple[Cause, ...]:
        """The causes of warnings."""
        return causes(finding for finding in self.findings if finding.severity == WARNING)

    @property
    def notes(self) -> Tuple[Cause, ...]:
        """The causes of notes."""
        return causes(finding for finding in self.findings if finding.severity == NOTE)

    @property
    def accepted(self) -> Tuple[Tuple[Cause, str], ...]:
        """The causes of what was accepted, each with its reason."""
        reasons = {finding: reason for cell in self.cells for finding, reason in cell.accepted}
        found = causes(finding for cell in self.cells for finding, _ in cell.accepted)
        return tuple((cause, reasons[cause.first]) for cause in found)

    @property
    def releases(self) -> Tuple[str, ...]:
        """The releases of the matrix, each once; "" is the configured database."""
        return tuple(dict.fromkeys(cell.release for cell in self.cells))

    @property
    def engines(self) -> Tuple[str, ...]:
        """The engines of the matrix, each once."""
        return tuple(dict.fromkeys(cell.engine for cell in self.cells))


def merged(pages: Sequence[Page]) -> Page:
    """One page of several; a cell that is in more than one counts as it is in the last.

    An entry of the file of accepted findings is unused only where it is unused in all of them. Raises
    UsageError for two configured databases on one engine: one of them would be lost.
    """
    cells: Dict[Tuple[str, str], Cell] = {}
    for cell in (cell for page in pages for cell in page.cells):
        other = cells.get((cell.release, cell.engine), cell)
        if not cell.release and cell.database != other.database:
            raise UsageError(
                f"--merge: two databases on {cell.engine}: {other.database} and {cell.database}",
                "one page has one of each engine: merge their reports apart",
            )
        cells[cell.release, cell.engine] = cell
    unused = [
        {finding.message for finding in page.findings if finding.code == "accept-unused"} for page in pages
    ]
    everywhere = set.intersection(*unused)
    return replace(
        pages[0],
        kallithea=_joined(page.kallithea for page in pages),
        tool=_joined(page.tool for page in pages),
        versions=tuple(dict.fromkeys(pair for page in pages for pair in page.versions)),
        strict=any(page.strict for page in pages),
        cells=_with_unused_once(cells.values(), everywhere),
    )


def _with_unused_once(cells: Iterable[Cell], everywhere: Iterable[str]) -> Tuple[Cell, ...]:
    left = set(everywhere)
    result = []
    for cell in cells:
        kept = []
        for finding in cell.findings:
            if finding.code == "accept-unused":
                if finding.message not in left:
                    continue
                left.discard(finding.message)
            kept.append(finding)
        result.append(replace(cell, findings=tuple(kept)))
    return tuple(result)


def _joined(texts: Iterable[str]) -> str:
    return ", ".join(dict.fromkeys(texts))
