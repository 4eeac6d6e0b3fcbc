"""What is known of the implicit indexes of a copy is forgotten once somebody may have altered a table."""

from __future__ import annotations

from typing import Any, Callable, Dict

import pytest
import sqlalchemy

from kallithea_dbdev.engines.mysql.database import MysqlScratch

from ...conftest import need
from ...servers import Server
from ..lab import laboratory
from .test_implicit import names

#: They make the implicit index of the table one that somebody has asked for; nothing else tells that.
MADE_EXPLICIT = [
    "ALTER TABLE child ADD INDEX other (a)",
    "ALTER TABLE child ADD INDEX fk (a), DROP INDEX other",
]


@pytest.fixture
def server(running: Dict[str, Any]) -> Server:
    return need("mysql", running)


def _executed(copy: MysqlScratch) -> None:
    copy.execute(MADE_EXPLICIT)


def _scripted(copy: MysqlScratch) -> None:
    with copy.scripting() as run:
        for statement in MADE_EXPLICIT:
            run(statement)


def _handed_over(copy: MysqlScratch) -> None:
    with copy.handed_over() as url:
        engine = sqlalchemy.create_engine(url)
        for statement in MADE_EXPLICIT:
            engine.execute(statement)
        engine.dispose()


@pytest.mark.parametrize("alter", [_executed, _scripted, _handed_over])
def test_it_is_asked_for_again(server: Server, alter: Callable[[MysqlScratch], None]) -> None:
    name = server.create()
    server.sql(
        name,
        "CREATE TABLE parent (id INT PRIMARY KEY)",
        "CREATE TABLE child (id INT PRIMARY KEY, a INT, CONSTRAINT fk FOREIGN KEY (a) REFERENCES parent (id))",
    )
    with laboratory() as lab:
        copy = lab.copy(server.database(name), "one")
        assert isinstance(copy, MysqlScratch)
        with copy.inserting("parent") as insert:
            assert insert({"id": 1})
        before = lab.copy(copy, "before")
        alter(copy)
        after = lab.copy(copy, "after")
        for other, left in zip((before, after), ({"PRIMARY", "new"}, {"PRIMARY", "fk", "new"})):
            assert isinstance(other, MysqlScratch)
            assert names(server, other.name, "child") == {"PRIMARY", "fk"}
            # An implicit one goes where another one serves.
            server.sql(other.name, "ALTER TABLE child ADD INDEX new (a)")
            assert names(server, other.name, "child") == left
