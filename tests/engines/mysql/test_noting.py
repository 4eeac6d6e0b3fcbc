"""A run that is killed when the triggers of the old throwaway are gone, and its tables are not: they come back."""

from __future__ import annotations

import signal
import subprocess
import sys
from typing import Any, Dict, List, Tuple

import pytest

from kallithea_dbdev.engines.mysql.database import MysqlDatabase

from ...conftest import need
from ...projects import environment
from ...servers import Server

OBJECTS = (
    "CREATE TABLE old (a INT)",
    "CREATE TABLE gone (a INT)",
    "SET sql_mode = 'ANSI_QUOTES'",
    'CREATE TRIGGER first BEFORE INSERT ON old FOR EACH ROW SET NEW."a" = NEW.a + 1',
    "CREATE TRIGGER second BEFORE INSERT ON old FOR EACH ROW SET NEW.a = NEW.a * 2",
    "CREATE TRIGGER third BEFORE INSERT ON gone FOR EACH ROW SET NEW.a = 1",
)
#: A run that ends itself when only the one statement is left to do, or has been done.
KILLED = """
import os, signal, sys
from contextlib import contextmanager
from kallithea_dbdev.engines import make_lab, open_database
from kallithea_dbdev.workspace import Workspace

database = open_database(sys.argv[1])
renamed = sys.argv[2] == 'renamed'
with Workspace() as workspace:
    built = make_lab(database, workspace).scratch('built')
    built.execute(['CREATE TABLE new (a INT)'])
    usual, TRIGGERS = database._administrating, 'SELECT 1 FROM information_schema.triggers WHERE trigger_schema = DATABASE()'

    @contextmanager
    def administrating(writing=False):
        with usual(writing) as cursor:
            last = writing and not database.rows(TRIGGERS) and 'old' in database.count_rows()
            if last and not renamed:
                os.kill(os.getpid(), signal.SIGKILL)
            yield cursor
            if last:
                os.kill(os.getpid(), signal.SIGKILL)

    database._administrating = administrating
    database.replace_by(built)
"""


@pytest.fixture
def server(running: Dict[str, Any]) -> Server:
    return need("mysql", running)


def killed(server: Server, moment: str) -> MysqlDatabase:
    """A throwaway beside which a dead run has left something."""
    database = server.database(server.create())
    assert isinstance(database, MysqlDatabase)
    database._write_mark({"throwaway": database.name})
    server.sql(database.name, *OBJECTS)
    command = [sys.executable, "-c", KILLED, server.url(database.name), moment]
    done = subprocess.run(command, env=environment(), capture_output=True, text=True, timeout=60)
    assert done.returncode == -signal.SIGKILL, done.stderr
    assert triggers(server, database) == []
    return database


def triggers(server: Server, database: MysqlDatabase) -> List[Tuple[Any, ...]]:
    return server.sql(
        database.name,
        "SELECT trigger_name, sql_mode FROM information_schema.triggers WHERE trigger_schema = DATABASE() "
        "ORDER BY trigger_name",
    )


def test_the_next_run_puts_them_back(server: Server) -> None:
    database = killed(server, "before")
    server.sql(database.name, "DROP TABLE gone")
    # Somebody else's run, which does not know whether the database is being worked on.
    other = server.database(server.create())
    with database.lock(print):
        other.clear_leftovers()
        assert triggers(server, database) == []
        assert server.scratch() != []
    other.clear_leftovers()
    assert triggers(server, database) == [("first", "ANSI_QUOTES"), ("second", "ANSI_QUOTES")]
    assert server.sql(database.name, "INSERT INTO old VALUES (3)", "SELECT a FROM old") == [(8,)]
    assert server.scratch() == []


def test_the_run_that_holds_the_lock_puts_them_back(server: Server) -> None:
    database = killed(server, "before")
    with database.lock(print):
        database.clear_leftovers()
    assert [name for name, _ in triggers(server, database)] == ["first", "second", "third"]
    assert server.scratch() == []


def test_where_the_tables_were_moved_nothing_comes_back(server: Server) -> None:
    database = killed(server, "renamed")
    server.sql(database.name, "CREATE TABLE old (a INT)")
    database.clear_leftovers()
    assert triggers(server, database) == []
    assert database.count_rows() == {"new": 0, "old": 0}
    assert server.scratch() == []
