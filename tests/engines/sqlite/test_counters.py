"""What numbers rows in SQLite, whatever somebody has written there by hand."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Dict

import pytest

from kallithea_dbdev.engines.database import Counter
from kallithea_dbdev.engines.sqlite.database import SqliteDatabase


@pytest.mark.parametrize(("written", "following"), [(5, 6), ("5", 6), ("five", 1)])
def test_a_text_is_read_as_sqlite_reads_it(tmp_path: Path, written: object, following: int) -> None:
    with closing(sqlite3.connect(str(tmp_path / "a.db"), isolation_level=None)) as connection:
        connection.execute("CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT)")
        connection.execute("INSERT INTO sqlite_sequence VALUES ('t', ?)", (written,))
    assert SqliteDatabase(tmp_path / "a.db").counters() == {"t": Counter("t", following)}


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("UPDATE sqlite_sequence SET seq = 3", {"t": Counter("t", 8)}),
        ("UPDATE sqlite_sequence SET seq = 9", {"t": Counter("t", 10)}),
        ("UPDATE sqlite_sequence SET seq = NULL", {"t": Counter("t", 8)}),
        ("DELETE FROM sqlite_sequence", {"t": Counter("t", 8)}),
        ("DELETE FROM sqlite_sequence; DELETE FROM t", {}),
    ],
)
def test_no_number_is_given_twice(tmp_path: Path, written: str, expected: Dict[str, Counter]) -> None:
    with closing(sqlite3.connect(str(tmp_path / "a.db"), isolation_level=None)) as connection:
        connection.executescript(
            "CREATE TABLE t (\"max id\" INTEGER PRIMARY KEY AUTOINCREMENT, rowid TEXT); INSERT INTO t VALUES (7, '99');"
            "CREATE TABLE p (id INTEGER PRIMARY KEY /* no AUTOINCREMENT */); INSERT INTO p VALUES (3);"
            "CREATE TABLE w (a TEXT DEFAULT 'autoincrement', b TEXT, PRIMARY KEY (a, b)); INSERT INTO w VALUES ('x', 'y');"
            + written
        )
        assert SqliteDatabase(tmp_path / "a.db").counters() == expected
        following = connection.execute("INSERT INTO t (rowid) VALUES ('')").lastrowid
    assert following == (expected["t"].next if expected else 1)
