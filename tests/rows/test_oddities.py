"""What a column may hold beside what the row at hand does. Pure."""

from __future__ import annotations

import datetime
from dataclasses import replace
from typing import Any, List, Optional, Tuple

import pytest

from kallithea_dbdev.rows.oddities import oddities
from kallithea_dbdev.rows.samples import values_for
from kallithea_dbdev.schema.model import (
    BOOLEAN,
    BYTES,
    NUMBER,
    TEXT,
    TIME,
    Column,
    ForeignKey,
    PrimaryKey,
    Schema,
    Table,
)

NOTE = Column("c", "TEXT", True, kind=TEXT)
DATA = Column("c", "BLOB", False, kind=BYTES)
DAY = Column("c", "DATETIME", True, kind=TIME)
FLAG = Column("c", "BOOLEAN", True, kind=BOOLEAN)
COUNT = Column("c", "smallint", False, kind=NUMBER)


def odd(
    column: Column, usual: object, later: Optional[Column] = None, points: bool = False, **more: Any
) -> List[str]:
    table = Table("t", (later or column,), PrimaryKey(("c",)), **more)
    values: "List[object]" = [7, 8] if points else values_for(Schema((table,)), column)
    return [what for what, _ in oddities(column, table, usual, values, points)]


CASES: "List[Tuple[Any, List[str]]]" = [
    ((NOTE, "x"), ["NULL", "a text of 3000 characters", "an empty text", "'\N{GRINNING FACE} four bytes'"]),
    ((NOTE, None), ["a text of 3000 characters", "an empty text", "'plain'", "'\N{GRINNING FACE} four bytes'"]),
    ((NOTE, '["code"]'), ["NULL"]),
    ((NOTE, "x", replace(NOTE, type="VARCHAR(9)")),
     ["NULL", "a text of 70000 characters", "an empty text", "'\N{GRINNING FACE} four bytes'"]),
    ((replace(NOTE, nullable=False, type="VARCHAR(9)", length=9), "x"),
     ["a text of 9 characters", "an empty text", "'Zo\xeb \u03c9'"]),
    ((replace(NOTE, nullable=False, charset="utf8mb3"), "x"),
     ["a text of 3000 characters", "an empty text", "'Zo\xeb \u03c9'"]),
    ((DATA, b"x"), []),
    ((DATA, b"x", replace(DATA, type="TINYBLOB")), ["70000 bytes"]),
    ((DATA, None, replace(DATA, type="TINYBLOB")), ["70000 bytes", "bytes that are no UTF-8"]),
    ((DAY, datetime.datetime(2020, 1, 1)), ["NULL"]),
    ((DAY, None), ["2000-02-29 12:34:56.789012"]),
    ((FLAG, True), ["NULL", "no"]),
    ((FLAG, 0), ["NULL", "yes"]),
    ((FLAG, None), ["True"]),
    ((COUNT, 3), ["-32768", "32767"]),
    ((replace(COUNT, nullable=True), 3, None, True), ["NULL"]),
    ((replace(COUNT, nullable=True), None, None, True), ["7"]),
    ((COUNT, 3, None, True), []),
]  # fmt: skip


@pytest.mark.parametrize(("arguments", "expected"), CASES)
def test_what_is_odd(arguments: Any, expected: List[str]) -> None:
    assert odd(*arguments) == expected


def test_a_number_that_will_point() -> None:
    key = ForeignKey(("c",), "users", ("id",))
    assert odd(COUNT, 3, foreign_keys=(key,)) == [
        "-32768, which no row of users has", "32767, which no row of users has",
    ]  # fmt: skip
