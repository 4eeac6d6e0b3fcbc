"""A throwaway that cannot be replaced keeps all that is in it."""

from __future__ import annotations

from typing import Any, Dict, Iterator, List, Tuple

import pytest

from kallithea_dbdev.engines import make_lab
from kallithea_dbdev.engines.mysql.database import MysqlDatabase
from kallithea_dbdev.errors import DatabaseError
from kallithea_dbdev.schema.model import MARK_TABLE
from kallithea_dbdev.workspace import Workspace

from ...conftest import need
from ...servers import Server

#: Everything that stands beside tables, and what names another database, which no copy would have.
OBJECTS = (
    "CREATE TABLE old (a INT)",
    "CREATE TABLE `log` (a INT)",
    "INSERT INTO old VALUES (7)",
    "CREATE VIEW new AS SELECT a + 1 AS b FROM old",
    "CREATE VIEW `an other` AS SELECT schema_name FROM information_schema.schemata",
    "CREATE TRIGGER first AFTER INSERT ON old FOR EACH ROW INSERT INTO `log` VALUES (NEW.a)",
    "CREATE TRIGGER second AFTER INSERT ON old FOR EACH ROW DELETE FROM elsewhere.t WHERE a = 1",
    "CREATE PROCEDURE p() DELETE FROM old",
    "CREATE FUNCTION f() RETURNS INT DETERMINISTIC RETURN 1",
    "CREATE EVENT e ON SCHEDULE AT '2037-01-01' DO DELETE FROM old",
)


@pytest.fixture
def place(running: Dict[str, Any]) -> Iterator[Tuple[Server, MysqlDatabase]]:
    """A throwaway with something of every kind."""
    server = need("mysql", running)
    database = server.database(server.create())
    assert isinstance(database, MysqlDatabase)
    database._write_mark({"throwaway": database.name})
    server.sql(database.name, *OBJECTS)
    yield server, database


def kept(server: Server, database: MysqlDatabase) -> List[str]:
    """What ``mysqldump`` says of it, but for the quotes around names."""
    return server.dump(database.name).replace("`", "").splitlines()


def replace(database: MysqlDatabase) -> None:
    with Workspace() as workspace:
        built = make_lab(database, workspace).scratch("built")
        built.execute(["CREATE TABLE new (a INT)", "CREATE VIEW v AS SELECT a FROM new"])
        database.replace_by(built)


def test_a_throwaway_whose_table_is_locked(place: Tuple[Server, MysqlDatabase]) -> None:
    server, database = place
    before = kept(server, database)
    with database.server.session(database.name, writing=True) as cursor:
        # A session of another program's, which does not end.
        cursor.execute("LOCK TABLES `log` READ")
        with pytest.raises(DatabaseError, match="table log is locked by another session"):
            replace(database)
    assert kept(server, database) == before
    assert server.scratch() == []


def test_a_table_that_cannot_be_moved(place: Tuple[Server, MysqlDatabase]) -> None:
    server, database = place
    before = kept(server, database)
    with Workspace() as workspace:
        built = make_lab(database, workspace).scratch("built")
        built.execute(["CREATE TABLE new (a INT)"])
        # A table that comes has a trigger still: the server refuses the whole when all else is ready.
        built._drop_beside_tables = lambda: built.execute(  # type: ignore[method-assign]
            ["CREATE TRIGGER t BEFORE INSERT ON new FOR EACH ROW SET NEW.a = 1"]
        )
        with pytest.raises(DatabaseError, match="Trigger in wrong schema"):
            database.replace_by(built)
    assert kept(server, database) == before
    assert server.scratch() == []


def test_a_throwaway_that_can_be_replaced_loses_all(place: Tuple[Server, MysqlDatabase]) -> None:
    server, database = place
    replace(database)
    assert database.is_throwaway()
    assert database.count_rows() == {"new": 0}
    objects = sorted(name for name in database.traces() if not name.startswith("BASE TABLE"))
    assert objects == ["VIEW v", MARK_TABLE, "new"]
    assert server.scratch() == []
