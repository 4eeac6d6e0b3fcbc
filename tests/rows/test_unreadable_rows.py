"""How the first row of a table is called where it has no key or name, and moments that drivers give as bytes."""

from __future__ import annotations

from pathlib import Path
from typing import List, Optional, Tuple

import pytest

from kallithea_dbdev.engines import open_database
from kallithea_dbdev.rows.unreadable import first_rows, unreadable
from kallithea_dbdev.rows.values import misfit
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


@pytest.mark.parametrize(
    ("value", "type_", "anything", "expected"),
    [
        # A server has taken it for what it is.
        ("infinity", "timestamp with time zone", False, None), ("12020-01-01 00:00:00", "timestamp without time zone", False, None),
        ("0000-00-00", "datetime", False, None), ("29.02.2020", "DATETIME", True, "'29.02.2020' is no DATETIME"),
        ("29.02.2020", "DATETIME", False, None), (1600000000, "DATETIME", True, "1600000000 is no DATETIME"),
        (None, "DATETIME", True, None), ("2020-02-29", "DATE", True, None), ("2020-02-29 10:00:00", "TIMESTAMP(6)", True, None),
        # Only those very types.
        ("day", "date_kind", True, None), ("{}", "timestamp without time zone[]", True, None), ("x", "DATES", True, None),
        ("empty", "daterange", True, None), ("x", "timestamp(3) with time zone", True, "'x' is no timestamp(3) with time zone"),
    ],
)  # fmt: skip
def test_what_is_no_moment(value: object, type_: str, anything: bool, expected: Optional[str]) -> None:
    found = misfit("c", value, Column("c", type_, True), anything)
    assert (found[1] if found else None) == expected
