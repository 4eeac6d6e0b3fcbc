"""Fixes that are code: one for each engine where they differ, and shown line by line, never cut."""

from __future__ import annotations

from kallithea_dbdev.findings import make
from kallithea_dbdev.reports.causes import causes
from kallithea_dbdev.reports.look import Look
from kallithea_dbdev.reports.text import _fix, paragraph

LONG = "    batch_op.alter_column('name', existing_type=sa.String(length=60), nullable=False)"


def test_each_engine_has_its_code() -> None:
    fixes = {"sqlite": f"add:\n{LONG}", "postgresql": "add:\n    two", "mysql": "add:\n    two"}
    found = [
        make("column-type", engine, "m", table="t", object="c", aspect="type", fix=fix)
        for engine, fix in fixes.items()
    ]
    (cause,) = causes(found)
    assert cause.fix == f"on sqlite: add:\n{LONG}\non postgresql, mysql: add:\n    two"
    (same,) = causes(found[1:])
    assert same.fix == "add:\n    two"


def test_code_stands_under_its_sentence_as_it_is() -> None:
    finding = make("column-type", "sqlite", "m", table="t", object="c", fix=f"add this:\n{LONG}")
    assert paragraph(finding)[-2:] == ["    fix: add this:", f"    {LONG}"]
    narrow = _fix(f"a sentence that is longer than what fits:\n{LONG}", Look(width=40))
    assert narrow[-1] == f"    {LONG}"
    assert len(narrow) > 2
