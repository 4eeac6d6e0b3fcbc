"""The report for programs."""

from __future__ import annotations

import dataclasses
import json

from kallithea_dbdev.findings import Finding
from kallithea_dbdev.reports import Look, page_of
from kallithea_dbdev.reports import render as render_page
from kallithea_dbdev.reports.json import FINDING_KEYS
from kallithea_dbdev.verification.result import Report

from .examples import LOST, REPORT


def render(report: Report, format_name: str, tracebacks: bool = False) -> str:
    return render_page(page_of(report), format_name, Look(tracebacks=tracebacks))


def test_the_whole_report() -> None:
    text = render(REPORT, "json")
    document = json.loads(text)
    assert list(document) == [
        "version", "kallithea", "tool", "versions", "strict", "exit_status", "verdict", "engines", "steps", "findings", "accepted",
    ]  # fmt: skip
    assert (document["version"], document["kallithea"], document["exit_status"]) == (1, "0.7.0", 1)
    assert document["verdict"] == REPORT.verdict
    assert document["versions"] == [{"name": "Python", "version": "3.11.2"}]
    sqlite = document["engines"][0]["answers"]
    assert sqlite["keeps"] == {"value": "no", "errors": 1, "warnings": 0, "accepted": 0}
    assert [answer["value"] for answer in sqlite.values()] == ["yes", "yes", "no", "no"]
    assert [a["value"] for a in document["engines"][1].pop("answers").values()] == ["unknown"] * 4
    assert document["engines"][0].pop("answers") == sqlite
    command = "gearbox db-verify -c a.ini --engine"
    assert document["engines"] == [
        {"engine": "sqlite", "release": None, "database": "/tmp/a.db", "server": "SQLite 3.40.1", "private": False,
         "start": "aaa", "head": "abc", "seconds": 2.346, "remarks": ["copied by hand"],
         "command": f"{command} sqlite", "rows": {"users": 1000}, "began": None, "compared": False},
        {"engine": "mysql", "release": None, "database": "mysql database a on h", "server": None, "private": False,
         "start": None, "head": None, "seconds": 1.0, "remarks": [], "command": f"{command} mysql", "rows": {},
         "began": None, "compared": False},
    ]  # fmt: skip
    up, down, failed = document["steps"]
    assert up == {
        "engine": "sqlite", "release": None, "revision": "abc", "direction": "upgrade", "ok": True, "seconds": 1.235, "statements": 4,
        "verdict": None, "rows": 0, "rebuilt": ["users"],
        "longest": [
            {"seconds": 1.0, "statement": "UPDATE users SET url = 'ftp://u:***@h'", "rows": 3, "line": 12},
            {"seconds": 0.0, "statement": "UPDATE alembic_version SET version_num = 'abc'", "rows": 1, "line": None},
            {"seconds": 0.0, "statement": "DROP TABLE gone", "rows": 0, "line": 13},
        ],
        "rows_changed": {
            "gone": {"before": 1, "after": None}, "new": {"before": None, "after": 2},
            "users": {"before": 3, "after": 1},
        },
        "touched": 3,
        "locks": [
            {"table": "users", "level": "AccessExclusiveLock", "blocks": "reads and writes", "seconds": 0.25},
            {"table": None, "level": "RESERVED", "blocks": "writes", "seconds": 0.1},
        ],
        "growth": 1234567, "estimate": 12.346,
    }  # fmt: skip
    assert list(up["rows_changed"]) == ["gone", "new", "users"]
    assert (down["ok"], down["verdict"], down["rows_changed"]) == (True, "broken", {})
    assert (failed["ok"], failed["verdict"]) == (False, "broken")
    assert [f["code"] for f in document["findings"]] == ["rows-lost", "downgrade-fails", "column-order"]
    lost = document["findings"][0]
    assert lost == {key: getattr(LOST, key) for key in FINDING_KEYS}
    assert list(lost) == list(FINDING_KEYS)
    assert {*lost, "traceback"} == {field.name for field in dataclasses.fields(Finding)}
    (kept,) = document["accepted"]
    assert (kept["code"], kept["reason"], kept["message"]) == ("table-extra", "it is ours", "ümlaut")


def test_it_is_indented_utf_8_with_a_newline_at_the_end() -> None:
    text = render(REPORT, "json")
    assert text.startswith('{\n  "version": 1,\n')
    assert text.endswith("\n}\n")
    assert "ümlaut" in text


def test_tracebacks_on_request() -> None:
    findings = json.loads(render(REPORT, "json", True))["findings"]
    assert [f["traceback"] for f in findings] == ["Trace\n  back\n", None, None]
    assert "traceback" not in json.loads(render(REPORT, "json"))["findings"][0]
