"""What leads out of a copy of a PostgreSQL database is not in it, and that is said."""

from __future__ import annotations

from typing import Any, Dict, List

import pytest

from kallithea_dbdev.engines.postgresql.ways_out import Object, leading_out

from ...conftest import need
from ...servers import Server
from ..lab import laboratory


def routine(name: str, body: str, **more: Any) -> Object:
    return Object(f"{name}()", name, "ROUTINE", f"CREATE FUNCTION {name}() ... AS '{body}'", **more)


OUT = [
    ("SELECT dblink_exec('dbname=x', 'DELETE FROM t')", "dblink_exec"),
    ("PERFORM public . DBLINK_CONNECT_U('c')", "dblink_connect_u"),
    ("EXECUTE format('create  server %I foreign data wrapper w')", "server"),
    ("EXECUTE 'CREATE USER\tMAPPING FOR PUBLIC SERVER s'", "user mapping"),
    ("ALTER SERVER s OPTIONS (SET host 'y')", "server"),
]


@pytest.mark.parametrize(("body", "word"), OUT)
def test_what_opens_a_connection(body: str, word: str) -> None:
    item = routine("f", body)
    assert leading_out([routine("g", "SELECT 1"), item]) == [
        (item, f"it uses {word}, which leads to another database")
    ]


@pytest.mark.parametrize(
    "body", ["SELECT 1", "SELECT server FROM my_servers", "SELECT odblink(1)", "CREATE TABLE server"]
)
def test_what_opens_none(body: str) -> None:
    assert leading_out([routine("f", body)]) == []


def test_what_uses_it_and_so_on() -> None:
    one, two = routine("one", "SELECT dblink(1)"), routine("two", "PERFORM One()")
    view = Object("v", "v", "VIEW", "SELECT two() AS x")
    other = routine("other", "SELECT someone()")
    assert [(str(item), why) for item, why in leading_out([view, other, two, one])] == [
        ("routine one()", "it uses dblink, which leads to another database"),
        ("routine two()", "it uses one(), which was not copied"),
        ("view v", "it uses two(), which was not copied"),
    ]
    # A circle comes to an end.
    assert len(leading_out([routine("a", "b() dblink()"), routine("b", "a()")])) == 2


def test_what_works_on_the_whole_server(running: Dict[str, Any]) -> None:
    """A site's own trigger, which a harmless script fires."""
    server: Server = need("postgresql", running)
    other, remarks = server.copied(
        "CREATE TABLE t (a text)", "INSERT INTO t VALUES ('x')",
        "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN EXECUTE format('CREATE ROLE %I', 'site_of_' || NEW.a); RETURN NEW; END $$",
        "CREATE FUNCTION g() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.a = 'create role'; RETURN NEW; END $$",
        "CREATE TRIGGER f AFTER UPDATE ON t FOR EACH ROW EXECUTE FUNCTION f()",
        "CREATE TRIGGER g BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION g()",
    )  # fmt: skip
    assert remarks == ["routine f() was not copied: it runs CREATE ROLE, which reaches beyond the database"]
    assert server.sql(other, "UPDATE t SET a = 'y' RETURNING a") == [("create role",)]
    assert server.admin_sql("SELECT 1 FROM pg_roles WHERE rolname LIKE 'site_of_%'") == []


@pytest.mark.parametrize("in_use", [False, True], ids=["template", "dump"])
def test_a_copy_cannot_write_into_its_original(running: Dict[str, Any], in_use: bool) -> None:
    server: Server = need("postgresql", running)
    if not server.admin_sql("SELECT 1 FROM pg_available_extensions WHERE name = 'dblink'"):
        pytest.skip("the server has no dblink")
    name = server.create()
    address = f"host={server.admin.query['host']} dbname={name} user={server.admin.username}"
    server.sql(
        name,
        "CREATE EXTENSION dblink", "CREATE TABLE audit (a INT)", "CREATE TABLE t (a INT)",
        f"CREATE FUNCTION note() RETURNS INT LANGUAGE sql AS "
        f"$$SELECT dblink_exec('{address}', 'INSERT INTO audit VALUES (1)') IS NULL; SELECT 1$$",
        "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.a = note(); RETURN NEW; END'",
        "CREATE TRIGGER tr BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION f()",
        "CREATE FUNCTION plain(a INT) RETURNS INT LANGUAGE sql AS 'SELECT a'",
        "CREATE VIEW v AS SELECT plain(a) FROM t", "CREATE VIEW w AS SELECT note() AS n",
    )  # fmt: skip
    database = server.database(name)
    with laboratory() as lab, database.server.session(name if in_use else "postgres"):
        copy = lab.copy(database, "copy")
        copy.execute(["INSERT INTO t VALUES (5)"])
        schema = copy.read_schema()
        remarks: List[str] = lab._lab(database).remarks
    assert server.sql(name, "SELECT count(*) FROM audit") == [(0,)]
    assert ([r.name for r in schema.routines], [v.name for v in schema.views]) == (
        ["plain(a integer)"],
        ["v"],
    )
    assert schema.triggers == ()
    assert [remark.partition(": ")[2] for remark in remarks if "not copied" in remark] == [
        "routine note() was not copied: it uses dblink_exec, which leads to another database",
        "routine f() was not copied: it uses note(), which was not copied",
        "view w was not copied: it uses note(), which was not copied",
    ]
