"""The report for people, letter by letter."""

from __future__ import annotations

import dataclasses

from kallithea_dbdev.findings import CATALOGUE
from kallithea_dbdev.reports import render, render_errors
from kallithea_dbdev.reports.text import paragraph
from kallithea_dbdev.verification.result import Report, Result

from .examples import LOST, ORDER, REPORT

LOST_TEXT = f"""\
users.*: 2 rows are lost
    error rows-lost, sqlite, upgrade abc
    why: {CATALOGUE["rows-lost"].why}
    fix: {LOST.fix}
"""
VERDICT = "FAILED: 1 error, 1 note, 1 accepted; 3 steps on sqlite, mysql, head abc\n"


def test_the_whole_report() -> None:
    assert (
        render(REPORT, "text")
        == f"""\
Kallithea 0.7.0, sqlite database /tmp/a.db
at revision aaa, head abc
copied by hand

  upgrade   abc  ok       1.23 s  2 statements
  downgrade abc  ok       1.23 s  2 statements, exact
  downgrade abc  failed   1.23 s  2 statements, broken

Kallithea 0.7.0, mysql database a on h
at revision unknown, head unknown

accepted: old (table-extra, mysql): it is ours

{LOST_TEXT}
users: another order
    note column-order, sqlite
    why: {CATALOGUE["column-order"].why}
    fix: {ORDER.fix}

{VERDICT}"""
    )


def test_a_report_with_nothing_in_it() -> None:
    report = Report("0.7.0", (Result("sqlite", "/tmp/a.db", "a", "b", (), (), 1.0),))
    assert render(report, "text") == (
        "Kallithea 0.7.0, sqlite database /tmp/a.db\nat revision a, head b\n\n"
        "OK: no findings; 0 steps on sqlite, head b\n"
    )
    # no step where only half of it is known
    half = dataclasses.replace(ORDER, revision=None, direction="upgrade")
    assert paragraph(half)[1] == "    note column-order, sqlite"


def test_errors_only() -> None:
    assert render_errors(REPORT, False) == f"{LOST_TEXT}\n{VERDICT}"


def test_tracebacks_on_request() -> None:
    assert paragraph(LOST, True) == [*paragraph(LOST), "    | Trace", "    |   back"]
    assert paragraph(ORDER, True) == paragraph(ORDER)
    assert "    | Trace\n" in render(REPORT, "text", True)
    assert "    | Trace\n" in render_errors(REPORT, True)
