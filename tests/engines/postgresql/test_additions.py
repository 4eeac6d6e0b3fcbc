"""What a PostgreSQL database has of kinds that no models know: read as it is, and in each kind of copy."""

from __future__ import annotations

from typing import Any, Dict

import pytest

from kallithea_dbdev.engines.postgresql.dump import dump_into
from kallithea_dbdev.schema.compare import compare
from kallithea_dbdev.schema.model import Addition, Schema

from ...conftest import need
from ...servers import Server
from ..lab import laboratory


@pytest.fixture
def server(running: Dict[str, Any]) -> Server:
    return need("postgresql", running)


SETUP = (
    "CREATE TABLE t (a INT, b INT, c TEXT)", "CREATE SCHEMA app", "CREATE TABLE app.v (a INT)",
    "CREATE STATISTICS st (dependencies) ON a, b FROM t",
    "CREATE PUBLICATION p FOR TABLE t, app.v WITH (publish = 'insert')", "CREATE PUBLICATION everything FOR ALL TABLES",
    "CREATE COLLATION co FROM \"C\"", "CREATE TYPE comp AS (a INT)",
    "CREATE FUNCTION f(comp) RETURNS TEXT LANGUAGE sql AS 'SELECT 1::text'",
    "CREATE CAST (comp AS TEXT) WITH FUNCTION f(comp)", "CREATE DOMAIN small AS INT NOT NULL CHECK (VALUE < 9)",
    "CREATE TEXT SEARCH DICTIONARY app.td (TEMPLATE = simple)", "CREATE TEXT SEARCH CONFIGURATION tc (PARSER = \"default\")",
    "ALTER TEXT SEARCH CONFIGURATION tc ADD MAPPING FOR word, int WITH app.td, simple",
    "CREATE AGGREGATE plus(INT) (SFUNC = int4pl, STYPE = INT)",
    # what is read as what it is
    "CREATE TYPE mood AS ENUM ('good')", "CREATE TYPE span AS RANGE (SUBTYPE = INT)", "CREATE SEQUENCE s",
)  # fmt: skip
EXPECTED = (
    Addition("aggregate plus(integer)", "int4pl"),
    Addition("cast (public.comp AS pg_catalog.text)", "f(comp) e f"),
    Addition("collation co", "provider c C"),
    Addition("publication everything", "FOR ALL TABLES insert update delete truncate"),
    Addition("publication p", "insert"),
    Addition("publication p of app.v", "", "app.v"),
    Addition("publication p of t", "", "t"),
    Addition("statistics object st", "CREATE STATISTICS public.st (dependencies) ON a, b FROM t", "t", ("a", "b")),
    Addition("text search configuration tc", "int: app.td, simple; word: app.td, simple"),
    Addition("text search dictionary app.td", "simple"),
    Addition("type comp", "a integer"),
    Addition("type small", "integer NOT NULL CHECK ((VALUE < 9))"),
)  # fmt: skip


def test_they_are_read_and_those_of_each_kind_of_copy(server: Server) -> None:
    name, dumped = server.create(), server.create()
    server.sql(name, *SETUP)
    database = server.database(name)
    dump_into(database.server, name, database.server, dumped, name, owned=True)
    with laboratory() as lab:
        for found in (database, lab.copy(database, "copy"), server.database(dumped)):
            schema = found.read_schema()
            assert schema.additions == EXPECTED
            # They are the site's own affair.
            assert compare(schema, Schema(**{**vars(schema), "additions": ()})) == ()


def test_a_part_of_a_table_in_a_publication(server: Server) -> None:
    name = server.create()
    if server.database(name).product() < "PostgreSQL 15":
        pytest.skip("publications are of whole tables there")
    server.sql(
        name, SETUP[0], "CREATE TABLE g (a INT, b INT GENERATED ALWAYS AS (a) STORED)",
        "CREATE PUBLICATION p FOR TABLE t (a, c) WHERE (a > 1), g", "CREATE SCHEMA app", "CREATE TABLE app.v (a INT)",
        "CREATE PUBLICATION q FOR TABLES IN SCHEMA app",
    )  # fmt: skip
    found = {a.name: a.definition for a in server.database(name).read_schema().additions if a.table}
    assert found == {
        "publication p of t": '["a", "c"] WHERE (a > 1)',
        "publication p of g": "",
        "publication q of app.v": "",
    }
