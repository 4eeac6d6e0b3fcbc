"""The report for programs."""

from __future__ import annotations

import dataclasses
import json

from kallithea_dbdev.findings import Finding
from kallithea_dbdev.reports import render
from kallithea_dbdev.reports.json import FINDING_KEYS

from .examples import LOST, REPORT


def test_the_whole_report() -> None:
    text = render(REPORT, "json")
    document = json.loads(text)
    assert list(document) == [
        "version", "kallithea", "exit_status", "verdict", "engines", "steps", "findings", "accepted",
    ]  # fmt: skip
    assert (document["version"], document["kallithea"], document["exit_status"]) == (1, "0.7.0", 1)
    assert document["verdict"] == REPORT.verdict
    assert document["engines"] == [
        {"engine": "sqlite", "database": "/tmp/a.db", "start": "aaa", "head": "abc", "seconds": 2.346,
         "remarks": ["copied by hand"]},
        {"engine": "mysql", "database": "mysql database a on h", "start": None, "head": None, "seconds": 1.0,
         "remarks": []},
    ]  # fmt: skip
    up, down, failed = document["steps"]
    assert up == {
        "engine": "sqlite", "revision": "abc", "direction": "upgrade", "ok": True, "seconds": 1.235, "statements": 2,
        "verdict": None,
        "rows_changed": {
            "gone": {"before": 1, "after": None}, "new": {"before": None, "after": 2},
            "users": {"before": 3, "after": 1},
        },
    }  # fmt: skip
    assert list(up["rows_changed"]) == ["gone", "new", "users"]
    assert (down["ok"], down["verdict"], down["rows_changed"]) == (True, "exact", {})
    assert (failed["ok"], failed["verdict"]) == (False, "broken")
    assert [f["code"] for f in document["findings"]] == ["rows-lost", "column-order"]
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
    assert [f["traceback"] for f in findings] == ["Trace\n  back\n", None]
    assert "traceback" not in json.loads(render(REPORT, "json"))["findings"][0]
