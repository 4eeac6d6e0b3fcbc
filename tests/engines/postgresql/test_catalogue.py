"""What a live PostgreSQL database is, by its catalogue."""

from __future__ import annotations

from typing import Any, Dict, Iterator, Optional

import pytest

from kallithea_dbdev.engines import open_database
from kallithea_dbdev.engines.database import Database
from kallithea_dbdev.schema.model import Schema

from ...conftest import need
from ...servers import Server
from .. import reading

SETUP = (
    "CREATE SCHEMA app", 'CREATE SCHEMA "x.y"',
    "CREATE TYPE print_kind AS ENUM ('ink')", "CREATE TYPE \"Print Kind\" AS ENUM ('ink')",
    "CREATE TYPE pair AS (a integer)",
    "CREATE DOMAIN pointless AS varchar(7)", "CREATE DOMAIN printer AS integer", "CREATE DOMAIN twice AS printer",
    "CREATE DOMAIN mandate AS numeric(4, 2)", "CREATE DOMAIN texts AS text[]",
    'CREATE TABLE users (id serial PRIMARY KEY, "a.b" integer)',
    'CREATE TABLE "app.users" (id integer GENERATED ALWAYS AS IDENTITY)',
    "CREATE TABLE app.users (id serial)", 'CREATE TABLE app."a.b" (x text)', 'CREATE TABLE "x.y"."say ""so""" (id serial)',
    "CREATE INDEX ix ON users (id)", "CREATE INDEX ix ON app.users (id)",
    "CREATE VIEW v AS SELECT 1 AS x", "CREATE VIEW app.v AS SELECT 2 AS x",
    "CREATE FUNCTION f(integer) RETURNS integer LANGUAGE sql AS 'SELECT 1'",
    "CREATE FUNCTION f(text) RETURNS integer LANGUAGE sql AS 'SELECT 1'",
    "CREATE FUNCTION app.f(text) RETURNS integer LANGUAGE sql AS 'SELECT 1'",
    'CREATE SEQUENCE "s.q"', "CREATE SEQUENCE app.s",
    "INSERT INTO users (id) VALUES (7)", "INSERT INTO app.users DEFAULT VALUES", 'INSERT INTO app."a.b" VALUES (\'x\'), (NULL)',
)  # fmt: skip

#: Type -> kind, length and what it is made of.
KINDS: "Dict[str, tuple[Optional[str], Optional[int], str]]" = {
    "integer": ("number", None, ""), "bigint": ("number", None, ""), "numeric(4,2)": ("number", None, ""),
    "real": ("number", None, ""), "double precision": ("number", None, ""), "smallint": ("number", None, ""),
    "money": (None, None, ""), "oid": (None, None, ""), "regclass": (None, None, ""),
    "character varying(9)": ("text", 9, ""), "character(3)": ("text", 3, ""), "text": ("text", None, ""),
    "character varying": ("text", None, ""), "name": ("text", None, ""),
    "boolean": ("boolean", None, ""), "bytea": ("bytes", None, ""), "date": ("time", None, ""),
    "timestamp(3) without time zone": ("time", None, ""), "time with time zone": ("time", None, ""),
    "interval": ("time", None, ""), "point": (None, None, ""), "int4range": (None, None, ""),
    "integer[]": (None, None, ""), "character varying(9)[]": (None, None, ""), "jsonb": (None, None, ""),
    "uuid": (None, None, ""), "inet": (None, None, ""), "pair": (None, None, ""), "bit(4)": (None, None, ""),
    "print_kind": ("text", None, ""), '"Print Kind"': ("text", None, ""), "print_kind[]": (None, None, ""),
    "pointless": ("text", 7, "character varying(7)"), "printer": ("number", None, "integer"),
    "twice": ("number", None, "integer"), "mandate": ("number", None, "numeric(4,2)"),
    "texts": (None, None, "text[]"),
}  # fmt: skip


