"""What a session does for a statement is counted, on real databases: it does not depend on the machine."""

from __future__ import annotations

from typing import Dict, Iterator, List

import pytest
import sqlalchemy
from sqlalchemy.pool import NullPool

from kallithea_dbdev.engines import open_database
from kallithea_dbdev.engines.database import Scratch
from kallithea_dbdev.statements import Recorder

from ..conftest import need
from .lab import laboratory

ENGINES = ["sqlite", "postgresql", "mysql"]


@pytest.fixture
def scratch(request: pytest.FixtureRequest, running: Dict[str, object]) -> Iterator[Scratch]:
    engine = request.param
    like = (
        open_database("sqlite:///like.db") if engine == "sqlite" else need(engine, running).database("like")
    )
    with laboratory() as lab:
        yield lab.scratch(like, "x")


def works(scratch: Scratch, rows: int, *texts: str) -> List[int]:
    """What is counted for statements on a table of so many rows."""
    scratch.execute(["DROP TABLE IF EXISTS t", "CREATE TABLE t (id INTEGER PRIMARY KEY, v INTEGER)"])
    scratch.insert_many("t", ["id", "v"], [(n, n) for n in range(rows)])
    scratch.analyze("t")
    recorder = Recorder(__file__, scratch.watch, counting=True)
    with recorder.listening(), scratch.handed_over() as url:
        engine = sqlalchemy.create_engine(url, poolclass=NullPool)
        with engine.connect() as connection, connection.begin():
            for text in texts:
                connection.execute(text)
    by_text = {statement.sql: statement for statement in recorder.statements}
    assert 0 <= recorder.looking < 5
    return [by_text[text].work for text in texts]


@pytest.mark.parametrize("scratch", ENGINES, indirect=True)
def test_work_grows_with_what_is_done(scratch: Scratch) -> None:
    texts = "UPDATE t SET v = v + 1 WHERE id = 7", "UPDATE t SET v = v + 1"
    (one, small), (same, large) = works(scratch, 2000, *texts), works(scratch, 16_000, *texts)
    assert abs(one - same) <= 1
    assert 6 * small <= large <= 10 * small
    assert works(scratch, 16_000, *texts)[1] == large


@pytest.mark.parametrize("scratch", ["sqlite", "mysql"], indirect=True)
def test_work_grows_along_a_curve(scratch: Scratch) -> None:
    pairs = "UPDATE t SET v = (SELECT count(*) FROM (SELECT v AS w FROM t) o WHERE o.w > t.v)"
    (small,), (large,) = works(scratch, 100, pairs), works(scratch, 800, pairs)
    assert large > 40 * small > 0
