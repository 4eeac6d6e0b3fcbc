"""Rows that point at nothing, on every engine: those of a step, and those from before it."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Dict, List

import pytest

from kallithea_dbdev.engines import make_lab, open_database
from kallithea_dbdev.rows.changes import Orphans, Side
from kallithea_dbdev.rows.comparison import compare_rows
from kallithea_dbdev.workspace import Workspace

from ..conftest import need

UNCHECKED = {
    "sqlite": "PRAGMA foreign_keys = OFF",
    "postgresql": "SET session_replication_role = replica",
    "mysql": "SET SESSION foreign_key_checks = 0",
}
CREATE = (
    "CREATE TABLE teams (id INTEGER PRIMARY KEY, name VARCHAR(20))",
    "CREATE TABLE people (id INTEGER PRIMARY KEY, login VARCHAR(20) UNIQUE, team_id INTEGER, boss_id INTEGER, "
    "a INTEGER, b INTEGER, CONSTRAINT fk_boss FOREIGN KEY (boss_id) REFERENCES people (id), "
    "CONSTRAINT fk_team FOREIGN KEY (team_id) REFERENCES teams (id))",
    "INSERT INTO teams VALUES (1, 'red'), (2, 'blue')",
    "INSERT INTO people (id, login, team_id, boss_id) VALUES (1, 'ann', 1, NULL), (2, 'bob', 2, 1), (3, 'joe', 7, NULL)",
)
ALTER = {
    "sqlite": (
        "CREATE TABLE other (id INTEGER PRIMARY KEY, login VARCHAR(20) UNIQUE, team_id INTEGER, boss_id INTEGER, a INTEGER, "
        "b INTEGER, FOREIGN KEY (a) REFERENCES teams (id), FOREIGN KEY (boss_id) REFERENCES people (id), "
        "FOREIGN KEY (team_id) REFERENCES teams (id))",
        "INSERT INTO other SELECT * FROM people", "DROP TABLE people", "ALTER TABLE other RENAME TO people",
    ),
    "postgresql": ("ALTER TABLE people ADD CONSTRAINT fk_a FOREIGN KEY (a) REFERENCES teams (id) NOT VALID",),
    "mysql": ("ALTER TABLE people ADD CONSTRAINT fk_a FOREIGN KEY (a) REFERENCES teams (id)",),
}  # fmt: skip
OLD = Orphans("people", "team_id", "teams", 1, ("joe, id=3: team_id=7",), older=True)


@pytest.mark.parametrize("engine", ["sqlite", "postgresql", "mysql"])
def test_rows_that_point_at_nothing(engine: str, running: Dict[str, Any], tmp_path: Path) -> None:
    like = (
        open_database(f"sqlite:///{tmp_path}/like.db")
        if engine == "sqlite"
        else need(engine, running).database("like")
    )
    found: Dict[str, List[Orphans]] = {}
    changes = {
        "nothing": (),
        "another column": ("UPDATE people SET b = 5",),
        "the parent": ("DELETE FROM teams WHERE id = 2",),
        "the child": ("UPDATE people SET boss_id = 9 WHERE id = 3",),
        "a row more": ("INSERT INTO people (id, login, team_id) VALUES (4, 'eve', 8)",),
        "mended": ("UPDATE people SET team_id = 1 WHERE id = 3",),
        "a new key": ("UPDATE people SET a = 1 WHERE id = 1", *ALTER[engine]),
        "a new key that does not hold": ("UPDATE people SET a = 6 WHERE id = 2", *ALTER[engine]),
        "the table": ("DROP TABLE teams",) if engine != "postgresql" else ("DELETE FROM teams",),
        "renamed": ("ALTER TABLE people RENAME TO persons", "UPDATE persons SET team_id = 8 WHERE id = 1"),
    }
    with Workspace() as workspace:
        lab = make_lab(like, workspace)
        before = lab.scratch("before")
        before.execute([UNCHECKED[engine], *CREATE])
        for name, statements in changes.items():
            after = lab.copy(before, name)
            after.execute([UNCHECKED[engine], *statements])
            sides = [Side(database, database.read_schema()) for database in (before, after)]
            result = compare_rows(*sides)
            assert result.failed == (), name
            found[name] = sorted(result.orphans, key=lambda o: (o.column, o.older))
            lab.discard(after)
    new = {**OLD.__dict__, "older": False}
    assert found == {
        "nothing": [],
        "another column": [],
        "the parent": [Orphans(**{**new, "keys": ("bob, id=2: team_id=2",)}), OLD],
        "the child": [Orphans("people", "boss_id", "people", 1, ("joe, id=3: boss_id=9",))],
        "a row more": [Orphans(**{**new, "keys": ("eve, id=4: team_id=8",)}), OLD],
        "mended": [],
        "a new key": [],
        "a new key that does not hold": [
            Orphans("people", "a", "teams", 1, ("bob, id=2: a=6",), new_key=True),
        ],
        "the table": [
            Orphans(**{**new, "count": 2, "keys": ("ann, id=1: team_id=1", "bob, id=2: team_id=2")}), OLD,
        ],
        "renamed": [
            Orphans("persons", "team_id", "teams", 1, ("ann, id=1: team_id=8",)),
            Orphans("persons", "team_id", "teams", 1, ("joe, id=3: team_id=7",), older=True),
        ],
    }  # fmt: skip


def test_two_rows_of_which_one_was_there(tmp_path: Path) -> None:
    """Without a key nothing tells one from the other: as many are old as there were."""
    create = (
        "CREATE TABLE teams (id INTEGER PRIMARY KEY)",
        "CREATE TABLE notes (team_id INTEGER REFERENCES teams (id), text TEXT)",
        "INSERT INTO notes VALUES (7, 'x')",
    )
    with Workspace() as workspace:
        lab = make_lab(open_database(f"sqlite:///{tmp_path}/like.db"), workspace)
        before = lab.scratch("before")
        before.execute(create)
        after = lab.copy(before, "after")
        after.execute(["INSERT INTO notes VALUES (7, 'y')"])
        sides = [Side(database, database.read_schema()) for database in (before, after)]
        found = compare_rows(*sides).orphans
    assert sorted((orphans.older, orphans.count) for orphans in found) == [(False, 1), (True, 1)]


def test_a_key_that_is_looked_after_in_another_way(running: Dict[str, Any]) -> None:
    """Nothing else has changed, but now it is told that it does not hold."""
    like = need("postgresql", running).database("like")
    with Workspace() as workspace:
        lab = make_lab(like, workspace)
        before = lab.scratch("before")
        before.execute([UNCHECKED["postgresql"], *CREATE])
        after = lab.copy(before, "after")
        after.execute(["ALTER TABLE people DISABLE TRIGGER ALL"])
        sides = [Side(database, database.read_schema()) for database in (before, after)]
        assert [(o.column, o.older) for o in compare_rows(*sides).orphans] == [("team_id", True)]