@pytest.fixture(scope="module")
def place(running: Dict[str, Any]) -> "Iterator[tuple[Server, str]]":
    server = need("postgresql", running)
    name = server.new_name()
    server.admin_sql(f"CREATE DATABASE {name}")
    columns = ", ".join(f"c{number} {kind}" for number, kind in enumerate(KINDS))
    server.sql(name, *SETUP, f"CREATE TABLE kinds ({columns})")
    yield server, name
    server.drop(name)


def database(place: "tuple[Server, str]", search_path: str = "") -> Database:
    server, name = place
    url = server.url(name)
    return open_database(f"{url}&options=-csearch_path%3D{search_path}" if search_path else url)


def names(schema: Schema) -> "Dict[str, list[str]]":
    return {
        "tables": sorted(
            table.name for table in schema.tables if table.name not in ("kinds", "public.kinds")
        ),
        "views": [view.name for view in schema.views],
        "routines": [routine.name for routine in schema.routines],
        "sequences": sorted(s.name for s in schema.sequences if s.owner is None),
        "enums": [enum.name for enum in schema.enums],
    }


def test_kinds_come_from_the_catalogue(place: "tuple[Server, str]") -> None:
    table = database(place).read_schema().table("kinds")
    assert table is not None
    found = {kind: (c.kind, c.length, c.base) for kind, c in zip(KINDS, table.columns)}
    assert found == KINDS


def test_names_in_the_usual_schema(place: "tuple[Server, str]") -> None:
    like = database(place)
    schema = like.read_schema()
    assert names(schema) == {
        "tables": ['"app.users"', '"x.y"."say ""so"""', 'app."a.b"', "app.users", "users"],
        "views": ["app.v", "v"],
        "routines": ["app.f(text)", "f(integer)", "f(text)"],
        "sequences": ['"s.q"', "app.s"],
        "enums": ["Print Kind", "print_kind"],
    }
    owners = {s.owner: s.owner_table for s in schema.sequences if s.owner}
    assert owners == {
        "users.id": "users", '"app.users".id': '"app.users"', "app.users.id": "app.users",
        '"x.y"."say ""so""".id': '"x.y"."say ""so"""',
    }  # fmt: skip
    counts = like.count_rows()
    assert (counts["users"], counts["app.users"], counts['"app.users"'], counts['app."a.b"']) == (1, 1, 0, 2)
    assert counts.keys() == {table.name for table in schema.tables}
    assert {c.table for c in like.counters().values()} == set(owners.values())
    assert like.counters()["users.id"].highest == 7
    for table in schema.tables:
        assert list(like.stream(f"SELECT count(*) FROM {like.table(table.name)}")) == [(counts[table.name],)]


def test_names_where_another_schema_is_the_current_one(place: "tuple[Server, str]") -> None:
    like = database(place, "app,public")
    schema = like.read_schema()
    assert names(schema) == {
        "tables": ['"a.b"', '"x.y"."say ""so"""', 'public."app.users"', "public.users", "users"],
        "views": ["public.v", "v"],
        "routines": ["f(text)", "public.f(integer)", "public.f(text)"],
        "sequences": ['public."s.q"', "s"],
        "enums": ["public.Print Kind", "public.print_kind"],
    }
    counts = like.count_rows()
    assert (counts["users"], counts["public.users"], counts['"a.b"']) == (1, 1, 2)
    assert like.counters()["public.users.id"].highest == 7
    assert like.counters()["users.id"].highest == 1
    users = schema.table("users")
    assert users is not None
    assert [index.name for index in users.indexes] == ["ix"]


def test_names_where_there_is_no_current_schema(place: "tuple[Server, str]") -> None:
    like = database(place, "nowhere")
    schema = like.read_schema()
    assert {"public.users", "app.users"} < {table.name for table in schema.tables}
    assert like.count_rows()["public.users"] == 1


def test_a_default_of_nothing_is_none(running: Dict[str, Any]) -> None:
    server: Server = need("postgresql", running)
    made = "CREATE TABLE t (a int DEFAULT NULL, b varchar(9) DEFAULT NULL, c numeric(5, 2) DEFAULT NULL, d text DEFAULT 'NULL')"
    columns = reading.table(reading.schema_after(server, [made]), "t").columns
    assert [column.default for column in columns] == [None, None, None, "'NULL'::text"]
