"""Scratch databases that another process finds again."""

from __future__ import annotations

import json
from pathlib import Path

from kallithea_dbdev.engines import address_of, make_lab, open_database, scratch_at
from kallithea_dbdev.engines.database import Scratch
from kallithea_dbdev.workspace import Workspace

from ..servers import Server


def check(scratch: Scratch) -> None:
    found = scratch_at(json.loads(json.dumps(address_of(scratch))))
    with found.handed_over():
        found.execute(["CREATE TABLE a (b INTEGER)"])
    assert scratch.count_rows() == {"a": 0}
    assert type(found) is type(scratch)


def test_a_file(tmp_path: Path) -> None:
    with Workspace() as workspace:
        check(make_lab(open_database(f"sqlite:///{tmp_path}/x.db"), workspace).scratch("a b"))


def test_on_a_server(server: Server) -> None:
    name = server.create()
    if server.engine == "postgresql":
        server.sql(name, "CREATE SCHEMA app", f"ALTER DATABASE {name} SET search_path = app, public")
    with Workspace() as workspace:
        scratch = make_lab(server.database(name), workspace).scratch("x")
        check(scratch)
        if server.engine == "postgresql":
            assert [
                tuple(r.values())
                for r in scratch.rows("SELECT schemaname FROM pg_tables WHERE tablename = 'a'")
            ] == [("app",)]
