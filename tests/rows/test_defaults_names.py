"""Which foreign keys speak of one row alone, what is drawn by lot, and a table that cannot be read."""

from __future__ import annotations

from pathlib import Path

import pytest

from kallithea_dbdev.engines import open_database
from kallithea_dbdev.rows.defaults import DRAWN, as_row, names_what_it_points_at, read_rows, without_secrets
from kallithea_dbdev.schema.model import (
    BOOLEAN,
    NUMBER,
    TEXT,
    Column,
    ForeignKey,
    PrimaryKey,
    Schema,
    Table,
    Unique,
)

from ..projects import Project

ID = Column("id", "INTEGER", False, kind=NUMBER)


@pytest.mark.parametrize(
    ("name", "uniques", "expected"),
    [
        ("login", (("login",),), True),
        ("login", (), False),
        ("username", (), True),
        ("login", (("login", "id"),), False),
    ],
)
def test_what_names_one_row(name: str, uniques: "tuple[tuple[str, ...], ...]", expected: bool) -> None:
    users = Table(
        "users", (ID, Column(name, "TEXT", True, kind=TEXT)), PrimaryKey(("id",)), tuple(map(Unique, uniques))
    )
    user = Column("user", "INTEGER", True, kind=NUMBER)
    grants = Table("grants", (ID, user), foreign_keys=(ForeignKey(("user",), "users", ("id",)),))
    schema = Schema((users, grants))
    assert names_what_it_points_at(schema, grants, "user") is expected
    assert names_what_it_points_at(schema, grants, "id") is False


def test_what_is_drawn_by_lot_is_nobodys_default() -> None:
    rows = {
        "users": (
            {"api_key": "0123", "username": "admin"},
            {"api_key": "", "password": "None", "username": ""},
        )
    }
    assert without_secrets(rows) == {
        "users": (
            {"api_key": DRAWN, "username": "admin"},
            {"api_key": "", "password": "None", "username": ""},
        )
    }


def test_a_text_is_read_to_the_letter_and_a_number_as_what_it_says() -> None:
    columns = [Column("c", "X", True, kind=kind) for kind in (TEXT, NUMBER, BOOLEAN)]
    said = [
        next(iter(as_row((column,), (value,)).values()))
        for column in columns
        for value in ("true", "1.0", "7")
    ]
    assert said == ["true", "1.0", "7", "1", "1.0", "7", "1", "1.0", "7"]
    assert as_row(columns[1:2], (100,)) == {"c": "100"}


def test_a_table_that_cannot_be_read_takes_nothing_from_the_others(tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    Project(tmp_path).sql(
        "CREATE TABLE good (name TEXT)", "INSERT INTO good VALUES ('x')", "CREATE TABLE bad (name TEXT)",
        "INSERT INTO bad VALUES ('x')", path=path,
    )  # fmt: skip
    database = open_database(f"sqlite:///{path}")
    schema, counts = database.read_schema(), database.count_rows()
    Project(tmp_path).sql("DROP TABLE bad", path=path)
    rows, (failure,) = read_rows(database, schema, counts)
    assert rows == {"good": ({"name": "x"},)}
    assert (failure.table, failure.what) == ("bad", "the reading of its rows")
