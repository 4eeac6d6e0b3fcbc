"""What is granted on schemas, and on what will be made in them."""

from __future__ import annotations

from typing import Any, Dict

from kallithea_dbdev.schema.model import Namespace, Schema

from ...conftest import need
from ...servers import Server
from ..lab import laboratory

GRANTED = {
    "pg_monitor CREATE", "pg_monitor SELECT on new tables of {owner}", "PUBLIC USAGE on new types of {owner}",
}  # fmt: skip


def told(schema: Schema) -> Dict[str, Namespace]:
    return {namespace.name: namespace for namespace in schema.namespaces}


def test_schemas_and_those_of_a_copy(running: Dict[str, Any]) -> None:
    server: Server = need("postgresql", running)
    name = server.create()
    server.sql(
        name,
        "CREATE SCHEMA app", "GRANT CREATE ON SCHEMA app TO pg_monitor", "CREATE SCHEMA other",
        "ALTER DEFAULT PRIVILEGES IN SCHEMA app GRANT SELECT ON TABLES TO pg_monitor",
        "ALTER DEFAULT PRIVILEGES IN SCHEMA app GRANT USAGE ON TYPES TO PUBLIC",
        "ALTER SCHEMA other OWNER TO pg_monitor",
    )  # fmt: skip
    database = server.database(name)
    with laboratory() as lab:
        for found in (database, lab.copy(database, "copy")):
            namespaces = told(found.read_schema())
            assert namespaces.keys() == {"public", "app", "other"}
            app, owner = namespaces["app"], server.admin.username
            privileges = {f"{p.grantee} {p.what}" for p in app.privileges}
            assert privileges == {text.format(owner=owner) for text in GRANTED}
            assert {p.object for p in app.privileges} == {"schema app"}
            assert (namespaces["other"].owner, namespaces["other"].privileges) == ("pg_monitor", ())
            assert not any("pg_monitor" in p.grantee for p in namespaces["public"].privileges)
