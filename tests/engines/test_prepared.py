"""Transactions that outlive their session, and what holds a scratch database back from being removed."""

from __future__ import annotations

import dataclasses
from contextlib import ExitStack
from typing import Any, Dict

import pytest

from kallithea_dbdev.engines import make_lab
from kallithea_dbdev.engines.mysql import server as mysql
from kallithea_dbdev.engines.private import server as private
from kallithea_dbdev.errors import DatabaseError
from kallithea_dbdev.workspace import Workspace

from ..conftest import need
from ..servers import Server, start_private


def test_a_scratch_database_goes_with_its_prepared_transactions(monkeypatch: pytest.MonkeyPatch) -> None:
    if private._find_postgresql() is None:
        pytest.skip("no PostgreSQL on this machine")
    recipe = private._RECIPES["postgresql"]
    more = ["-c", "max_prepared_transactions=5"]
    patched = dataclasses.replace(recipe, run=lambda *places: [*recipe.run(*places), *more])
    monkeypatch.setitem(private._RECIPES, "postgresql", patched)
    with ExitStack() as stack:
        server = start_private("postgresql", stack)
        name = server.create()
        mine = server.sql(
            name, "CREATE TABLE t (a INT)", "BEGIN", "INSERT INTO t VALUES (1)", "PREPARE TRANSACTION 'a''b%'"
        )
        assert mine == []
        with Workspace() as workspace:
            copy = make_lab(server.database(name), workspace).scratch("x")
            server.sql(
                copy.name, "CREATE TABLE t (a INT)", "BEGIN", "LOCK TABLE t", "PREPARE TRANSACTION 'c''d%'"
            )
        assert server.scratch() == []
        assert server.admin_sql("SELECT gid FROM pg_prepared_xacts") == [("a'b%",)]


def test_what_cannot_be_dropped_keeps_its_mark(
    running: Dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    server: Server = need("mysql", running)
    name = server.create()
    monkeypatch.setattr(mysql, "LOCK_SECONDS", 1)
    with Workspace() as workspace:
        copy = make_lab(server.database(name), workspace).scratch("x")
        server.sql(
            copy.name, "CREATE TABLE a (a INT) ENGINE=InnoDB", "CREATE TABLE z (a INT) ENGINE=InnoDB",
            "XA START 'mine'", "INSERT INTO z VALUES (1)", "XA END 'mine'", "XA PREPARE 'mine'",
        )  # fmt: skip
        try:
            with pytest.raises(DatabaseError, match="locked by another session"):
                copy._drop()
            assert copy.name in server.scratch() and copy.read_mark()
        finally:
            server.admin_sql("XA ROLLBACK 'mine'")
    assert server.scratch() == []
