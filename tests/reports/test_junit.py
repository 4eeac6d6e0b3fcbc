"""JUnit, read back by a public reader."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from xml.etree import ElementTree

import junitparser

from kallithea_dbdev.findings import make
from kallithea_dbdev.reports import Page, page_of, render

from .examples import REPORT
from .test_html import large

PAGE = page_of(REPORT)


def read(page: Page, folder: Path) -> junitparser.JUnitXml:
    path = folder / "junit.xml"
    path.write_text(render(page, "junit"), encoding="utf-8")
    return junitparser.JUnitXml.fromfile(str(path))


def test_suites_cases_and_numbers(tmp_path: Path) -> None:
    xml = read(PAGE, tmp_path)
    assert (xml.tests, xml.failures, xml.errors, xml.skipped) == (6, 5, 0, 1)
    first, second = xml
    assert (first.name, first.tests, first.failures) == ("db-verify.configured database on sqlite", 5, 5)
    assert [case.name for case in first] == [
        "1. upgrade abc", "2. downgrade abc", "3. downgrade abc", "rows-lost users.* abc upgrade",
        "downgrade-fails revision abc abc downgrade",
    ]  # fmt: skip
    lost = list(first)[3]
    (failure,) = lost.result
    assert (failure.type, failure.message) == ("rows-lost", "users.*: 2 rows are lost")
    assert failure.text.startswith("versions/abc.py:7\nwhy: ")
    assert (lost._elem.get("file"), lost._elem.get("line")) == ("versions/abc.py", "7")
    (skipped,) = next(iter(second)).result
    assert skipped.message == "accepted: it is ours"
    said = {prop.name: prop.value for prop in first.properties()}
    assert (
        said["kallithea"] == "0.7.0"
        and said["answer: keeps"] == "no, 1 cause"
        and said["server"] == "SQLite 3.40.1"
    )


def test_warnings_fail_where_they_count(tmp_path: Path) -> None:
    warning = make("script-commits", "sqlite", "commits", revision="abc")
    cell = dataclasses.replace(PAGE.cells[0], findings=(warning,))
    page = dataclasses.replace(PAGE, cells=(cell,))
    assert read(page, tmp_path).failures == 0
    assert read(dataclasses.replace(page, strict=True), tmp_path).failures == 1


def test_a_step_without_a_finding_that_counts_passes(tmp_path: Path) -> None:
    """One that raises as the accepted file, or the script itself, says is no failure."""
    cell = dataclasses.replace(PAGE.cells[0], findings=())
    assert read(dataclasses.replace(PAGE, cells=(cell,)), tmp_path).failures == 0


def test_whatever_a_message_holds_it_is_xml(tmp_path: Path) -> None:
    evil = make("column-type", "sqlite", "a \x00\x1b[31m\ud800 <&\"']]>", table="x")
    cell = dataclasses.replace(PAGE.cells[0], findings=(evil,), steps=())
    text = render(dataclasses.replace(PAGE, cells=(cell,)), "junit")
    (failure,) = ElementTree.fromstring(text).iter("failure")
    assert failure.get("message") == "x: a \ufffd\ufffd[31m\ufffd <&\"']]>"


def test_every_cell_is_a_suite_with_a_case(tmp_path: Path) -> None:
    empty = dataclasses.replace(PAGE.cells[1], findings=(), accepted=(), steps=())
    assert [suite.tests for suite in read(dataclasses.replace(PAGE, cells=(empty,)), tmp_path)] == [1]
    assert len(list(read(large(), tmp_path))) == 15
