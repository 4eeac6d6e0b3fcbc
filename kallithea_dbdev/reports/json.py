"""The report for programs, and back. Its schema is documented in ``docs/json.rst``; ``version`` counts
changes that a reader has to know of."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, Dict, Iterable, Mapping, Tuple

from ..errors import UsageError
from ..findings import CATALOGUE, SEVERITIES, Finding
from .kinds import conform
from .model import Cell, LockLine, LongStatement, Page, StepLine

SCHEMA_VERSION = 1

#: Attributes of Finding that go into the report, in this order.
FINDING_KEYS = (
    "code",
    "severity",
    "engine",
    "table",
    "object",
    "aspect",
    "revision",
    "direction",
    "file",
    "line",
    "release",
    "began",
    "since",
    "message",
    "fix",
    "migrated",
    "expected",
    "statement",
)


def render_json(page: Page, tracebacks: bool) -> str:
    """One JSON object, indented, UTF-8, with a newline at the end."""
    document = {
        "version": SCHEMA_VERSION,
        "kallithea": page.kallithea,
        "tool": page.tool,
        "versions": [{"name": name, "version": version} for name, version in page.versions],
        "strict": page.strict,
        "exit_status": page.exit_status,
        "verdict": page.verdict,
        "engines": [_engine(cell) for cell in page.cells],
        "steps": [_step(cell, step) for cell in page.cells for step in cell.steps],
        "findings": [_finding(finding, tracebacks) for finding in page.findings],
        "accepted": [
            {**_finding(finding, tracebacks), "reason": reason}
            for cell in page.cells
            for finding, reason in cell.accepted
        ],
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _engine(cell: Cell) -> Dict[str, Any]:
    return {
        "engine": cell.engine,
        "release": cell.release or None,
        "database": cell.database,
        "server": cell.server or None,
        "private": cell.private,
        "start": cell.start or None,
        "head": cell.head or None,
        "seconds": round(cell.seconds, 3),
        "remarks": list(cell.remarks),
        "answers": {
            answer.question: {key: value for key, value in asdict(answer).items() if key != "question"}
            for answer in cell.answers
        },
        "command": cell.command or None,
        "rows": dict(cell.rows),
        "began": cell.began or None,
        "compared": cell.compared,
    }


def _step(cell: Cell, step: StepLine) -> Dict[str, Any]:
    return {
        "engine": cell.engine,
        "release": cell.release or None,
        "revision": step.revision,
        "direction": step.direction,
        "ok": step.ok,
        "seconds": round(step.seconds, 3),
        "statements": step.statements,
        "verdict": step.verdict or None,
        "rows": step.rows,
        "rebuilt": list(step.rebuilt),
        "longest": [{**asdict(one), "seconds": round(one.seconds, 3)} for one in step.longest],
        "rows_changed": {
            table: {"before": before, "after": after} for table, (before, after) in step.rows_changed.items()
        },
        "touched": step.touched,
        "locks": [
            {
                "table": lock.table or None,
                "level": lock.level,
                "blocks": lock.blocks or None,
                "seconds": round(lock.seconds, 3),
            }
            for lock in step.locks
        ],
        "growth": step.growth,
        "estimate": None if step.estimate is None else round(step.estimate, 3),
    }


def _finding(finding: Finding, tracebacks: bool) -> Dict[str, Any]:
    keys = (*FINDING_KEYS, "traceback") if tracebacks else FINDING_KEYS
    return {key: getattr(finding, key) for key in keys}


# -- and back -----------------------------------------------------------------------------------


def read_page(path: Path) -> Page:
    """The page of a JSON report. Raises UsageError where the file holds none."""
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise UsageError(f"{path}: cannot be read: {error.strerror}") from error
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{path}: not JSON", "name reports of db-verify --format json") from error
    if not isinstance(document, dict) or document.get("version") != SCHEMA_VERSION:
        raise UsageError(f"{path}: not a JSON report of db-verify", "write it with --format json")
    try:
        return page_of_document(document)
    except (KeyError, IndexError, TypeError, ValueError, AttributeError) as error:
        raise UsageError(
            f"{path}: not a whole JSON report of this version of db-verify ({type(error).__name__}: {error})",
            "write it again with --format json",
        ) from error


def page_of_document(document: Mapping[str, Any]) -> Page:
    """The page of what ``render_json`` wrote. Raises a ValueError and the like for anything else."""
    findings = tuple(map(_finding_of, document["findings"]))
    accepted = tuple((_finding_of(entry), str(entry["reason"])) for entry in document["accepted"])
    cells = tuple(_cell_of(document, entry, findings, accepted) for entry in document["engines"])
    places = {(cell.release or None, cell.engine) for cell in cells}
    # A remark on the file of accepted findings may name an engine only.
    others = tuple(f for f in findings if (f.release, f.engine) not in places)
    cells = (replace(cells[0], findings=cells[0].findings + others), *cells[1:])
    versions = tuple((str(pair["name"]), str(pair["version"])) for pair in document["versions"])
    page = Page(str(document["kallithea"]), str(document["tool"]), cells, versions, bool(document["strict"]))
    conform(page)
    return page


def _cell_of(
    document: Mapping[str, Any],
    entry: Mapping[str, Any],
    findings: Tuple[Finding, ...],
    accepted: Tuple[Tuple[Finding, str], ...],
) -> Cell:
    place = (entry["release"], entry["engine"])
    return Cell(
        entry["engine"],
        entry["database"],
        entry["start"] or "",
        entry["head"] or "",
        entry["seconds"],
        entry["release"] or "",
        entry["server"] or "",
        entry["private"],
        tuple(entry["remarks"]),
        tuple(_steps_of(document["steps"], place)),
        entry["command"] or "",
        tuple(finding for finding in findings if (finding.release, finding.engine) == place),
        tuple(pair for pair in accepted if (pair[0].release, pair[0].engine) == place),
        dict(entry["rows"]),
        entry["began"] or "",
        entry["compared"],
    )


def _steps_of(entries: Iterable[Mapping[str, Any]], place: Tuple[object, object]) -> Iterable[StepLine]:
    for entry in entries:
        if (entry["release"], entry["engine"]) == place:
            yield StepLine(
                entry["revision"],
                entry["direction"],
                entry["ok"],
                entry["seconds"],
                entry["statements"],
                entry["verdict"] or "",
                entry["rows"],
                tuple(entry["rebuilt"]),
                tuple(LongStatement(**one) for one in entry["longest"]),
                {table: (rows["before"], rows["after"]) for table, rows in entry["rows_changed"].items()},
                entry["touched"],
                tuple(
                    LockLine(lock["table"] or "", lock["level"], lock["blocks"] or "", lock["seconds"])
                    for lock in entry["locks"]
                ),
                entry["growth"],
                entry["estimate"],
            )


def _finding_of(entry: Mapping[str, Any]) -> Finding:
    if entry["code"] not in CATALOGUE or entry["severity"] not in SEVERITIES:
        raise ValueError(f"unknown finding {entry['code']}")
    return Finding(**{key: entry.get(key) for key in (*FINDING_KEYS, "traceback")})  # type: ignore[arg-type]
