"""What numbers rows in SQLite, whatever somebody has written there by hand."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from kallithea_dbdev.engines.database import Counter
from kallithea_dbdev.engines.sqlite.database import SqliteDatabase


@pytest.mark.parametrize(("written", "following"), [(5, 6), ("5", 6), ("five", 1)])
def test_a_text_is_read_as_sqlite_reads_it(tmp_path: Path, written: object, following: int) -> None:
    with closing(sqlite3.connect(str(tmp_path / "a.db"), isolation_level=None)) as connection:
        connection.execute("CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT)")
        connection.execute("INSERT INTO sqlite_sequence VALUES ('t', ?)", (written,))
    assert SqliteDatabase(tmp_path / "a.db").counters() == {"t": Counter("t", following)}
