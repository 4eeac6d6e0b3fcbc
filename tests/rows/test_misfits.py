"""Rows that break the rules of their own table, and how a copy is rid of them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import List, Tuple

import pytest

from kallithea_dbdev.engines import make_lab, open_database
from kallithea_dbdev.rows.changes import Side
from kallithea_dbdev.rows.misfits import _CHECK, misfits, take_away
from kallithea_dbdev.workspace import Workspace

from ..projects import Project

TABLES = (
    "CREATE TABLE users (id INTEGER PRIMARY KEY, login TEXT UNIQUE, active BOOLEAN NOT NULL, seen DATETIME, "
    "CONSTRAINT ck CHECK (id < 50))",
    "CREATE TABLE notes (id INTEGER PRIMARY KEY, user INTEGER REFERENCES users (id), text TEXT NOT NULL)",
    "CREATE TABLE marks (note INTEGER REFERENCES notes (id))",
)
RIGHT = (
    "INSERT INTO users VALUES (1, 'joe', 1, '2020-02-29 10:00:00.000000')",
    "INSERT INTO notes VALUES (1, 1, 'x'), (2, NULL, 'y')",
    "INSERT INTO marks VALUES (1), (2)",
)
WRONG = (
    "PRAGMA ignore_check_constraints = ON",
    "INSERT INTO users VALUES (51, 'tom', 1, NULL), (3, 'ann', 7, NULL), (4, 'bob', 1, '2021-02-29 10:00:00')",
    "INSERT INTO notes VALUES (3, 3, 'of ann'), (4, 77, 'of nobody'), (5, 1, CAST(x'41FF42' AS TEXT))",
    "INSERT INTO marks VALUES (3), (5)",
)
NAMES = ("users", "notes", "nowhere")


def found(path: Path) -> List[Tuple[str, str, int, Tuple[str, ...], bool]]:
    database = open_database(f"sqlite:///{path}")
    seen = misfits(Side(database, database.read_schema()), NAMES)
    return [(m.table, m.object, m.count, m.keys, m.orphans) for m in seen]


def test_what_does_not_fit(tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    Project(tmp_path).sql(*TABLES, *RIGHT, path=path)
    assert found(path) == []
    Project(tmp_path).sql(*WRONG, path=path)
    assert found(path) == [
        ("users", "active", 1, ("ann, id=3",), False),
        ("users", "seen", 1, ("bob, id=4",), False),
        ("notes", "text", 1, ("id=5",), False),
        ("users", "ck", 1, ("tom, id=51",), False),
        ("notes", "user", 1, ("id=4",), True),
    ]


def test_taken_away_with_what_points_at_it(tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    Project(tmp_path).sql(*TABLES, *RIGHT, *WRONG, path=path)
    database = open_database(f"sqlite:///{path}")
    with Workspace() as workspace:
        copy = make_lab(database, workspace).copy(database, "copy")
        taken = take_away(copy, database.read_schema(), NAMES)
        left = [list(copy.stream(f"SELECT * FROM {name} ORDER BY 1")) for name in ("notes", "users", "marks")]
    assert sorted(m.object for m in taken) == ["active", "ck", "seen", "text", "user"]
    assert left == [
        # The text keeps what can be read; the note of somebody who is gone goes, and the mark of that note.
        [(1, 1, "x"), (2, None, "y"), (5, 1, "A?B")],
        [(1, "joe", 1, "2020-02-29 10:00:00.000000")],
        [(1,), (2,), (5,)],
    ]


@pytest.mark.parametrize(
    ("expression", "inner"),
    [
        ("CHECK (((kind)::text = 'x'::text)) NOT VALID", "((kind)::text = 'x'::text)"),
        ("CHECK ((a > 0)) NO INHERIT NOT VALID", "(a > 0)"),
        ("(a > 0)", "(a > 0)"),
        ("active in (0, 1)", "active in (0, 1)"),
    ],
)
def test_the_expression_of_a_check(expression: str, inner: str) -> None:
    match = _CHECK.match(expression)
    assert match
    assert (match["inner"] or match["plain"]) == inner


def test_a_key_that_must_be_whole(tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    Project(tmp_path).sql(
        "CREATE TABLE p (a INT, b INT, PRIMARY KEY (a, b))", "INSERT INTO p VALUES (1, 1)",
        "CREATE TABLE t (id INTEGER PRIMARY KEY, a INT, b INT, FOREIGN KEY (a, b) REFERENCES p (a, b))",
        "INSERT INTO t VALUES (1, 1, 1), (2, NULL, NULL), (3, 1, NULL), (4, 2, 2)",
        path=path,
    )  # fmt: skip
    database = open_database(f"sqlite:///{path}")
    table = database.read_schema().table("t")
    assert table
    (key,) = table.foreign_keys

    def found(match: str) -> List[str]:
        whole = replace(table, foreign_keys=(replace(key, match=match),))
        schema = replace(database.read_schema(), tables=(database.read_schema().tables[0], whole))
        return [called for m in misfits(Side(database, schema), ["t"]) for called in m.keys]

    # SQLite does not tell MATCH FULL.
    assert (found("NONE"), found("FULL")) == (["id=4"], ["id=3", "id=4"])
