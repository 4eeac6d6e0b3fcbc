"""A note is no fault: it cannot be accepted, whatever a file says."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from kallithea_dbdev.findings import ERROR, NOTE, WARNING, Finding
from kallithea_dbdev.verification import accepted
from kallithea_dbdev.verification.accepted import Entry
from kallithea_dbdev.verification.result import Report, Result

TODAY = datetime.date(2030, 1, 1)


def report(severity: str) -> Report:
    finding = Finding("column-order", severity, "sqlite", "m", "f", table="users")
    return Report("0.7.0", (Result("sqlite", "db", "a", "b", (), (finding,), 1.0),))


@pytest.mark.parametrize("severity, counts", [(NOTE, True), (WARNING, False), (ERROR, False)])
def test_what_an_entry_sets_apart(severity: str, counts: bool) -> None:
    entry = Entry("column-order", "users", None, "it is so")
    (result,) = accepted.apply(report(severity), (entry,), Path("a.ini"), TODAY).results
    assert [f.severity for f in result.findings] == ([severity] if counts else [])
    assert len(result.accepted) == (0 if counts else 1)


@pytest.mark.parametrize("severity, written", [(NOTE, 0), (WARNING, 1), (ERROR, 1)])
def test_what_is_written_into_the_file(tmp_path: Path, severity: str, written: int) -> None:
    path = tmp_path / "accepted.ini"
    assert accepted.update(report(severity), (), path) == written
    assert path.read_text().count("[column-order users -]") == written
