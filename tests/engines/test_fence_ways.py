"""Ways around a statement's text by which a script could reach beyond its copy."""

from __future__ import annotations

import importlib
from typing import Any, Dict

import pytest

from kallithea_dbdev.engines import borrowed_database
from kallithea_dbdev.engines.mysql.fence import reaches_out
from kallithea_dbdev.errors import TargetRefusedError

from ..conftest import need
from ..servers import Server
from .lab import laboratory


@pytest.mark.parametrize(
    "way",
    [
        lambda cursor, sql: cursor(cursor_factory=kind("extras.DictCursor")).execute(sql),
        lambda cursor, sql: cursor(None, kind("extensions.cursor")).execute(query=sql),
        lambda cursor, sql: cursor("named", cursor_factory=kind("extras.NamedTupleCursor")).execute(sql),
        lambda cursor, _: cursor().callproc("dblink_exec", ["dbname=x", "SELECT 1"]),
        lambda cursor, sql: cursor().executemany(sql, [()]),
        lambda cursor, _: cursor().execute("COPY (SELECT 1) TO %s", ("/x",)),
        lambda cursor, _: cursor().execute("DO $$ BEGIN EXECUTE %s; END $$", ("CREATE ROLE joe",)),
    ],
    ids=["another kind", "by place", "named", "a procedure", "many", "filled in", "filled into a block"],
)
def test_every_cursor_of_postgresql(running: Dict[str, Any], way: Any) -> None:
    server: Server = need("postgresql", running)
    with laboratory() as lab:
        copy = lab.scratch(server.database("like"), "x")
        connection = copy.server.connect(copy.name, fenced=True)
        try:
            assert way_in(connection)
            with pytest.raises(TargetRefusedError):
                way(connection.cursor, "COMMENT ON DATABASE postgres IS 'mine'")
        finally:
            connection.close()


def kind(name: str) -> Any:
    module, _, cls = name.rpartition(".")
    return getattr(importlib.import_module(f"psycopg2.{module}"), cls)


def way_in(connection: Any) -> bool:
    """What works on the database itself is sent, by whatever cursor."""
    with connection.cursor(cursor_factory=kind("extras.DictCursor")) as cursor:
        cursor.execute("SELECT 1 AS one")
        return bool(cursor.fetchone()["one"] == 1)


MYSQL_INSIDE = [
    "CREATE PROCEDURE addc() BEGIN IF NOT EXISTS (SELECT 1 FROM information_schema.columns WHERE table_name = 't') "
    "THEN SELECT 1; END IF; END",
    "SET STATEMENT max_statement_time=5 FOR SELECT 1 FROM mysql.user",
]
MYSQL_OUT = ["SET STATEMENT max_statement_time=5 FOR CREATE TABLE mysql.zz (a int)"]


def test_what_mysql_may_read() -> None:
    others = ("information_schema", "mysql", "other")
    assert [sql for sql in MYSQL_INSIDE if reaches_out(sql, others)] == []
    assert [sql for sql in MYSQL_OUT if not reaches_out(sql, others)] == []


def test_bounds_that_a_server_sets_are_not_ours(running: Dict[str, Any]) -> None:
    server: Server = need("mysql", running)
    name = server.create()
    server.sql(name, "CREATE TABLE t (a INT)", "INSERT INTO t VALUES (1), (2), (3), (4)")
    bounds = {"sql_select_limit": 2, "sql_safe_updates": 1, "max_join_size": 2}
    try:
        server.admin_sql(*(f"SET GLOBAL {key} = {value}" for key, value in bounds.items()))
        with laboratory() as lab:
            copy = lab.copy(server.database(name), "copy")
            assert list(copy.stream("SELECT x.a FROM t x, t y")) != []
            copy.execute(["UPDATE t SET a = a + 1"])
            assert sorted(copy.stream("SELECT a FROM t")) == [(2,), (3,), (4,), (5,)]
        rows = server.database(name).rows("SELECT @@max_statement_time AS seconds")
        assert rows == [{"seconds": 0}]
    finally:
        server.admin_sql(*(f"SET GLOBAL {key} = DEFAULT" for key in bounds))


def test_a_database_with_a_large_object_is_not_empty(running: Dict[str, Any]) -> None:
    server: Server = need("postgresql", running)
    name = server.create()
    assert server.database(name).is_empty()
    server.sql(name, "SELECT lo_from_bytea(77, 'precious')")
    assert not server.database(name).is_empty()


def test_what_comes_with_a_type_is_nothing_by_itself(running: Dict[str, Any]) -> None:
    server: Server = need("postgresql", running)
    name = server.create()
    server.sql(name, "CREATE TYPE span AS RANGE (subtype = float8)", "CREATE TABLE t (a span)")
    other = server.new_name()
    assert server.copy_to(name, other).remarks == []
    assert server.sql(other, "INSERT INTO t VALUES (span(1, 2)) RETURNING upper(a)") == [(2.0,)]


@pytest.mark.parametrize("database", ["postgres", "template1"])
def test_a_scratch_url_that_names_the_servers_own(running: Dict[str, Any], database: str) -> None:
    server: Server = need("postgresql", running)
    name = server.create()
    with pytest.raises(
        TargetRefusedError, match=r"--scratch-url: (administrators connect|other databases are made)"
    ):
        borrowed_database(server.database(name), server.url(database))
