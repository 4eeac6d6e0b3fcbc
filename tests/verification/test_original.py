"""The belt: what has been written to a database since it was looked at."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from kallithea_dbdev.engines import open_database
from kallithea_dbdev.verification.original import watch


def make(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(str(path), isolation_level=None)
    connection.execute("CREATE TABLE a (b)")
    return connection


def test_nothing_was_written(tmp_path: Path) -> None:
    make(tmp_path / "a.db").close()
    changed = watch(open_database(f"sqlite:///{tmp_path}/a.db"))
    assert changed() == ()


def test_what_was_written_is_a_warning(tmp_path: Path) -> None:
    connection = make(tmp_path / "a.db")
    changed = watch(open_database(f"sqlite:///{tmp_path}/a.db"))
    connection.execute("INSERT INTO a VALUES (1)")
    (finding,) = changed()
    assert (finding.code, finding.severity) == ("original-changed", "warning")
    assert "a.db was written to during this run: a.db" in finding.message
    connection.close()


def test_a_database_that_is_replaced_or_gone_was_written_to(tmp_path: Path) -> None:
    for act in (lambda path: path.unlink(), lambda path: path.write_bytes(path.read_bytes())):
        path = tmp_path / "a.db"
        path.unlink(missing_ok=True)
        make(path).close()
        changed = watch(open_database(f"sqlite:///{path}"))
        act(path)
        assert [finding.code for finding in changed()] == ["original-changed"]
