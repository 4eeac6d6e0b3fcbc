"""Another permission than the one that a set-up grants, and which values are no choice."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any, List, Optional, Tuple

import pytest

from kallithea_dbdev.engines import open_database
from kallithea_dbdev.rows.changes import Known, Side
from kallithea_dbdev.rows.choices import Choice, another, choices_for, sibling
from kallithea_dbdev.schema.model import PrimaryKey, Unique

from ..projects import Project

NAMES = ("hg.create.none", "hg.create.repository", "hg.admin", "usergroup.read", "usergroup.write", "default")


@pytest.mark.parametrize(
    ("name", "written", "expected"),
    [
        ("hg.create.none", (), "hg.create.repository"), ("hg.create.repository", (), "hg.create.none"),
        ("hg.create.none", ("hg.create.repository",), None), ("hg.admin", (), None), ("default", (), None),
        ("usergroup.none", ("usergroup.read",), "usergroup.write"), ("group.none", (), None),
    ],
)  # fmt: skip
def test_sibling(name: str, written: Tuple[str, ...], expected: Optional[str]) -> None:
    assert sibling(name, NAMES, written) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (True, "1 = 0"), (False, "1 = 1"), (1, "1 = 0"), (0, "1 = 1"), (2, None), (None, None), (b"x", None),
        ("True", "'False'"), ("False", "'True'"), ("9", "'10'"), ("", "'chosen'"), ("Kallithea", "'chosen Kallithea'"),
        ("python:a", None), ("/srv", None), ("a.b", None), ("a,b", None), ("it's", None), ("100 %", "'chosen 100 %'"),
    ],
)  # fmt: skip
def test_another(value: object, expected: Optional[str]) -> None:
    assert another(value) == expected


def test_a_row_that_grants_what_a_set_up_writes(tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    Project(tmp_path).sql(
        "CREATE TABLE permissions (permission_id INTEGER PRIMARY KEY, permission_name TEXT UNIQUE)",
        "INSERT INTO permissions VALUES (1, 'repo.none'), (2, 'repo.read'), (3, 'repo.write'), (4, 'alone')",
        "CREATE TABLE grants (id INTEGER PRIMARY KEY, p INTEGER REFERENCES permissions (permission_id), g_value TEXT, "
        "other_value TEXT)",
        # A site's own grant of repo.write is no set-up's.
        "INSERT INTO grants VALUES (7, 2, '5', 'x'), (8, 4, NULL, 'y'), (9, 3, 'a.b', 'z')",
        path=path,
    )
    database = open_database(f"sqlite:///{path}")
    schema = database.read_schema()
    table = schema.table("grants")
    assert table
    table = replace(table, uniques=(Unique(("other_value",)),))

    def found(known: Known, **changed: Any) -> List[Choice]:
        return list(choices_for(Side(database, schema), replace(table, **changed), known))

    row, more = ({"grants": ({"p": name},)} for name in ("repo.read", "alone"))
    for known in (
        Known(lambda: row, lambda: (more,)), Known(lambda: more, lambda: (row,)),
        Known(lambda: more, tuple, lambda: (row,)),
    ):  # fmt: skip
        value, grant = found(known)
        assert (value.column, value.number, value.name) == ("g_value", 7, "")
        assert value.statement == """UPDATE "grants" SET "g_value" = '6' WHERE "id" = 7"""
        assert (grant.column, grant.number, grant.name) == ("p", 7, "repo.none")
        assert grant.statement == 'UPDATE "grants" SET "p" = 1 WHERE "id" = 7'
        assert str(value) == "grants: a value that a site has chosen"
        assert str(grant) == "grants: a value that a site has chosen (repo.none)"
    # What some set-up writes there is nobody's choice.
    (_, grant) = found(Known(lambda: row, lambda: ({"grants": ({"p": "repo.none"},)},)))
    assert grant.name == "repo.write"
    # A table that no set-up writes, and one whose rows have no number of their own.
    assert found(Known(lambda: {"users": ({},)})) == []
    for key in (None, PrimaryKey(("id", "p")), PrimaryKey(("g_value",)), PrimaryKey(("nope",))):
        assert found(Known(lambda: row), primary_key=key) == []
