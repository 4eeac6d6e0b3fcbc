"""One changed value of every type there is, on real databases: told, whatever the driver makes of it."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import Any, Dict, Iterator, List, Tuple

import pytest

from kallithea_dbdev.engines import make_lab, open_database
from kallithea_dbdev.engines.database import Database
from kallithea_dbdev.rows.changes import Side
from kallithea_dbdev.rows.comparison import compare_rows
from kallithea_dbdev.schema.model import Schema
from kallithea_dbdev.workspace import Workspace

from ..conftest import need
from ..projects import VERSION

pytestmark = pytest.mark.skipif(VERSION != "0.7.0", reason="does not depend on the release")

#: Type, the value before and the one after, as SQL.
Case = Tuple[str, str, str]

POSTGRESQL_SETUP = (
    "CREATE TYPE print_kind AS ENUM ('laser', 'ink')",
    "CREATE TYPE pair AS (a integer, b text)",
    "CREATE DOMAIN pointless AS text",
    "CREATE DOMAIN printer AS integer CHECK (VALUE > 0)",
)
POSTGRESQL: List[Case] = [
    ("jsonb", """'{"a": [1, null]}'""", """'{"a": [2, null]}'"""),
    ("json", """'{"a": 1}'""", """'{"a":1}'"""),
    ("integer[]", "'{1,2}'", "'{2,1}'"),
    ("text[]", "'{a,NULL}'", "'{a,\"NULL\"}'"),
    ("uuid", "'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'", "'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a12'"),
    ("inet", "'10.0.0.1/24'", "'10.0.0.2/24'"),
    ("interval", "'1 day'", "'1 month 1 day'"),
    ("interval", "'200000000 days'", "'177000000 years'"),
    ("int4range", "'[1,5)'", "'[1,6)'"),
    ("tstzrange", "'[2020-01-01,infinity)'", "'[2020-01-02,infinity)'"),
    ("bytea", "'\\x00ff'", "'\\x00fe'"),
    ("numeric", "1", "'NaN'"),
    ("numeric(30,10)", "'12345678901234567890.0000000001'", "'12345678901234567890.0000000002'"),
    ("double precision", "1e300", "'Infinity'"),
    ("double precision", "0.1", "0.1::float8 + 1e-17 + 2e-17"),
    ("date", "'2020-01-01'", "'infinity'"),
    ("timestamp", "'2020-01-01'", "'-infinity'"),
    ("date", "'0044-03-15 BC'", "'0044-03-16 BC'"),
    ("timestamp", "'0044-03-15 10:00 BC'", "'20044-03-15 10:00'"),
    ("timestamptz", "'2020-01-01 00:00:00.1+00'", "'0044-03-15 10:00 BC'"),
    ("time with time zone", "'12:00:00+02'", "'12:00:00+03'"),
    ("time", "'12:00:00'", "'24:00:00'"),
    ("xml", "'<a/>'", "'<a></a>'"),
    ("pair", "ROW(1, 'x')", "ROW(1, 'y')"),
    ("print_kind", "'laser'", "'ink'"),
    ("print_kind[]", "'{laser}'", "'{ink}'"),
    ("pointless", "'x'", "'X'"),
    ("printer", "1", "2"),
    ("money", "'1.00'", "'-1.00'"),
    ("tsvector", "'a b'", "'a c'"),
    ("bit(4)", "B'1010'", "B'1011'"),
    ("bit varying", "B'1'", "B'01'"),
    ("point", "'(1,2)'", "'(1,3)'"),
    ("polygon", "'((0,0),(1,1),(1,0))'", "'((0,0),(1,2),(1,0))'"),
    ("box", "'(1,1),(0,0)'", "'(2,1),(0,0)'"),
    ("char(4)", "'a'", "'A'"),
    ('"char"', "'a'", "'b'"),
    ("name", "'a'", "'b'"),
    ("oid", "1", "4000000000"),
    ("pg_lsn", "'0/1'", "'0/2'"),
    ("macaddr", "'08:00:2b:01:02:03'", "'08:00:2b:01:02:04'"),
    ("boolean", "true", "false"),
]
MYSQL: List[Case] = [
    ("json", """'{"a": 1}'""", """'{"a": 2}'"""),
    ("bit(9)", "b'100000001'", "b'100000000'"),
    ("bit(1)", "b'1'", "b'0'"),
    ("set('a', 'b')", "'a'", "'a,b'"),
    ("set('a', 'b')", "''", "NULL"),
    ("enum('print', 'point')", "'print'", "'point'"),
    ("year", "2020", "0"),
    ("date", "'0000-00-00'", "NULL"),
    ("date", "NULL", "'0000-00-00'"),
    ("datetime", "'0000-00-00 00:00:00'", "'2020-00-00 00:00:00'"),
    ("datetime(3)", "'2020-01-01 00:00:00.100'", "'2020-01-01 00:00:00.101'"),
    ("timestamp NULL", "'2020-01-01 00:00:00'", "'0000-00-00 00:00:00'"),
    ("time", "'800:00:01'", "'-800:00:01'"),
    ("time(6)", "'00:00:00.000001'", "'00:00:00.000002'"),
    ("point", "ST_GeomFromText('POINT(1 2)')", "ST_GeomFromText('POINT(1 3)')"),
    ("geometry", "ST_GeomFromText('POINT(1 2)')", "ST_GeomFromText('LINESTRING(1 2, 3 4)')"),
    ("char(4)", "'a'", "'A'"),
    ("char(4)", "'e'", "'\u00e9'"),
    ("varchar(9)", "'a'", "'a '"),
    ("text", "'a'", "'a '"),
    ("binary(3)", "'a'", "'b'"),
    ("varbinary(9)", "x'00ff'", "x'00fe'"),
    ("blob", "x'00ff'", "x'00ff00'"),
    ("float", "0.1", "0.10000001"),
    ("double", "0.1", "0.1e0 + 3e-17"),
    ("decimal(30,10)", "12345678901234567890.0000000001", "12345678901234567890.0000000002"),
    ("bigint unsigned", "18446744073709551615", "18446744073709551614"),
    ("tinyint(1)", "1", "2"),
    ("varchar(9) character set latin1", "'e'", "'\u00e9'"),
]
SQLITE: List[Case] = [
    (kind, before, after)
    for kind in ("INTEGER", "VARCHAR(9)", "NUMERIC(8, 2)", "REAL", "BLOB", "DATETIME", "BOOLEAN", "JSON", "")
    for before, after in (
        ("1", "x'31'"),
        ("'a'", "'A'"),
        ("'a'", "'a '"),
        ("x'ff'", "CAST(x'ff' AS TEXT)"),
        ("CAST(x'ff' AS TEXT)", "CAST(x'fe' AS TEXT)"),
        ("9e999", "-9e999"),
        ("9223372036854775807", "9223372036854775806"),
        ("NULL", "''"),
        ("''", "x''"),
        ("CAST(x'410042' AS TEXT)", "CAST(x'410043' AS TEXT)"),
        ("0.1", "0.1 + 0.2 - 0.2 + 3e-17"),
        ("1e300", "1.0000000000000002e300"),
    )
]
CASES = {"sqlite": SQLITE, "postgresql": POSTGRESQL, "mysql": MYSQL}


@contextmanager
def sides(
    like: Database, cases: List[Case], setup: Tuple[str, ...], key: bool
) -> Iterator[Tuple[Side, Side]]:
    """A table for each case, before and after."""
    mode = ("SET sql_mode = ''",) if like.engine == "mysql" else ()
    with Workspace() as workspace:
        lab = make_lab(like, workspace)
        before = lab.scratch("before")
        tables = [*mode, *setup]
        for number, (kind, old, _) in enumerate(cases):
            identity = "id INTEGER PRIMARY KEY, " if key else "id INTEGER, "
            tables += [
                f"CREATE TABLE t{number} ({identity}v {kind})",
                f"INSERT INTO t{number} VALUES (1, {old}), (2, {old}), (3, NULL)",
            ]
        before.execute(tables)
        after = lab.copy(before, "after")
        changes = [f"UPDATE t{number} SET v = {new} WHERE id = 2" for number, (*_, new) in enumerate(cases)]
        after.execute([*mode, *changes])
        yield Side(before, before.read_schema()), Side(after, after.read_schema())


@pytest.fixture(params=[*CASES, "mysql+pymysql"])
def like(request: Any, running: Dict[str, Any], tmp_path: Path) -> Database:
    """Where scratch databases can be made, on each engine."""
    if request.param == "sqlite":
        return open_database(f"sqlite:///{tmp_path}/like.db")
    server = need(request.param.partition("+")[0], running)
    return open_database(server.url("like", driver=request.param if "+" in request.param else None))


def only(side: Side, table: str) -> Side:
    return Side(side.database, Schema((side.schema.table(table),)))


@pytest.mark.parametrize("key", [True, False])
def test_one_changed_value_of_every_type(like: Database, key: bool) -> None:
    cases = CASES[like.engine]
    setup = POSTGRESQL_SETUP if like.engine == "postgresql" else ()
    wrong = []
    with sides(like, cases, setup, key) as (before, after):
        for number, case in enumerate(cases):
            try:
                found = compare_rows(only(before, f"t{number}"), only(after, f"t{number}"))
                said = [(c.column, c.kind, c.count) for c in found.changes]
            except Exception as error:
                said = [repr(error)]
            # Where SQLite stores the same value for both there is nothing to tell.
            same = (
                like.engine == "sqlite"
                and not after.database.differing(before.database, [])
                and same_value(before, after, number)
            )
            right = [] if same else [("v", "changed", 1)] if key else [("*", "added", 1), ("*", "removed", 1)]
            if sorted(said) != right:
                wrong.append(
                    (case, said, [str(getattr(f, "message", "")) for f in getattr(found, "failed", ())])
                )
    assert wrong == []


def same_value(before: Side, after: Side, number: int) -> bool:
    query = f"SELECT typeof(v), hex(v), v FROM t{number} WHERE id = 2"
    return list(before.database.stream(query)) == list(after.database.stream(query))
