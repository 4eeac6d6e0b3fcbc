"""A report of db-verify -> the page that renderers read; the one place where secrets are taken out."""

from __future__ import annotations

from dataclasses import replace
from typing import Dict, Iterator, Optional, Tuple

from .. import __version__
from ..engines.watching import BLOCKS
from ..findings import Finding
from ..migrations import StepRecord
from ..secrets import mask
from ..statements import Statement
from ..verification.result import Report, Result
from ..verification.verdicts import downgrade_verdict
from .model import Cell, LockLine, LongStatement, Page, StepLine

#: Attributes of Finding that are texts, and masked; the others are identifiers.
_TEXTS = ("table", "object", "message", "fix", "migrated", "expected", "statement", "traceback", "file")


def page_of(report: Report) -> Page:
    """The page of a report."""
    cells = tuple(_cell(report, result) for result in report.results)
    return Page(report.kallithea, __version__, cells, report.versions, report.strict)


def _cell(report: Report, result: Result) -> Cell:
    return Cell(
        result.engine,
        mask(result.database),
        result.start,
        result.head,
        result.seconds,
        result.release,
        result.server,
        result.private,
        tuple(map(mask, result.remarks)),
        tuple(_step(result, record) for record in result.steps),
        _command(report, result),
        tuple(_finding(finding, result.release) for finding in result.findings),
        tuple((_finding(finding, result.release), mask(reason)) for finding, reason in result.accepted),
        dict(result.estimate.rows) if result.estimate else {},
        result.began,
        result.compared,
    )


def _command(report: Report, result: Result) -> str:
    """The line that runs this cell alone."""
    release = f" --release {result.release}" if result.release else ""
    return mask(f"{report.command}{release} --engine {result.engine}") if report.command else ""


def _step(result: Result, record: StepRecord) -> StepLine:
    before, after = record.before.rows, record.after.rows
    tables = sorted(before.keys() | after.keys())
    touched: Dict[str, int] = {}
    for change in record.rows.changes:
        touched[change.table] = max(change.count, touched.get(change.table, 0))
    estimated = result.estimate.of(record.step) if result.estimate else None
    return StepLine(
        record.step.revision,
        record.step.direction,
        record.error is None,
        record.seconds,
        len(record.statements),
        downgrade_verdict(record, result.findings),
        sum(touched.values()),
        tuple(dict.fromkeys(table for statement in record.sent for table in statement.rebuilt)),
        tuple(LongStatement(s.seconds, mask(s.sql), s.rows, s.line) for s in record.longest),
        {name: (before.get(name), after.get(name)) for name in tables if before.get(name) != after.get(name)},
        sum(statement.rows for statement in _of_script(record)),
        _locks(record),
        record.after.size - record.before.size,
        estimated.seconds if estimated else None,
    )


def _of_script(record: StepRecord) -> Iterator[Statement]:
    """The statements that the script sent; others are Alembic's, on its own table."""
    return (statement for statement in record.sent if statement.line is not None)


def _locks(record: StepRecord) -> Tuple[LockLine, ...]:
    """The strongest lock on each table; of two equal ones that which was held longer."""
    lines: Dict[str, LockLine] = {}
    for held in (held for statement in _of_script(record) for held in statement.locks):
        lock = held.lock
        line = LockLine(lock.table, lock.level, lock.blocks, held.seconds)
        known = lines.get(lock.table)
        if known is None or _strength(line) > _strength(known):
            lines[lock.table] = line
    return tuple(lines.values())


def _strength(line: LockLine) -> Tuple[int, float]:
    return -BLOCKS.index(line.blocks), line.seconds


def _finding(finding: Finding, release: str) -> Finding:
    texts = {name: _masked(getattr(finding, name)) for name in _TEXTS}
    return replace(finding, release=release or None, **texts)  # type: ignore[arg-type]


def _masked(value: Optional[str]) -> Optional[str]:
    return None if value is None else mask(value)
