"""What is recorded of statements, whoever sends them."""

from __future__ import annotations

from pathlib import Path
from typing import Any, List

import sqlalchemy

from kallithea_dbdev.engines import make_lab, open_database
from kallithea_dbdev.engines.watching import Watch
from kallithea_dbdev.statements import Recorder, Statement
from kallithea_dbdev.workspace import Workspace


def test_only_the_copy_is_watched(tmp_path: Path) -> None:
    """What a script does with a database in memory is recorded, and nobody looks at its locks."""
    watched: List[Any] = []
    with Workspace() as workspace:
        scratch = make_lab(open_database(f"sqlite:///{tmp_path}/like.db"), workspace).scratch("x")

        def watch(connection: Any) -> Watch:
            watched.append(connection)
            return scratch.watch(connection)

        recorder = Recorder(__file__, watch)
        with recorder.listening(), scratch.handed_over() as url:
            for address in ("sqlite://", url):
                sqlalchemy.create_engine(address).execute("CREATE TABLE t (a)")
    assert len(watched) == 1
    assert [(s.sql, bool(s.locks)) for s in recorder.statements] == [
        ("CREATE TABLE t (a)", False), ("CREATE TABLE t (a)", True),
    ]  # fmt: skip


def test_rows_and_lines() -> None:
    recorder = Recorder(__file__)
    engine = sqlalchemy.create_engine("sqlite://")
    with recorder.listening():
        engine.execute("CREATE TABLE t (a)")
        engine.execute("INSERT INTO t VALUES (?)", [(1,), (2,)])
        engine.execute("UPDATE  t\n SET a = 1")
        eval(compile("engine.execute('SELECT a FROM t')", "elsewhere.py", "eval"))
    assert [(s.sql, s.rows, s.changes) for s in recorder.statements] == [
        ("CREATE TABLE t (a)", 0, True), ("INSERT INTO t VALUES (?)", 2, True),
        ("UPDATE t SET a = 1", 2, True), ("SELECT a FROM t", 0, False),
    ]  # fmt: skip
    lines = [s.line or 0 for s in recorder.statements]
    assert [line - lines[0] for line in lines] == [0, 1, 2, 3]
    elsewhere = Recorder("script.py")
    with elsewhere.listening():
        engine.execute("SELECT 1")
    assert elsewhere.statements == (Statement("SELECT 1", elsewhere.statements[0].seconds),)
    assert elsewhere.statements[0].seconds > 0


def test_what_commits() -> None:
    recorder = Recorder(__file__)
    engine = sqlalchemy.create_engine("sqlite://")
    with recorder.listening(), engine.connect() as connection:
        connection.execute("CREATE TABLE t (a)")  # SQLAlchemy commits by itself
        with connection.begin():
            connection.execute("INSERT INTO t VALUES (1)")
    assert recorder.commits == 1


def test_who_ends_a_transaction(tmp_path: Path) -> None:
    """A lock that env.py's own commit lets go would be held until the last script has been run."""
    ends = {}
    for script in (__file__, "script.py"):
        with Workspace() as workspace:
            scratch = make_lab(open_database(f"sqlite:///{tmp_path}/like.db"), workspace).scratch("x")
            scratch.execute(["CREATE TABLE t (a)"])
            recorder = Recorder(script, scratch.watch)
            with recorder.listening(), scratch.handed_over() as url:
                with sqlalchemy.create_engine(url).begin() as connection:
                    connection.execute("INSERT INTO t VALUES (1)")
        ((held,),) = (statement.locks for statement in recorder.statements)
        ends[script] = held.to_end
    assert ends == {__file__: False, "script.py": True}
