"""The report for code review: SARIF 2.1.0, each cause a result that points at script and line."""

from __future__ import annotations

import hashlib
import json
from typing import Any, Dict, List
from urllib.parse import quote

from ..findings import CATALOGUE, ERROR, NOTE, WARNING
from .causes import Cause
from .model import Page

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"

_LEVELS = {ERROR: "error", WARNING: "warning", NOTE: "note"}


def render_sarif(page: Page) -> str:
    """One run; findings that were accepted are suppressed results."""
    found = (*page.problems, *page.notes)
    codes = sorted({cause.first.code for cause in (*found, *(cause for cause, _ in page.accepted))})
    results = [_result(cause, codes) for cause in found]
    for cause, reason in page.accepted:
        suppression = {"kind": "external", "justification": reason}
        results.append({**_result(cause, codes), "suppressions": [suppression]})
    run = {
        "tool": {
            "driver": {
                "name": "kallithea-dbdev",
                "version": page.tool,
                "rules": [_rule(code) for code in codes],
            }
        },
        # Where the files are: the folder that holds the package "kallithea".
        "originalUriBaseIds": {"CHECKOUT": {"description": {"text": "Kallithea's checkout"}}},
        "invocations": [_invocation(page)],
        "results": results,
        "columnKind": "unicodeCodePoints",
    }
    return (
        json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2, ensure_ascii=False)
        + "\n"
    )


def _invocation(page: Page) -> Dict[str, Any]:
    servers = sorted({cell.server for cell in page.cells if cell.server})
    return {
        "executionSuccessful": True,
        "exitCode": page.exit_status,
        "properties": {
            "verdict": page.verdict,
            "kallithea": page.kallithea,
            "versions": dict(page.versions),
            "servers": servers,
            "answers": {cell.name: {a.question: a.text for a in cell.answers} for cell in page.cells},
        },
    }


def _rule(code: str) -> Dict[str, Any]:
    kind = CATALOGUE[code]
    return {
        "id": code,
        "shortDescription": {"text": kind.what},
        "fullDescription": {"text": kind.why},
        "defaultConfiguration": {"level": _LEVELS[kind.severity]},
    }


def _result(cause: Cause, codes: List[str]) -> Dict[str, Any]:
    first = cause.first
    places = [{"engine": engine, "release": release} for release, engine in cause.places]
    result: Dict[str, Any] = {
        "ruleId": first.code,
        "ruleIndex": codes.index(first.code),
        "level": _LEVELS[first.severity],
        "message": {"text": f"{cause.subject}: {first.message}. Fix: {first.fix}"},
        "partialFingerprints": {"object/v1": _fingerprint(cause)},
        "properties": {"objects": list(cause.objects), "places": places},
    }
    if first.file:
        artifact: Dict[str, Any] = {"uri": quote(first.file, errors="surrogateescape")}
        if not first.file.startswith("/"):
            artifact["uriBaseId"] = "CHECKOUT"
        region = {"startLine": first.line or 1}
        result["locations"] = [{"physicalLocation": {"artifactLocation": artifact, "region": region}}]
    return result


def _fingerprint(cause: Cause) -> str:
    """The same for the same thing in the next run: without numbers, lines and places."""
    first = cause.first
    parts = (first.code, *sorted(cause.objects), first.aspect, first.revision, first.direction)
    return hashlib.sha256(
        "\0".join(part or "" for part in parts).encode("utf-8", "surrogateescape")
    ).hexdigest()[:32]
