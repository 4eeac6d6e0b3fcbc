"""The accept file that the package ships: each entry has a reason and is told in the documentation."""

from __future__ import annotations

import dataclasses
import datetime
from pathlib import Path

import pytest

from kallithea_dbdev.findings import ERROR, Finding, make
from kallithea_dbdev.verification import accepted
from kallithea_dbdev.verification.result import Report, Result

ENTRIES = accepted.read(accepted.KNOWN)
DEFECTS = (Path(__file__).parents[2] / "docs" / "defects.rst").read_text(encoding="utf-8")


def report(*findings: Finding, engine: str = "mysql") -> Report:
    return Report("0.7.0", (Result(engine, "db", "a", "b", (), findings, 1.0),))


def left(*findings: Finding) -> "list[Finding]":
    return list(accepted.apply_known(report(*findings)).findings)


def charset(table: str, migrated: str, expected: str, engine: str = "mysql") -> Finding:
    return make(
        "table-option", engine, "x", table=table, aspect="charset", migrated=migrated, expected=expected
    )


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.title)
def test_every_entry_says_why_and_is_documented(entry: accepted.Entry) -> None:
    assert entry.has_reason
    assert entry.until is None
    assert entry.revision is None or entry.revision in DEFECTS
    table = entry.where.split(".")[0].split(" ")[0]
    assert table in ("*", "revision") or f"``{table}`" in DEFECTS or f"``{table}." in DEFECTS, table


def test_notes_and_warnings_are_not_listed() -> None:
    """They make nothing red."""
    from kallithea_dbdev.findings import CATALOGUE

    assert {CATALOGUE[entry.code].severity for entry in ENTRIES} == {ERROR}


def test_what_is_known_is_accepted_and_what_is_new_is_not() -> None:
    known = charset("users", "utf8mb3 COLLATE utf8mb3_general_ci", "utf8mb4 COLLATE utf8mb4_unicode_ci")
    older = charset("users", "utf8 COLLATE utf8_general_ci", "utf8mb4 COLLATE utf8mb4_unicode_ci")
    new = [
        charset("users", "latin1 COLLATE latin1_swedish_ci", "utf8mb4 COLLATE utf8mb4_unicode_ci"),
        charset("users", "utf8mb4 COLLATE utf8mb4_unicode_ci", "ascii COLLATE ascii_bin"),
        charset("users", "utf8mb3 COLLATE x", "utf8mb4 COLLATE x", engine="sqlite"),
        dataclasses.replace(known, revision="abc", direction="upgrade"),
        make("table-extra", "mysql", "x", table="users"),
    ]
    assert left(known, older, *new) == new


def test_a_later_script_is_not_forgiven_what_an_older_one_did() -> None:
    def lost(revision: str, table: str = "ui") -> Finding:
        return make("autoincrement", "sqlite", "x", table=table, revision=revision, direction="upgrade")

    assert left(lost("a0a1bf09c143")) == []
    for other in (lost("feedc0ffee00"), lost("a0a1bf09c143", "users")):
        assert left(other) == [other]


def test_what_a_release_began_with_is_accepted_from_that_release_on_only() -> None:
    older = make("column-nullability", "mysql", "x", table="users", object="admin", release="0.3.7")
    other = dataclasses.replace(older, release="0.4.1")
    assert left(older, other, dataclasses.replace(older, release=None)) == [
        other, dataclasses.replace(older, release=None),
    ]  # fmt: skip


def test_what_a_file_of_the_site_accepts_stays_accepted() -> None:
    own = make("table-extra", "mysql", "x", table="old")
    known = make("table-extra", "mysql", "x", table="cache_invalidation")
    entry = accepted.Entry("table-extra", "old", None, "ours")
    applied = accepted.apply(report(own, known), (entry,), Path("a.ini"), datetime.date(2026, 1, 1))
    assert applied.findings == (known,)
    both = accepted.apply_known(applied)
    assert both.findings == ()
    assert [finding for finding, _ in both.results[0].accepted] == [own, known]


def test_what_is_known_is_not_written_into_a_new_file(tmp_path: Path) -> None:
    own = make("table-extra", "mysql", "x", table="old")
    known = make("table-extra", "mysql", "x", table="cache_invalidation")
    path = tmp_path / "a.ini"
    assert accepted.update(report(own, known), (), path, ENTRIES) == 1
    assert [entry.where for entry in accepted.read(path)] == ["old"]
    # an entry that somebody has written stays
    mine = accepted.Entry(
        "table-extra", "cache_invalidation", None, "dropped by hand", migrated="x*", expected="y"
    )
    found = dataclasses.replace(known, migrated="xx", expected="y")
    assert accepted.update(report(own, found), (mine,), path, ENTRIES) == 1
    assert mine in accepted.read(path)
