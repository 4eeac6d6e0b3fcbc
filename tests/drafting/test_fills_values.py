"""Values of Python's in the SQL of each engine, and columns that fill themselves. Pure."""

from __future__ import annotations

import datetime
import enum
from decimal import Decimal
from typing import Optional

import pytest

from kallithea_dbdev.drafting.fills import literal, without_value
from kallithea_dbdev.schema.change import Change
from kallithea_dbdev.schema.compare import compare
from kallithea_dbdev.schema.model import Column, Schema, Table


class Mood(str, enum.Enum):
    GOOD = "it's"


class Level(int, enum.Enum):
    HIGH = 7


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (True, "true"), (False, "false"), (7, "7"), (Level.HIGH, "7"), (0.5, "0.5"), (Decimal("1.50"), "1.50"),
        ("it's", "'it''s'"), (Mood.GOOD, "'it''s'"), (datetime.date(2020, 1, 2), "'2020-01-02'"),
        (datetime.time(1, 2, 3), "'01:02:03'"), (datetime.datetime(2020, 1, 2, 3, 4, 5), "'2020-01-02 03:04:05'"),
        (datetime.timedelta(minutes=1.5), "'90.0 seconds'"), (None, None), (object(), None), ([], None),
        (float("inf"), None), (float("nan"), None), (Decimal("NaN"), None), (Decimal("-Infinity"), None),
    ],
)  # fmt: skip
def test_literal(value: object, expected: Optional[str]) -> None:
    assert [literal(value, engine) for engine in ("sqlite", "postgresql", "mysql")] == [expected] * 3


def test_what_engines_write_otherwise() -> None:
    assert [literal(b"\0\xff", engine) for engine in ("sqlite", "postgresql", "mysql")] == [
        "X'00ff'", "decode('00ff', 'hex')", "X'00ff'"
    ]  # fmt: skip
    assert [literal("\\", engine) for engine in ("sqlite", "postgresql", "mysql")] == [
        "'\\'",
        "'\\'",
        "'\\\\'",
    ]


@pytest.mark.parametrize(
    ("more", "asked"),
    [({}, True), ({"default": "''"}, False), ({"generated": "(1)"}, False), ({"identity": "always"}, False)],
)
def test_a_column_that_fills_itself(more: "dict[str, str]", asked: bool) -> None:
    changes = compare(Schema((Table("t"),)), Schema((Table("t", (Column("c", "TEXT", False, **more),)),)))  # type: ignore[arg-type]
    assert without_value(changes, {}) == ([("t", "c")] if asked else [])
    assert without_value(changes, {("t", "c"): "1"}) == []
    assert without_value(changes, {("u", "c"): "1", ("t", "d"): "1"}) == ([("t", "c")] if asked else [])


def test_only_a_column_that_comes_needs_a_value() -> None:
    column = Column("c", "TEXT", False)
    kept = Change(
        "column-nullability", Column("c", "TEXT", True), column, "nullability", (Table("t"), Table("t"))
    )
    assert without_value((kept,), {}) == []
    (empty,) = compare(Schema((Table("t"),)), Schema((Table("t", (Column("c", "TEXT", True),)),)))
    assert without_value((empty,), {}) == []
