"""What a downgrade brings back is the same row, whatever number it has now."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from kallithea_dbdev.engines import make_lab, open_database
from kallithea_dbdev.rows.changes import Side
from kallithea_dbdev.rows.comparison import compare_rows
from kallithea_dbdev.workspace import Workspace

TABLES = """
    CREATE TABLE permissions (id INTEGER PRIMARY KEY AUTOINCREMENT, permission_name VARCHAR(40), longname TEXT);
    CREATE TABLE ui (id INTEGER PRIMARY KEY AUTOINCREMENT, section TEXT, key TEXT, value TEXT, made DATETIME,
                     CONSTRAINT uq UNIQUE (section, key));
    CREATE TABLE grants (id INTEGER PRIMARY KEY AUTOINCREMENT, permission_id INTEGER REFERENCES permissions (id));
    CREATE TABLE texts (name TEXT PRIMARY KEY, value TEXT);
    INSERT INTO permissions VALUES (1, 'read', 'Read'), (2, 'write', 'Write'), (3, 'same', 'x'), (4, 'same', 'x');
    INSERT INTO ui VALUES (1, 'hooks', 'a', 'python:', '2020-01-01'), (2, 'hooks', 'b', '', NULL);
    INSERT INTO grants VALUES (1, 1), (2, 2), (3, 1);
    INSERT INTO texts VALUES ('a', 'x');
"""


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        # back under another number, and with it what points at it
        (
            "DELETE FROM permissions WHERE id = 2; INSERT INTO permissions VALUES (9, 'write', 'Write'); "
            "UPDATE grants SET permission_id = 9 WHERE id = 2; "
            "UPDATE ui SET id = 7, made = '2021-01-01' WHERE id = 1; UPDATE grants SET id = 8 WHERE id = 3",
            [],
        ),
        ("UPDATE ui SET id = 7, value = NULL WHERE id = 1", [("ui", "value", "changed", "'python:' became NULL")]),
        ("DELETE FROM ui WHERE id = 1", [("ui", "*", "removed", "")]),
        ("INSERT INTO ui VALUES (3, 'hooks', 'c', '', NULL)", [("ui", "*", "added", "")]),
        # one of two that say the same is one
        ("DELETE FROM permissions WHERE id = 3; UPDATE permissions SET id = 8 WHERE id = 4",
         [("permissions", "*", "removed", "")]),
        ("UPDATE grants SET permission_id = 1 WHERE id = 2", [("grants", "permission_id", "changed", "2 became 1")]),
        # a key that says something is no number of a row
        ("UPDATE texts SET name = 'b'", [("texts", "*", "added", ""), ("texts", "*", "removed", "")]),
    ],
)  # fmt: skip
def test_rows_are_matched_by_their_names(tmp_path: Path, change: str, expected: "list[object]") -> None:
    with Workspace() as workspace:
        lab = make_lab(open_database(f"sqlite:///{tmp_path}/like.db"), workspace)
        before = lab.scratch("before")
        connection = sqlite3.connect(str(before.path))  # type: ignore[attr-defined]
        connection.executescript(TABLES)
        connection.close()
        after = lab.copy(before, "after")
        after.execute(change.split("; "))
        sides = [Side(database, database.read_schema()) for database in (before, after)]
        found = compare_rows(*sides, undoes=True)
        assert found.failed == ()
        assert sorted((c.table, c.column, c.kind, c.example) for c in found.changes) == expected
