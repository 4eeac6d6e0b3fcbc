"""Rows for tables that have none. Pure."""

from __future__ import annotations

import datetime
from dataclasses import replace
from decimal import Decimal
from typing import Any, Dict, List, Optional

import pytest

from kallithea_dbdev.rows.samples import ROWS_PER_TABLE, make_rows, parents_first
from kallithea_dbdev.schema.model import (
    BOOLEAN,
    BYTES,
    NUMBER,
    TEXT,
    TIME,
    Column,
    Enum,
    ForeignKey,
    PrimaryKey,
    Schema,
    Table,
    Unique,
)


def column(kind: "Optional[str]", type_name: str = "X", nullable: bool = True, **more: Any) -> Column:
    return Column("c", type_name, nullable, kind=kind, **more)


def made(
    *columns: Column,
    enums: "tuple[Enum, ...]" = (),
    rows: int = 30,
    seed: int = 0,
    parents: "Optional[Dict[str, List[object]]]" = None,
    **more: Any,
) -> "List[Dict[str, object]]":
    table = Table("t", columns, **more)
    return list(make_rows(Schema((table,), enums=enums), table, parents or {}, seed, rows))


def values(*args: Any, **more: Any) -> "List[object]":
    return [row["c"] for row in made(*args, **more)]


def test_the_same_for_the_same_seed() -> None:
    text = column(TEXT)
    assert values(text, seed=1) == values(text, seed=1)
    assert values(text, seed=1) != values(text, seed=2)
    assert len(values(text, rows=ROWS_PER_TABLE)) == ROWS_PER_TABLE == 12
    assert len(values(text, rows=5)) == 5


def test_texts() -> None:
    found = values(column(TEXT, length=20))
    assert {"", None, " padded ", "x" * 20, "0"} <= set(found)
    assert all(len(str(text)) <= 20 for text in found if text is not None)
    assert any(ord(c) > 0xFFFF for text in found for c in str(text))
    assert len([text for text in found if text == "same"]) > 2, "duplicates, where they are allowed"
    assert "x" * 3000 in values(column(TEXT))
    assert None not in values(column(TEXT, nullable=False))


def test_a_character_set_of_three_bytes() -> None:
    found = values(column(TEXT, charset="utf8mb3"))
    assert all(ord(c) < 0x10000 for text in found for c in str(text))
    assert any(ord(c) > 0xFFFF for text in values(column(TEXT, charset="utf8mb4")) for c in str(text))


@pytest.mark.parametrize(
    ("type_name", "expected"),
    [
        ("smallint", {0, 1, 7, 32767, -32768}), ("INTEGER", {0, 1, 7, 2**31 - 1, -(2**31)}),
        ("bigint", {0, 1, 7, 2**63 - 1, -(2**63)}), ("tinyint(4)", {0, 1, 7, 127, -128}),
        ("mediumint(9)", {0, 1, 7, 2**23 - 1, -(2**23)}), ("int(10) unsigned", {0, 1, 7, 2**31 - 1}),
        ("NUMERIC(4, 2)", {Decimal(0), Decimal(1), Decimal("99.99"), Decimal("-99.99"), Decimal("0.01")}),
        ("numeric(4,2)", {Decimal(0), Decimal(1), Decimal("99.99"), Decimal("-99.99"), Decimal("0.01")}),
        ("double precision", {0.0, -1.5, 0.1, 1e15 + 0.5, 7.0}), ("REAL", {0.0, -1.5, 0.1, 1e15 + 0.5, 7.0}),
    ],
)  # fmt: skip
def test_numbers(type_name: str, expected: "set[object]") -> None:
    assert set(values(column(NUMBER, type_name))) == expected | {None}
    # of a domain what counts is what it is made of
    assert set(values(column(NUMBER, f"mandate ({type_name})", base=type_name))) == expected | {None}


def test_times() -> None:
    moments = [v for v in values(column(TIME, "timestamp without time zone")) if v]
    assert all(type(v) is datetime.datetime for v in moments)
    assert all(type(v) is datetime.date for v in values(column(TIME, "DATE")) if v)
    assert all(type(v) is datetime.time for v in values(column(TIME, "time(6)")) if v)
    assert any(v.microsecond for v in moments)  # type: ignore[attr-defined]
    assert values(column(TIME, "interval", nullable=False)) == []
    assert set(values(column(TIME, "interval"))) == {None}


def test_others() -> None:
    assert set(values(column(BOOLEAN))) == {True, False, None}
    assert {b"", b"\x00\xff\n", None} <= set(values(column(BYTES)))
    assert values(column(None, "geometry", nullable=False)) == []
    assert set(values(column(None, "geometry"))) == {None}


