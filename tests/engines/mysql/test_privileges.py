"""Privileges belong to names on MySQL: what a rename leaves behind, seen on copies."""

from __future__ import annotations

from typing import Any, Dict, Set, Tuple

import pytest

from kallithea_dbdev.releases import RELEASES
from kallithea_dbdev.schema.model import Schema

from ...conftest import need, use_database
from ...projects import VERSION, Project
from ...servers import Server
from ..lab import laboratory


@pytest.fixture
def server(running: Dict[str, Any]) -> Server:
    return need("mysql", running)


def of(schema: Schema) -> Set[Tuple[Any, ...]]:
    return {(p.object, p.column, p.grantee, p.what) for p in schema.privileges}


def test_a_copy_has_the_privileges_on_the_names_of_its_original(server: Server) -> None:
    name = server.create()
    server.make_user("reader", rights=False)
    reader = "'reader'@'localhost'"
    server.sql(
        name,
        "CREATE TABLE t (a INT, b INT)", "CREATE TABLE u (a INT)", "CREATE VIEW v AS SELECT a FROM t",
        f"GRANT SELECT ON t TO {reader}", f"GRANT UPDATE (b) ON t TO {reader} WITH GRANT OPTION",
        f"GRANT SELECT ON v TO {reader}", f"GRANT SELECT ON u TO {reader}", "DROP TABLE u",
    )  # fmt: skip
    expected = {
        ("t", None, reader, "SELECT WITH GRANT OPTION"), ("t", "b", reader, "UPDATE WITH GRANT OPTION"),
        ("v", None, reader, "SELECT"),
    }  # fmt: skip
    with laboratory() as lab:
        original = server.database(name)
        assert of(original.read_schema()) == expected
        copy = lab.copy(lab.copy(original, "one"), "two")
        assert of(copy.read_schema()) == expected
        copy.execute(["ALTER TABLE t CHANGE b c INT", "DROP VIEW v"])
        assert of(copy.read_schema()) == {("t", None, reader, "SELECT WITH GRANT OPTION")}
        copy.execute(["RENAME TABLE t TO w"])
        assert of(copy.read_schema()) == set()


@pytest.mark.skipif(VERSION != "0.7.0", reason="does not depend on the release")
def test_a_rename_that_leaves_privileges_behind(project: Project, server: Server) -> None:
    name = server.create()
    server.scratch_named(name).execute(RELEASES[0].statements("mysql"))
    server.make_user("reader", rights=False)
    server.sql(
        name,
        "GRANT SELECT ON user_ip_map TO 'reader'@'localhost'",
        "GRANT SELECT (ip_addr, active) ON user_ip_map TO 'reader'@'localhost'",
        "GRANT UPDATE ON gists TO 'reader'@'localhost'",
    )
    use_database(project, server.url(name))
    project.write_script(
        "op.execute('ALTER TABLE user_ip_map CHANGE ip_addr address VARCHAR(255)')\nop.rename_table('gists', 'snippets')",
        "op.rename_table('snippets', 'gists')\nop.execute('ALTER TABLE user_ip_map CHANGE address ip_addr VARCHAR(255)')",
    )
    report = project.verify(status=1)
    lost = {
        (f["table"], f["object"], f["direction"]) for f in report["findings"] if f["code"] == "privilege-lost"
    }
    assert lost == {("user_ip_map", "ip_addr", "upgrade"), ("gists", None, "upgrade")}
