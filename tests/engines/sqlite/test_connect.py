"""Reading a SQLite file leaves no trace, in whatever state it is."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Dict, Tuple

import pytest

from kallithea_dbdev.engines import open_database
from kallithea_dbdev.engines.database import Database
from kallithea_dbdev.engines.sqlite.connect import reading
from kallithea_dbdev.errors import DatabaseError


def snapshot(folder: Path) -> Dict[str, Tuple[bytes, int]]:
    return {path.name: (path.read_bytes(), path.stat().st_mtime_ns) for path in folder.iterdir()}


def make(path: Path, mode: str = "delete") -> sqlite3.Connection:
    connection = sqlite3.connect(str(path), isolation_level=None)
    connection.execute(f"PRAGMA journal_mode = {mode}")
    connection.execute("CREATE TABLE a (b)")
    connection.execute("INSERT INTO a VALUES (1)")
    return connection


def rows(path: Path) -> int:
    with reading(path) as connection:
        (count,) = connection.execute("SELECT count(*) FROM a").fetchone()
        with pytest.raises(sqlite3.OperationalError):
            connection.execute("INSERT INTO a VALUES (2)")
            connection.commit()
    return int(count)


def database(path: Path) -> Database:
    return open_database(f"sqlite:///{path}")


def test_a_usual_database(tmp_path: Path) -> None:
    make(tmp_path / "a.db").close()
    before = snapshot(tmp_path)
    assert rows(tmp_path / "a.db") == 1
    assert snapshot(tmp_path) == before


def test_with_a_log_and_nobody_connected(tmp_path: Path) -> None:
    make(tmp_path / "a.db", "wal").close()
    before = snapshot(tmp_path)
    assert list(before) == ["a.db"]
    assert rows(tmp_path / "a.db") == 1
    assert snapshot(tmp_path) == before


def test_with_a_log_that_somebody_writes_to(tmp_path: Path) -> None:
    make(tmp_path / "a.db", "wal").close()
    code = (
        "import sqlite3, sys\n"
        "c = sqlite3.connect(sys.argv[1], isolation_level=None)\n"
        "for line in sys.stdin:\n"
        "    c.execute(line)\n"
        "    print('done', flush=True)\n"
    )
    writer = subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path / "a.db")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert writer.stdin and writer.stdout
    for count in (2, 3):
        writer.stdin.write("INSERT INTO a VALUES (2)\n")
        writer.stdin.flush()
        assert writer.stdout.readline() == "done\n"
        before = snapshot(tmp_path)
        assert sorted(before) == ["a.db", "a.db-shm", "a.db-wal"]
        assert rows(tmp_path / "a.db") == count
        assert snapshot(tmp_path) == before
    writer.communicate(timeout=30)


@pytest.mark.parametrize("index", [True, False], ids=["log and index", "log only"])
def test_with_a_log_that_a_dead_writer_left(tmp_path: Path, index: bool) -> None:
    (tmp_path / "from").mkdir()
    (tmp_path / "to").mkdir()
    writer = make(tmp_path / "from" / "a.db", "wal")
    for path in (tmp_path / "from").iterdir():
        if index or not path.name.endswith("-shm"):
            shutil.copy(path, tmp_path / "to")
    writer.close()
    before = snapshot(tmp_path / "to")
    assert rows(tmp_path / "to" / "a.db") == 1
    assert snapshot(tmp_path / "to") == before


def test_with_a_log_that_is_none(tmp_path: Path) -> None:
    """Beside a database that has none: SQLite would look into it, and make an index of it."""
    make(tmp_path / "a.db").close()
    (tmp_path / "a.db-wal").write_bytes(b"z" * 100)
    before = snapshot(tmp_path)
    assert rows(tmp_path / "a.db") == 1
    assert snapshot(tmp_path) == before


def test_a_write_while_it_is_read_as_one_that_does_not_change_is_told(tmp_path: Path) -> None:
    make(tmp_path / "a.db", "wal").close()
    with pytest.raises(DatabaseError, match="another process wrote to it while it was read; try again"):
        with reading(tmp_path / "a.db"):
            make(tmp_path / "b.db").close()
            shutil.copy(tmp_path / "b.db", tmp_path / "a.db")


def test_a_journal_of_a_dead_writer_is_told_with_the_way_out(tmp_path: Path) -> None:
    make(tmp_path / "a.db").close()
    code = (
        "import os, sqlite3, sys\n"
        "c = sqlite3.connect(sys.argv[1], isolation_level=None)\n"
        "c.execute('PRAGMA cache_size = 1')\n"
        "c.execute('BEGIN')\n"
        "c.executemany('INSERT INTO a VALUES (?)', ((b'x' * 1000,) for _ in range(1000)))\n"
        "os.kill(os.getpid(), 9)\n"
    )
    subprocess.run([sys.executable, "-c", code, str(tmp_path / "a.db")], check=False)
    assert (tmp_path / "a.db-journal").exists()
    before = snapshot(tmp_path)
    with pytest.raises(
        DatabaseError, match=r"a\.db: .* its journal a\.db-journal must be rolled back first; run: "
    ):
        database(tmp_path / "a.db").is_throwaway()
    assert snapshot(tmp_path) == before
    # what the message says helps
    subprocess.run(
        ["sqlite3", tmp_path / "a.db", "SELECT count(*) FROM sqlite_master"], check=False
    ) if shutil.which("sqlite3") else sqlite3.connect(str(tmp_path / "a.db")).execute(
        "SELECT count(*) FROM sqlite_master"
    ).fetchall()
    assert rows(tmp_path / "a.db") == 1


@pytest.mark.parametrize("name", ["50% off?.db", "a#b;c.db", "zürich 'x' \"y\".db", "%2F.db"])
def test_odd_names(tmp_path: Path, name: str) -> None:
    make(tmp_path / name).close()
    assert rows(tmp_path / name) == 1


def test_what_is_no_file(tmp_path: Path) -> None:
    import os

    os.mkfifo(tmp_path / "pipe")
    for name, message in (
        ("pipe", "not a regular file"),
        (".", "not a regular file"),
        ("none", "there is no such database"),
    ):
        with pytest.raises(DatabaseError, match=message):
            rows(tmp_path / name)
