"""Kinds of columns by SQLite's rules. Pure, but for what SQLite itself says."""

from __future__ import annotations

import sqlite3
from typing import Optional

import pytest

from kallithea_dbdev.engines.sqlite.catalogue import kind_of, length_of, read_schema
from kallithea_dbdev.engines.sqlite.ddl import normalize_type

KINDS = [
    ("INTEGER", "number"), ("INT", "number"), ("bigint", "number"), ("POINT", "number"), ("print_kind", "number"),
    ("CHARINT", "number"), ("VARCHAR(9)", "text"), ("CLOB", "text"), ("text", "text"), ("NVARCHAR (40)", "text"),
    ("BLOB", "bytes"), ("REAL", "number"), ("DOUBLE PRECISION", "number"), ("FLOAT", "number"),
    ("NUMERIC(8, 2)", "number"), ("DECIMAL", "number"), ("BOOLEAN", "boolean"), ("DATE", "time"), ("DATETIME", "time"),
    ("TIME", "time"), ("TIMESTAMP", "time"), ("", None), ("JSON", None), ("UUID", None), ("MANDATE", None),
    ("INTERVAL", "number"),
]  # fmt: skip


@pytest.mark.parametrize(("declared", "kind"), KINDS)
def test_kind(declared: str, kind: Optional[str]) -> None:
    assert kind_of(normalize_type(declared)) == kind


@pytest.mark.parametrize(("declared", "kind"), KINDS)
def test_affinity(declared: str, kind: Optional[str]) -> None:
    """What SQLite makes of the text 7 tells its affinity."""
    connection = sqlite3.connect(":memory:")
    connection.execute(f"CREATE TABLE t (a {declared})")
    connection.execute("INSERT INTO t VALUES ('7')")
    ((stored,),) = connection.execute("SELECT typeof(a) FROM t")
    assert (stored == "text") == (kind in ("text", "bytes") or declared == "")
    (column,) = read_schema(connection).tables[0].columns
    assert column.kind == kind


@pytest.mark.parametrize(
    ("declared", "length"),
    [("VARCHAR(9)", 9), ("TEXT", None), ("NUMERIC(8, 2)", None), ("INT(9)", None), ("CHAR( 40 )", 40)],
)
def test_length(declared: str, length: Optional[int]) -> None:
    assert length_of(normalize_type(declared)) == length