@pytest.mark.parametrize(
    ("type_name", "name"),
    [
        ("kind", "kind"),
        ('"Kind"', "Kind"),
        ('"a ""b"""', '"a ""b"""'),
        ('app."Kind"', "app.Kind"),
        ('"a.b"', '"a.b"'),
    ],
)
def test_enum_types(type_name: str, name: str) -> None:
    """As PostgreSQL writes the type, and as the schema names it."""
    found = values(column(TEXT, type_name, nullable=False), enums=(Enum(name, ("int", "text")),))
    assert set(found) == {"int", "text"}


def test_enums_in_the_type() -> None:
    assert set(values(column(TEXT, "enum('a','it''s')", nullable=False))) == {"a", "it's"}


def test_a_name_says_nothing() -> None:
    """An enum type print_kind is no number, a domain pointless no integer."""
    found = values(column(TEXT, "print_kind", nullable=False), enums=(Enum("print_kind", ("ink",)),))
    assert set(found) == {"ink"}
    assert all(isinstance(v, str) for v in values(column(TEXT, "pointless (text)", False, base="text")))


def test_what_is_unique() -> None:
    found = values(column(TEXT, length=9), uniques=(Unique(("c",)),))
    assert len(found) == len(set(found)) > 12
    assert None not in found
    assert all(len(str(text)) <= 9 for text in found)
    for kind, type_name in ((NUMBER, "bigint"), (BYTES, "blob"), (TIME, "datetime"), (TIME, "date")):
        found = values(column(kind, type_name), primary_key=PrimaryKey(("c",)))
        assert len(found) == len(set(found)) > 12, type_name
    assert all(isinstance(v, datetime.date) for v in found)


def test_pairs_that_are_unique() -> None:
    one, other = replace(column(BOOLEAN), name="a"), replace(column(BOOLEAN), name="b")
    rows = made(one, other, uniques=(Unique(("a", "b")),))
    pairs = [(row["a"], row["b"]) for row in rows]
    whole = [pair for pair in pairs if None not in pair]
    assert len(whole) == len(set(whole)) == 4


def test_the_last_row_repeats_one_without_nulls() -> None:
    *rest, last = made(replace(column(TEXT), name="a"), replace(column(NUMBER, "INTEGER"), name="b"), rows=12)
    assert last in rest
    assert None not in last.values()


def test_what_numbers_itself_is_left_out() -> None:
    key = PrimaryKey(("id",))
    plain = Column("id", "INTEGER", False, kind=NUMBER)
    assert made(plain, primary_key=key, rows=3) == [{}, {}, {}]
    assert made(replace(plain, type="bigint", identity="always"), primary_key=key, rows=2) == [{}, {}]
    assert made(replace(plain, type="x", default="nextval('s'::regclass)"), rows=2) == [{}, {}]
    assert made(replace(plain, generated="(1) stored"), rows=2) == [{}, {}]
    # not one that only has the type, nor one that points at another table, nor one of two
    assert [row["id"] for row in made(replace(plain, type="integer"), primary_key=key, rows=2)] == [1, 2]
    pointing = made(
        plain,
        primary_key=key,
        foreign_keys=(ForeignKey(("id",), "p", ("id",)),),
        parents={"id": [4, 5]},
        rows=2,
    )
    assert {row["id"] for row in pointing} <= {4, 5}
    assert "id" in made(plain, column(TEXT), primary_key=PrimaryKey(("id", "c")), rows=2)[0]


def test_parents() -> None:
    assert set(values(column(NUMBER, "INTEGER"), parents={"c": [4, 5]})) == {4, 5, None}
    assert set(values(column(NUMBER, "INTEGER", nullable=False), parents={"c": [4, 5]})) == {4, 5}
    # a parent without a row: NULL, or no row at all
    assert set(values(column(NUMBER, "INTEGER"), parents={"c": []})) == {None}
    assert values(column(NUMBER, "INTEGER", nullable=False), parents={"c": []}) == []


def test_parents_first() -> None:
    def table(name: str, *parents: str) -> Table:
        return Table(name, foreign_keys=tuple(ForeignKey(("a",), parent, ("a",)) for parent in parents))

    tables = table("a", "b", "c"), table("b", "c", "b"), table("c"), table("d", "gone")
    names = [t.name for t in parents_first(Schema(tables))]
    assert names.index("c") < names.index("b") < names.index("a")
    assert sorted(names) == ["a", "b", "c", "d"]
    # a circle has no first, but an end
    round_trip = Schema((table("a", "b"), table("b", "a")))
    assert [t.name for t in parents_first(round_trip)] == ["a", "b"]
