"""The report for programs. Its schema is documented in ``docs/json.rst``; ``version`` counts
changes that a reader has to know of."""

from __future__ import annotations

import json
from typing import Any, Dict, Optional

from ..findings import Finding
from ..migrations import StepRecord
from ..secrets import mask
from ..verification.result import Report, Result
from ..verification.verdicts import downgrade_verdict

SCHEMA_VERSION = 1

#: Attributes of Finding that are identifiers: the others are texts, and masked.
_NAMES = {"code", "severity", "engine", "aspect", "revision", "direction"}

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
    "message",
    "fix",
    "migrated",
    "expected",
    "statement",
)


def render_json(report: Report, tracebacks: bool) -> str:
    """One JSON object, indented, UTF-8, with a newline at the end."""
    document = {
        "version": SCHEMA_VERSION,
        "kallithea": report.kallithea,
        "exit_status": report.exit_status,
        "verdict": report.verdict,
        "engines": [_engine(result) for result in report.results],
        "steps": [_step(result, record) for result in report.results for record in result.steps],
        "findings": [_finding(finding, tracebacks) for finding in report.findings],
        "accepted": [
            {**_finding(finding, tracebacks), "reason": mask(reason)}
            for result in report.results
            for finding, reason in result.accepted
        ],
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _engine(result: Result) -> Dict[str, Any]:
    return {
        "engine": result.engine,
        "database": mask(result.database),
        "start": result.start or None,
        "head": result.head or None,
        "seconds": round(result.seconds, 3),
        "remarks": list(map(mask, result.remarks)),
    }


def _step(result: Result, record: StepRecord) -> Dict[str, Any]:
    changed = sorted(record.before.rows.keys() | record.after.rows.keys())
    return {
        "engine": result.engine,
        "revision": record.step.revision,
        "direction": record.step.direction,
        "ok": record.error is None,
        "seconds": round(record.seconds, 3),
        "statements": len(record.statements),
        "verdict": downgrade_verdict(record, result.findings) or None,
        "rows_changed": {
            table: {"before": record.before.rows.get(table), "after": record.after.rows.get(table)}
            for table in changed
            if record.before.rows.get(table) != record.after.rows.get(table)
        },
    }


def _finding(finding: Finding, tracebacks: bool) -> Dict[str, Any]:
    keys = (*FINDING_KEYS, "traceback") if tracebacks else FINDING_KEYS
    return {key: _shown(key, getattr(finding, key)) for key in keys}


def _shown(key: str, value: Optional[str]) -> Optional[str]:
    return value if value is None or key in _NAMES else mask(value)
