"""The statements in bodies of routines and triggers, and what the servers say of them."""

from __future__ import annotations

from typing import Any, Dict, List

import pytest

from kallithea_dbdev.engines import bodies
from kallithea_dbdev.engines.mysql import naming
from kallithea_dbdev.engines.postgresql import bodies as postgresql
from kallithea_dbdev.schema.model import Schema

from ..conftest import need
from .lab import laboratory

#: Body, variables that it does not declare itself -> the statements, and the variables that it declares.
MYSQL: Any = [
    ("DELETE FROM t WHERE a = p", "p", ["DELETE FROM t WHERE a = NULL"], []),
    ("BEGIN DECLARE v, `W x` INT; DECLARE c CURSOR FOR SELECT a FROM t WHERE b = v; "
     "SELECT a, b INTO v, `W x` FROM t; END", "",
     ["SELECT a FROM t WHERE b = NULL", "SELECT a, b  FROM t"], ["v", "w x", "c"]),
    ("INSERT INTO log (a, b) VALUES (NEW.a, new . `b`)", "new old",
     ["INSERT INTO log (a, b) VALUES (NULL, NULL)"], []),
    ("BEGIN IF EXISTS (SELECT 1 FROM t WHERE (a = 1)) THEN UPDATE t SET a = 2; ELSE SET @x = (SELECT max(a) FROM t); "
     "END IF; /* SELECT x */ SELECT a INTO @y FROM t; END", "",
     ["SELECT 1 FROM t WHERE (a = 1)", "UPDATE t SET a = 2", "SELECT max(a) FROM t", "SELECT a  FROM t"], []),
    ("RETURN 1", "", [], []),
    ("SELECT v.a, v, f.v, v(1) FROM v2", "v", ["SELECT NULL, NULL, f.v, v(1) FROM v2"], []),
    ("BEGIN SET @s = 'SELECT a FROM t'; END", "", [], []),
    ("SELECT 'v', v", "v", ["SELECT 'v', NULL"], []),
]  # fmt: skip
POSTGRESQL: Any = [
    ("DECLARE n CONSTANT int := 1; r record; BEGIN FOR r IN SELECT a FROM t LOOP PERFORM f(r.a) FROM u; END LOOP; "
     "SELECT a INTO STRICT r.b FROM t; RETURN NEW; END", "new",
     ["SELECT a FROM t", "SELECT f(NULL) FROM u", "SELECT a  FROM t"], ["n", "r", "r"]),
    ("BEGIN RETURN QUERY SELECT a FROM t WHERE b = $1::int -- x\n; END", "$",
     ["SELECT a FROM t WHERE b = NULL::int"], []),
    ("SELECT \"B\" FROM t; SELECT $12", "$", ["SELECT \"B\" FROM t", "SELECT NULL"], []),
    ("BEGIN INSERT INTO t VALUES (1) RETURNING id INTO v; EXECUTE 'SELECT 1'; END", "v",
     ["INSERT INTO t VALUES (1) RETURNING id "], []),
    ("BEGIN INSERT INTO log SELECT TG_OP, OLD.\"Odd\"; END", "tg_op old", ["INSERT INTO log SELECT NULL, NULL"], []),
]  # fmt: skip


@pytest.mark.parametrize(
    ("pieces", "block", "case"),
    [
        *((naming.pieces, False, case) for case in MYSQL),
        *((postgresql.pieces, True, case) for case in POSTGRESQL),
    ],
)
def test_what_is_shown_to_the_server(pieces: Any, block: bool, case: Any) -> None:
    body, known, expected, variables = case
    parts = pieces(body)
    assert list(bodies.declared(parts, block)) == variables
    assert list(bodies.statements(body, parts, {*known.split(), *variables})) == expected


@pytest.mark.parametrize(
    "body", ["", "SELECT", "INTO", "SELECT a INTO", "SELECT a INTO v,", "DECLARE", "v.", "(SELECT"]
)
def test_what_is_cut_off_ends(body: str) -> None:
    for parts in (naming.pieces(body), postgresql.pieces(body)):
        assert len(list(bodies.statements(body, parts, {"v", *bodies.declared(parts, True)}))) <= 1


