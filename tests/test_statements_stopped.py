"""A step that is stopped, how long locks are held, and the work of statements."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Iterator, Tuple

import pytest
import sqlalchemy

from kallithea_dbdev.engines import make_lab, open_database
from kallithea_dbdev.engines.database import Scratch
from kallithea_dbdev.statements import Recorder, Stopped
from kallithea_dbdev.workspace import Workspace


@pytest.fixture
def scratch(tmp_path: Path) -> Iterator[Scratch]:
    with Workspace() as workspace:
        found = make_lab(open_database(f"sqlite:///{tmp_path}/like.db"), workspace).scratch("x")
        found.execute(["CREATE TABLE t (a)", "CREATE TABLE u (a)"])
        yield found


def recorded(recorder: Recorder, scratch: Scratch, *statements: str) -> "Tuple[str, ...]":
    with recorder.listening(), scratch.handed_over() as url:
        with sqlalchemy.create_engine(url).connect() as connection:
            for sql in statements:
                connection.execute(sql)
    return tuple(statement.sql for statement in recorder.statements)


@pytest.mark.parametrize("after", [1, 2, 3])
def test_it_is_stopped_after_so_many_changes(scratch: Scratch, after: int) -> None:
    sent = [
        "SELECT 1",
        "INSERT INTO t VALUES (1)",
        "SELECT 2",
        "CREATE TABLE v (a)",
        "SELECT 3",
        "DROP TABLE v",
        "SELECT 4",
    ]
    recorder = Recorder(__file__, stop_after=after)
    with pytest.raises(Stopped):
        recorded(recorder, scratch, *sent)
    # What is asked changes nothing, before or after.
    assert [statement.sql for statement in recorder.statements] == sent[: 2 * after]
    assert recorded(Recorder(__file__, stop_after=4), scratch, *sent[:2]) == tuple(sent[:2])


@pytest.mark.parametrize("end", ["commit", "rollback"])
def test_a_lock_is_held_until_the_transaction_ends(scratch: Scratch, end: str) -> None:
    recorder, begun = Recorder(__file__, scratch.watch), time.monotonic()
    with recorder.listening(), scratch.handed_over() as url:
        with sqlalchemy.create_engine(url).connect() as connection:
            transaction = connection.begin()
            connection.execute("INSERT INTO t VALUES (1)")
            connection.execute("SELECT 1")
            time.sleep(0.05)
            getattr(transaction, end)()
            connection.execute("INSERT INTO u VALUES (1)")
    elapsed = time.monotonic() - begun
    first, _, last = recorder.statements
    assert [len(statement.locks) for statement in recorder.statements] == [1, 0, 1]
    assert 0.05 <= first.locks[0].seconds <= elapsed
    assert 0 <= last.locks[0].seconds <= elapsed - 0.05
    # Neither the pause nor what looking takes is part of a statement.
    assert 0 < recorder.looking < elapsed - 0.05
    assert sum(statement.seconds for statement in recorder.statements) <= elapsed - 0.05


def test_the_work_of_each_statement_is_its_own(scratch: Scratch) -> None:
    many = "INSERT INTO t WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 999) SELECT i FROM n"
    one, all_of_them = "INSERT INTO u VALUES (1)", "UPDATE t SET a = a + 1"
    counting = Recorder(__file__, scratch.watch, counting=True)
    recorded(counting, scratch, one, many, one, all_of_them, "SELECT a FROM u", one)
    work = [statement.work for statement in counting.statements]
    assert min(work[1], work[3]) > 5 * max(work[0], work[2], work[4], work[5], 1)
    assert [statement.rows for statement in counting.statements] == [1, 999, 1, 999, 0, 1]
    plain = Recorder(__file__, scratch.watch)
    recorded(plain, scratch, one, all_of_them)
    assert [statement.work for statement in plain.statements] == [0, 0]
