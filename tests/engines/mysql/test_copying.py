"""What a copy has, whatever its server would take, and what it has not."""

from __future__ import annotations

from typing import Any, Dict

import pytest

from ...conftest import need
from ...servers import Server
from ..lab import laboratory


def test_rows_from_where_no_check_is_looked_at(running: Dict[str, Any]) -> None:
    server: Server = need("mysql", running)
    if not server.knows("Aria"):
        pytest.skip("only MariaDB can be told not to look")
    name = server.create()
    server.sql(
        name,
        "CREATE TABLE t (a INT, CONSTRAINT ck CHECK (a > 0))",
        "SET check_constraint_checks = 0", "INSERT INTO t VALUES (-1)",
    )  # fmt: skip
    with laboratory() as lab:
        copy = lab.copy(server.database(name), "copy")
        assert list(copy.stream("SELECT a FROM t")) == [(-1,)]


def test_a_routine_that_runs_what_nobody_can_read_beforehand(running: Dict[str, Any]) -> None:
    server: Server = need("mysql", running)
    other, remarks = server.copied(
        "CREATE PROCEDURE run_it(q TEXT) BEGIN SET @q = q; PREPARE s FROM @q; EXECUTE s; END",
        "CREATE PROCEDURE calls_it() CALL run_it('DO 1')",
        "CREATE PROCEDURE plain() BEGIN PREPARE s FROM 'DO 1'; EXECUTE s; END",
    )
    why = "what its PREPARE runs is known only when it runs, and may be in another database"
    assert remarks == [
        f"run_it was not copied: {why}",
        "calls_it was not copied: it uses run_it, which was not copied",
    ]
    assert server.sql(other, "CALL plain()") == []


def test_what_works_on_the_whole_server(running: Dict[str, Any]) -> None:
    server: Server = need("mysql", running)
    _, remarks = server.copied(
        "CREATE TABLE t (a INT)",
        "CREATE PROCEDURE clean() DROP DATABASE IF EXISTS nowhere",
        "CREATE TRIGGER tg BEFORE INSERT ON t FOR EACH ROW BEGIN SET GLOBAL max_error_count = 66; END",
        "CREATE TRIGGER says BEFORE UPDATE ON t FOR EACH ROW SET @said = 'drop database nowhere'",
    )
    assert remarks == [
        "clean was not copied: it runs DROP DATABASE, which reaches beyond the database",
        "trigger tg of t was not copied: it runs SET GLOBAL, which reaches beyond the database",
    ]
