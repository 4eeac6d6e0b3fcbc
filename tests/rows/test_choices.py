"""What a site may have chosen in the rows that a set-up writes, on the recorded release."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from kallithea_dbdev.engines import open_database
from kallithea_dbdev.rows.changes import Known, Side
from kallithea_dbdev.rows.choices import choices_for

from ..projects import release


def test_switches_values_and_who_may_come_in(tmp_path: Path) -> None:
    database = open_database(f"sqlite:///{release('0.7.0', tmp_path / 'x.db')}")
    side = Side(database, database.read_schema())
    found = {}
    for name in ("users", "ui", "settings", "permissions"):
        table = side.schema.table(name)
        assert table
        known = Known(fresh=lambda name=name: {name: ({},)})  # type: ignore[misc]
        found[name] = [(choice.column, choice.number) for choice in choices_for(side, table, known)]
    # The account that stands for everybody, and the first administrator's: not who is administrator.
    assert found["users"] == [("active", 1), ("active", 2)]
    assert ("ui_active", 3) in found["ui"]
    assert ("app_settings_value", 1) in found["settings"]
    assert found["permissions"] == []


def test_the_first_rows_only(tmp_path: Path) -> None:
    path = release("0.7.0", tmp_path / "x.db")
    database = open_database(f"sqlite:///{path}")
    side = Side(database, database.read_schema())
    table = side.schema.table("users")
    assert table
    with sqlite3.connect(path) as connection:
        connection.executemany(
            "INSERT INTO users (username, password, api_key, active, admin, firstname, lastname, email, created_on, user_data) "
            "VALUES (?, '', '', 1, 0, '', '', ?, '2020-01-01 00:00:00.000000', '')",
            [(f"u{number}", f"u{number}@example.org") for number in range(300)],
        )
    known = Known(fresh=lambda: {"users": ({},)})  # type: ignore[dict-item]
    assert len(list(choices_for(side, table, known))) == 200
