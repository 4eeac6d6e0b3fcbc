"""A connection to a copy opens no other file."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Iterator

import pytest

from kallithea_dbdev.engines.sqlite.fence import FencedConnection
from kallithea_dbdev.errors import TargetRefusedError


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(str(tmp_path / "x.db"), factory=FencedConnection, isolation_level=None)
    yield connection
    connection.close()


@pytest.mark.parametrize("sql", ["ATTACH '{}' AS y", "attach '{}' || '' as y", "VACUUM INTO '{}'"])
def test_another_file(connection: sqlite3.Connection, tmp_path: Path, sql: str) -> None:
    text = sql.format(tmp_path / "y.db")
    for run in (connection.execute, connection.cursor().execute, connection.executescript):
        with pytest.raises(TargetRefusedError, match="was not attached: only the copy may be used"):
            run(text)
    with pytest.raises(TargetRefusedError):
        connection.execute("ATTACH ? AS y", (str(tmp_path / "y.db"),))
    assert not (tmp_path / "y.db").exists()


def test_what_is_no_file_and_what_fails_for_itself(connection: sqlite3.Connection) -> None:
    connection.executescript("ATTACH ':memory:' AS m; ATTACH '' AS n; CREATE TABLE t (a); VACUUM")
    for run in (connection.execute, connection.executescript):
        with pytest.raises(sqlite3.OperationalError, match="no such table"):
            run("SELECT 1 FROM u")
    assert connection.execute("SELECT count(*) FROM t").fetchall() == [(0,)]
