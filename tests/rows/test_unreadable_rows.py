"""How the first row of a table is called where it has no key or name, and moments that drivers give as bytes."""

from __future__ import annotations

from pathlib import Path
from typing import List, Optional, Tuple

import pytest

from kallithea_dbdev.engines import open_database
from kallithea_dbdev.rows.unreadable import first_rows, unreadable
from kallithea_dbdev.schema.model import Column

from ..projects import Project

MOMENT = Column("seen", "DATETIME", True)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (b"2020-01-01 10:11:12", None), (b"2020-02-30 10:11:12", "'2020-02-30 10:11:12' is no DATETIME"),
        ("2020-01-01 24:00:00", "'2020-01-01 24:00:00' is no DATETIME"), ("2020-01-01 23:59:60", "'2020-01-01 23:59:60' is no DATETIME"),
        ("20\udcff", "'20\\udcff' is no DATETIME"), (7, None), (b"", "b'' is no DATETIME"),
    ],
)  # fmt: skip
def test_moments(value: object, expected: Optional[str]) -> None:
    assert unreadable(value, MOMENT) == expected


def test_what_the_first_row_is_called(tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    Project(tmp_path).sql(
        "CREATE TABLE bare (name TEXT, seen DATETIME)", "INSERT INTO bare VALUES (NULL, 'once')",
        "CREATE TABLE named (name TEXT PRIMARY KEY, seen DATETIME, twice DATETIME AS (seen || 'x'))",
        "INSERT INTO named (name, seen) VALUES ('joe', 'once')",
        "CREATE TABLE part (id INTEGER PRIMARY KEY, login TEXT UNIQUE, seen DATETIME)", "INSERT INTO part VALUES (1, NULL, 'once')",
        path=path,
    )  # fmt: skip
    database = open_database(f"sqlite:///{path}")
    found: List[Tuple[str, str, str]] = [
        (one.table, one.column, one.row)
        for one in first_rows(database, database.read_schema(), ("bare", "named", "part"))
    ]
    # What is computed nobody has written, and a key is said once.
    assert found == [("bare", "seen", ""), ("named", "seen", "name='joe'"), ("part", "seen", "id=1")]
