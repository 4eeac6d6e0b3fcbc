"""The report for people, letter by letter."""

from __future__ import annotations

import dataclasses

from kallithea_dbdev import __version__
from kallithea_dbdev.findings import CATALOGUE
from kallithea_dbdev.reports import Look, page_of, render, render_errors
from kallithea_dbdev.reports.text import paragraph
from kallithea_dbdev.verification.result import Report, Result

from .examples import FAILS, LOST, ORDER, REPORT

LOST_TEXT = f"""\
users.*: 2 rows are lost
    error rows-lost, sqlite, upgrade abc
    at versions/abc.py:7
    why: {CATALOGUE["rows-lost"].why}
    fix: {LOST.fix}
"""
FAILS_TEXT = f"""\
revision abc: downgrade() of abc raises: it fails
    error downgrade-fails, sqlite, downgrade abc
    why: {CATALOGUE["downgrade-fails"].why}
    fix: {FAILS.fix}
"""
NOTE_TEXT = f"""\
users: another order
    note column-order, sqlite
    why: {CATALOGUE["column-order"].why}
    fix: {ORDER.fix}
"""
VERDICT = "FAILED: 2 errors, 1 note, 1 accepted; 3 steps on sqlite, mysql, head abc\n"
PAGE = page_of(REPORT)


COSTS = """
            3 rows touched
            written anew: users
            users: AccessExclusiveLock for 0.25 s, reads and writes wait
            the whole database: RESERVED for 0.10 s, writes wait
            the database grows by 1.2 MB"""


def text(notes: str, costs: str = "") -> str:
    return f"""\
Kallithea 0.7.0, sqlite database /tmp/a.db
at revision aaa, head abc
copied by hand
estimated for 1000 rows in users

  upgrade   abc  ok       1.23 s  4 statements, estimated 12.35 s{costs}
  downgrade abc  ok       1.23 s  3 statements, broken
  downgrade abc  failed   1.23 s  3 statements, broken

Kallithea 0.7.0, mysql database a on h
at revision unknown, head unknown

accepted: old (table-extra, mysql): it is ours

{LOST_TEXT}
{FAILS_TEXT}
{notes}
with kallithea-dbdev {__version__}, Python 3.11.2, SQLite 3.40.1

configured database on sqlite:
  upgrades   yes
  equals     yes
  keeps      no, 1 cause
  goes back  no, 1 cause
  gearbox db-verify -c a.ini --engine sqlite

configured database on mysql:
  upgrades   unknown
  equals     unknown, 1 accepted
  keeps      unknown
  goes back  unknown
  gearbox db-verify -c a.ini --engine mysql

{VERDICT}"""


def test_the_whole_report() -> None:
    assert render(PAGE, "text") == text("notes: column-order (-v shows them)\n")
    assert render(PAGE, "text", Look(unfolded=True)) == text(NOTE_TEXT, COSTS)


def test_a_report_with_nothing_in_it() -> None:
    report = Report("0.7.0", (Result("sqlite", "/tmp/a.db", "a", "b", (), (), 1.0),))
    assert render(page_of(report), "text") == (
        "Kallithea 0.7.0, sqlite database /tmp/a.db\nat revision a, head b\n\n"
        f"with kallithea-dbdev {__version__}\n\n"
        "  upgrades   unknown\n  equals     unknown\n  keeps      unknown\n  goes back  unknown\n\n"
        "OK: no findings; 0 steps on sqlite, head b\n"
    )
    # no step where only half of it is known
    half = dataclasses.replace(ORDER, revision=None, direction="upgrade")
    assert paragraph(half)[1] == "    note column-order, sqlite"


def test_errors_only() -> None:
    assert render_errors(PAGE, Look()) == f"{LOST_TEXT}\n{FAILS_TEXT}\n{VERDICT}"


def test_tracebacks_on_request() -> None:
    assert paragraph(LOST, True) == [*paragraph(LOST), "    | Trace", "    |   back"]
    assert paragraph(ORDER, True) == paragraph(ORDER)
    assert "    | Trace\n" in render(PAGE, "text", Look(tracebacks=True))
    assert "    | Trace\n" in render_errors(PAGE, Look(tracebacks=True))