def broken(schema: Schema) -> Dict[str, str]:
    items: List[Any] = [*schema.routines, *schema.triggers]
    return {item.name: item.broken for item in items if item.broken}


def test_what_mysql_says(running: Dict[str, Any]) -> None:
    server = need("mysql", running)
    name = server.create()
    server.sql(
        name, "CREATE TABLE t (a INT, b INT)", "CREATE TABLE log (a INT)",
        "CREATE PROCEDURE p(IN x INT, OUT y INT) BEGIN DECLARE v INT; SELECT b INTO v FROM t WHERE a = x; "
        "CREATE TEMPORARY TABLE tmp (a INT); INSERT INTO tmp VALUES (v); SET y = (SELECT count(*) FROM `log`); END",
        "CREATE FUNCTION f() RETURNS INT DETERMINISTIC RETURN (SELECT max(b) FROM t)",
        "CREATE PROCEDURE limited(n INT) SELECT a FROM t LIMIT n",
        "SET sql_mode = 'ANSI_QUOTES'", 'CREATE TRIGGER tr AFTER INSERT ON t FOR EACH ROW INSERT INTO "log" ("a") VALUES (NEW.b)',
    )  # fmt: skip
    database = server.database(name)
    with laboratory() as lab:
        copy = lab.copy(database, "copy")
        # A table that it makes itself is not there before.
        assert broken(copy.read_schema()) == {"p": "Table 'tmp' doesn't exist"}
        copy.execute(["ALTER TABLE t DROP b", "DROP TABLE log"])
        assert broken(copy.read_schema()) == {
            "p": "Unknown column 'b' in 'SELECT'; Table 'tmp' doesn't exist; Table 'log' doesn't exist",
            "f": "Unknown column 'b' in 'SELECT'",
            "tr": "t has no column b; Table 'log' doesn't exist",
        }
        copy.execute([copy.drop_trigger("t", "tr")])
        assert set(broken(copy.read_schema())) == {"p", "f"}
        # The original is not asked.
        assert set(broken(database.read_schema())) == set()


def test_what_postgresql_says(running: Dict[str, Any]) -> None:
    server = need("postgresql", running)
    name = server.create()
    server.sql(
        name, "CREATE TABLE t (a INT, b INT)", "CREATE TABLE log (a INT, op TEXT)",
        "CREATE FUNCTION of_row() RETURNS trigger LANGUAGE plpgsql AS $$ DECLARE n int; BEGIN "
        "SELECT count(*) INTO n FROM t WHERE a = NEW.a; INSERT INTO log (a, op) VALUES (NEW.b + n, TG_OP); "
        "IF FOUND THEN PERFORM 1 FROM log; END IF; RETURN NEW; END $$",
        "CREATE TRIGGER tr AFTER INSERT ON t FOR EACH ROW EXECUTE FUNCTION of_row()",
        "CREATE FUNCTION f(x int, OUT y int) LANGUAGE sql AS 'SELECT b FROM t WHERE a = x + $1'",
        "CREATE PROCEDURE p(x int) LANGUAGE plpgsql AS $$ BEGIN DELETE FROM t WHERE a = x; UPDATE log SET op = ''; END $$",
    )  # fmt: skip
    with laboratory() as lab:
        copy = lab.copy(server.database(name), "copy")
        assert broken(copy.read_schema()) == {}
        copy.execute(["ALTER TABLE t DROP b", "ALTER TABLE log RENAME op TO what"])
        assert broken(copy.read_schema()) == {
            "tr": 't has no column b; column "op" of relation "log" does not exist',
            "f(x integer, OUT y integer)": 'column "b" does not exist',
            "p(IN x integer)": 'column "op" of relation "log" does not exist',
        }
        copy.execute([copy.drop_trigger("t", "tr")])
        assert "tr" not in broken(copy.read_schema())
