"""Rows of a set-up that a script speaks of, and that a site may not have. Pure, but for quoting."""

from __future__ import annotations

from typing import List

import pytest

from kallithea_dbdev.engines import open_database
from kallithea_dbdev.rows.absences import absences_for
from kallithea_dbdev.schema.model import NUMBER, TEXT, Column, ForeignKey, PrimaryKey, Schema, Table, Unique

ID = Column("id", "INTEGER", False, kind=NUMBER)
SECTION, KEY, NAME = (Column(name, "VARCHAR(9)", False, kind=TEXT) for name in ("section", "key", "name"))
UI = Table("ui", (ID, SECTION, KEY), PrimaryKey(("id",)), (Unique(("section", "key")),))
USERS = Table("users", (ID, NAME), PrimaryKey(("id",)), (Unique(("name",)),))
GRANTS = Table(
    "grants", (ID, Column("user", "INTEGER", False, kind=NUMBER)), PrimaryKey(("id",)), (Unique(("user",)),),
    foreign_keys=(ForeignKey(("user",), "users", ("id",)),),
)  # fmt: skip
ROWS = [{"section": "hooks", "key": "a.b"}, {"section": "paths", "key": "/"}, {"section": "x", "key": "it's"}]


def absences(table: Table, rows: "List[dict[str, str]]", text: str) -> "List[tuple[str, str]]":
    database = open_database("sqlite:///none.db")
    found = absences_for(database, Schema((UI, USERS, GRANTS)), table, rows, text, ("admin",))
    return [(str(absence), absence.statement) for absence in found]


@pytest.mark.parametrize("text", ["SET key = 'xa.b'", "hooks", "a.bc", "/", "it's"])
def test_what_is_not_spoken_of_stays(text: str) -> None:
    assert absences(UI, ROWS, text) == []


def test_a_row_goes_by_all_that_names_it() -> None:
    ((name, statement),) = absences(UI, ROWS, "WHERE key = 'a.b'")
    assert name == "ui: hooks a.b"
    assert statement == """DELETE FROM "ui" WHERE "ui"."section" = 'hooks' AND "ui"."key" = 'a.b'"""


def test_a_row_that_others_point_at_is_renamed_or_stays() -> None:
    rows = [{"name": "admin"}, {"name": "default"}]
    ((name, statement),) = absences(USERS, rows, "admin default")
    assert name == "users: admin"
    assert statement == """UPDATE "users" SET "name" = 'chosen admin' WHERE "users"."name" = 'admin'"""
    # What points is told by the name of what it points at.
    ((_, statement),) = absences(GRANTS, [{"user": "admin"}], "admin")
    assert statement.startswith('DELETE FROM "grants" WHERE (SELECT "users"."name" FROM "users" ')
    assert absences(GRANTS, [], "admin") == []
