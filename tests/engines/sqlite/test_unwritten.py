"""Tables of SQLite of which no page differs from an earlier copy: they need not be read."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path
from typing import FrozenSet, List

import pytest

from kallithea_dbdev.engines import make_lab, open_database
from kallithea_dbdev.engines.sqlite import lab as labs
from kallithea_dbdev.engines.sqlite.fingerprints import unwritten
from kallithea_dbdev.workspace import Workspace

TABLES = """
CREATE TABLE a (id INTEGER PRIMARY KEY, x TEXT, y TEXT);
CREATE TABLE b (id INTEGER PRIMARY KEY, x TEXT, y TEXT);
CREATE TABLE long (id INTEGER PRIMARY KEY, x TEXT);
CREATE TABLE doubled (id INTEGER PRIMARY KEY, x TEXT, y TEXT AS (x || x));
CREATE INDEX ix_a ON a (x);
"""
ALL = frozenset({"a", "b", "long"})


@pytest.fixture
def before(tmp_path: Path) -> Path:
    """Two tables of many pages, and one whose rows are longer than a page."""
    path = tmp_path / "before.db"
    connection = sqlite3.connect(path)
    connection.executescript(TABLES)
    for table in "ab":
        rows = [(n, f"x{n}", "y" * 50) for n in range(3000)]
        connection.executemany(f"INSERT INTO {table} VALUES (?, ?, ?)", rows)
    connection.executemany("INSERT INTO long VALUES (?, ?)", [(n, "z" * 9000) for n in range(20)])
    connection.commit()
    connection.close()
    return path


def after(before: Path, *statements: str) -> FrozenSet[str]:
    """The unwritten tables after such statements on a copy; the rows of all of them are the same."""
    now = before.with_name("now.db")
    shutil.copyfile(before, now)
    connection = sqlite3.connect(now, isolation_level=None)
    for statement in statements:
        connection.execute(statement)
    connection.execute("ATTACH ? AS earlier", (str(before),))
    found = unwritten(before, now)
    for table in found:
        columns = ", ".join(row[1] for row in connection.execute(f"PRAGMA earlier.table_info({table})"))
        rows = [connection.execute(f"SELECT {columns} FROM {name}.{table}") for name in ("main", "earlier")]
        assert rows[0].fetchall() == rows[1].fetchall()
    connection.close()
    return found


@pytest.mark.parametrize(
    ("statements", "expected"),
    [
        ([], ALL),
        (["UPDATE a SET y = 'z' WHERE id = 1500"], ALL - {"a"}),
        (["DELETE FROM b WHERE id > 100"], ALL - {"b"}),
        (["INSERT INTO b (id) VALUES (77777)"], ALL - {"b"}),
        # A column more at the end is no change of the rows that were there.
        (["ALTER TABLE a ADD COLUMN more TEXT DEFAULT 'x'"], ALL),
        (["CREATE TABLE new (id INTEGER PRIMARY KEY)", "INSERT INTO new VALUES (1)"], ALL),
        (["CREATE INDEX ix_b ON b (y)"], ALL),
        (["PRAGMA user_version = 7"], ALL),
        # Not one page of it is written, and yet each value is that of the other column.
        (
            [f"ALTER TABLE a RENAME COLUMN {old} TO {new}" for old, new in ("xt", "yx", "ty")],
            ALL - {"a"},
        ),
        (["DROP TABLE a", "ALTER TABLE b RENAME TO a"], frozenset({"long"})),
        # The end of a long row is in a page that belongs to no tree: it may be that of any table.
        (["UPDATE long SET x = substr(x, 1, 8999) || 'y' WHERE id = 3"], frozenset()),
        (["DELETE FROM long WHERE id = 3"], ALL - {"long"}),
        (["VACUUM"], None),
    ],
)
def test_what_is_unwritten(before: Path, statements: List[str], expected: "FrozenSet[str] | None") -> None:
    found = after(before, *statements)
    assert found == expected or expected is None


def test_a_database_whose_pages_move_is_not_looked_at(tmp_path: Path) -> None:
    path = tmp_path / "moving.db"
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA auto_vacuum = FULL")
    connection.executescript(TABLES)
    connection.close()
    assert after(path) == frozenset()


def test_nobody_writes_to_a_database_that_is_being_copied(
    before: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copyfile = shutil.copyfile
    refused: List[str] = []

    def copying(source: Path, target: Path) -> object:
        writer = sqlite3.connect(source, timeout=0, isolation_level=None)
        try:
            writer.execute("DELETE FROM a")
        except sqlite3.OperationalError as error:
            refused.append(str(error))
        writer.close()
        return copyfile(source, target)

    monkeypatch.setattr(labs.shutil, "copyfile", copying)
    database = open_database(f"sqlite:///{before}")
    with Workspace() as workspace:
        copy = make_lab(database, workspace).copy(database, "copy")
        assert refused == ["database is locked"]
        assert copy.count_rows() == database.count_rows()
        assert unwritten(before, Path(copy.display.rpartition(" ")[2])) == ALL
