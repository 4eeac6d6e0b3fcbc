"""Owners and privileges of a PostgreSQL database: read as they are, and in each kind of copy."""

from __future__ import annotations

from typing import Any, Dict, Set

import pytest

from kallithea_dbdev.schema.compare import compare
from kallithea_dbdev.schema.model import Schema

from ...conftest import need
from ...servers import Server
from ..lab import laboratory


@pytest.fixture
def server(running: Dict[str, Any]) -> Server:
    return need("postgresql", running)


def owners(schema: Schema) -> Dict[str, str]:
    return {owner.object: owner.name for owner in schema.owners}


def privileges(schema: Schema) -> Set[str]:
    return {f"{p.grantee} {p.what} {p.object} {p.column or ''}".strip() for p in schema.privileges}


EXPECTED = {
    "pg_monitor SELECT t", "PUBLIC UPDATE t a", "PUBLIC SELECT v",
    "pg_monitor USAGE t_id_seq", "PUBLIC EXECUTE f(a integer)", "pg_monitor INSERT app.odd table",
}  # fmt: skip


@pytest.mark.parametrize("in_use", [False, True], ids=["template", "dump"])
def test_owners_and_privileges_and_those_of_a_copy(server: Server, in_use: bool) -> None:
    name = server.create()
    server.sql(
        name,
        "CREATE TABLE t (id SERIAL PRIMARY KEY, a INT)", "CREATE VIEW v AS SELECT a FROM t", "CREATE SCHEMA app",
        'CREATE TABLE app."odd table" (a INT)', "CREATE FUNCTION f(a INT) RETURNS INT LANGUAGE sql AS 'SELECT 1'",
        "CREATE FUNCTION g() RETURNS INT LANGUAGE sql AS 'SELECT 1'", "REVOKE EXECUTE ON FUNCTION g() FROM PUBLIC",
        "GRANT SELECT ON t TO pg_monitor", "GRANT UPDATE (a) ON t TO PUBLIC", "GRANT USAGE ON t_id_seq TO pg_monitor",
        'GRANT INSERT ON app."odd table" TO pg_monitor', "ALTER VIEW v OWNER TO pg_monitor",
        "GRANT SELECT ON v TO PUBLIC",
    )  # fmt: skip
    database = server.database(name)
    with laboratory() as lab, database.server.session(name if in_use else "postgres"):
        for found in (database, lab.copy(database, "copy")):
            schema = found.read_schema()
            assert privileges(schema) == EXPECTED
            assert {name: owner for name, owner in owners(schema).items() if owner == "pg_monitor"} == {
                "v": "pg_monitor"
            }
            assert owners(schema).keys() == {"t", "t_id_seq", "v", "f(a integer)", "g()", "app.odd table"}
            # They are the site's own affair.
            assert compare(schema, Schema(**{**vars(schema), "owners": (), "privileges": ()})) == ()
