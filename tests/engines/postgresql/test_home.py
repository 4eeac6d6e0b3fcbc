"""A schema that an administrator has put before Kallithea's in search_path."""

from __future__ import annotations

from typing import Any, Dict

import pytest

from kallithea_dbdev.engines import open_database

from ...conftest import need
from ...servers import Server


@pytest.fixture
def server(running: Dict[str, Any]) -> Server:
    return need("postgresql", running)


def test_what_stands_beside_alembic_s_table_has_plain_names(server: Server) -> None:
    name = server.create()
    server.sql(
        name, "CREATE TABLE alembic_version (version_num VARCHAR(32))", "CREATE TABLE users (id SERIAL, a INT)",
        "GRANT SELECT ON users TO PUBLIC", "CREATE STATISTICS st ON id, a FROM users",
        "CREATE FUNCTION f() RETURNS INT LANGUAGE sql AS 'SELECT 1'", "CREATE SCHEMA app",
        "CREATE TABLE app.own (id SERIAL)", "INSERT INTO users DEFAULT VALUES",
    )  # fmt: skip
    database = open_database(f"{server.url(name)}&options=-csearch_path%3Dapp,public")
    schema = database.read_schema()
    assert {table.name for table in schema.tables} == {"users", "app.own"}
    assert [routine.name for routine in schema.routines] == ["f()"]
    assert {owner.object for owner in schema.owners} >= {"users", "app.own", "f()"}
    assert {p.object for p in schema.privileges} == {"users", "f()"}
    assert [(a.name, a.table) for a in schema.additions] == [("statistics object st", "users")]
    assert database.count_rows() == {"users": 1, "app.own": 0}
    assert {c.table for c in database.counters().values()} == {"users", "app.own"}
    # Without it there is no other sign than where something new would be made.
    server.sql(name, "DROP TABLE alembic_version")
    assert {table.name for table in database.read_schema().tables} == {"public.users", "own"}
