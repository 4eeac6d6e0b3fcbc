"""Values that no version of the application could read."""

from __future__ import annotations

from pathlib import Path
from typing import Optional

import pytest

from kallithea_dbdev.engines import open_database
from kallithea_dbdev.rows.unreadable import first_rows, unreadable
from kallithea_dbdev.schema.model import BOOLEAN, NUMBER, TEXT, Column

from ..projects import Project

TEXTS = Column("firstname", "VARCHAR(255)", True, kind=TEXT)
MOMENT = Column("created_on", "DATETIME", True)
DAY = Column("day", "DATE", True)
SECRET = Column("api_key", "VARCHAR(255)", True, kind=TEXT)
SWITCH = Column("active", "BOOLEAN", True, kind=BOOLEAN)


@pytest.mark.parametrize(
    "column, value, expected",
    [
        (TEXTS, "a\udcff", "'a\\udcff' is no UTF-8"),
        (TEXTS, "Zoë", None),
        # The drivers give them as they are.
        (TEXTS, b"\xff", None),
        (SECRET, "a\udcff", "*** is no UTF-8"),
        (MOMENT, "yesterday", "'yesterday' is no DATETIME"),
        (MOMENT, b"\xff", "b'\\xff' is no DATETIME"),
        (MOMENT, "2020-01-01 10:11:12.5", None),
        (MOMENT, None, None),
        (MOMENT, "2021-02-29 10:00:00", "'2021-02-29 10:00:00' is no DATETIME"),
        (
            Column("seen", "datetime(3)", True),
            "0000-00-00 00:00:00.000",
            "'0000-00-00 00:00:00.000' is no datetime(3)",
        ),
        (
            Column("seen", "timestamp without time zone", True),
            "infinity",
            "'infinity' is no timestamp without time zone",
        ),
        (Column("seen", "daterange", True), "[2020-01-01,)", None),
        (DAY, "2020-01-01", None),
        (DAY, "'20", '"\'20" is no DATE'),
        (SWITCH, 7, "7 is no BOOLEAN"),
        (SWITCH, 1, None),
        (Column("n", "INTEGER", True, kind=NUMBER), "x", "'x' is no INTEGER"),
    ],
)
def test_unreadable(column: Column, value: object, expected: Optional[str]) -> None:
    assert unreadable(value, column) == expected


def test_only_the_row_that_the_application_meets(tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    Project(tmp_path).sql(
        "CREATE TABLE t (id INTEGER PRIMARY KEY, login TEXT UNIQUE, seen DATETIME)",
        "INSERT INTO t VALUES (7, 'joe', 'once'), (8, 'jane', 'never')",
        "CREATE TABLE other (seen DATETIME)",
        "INSERT INTO other VALUES ('x')",
        path=path,
    )
    database = open_database(f"sqlite:///{path}")
    found = list(first_rows(database, database.read_schema(), ("t", "nowhere")))
    assert [(one.table, one.column, one.row, one.why) for one in found] == [
        ("t", "seen", "joe, id=7", "'once' is no DATETIME")
    ]
