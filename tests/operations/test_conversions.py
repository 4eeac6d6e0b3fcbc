"""How values of one type become those of another where the engine does not do it by itself."""

from __future__ import annotations

import sqlite3
from typing import Any, Dict, Iterator, Optional

import pytest

from kallithea_dbdev.engines import make_lab
from kallithea_dbdev.operations.conversions import is_guessed, on_mysql, on_sqlite, using
from kallithea_dbdev.operations.neutral import neutral
from kallithea_dbdev.schema.model import BOOLEAN, BYTES, NUMBER, TEXT, TIME, Column
from kallithea_dbdev.workspace import Workspace

from ..conftest import need

KINDS: Dict[str, Optional[str]] = {
    "integer": NUMBER, "numeric": NUMBER, "double precision": NUMBER, "boolean": BOOLEAN, "bytea": BYTES,
    "text": TEXT, "date": TIME, "timestamp without time zone": TIME, "timestamp with time zone": TIME,
    "time without time zone": TIME, "time with time zone": TIME, "interval": TIME, "json": None, "jsonb": None, "uuid": None, "inet": None,
    "integer[]": None, "mood": TEXT,
}  # fmt: skip
#: What PostgreSQL itself is asked for.
MORE = ("cidr", "macaddr", "macaddr8", "money", "bit(4)", "bit varying(4)", "tsvector", "tsquery", "int4range",
        "tsrange", "oid", "point", "xml", "text[]", '"char"')  # fmt: skip


def column(type_: str, name: str = "c") -> Column:
    return Column(name, type_, True, kind=KINDS.get(type_))


@pytest.fixture
def workspace() -> Iterator[Workspace]:
    with Workspace() as found:
        yield found


def test_postgresql_takes_every_change_of_type(running: Any, workspace: Workspace) -> None:
    """Of a table without rows, whatever the types; and each of them has a value for rows that are there."""
    server = need("postgresql", running)
    database = server.database(server.create())
    pairs = [(before, after) for before in KINDS for after in KINDS if before != after]
    columns, changes = [], []
    for number, (before, after) in enumerate(pairs):
        how = using(column(before, f"c{number}"), column(after, f"c{number}"))
        columns.append(f"c{number} {before}")
        changes.append(f"ALTER COLUMN c{number} TYPE {after}{f' USING {how}' if how else ''}")
    scratch = make_lab(database, workspace).scratch("types")
    filled = [
        f"ALTER TABLE filled ADD COLUMN f{number} {type_} NOT NULL DEFAULT {neutral(column(type_))}"
        for number, type_ in enumerate((*KINDS, *MORE))
        if type_ not in ("mood", "boolean")
    ]
    scratch.execute(
        [
            "CREATE TYPE mood AS ENUM ('a', 'b')",
            f"CREATE TABLE changed ({', '.join(columns)})",
            f"ALTER TABLE changed {', '.join(changes)}",
            "CREATE TABLE filled (id integer)",
            "INSERT INTO filled VALUES (1)",
            *filled,
        ]
    )


@pytest.mark.parametrize(
    ("before", "after", "how"),
    [
        ("integer", "timestamp without time zone", "to_timestamp(c) AT TIME ZONE 'UTC'"),
        ("integer", "timestamp with time zone", "to_timestamp(c)"),
        (
            "double precision",
            "timestamp with time zone",
            "to_timestamp(GREATEST(LEAST(c, 253402300799), -62135596800))",
        ),
        ("integer", "date", "(to_timestamp(c) AT TIME ZONE 'UTC')::date"),
        ("integer", "interval", "c * INTERVAL '1 second'"),
        ("interval", "integer", "EXTRACT(EPOCH FROM c)::integer"),
        ("interval", "date", "(TIMESTAMP '1970-01-01 00:00:00' + c)::date"),
        ("date", "interval", "c::timestamp - TIMESTAMP '1970-01-01 00:00:00'"),
        ("bytea", "integer", "convert_from(c, 'UTF8')::integer"),
        ("bytea", "mood", "convert_from(c, 'UTF8')::mood"),
        ("boolean", "bytea", "convert_to(c::integer::text, 'UTF8')"),
        ("boolean", "date", "c::text::date"),
        ("uuid", "integer", "c::text::integer"),
        ("json", "jsonb", "c::jsonb"),
        ("jsonb", "text", "c::text"),
        ("integer", "numeric", None),
    ],
)
def test_using(before: str, after: str, how: Optional[str]) -> None:
    assert using(column(before), column(after)) == how


def of_sqlite(type_: str) -> Column:
    number = type_ in ("INTEGER", "BIGINT", "FLOAT")
    return Column("c", type_, True, kind=NUMBER if number else TIME)


@pytest.mark.parametrize(
    ("before", "after", "value", "result"),
    [
        ("FLOAT", "DATETIME", 1600000000.123456, "2020-09-13 12:26:40.123456"),
        ("INTEGER", "TIMESTAMP", -1, "1969-12-31 23:59:59.000000"),
        ("INTEGER", "DATE", 1600000000, "2020-09-13"),
        ("FLOAT", "TIME", 3661.5, "01:01:01.500000"),
        ("DATETIME", "FLOAT", "2020-09-13 12:26:40.123456", 1600000000.123456),
        ("DATETIME", "INTEGER", "2020-09-13 12:26:40.123456", 1600000000),
        ("DATE", "FLOAT", "2020-09-13", 1599955200.0),
        ("TIME", "FLOAT", "01:01:01.500000", 3661.5),
        ("TIME", "INTEGER", "01:01:01.500000", 3661),
        ("DATE", "DATETIME", "2020-09-13", "2020-09-13 00:00:00.000000"),
        ("FLOAT", "DATETIME", 1e15, "9999-12-31 23:59:59.000000"),
        ("BIGINT", "DATE", -(2**63), "0001-01-01"),
        ("FLOAT", "DATETIME", None, None),
        ("DATETIME", "FLOAT", None, None),
    ],
)
def test_a_value_on_sqlite(before: str, after: str, value: object, result: object) -> None:
    """As SQLAlchemy writes it, and nothing of it is lost."""
    sql = on_sqlite(of_sqlite(before), of_sqlite(after))
    ((found,),) = sqlite3.connect(":memory:").execute(f"SELECT {sql} FROM (SELECT ? AS c)", (value,))
    assert found == result


@pytest.mark.parametrize(
    ("before", "after", "sql"),
    [
        ("int(11)", "datetime", "TIMESTAMP '1970-01-01 00:00:00' + INTERVAL CAST(c AS DECIMAL(65, 6)) SECOND"),
        ("int(11)", "date", "DATE(TIMESTAMP '1970-01-01 00:00:00' + INTERVAL CAST(c AS DECIMAL(65, 6)) SECOND)"),
        ("datetime(6)", "double", "TIMESTAMPDIFF(MICROSECOND, '1970-01-01', c) * 0.000001"),
        ("date", "bigint(20)", "TIMESTAMPDIFF(SECOND, '1970-01-01', c)"),
        ("time", "double", "TIME_TO_SEC(c)"),
    ],
)  # fmt: skip
def test_on_mysql(before: str, after: str, sql: str) -> None:
    kinds = [TIME if type_.startswith(("date", "time")) else NUMBER for type_ in (before, after)]
    one, other = (Column("c", type_, True, kind=kind) for type_, kind in zip((before, after), kinds))
    assert is_guessed(one, other)
    assert on_mysql(one, other) == sql
