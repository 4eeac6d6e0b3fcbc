"""SARIF, checked against its schema."""

from __future__ import annotations

import dataclasses
import gzip
import json
from typing import Any, Dict

import jsonschema
import pytest

from kallithea_dbdev.findings import make
from kallithea_dbdev.reports import Page, page_of, render

from ..projects import DATA
from .examples import REPORT
from .test_html import large

PAGE = page_of(REPORT)


def read(page: Page) -> Dict[str, Any]:
    document = json.loads(render(page, "sarif"))
    schema = json.loads(gzip.decompress((DATA / "sarif-2.1.0.schema.json.gz").read_bytes()))
    jsonschema.validate(document, schema)
    (run,) = document["runs"]
    return run


def test_results_point_at_script_and_line() -> None:
    run = read(PAGE)
    assert [(r["ruleId"], r["level"]) for r in run["results"]] == [
        ("rows-lost", "error"), ("downgrade-fails", "error"), ("column-order", "note"), ("table-extra", "error"),
    ]  # fmt: skip
    place = run["results"][0]["locations"][0]["physicalLocation"]
    assert place == {
        "artifactLocation": {"uri": "versions/abc.py", "uriBaseId": "CHECKOUT"}, "region": {"startLine": 7},
    }  # fmt: skip
    rules = run["tool"]["driver"]["rules"]
    assert [rules[r["ruleIndex"]]["id"] for r in run["results"]] == [r["ruleId"] for r in run["results"]]
    assert run["results"][3]["suppressions"] == [{"kind": "external", "justification": "it is ours"}]
    properties = run["invocations"][0]["properties"]
    assert properties["versions"] == {"Python": "3.11.2"} and properties["servers"] == ["SQLite 3.40.1"]


def test_causes_are_results() -> None:
    run = read(large())
    (option,) = [r for r in run["results"] if r["ruleId"] == "table-option"]
    assert len(option["properties"]["objects"]) == 30
    assert {place["release"] for place in option["properties"]["places"]} == {
        "0.3.7",
        "0.4.1",
        "0.5.2",
        "0.6.3",
        "0.7.0",
    }


def test_a_fingerprint_survives_another_run() -> None:
    def fingerprint(**facts: Any) -> str:
        found = make("rows-lost", "sqlite", facts.pop("message", "2 rows are lost"), table="users", **facts)
        page = dataclasses.replace(PAGE, cells=(dataclasses.replace(PAGE.cells[0], findings=(found,)),))
        return read(page)["results"][0]["partialFingerprints"]["object/v1"]

    assert fingerprint() == fingerprint(message="3 rows are lost", line=8, file="x.py")
    assert fingerprint() != fingerprint(revision="abc")


@pytest.mark.parametrize("path", ["/srv/a b/c#.py", "a b.py"])
def test_paths_are_uris(path: str) -> None:
    found = make("rows-lost", "sqlite", "x", table="users", file=path)
    page = dataclasses.replace(PAGE, cells=(dataclasses.replace(PAGE.cells[0], findings=(found,)),))
    location = read(page)["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]
    assert " " not in location["uri"] and "#" not in location["uri"]
    assert ("uriBaseId" in location) == (not path.startswith("/"))
