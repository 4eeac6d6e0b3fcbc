"""A text of SQL is taken apart and run as the engine's own program does it, which is asked, too."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import Any, Dict, List

import pytest

from kallithea_dbdev.engines import open_database
from kallithea_dbdev.engines.database import Database, Scratch
from kallithea_dbdev.engines.mysql import script as mysql
from kallithea_dbdev.engines.postgresql import script as postgresql
from kallithea_dbdev.engines.sqlite import script as sqlite
from kallithea_dbdev.errors import DatabaseError

from ..servers import Server
from .lab import Laboratory, laboratory

COMMON = ["INSERT INTO t VALUES ('a;b''; -- no comment', 1)", "-- a; comment\nDELETE FROM t WHERE n = 7"]

#: Statements that a semicolon and a line end put together to a text; each is one by the engine's own rules.
STATEMENTS: Dict[str, List[str]] = {
    "sqlite": [
        "CREATE TABLE t (s TEXT, n INTEGER)",
        *COMMON,
        "CREATE TRIGGER tr AFTER INSERT ON t BEGIN UPDATE t SET n = 2; DELETE FROM t WHERE n = 3; END",
        "INSERT INTO t VALUES (\"x;\", 5) /* ; */",
        "INSERT INTO t VALUES ('back\\', 6)",
    ],
    "postgresql": [
        "BEGIN",
        "CREATE TABLE t (s TEXT, n INTEGER)",
        *COMMON,
        "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $b$ BEGIN NEW.s := $c$;$c$; RETURN NEW; END $b$",
        "CREATE RULE r AS ON DELETE TO t DO (SELECT 1; SELECT 2)",
        "CREATE OR REPLACE FUNCTION g() RETURNS int BEGIN ATOMIC SELECT CASE WHEN true THEN 1 END; SELECT 2; END",
        "INSERT INTO t VALUES (E'it\\'s;', 3) /* ; /* ; */ ; */",
        "INSERT INTO t VALUES ('back\\', 4)",
        "COMMIT",
        'CREATE TABLE "x;" (a$b$c int)',
        "DO $$ BEGIN PERFORM 1; END $$",
    ],
    "mysql": [
        "CREATE TABLE t (s TEXT, n INTEGER)",
        *COMMON,
        "INSERT INTO t VALUES ('it\\'s;', 3) /* ; */",
        'INSERT INTO t # ; it is\nVALUES ("\\";", 4)',
        "/*! INSERT INTO t VALUES ('x;', 5) */",
        "INSERT INTO t VALUES ('minus', 5--1)",
        "CREATE TABLE `x;` (a INT)",
    ],
}  # fmt: skip
RULES = {"sqlite": sqlite.statements, "postgresql": postgresql.statements, "mysql": mysql.statements}


def text_of(engine: str) -> str:
    return "-- at; first\n\n" + ";\n\n".join(STATEMENTS[engine]) + ";\n"


@pytest.mark.parametrize("engine", STATEMENTS)
def test_statements(engine: str) -> None:
    first, *rest = RULES[engine](text_of(engine))
    assert first == f"-- at; first\n\n{STATEMENTS[engine][0]}"
    assert rest == STATEMENTS[engine][1:]
    assert list(RULES[engine]("")) == list(RULES[engine](" ;\n")) == []
    # Without the last semicolon, and with nothing behind it.
    assert list(RULES[engine]("SELECT 1;SELECT 2")) == ["SELECT 1", "SELECT 2"]


@pytest.mark.parametrize(
    ("engine", "text", "expected"),
    [
        ("mysql", "SELECT 1 -- x; y\n;--\nSELECT 2;-- z", ["SELECT 1 -- x; y", "--\nSELECT 2"]),
        ("mysql", "CREATE TRIGGER t BEFORE INSERT ON t FOR EACH ROW BEGIN SET @a = 1; END;",
         ["CREATE TRIGGER t BEFORE INSERT ON t FOR EACH ROW BEGIN SET @a = 1", "END"]),
        ("mysql", "SELECT 'open; ", ["SELECT 'open;"]),
        ("postgresql", "SELECT $1;SELECT 'open; ", ["SELECT $1", "SELECT 'open;"]),
        ("postgresql", "SELECT 1 /* open; /* */ ;", ["SELECT 1 /* open; /* */ ;"]),
        ("postgresql", "SELECT $a$;$A$;$a$;-- end", ["SELECT $a$;$A$;$a$"]),
        ("postgresql", "BEGIN;CREATE TABLE end_of (a int);END", ["BEGIN", "CREATE TABLE end_of (a int)", "END"]),
        ("postgresql", "SELECT 1);SELECT 2", ["SELECT 1)", "SELECT 2"]),
        ("sqlite", "SELECT 1;;SELECT 'a;", ["SELECT 1", "SELECT 'a;"]),
    ],
)  # fmt: skip
def test_odd_texts(engine: str, text: str, expected: List[str]) -> None:
    assert list(RULES[engine](text)) == expected


def run(database: Scratch, text: str) -> None:
    with database.scripting() as execute:
        for statement in database.statements_of(text):
            execute(statement)


def rows(database: Scratch) -> List[Any]:
    return list(database.stream("SELECT s, n FROM t ORDER BY n, s"))


def test_as_sqlite3_does(tmp_path: Path) -> None:
    with laboratory() as lab:
        ours = lab.scratch(open_database(f"sqlite:///{tmp_path}/like.db"), "ours")
        run(ours, text_of("sqlite"))
        program = shutil.which("sqlite3")
        if program is None:
            pytest.skip("there is no sqlite3")
        theirs = lab.scratch(ours, "theirs")
        file = tmp_path / "text.sql"
        file.write_text(text_of("sqlite"))
        with file.open() as stdin:
            subprocess.run([program, "-bail", theirs.path], stdin=stdin, check=True, timeout=60)  # type: ignore[attr-defined]
        assert rows(ours) == rows(theirs)
        assert ours.read_schema() == theirs.read_schema()
        with pytest.raises(DatabaseError, match="no such table"):
            run(ours, "DELETE FROM t; DELETE FROM nowhere; INSERT INTO t VALUES ('later', 1)")
        assert rows(ours) == []


def test_as_the_servers_program_does(server: Server, tmp_path: Path) -> None:
    with laboratory() as lab:
        ours = lab.scratch(server.database(server.create()), "ours")
        run(ours, text_of(server.engine))
        theirs = lab.scratch(ours, "theirs")
        file = tmp_path / "text.sql"
        file.write_text(text_of(server.engine))
        server.run_file(theirs.name, file)
        assert rows(ours) == rows(theirs)
        assert ours.read_schema() == theirs.read_schema()
        with pytest.raises(DatabaseError, match="nowhere"):
            run(ours, "BEGIN; DELETE FROM t; SELECT * FROM nowhere; COMMIT")
        assert rows(ours) == rows(theirs)


def check_trying(like: Database, lab: Laboratory) -> None:
    """A row that is refused is told why, and the next one goes on; nothing stays."""
    scratch = lab.scratch(like, "trying")
    scratch.execute(["CREATE TABLE t (n INTEGER NOT NULL, s VARCHAR(3), must INTEGER NOT NULL, UNIQUE (n))"])
    with scratch.trying() as insert:
        assert "must" in insert("t", {"n": 1})
        assert insert("t", {"n": 1, "s": "é%s", "must": 1}) == ""
        assert insert("t", {"n": 1, "s": None, "must": 1})
        assert insert("t", {"n": 2, "s": None, "must": 1}) == ""
        assert "nowhere" in insert("nowhere", {"n": 2})
    assert scratch.count_rows()["t"] == 0


def check_that_numbers_come_back(scratch: Scratch, create: List[str], insert: str) -> None:
    """What numbers rows stands where it stood, whether it has given a number or not."""
    scratch.execute(create)
    for before in range(3):
        counters = scratch.counters()
        with scratch.trying() as tried:
            assert [tried("t", {"s": "a"}), tried("t", {"s": "b"})] == ["", ""]
        assert scratch.counters() == counters
        assert scratch.takes_all_back()
        scratch.execute([insert])
        assert list(scratch.stream("SELECT max(n) FROM t")) == [(before + 1,)]


#: A table whose rows number themselves.
NUMBERING = {
    "sqlite": "CREATE TABLE t (n INTEGER PRIMARY KEY AUTOINCREMENT, s TEXT)",
    "postgresql": 'CREATE TABLE t (n serial PRIMARY KEY, s text); CREATE SEQUENCE "Odd"',
    "mysql": "CREATE TABLE t (n INTEGER PRIMARY KEY AUTO_INCREMENT, s TEXT)",
}
INSERT = "INSERT INTO t (s) VALUES ('c')"


def test_numbers_on_sqlite(tmp_path: Path) -> None:
    with laboratory() as lab:
        scratch = lab.scratch(open_database(f"sqlite:///{tmp_path}/like.db"), "numbers")
        check_that_numbers_come_back(scratch, [NUMBERING["sqlite"]], INSERT)


def test_numbers_on_servers(server: Server) -> None:
    with laboratory() as lab:
        scratch = lab.scratch(server.database(server.create()), "numbers")
        check_that_numbers_come_back(scratch, NUMBERING[server.engine].split("; "), INSERT)
        if server.engine == "mysql":
            scratch.execute(["CREATE TABLE at_once (n INTEGER) ENGINE=MyISAM"])
            assert not scratch.takes_all_back()


def test_trying_on_sqlite(tmp_path: Path) -> None:
    with laboratory() as lab:
        check_trying(open_database(f"sqlite:///{tmp_path}/like.db"), lab)


def test_trying_on_servers(server: Server) -> None:
    with laboratory() as lab:
        check_trying(server.database(server.create()), lab)
