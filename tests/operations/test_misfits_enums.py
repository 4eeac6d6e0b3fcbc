"""Rows with none of the values that an Enum has: one query on each engine."""

from __future__ import annotations

from typing import List

import pytest

from kallithea_dbdev.operations import Context, misfits
from kallithea_dbdev.schema.compare import compare
from kallithea_dbdev.schema.model import NUMBER, TEXT, Check, Column, Enum, Schema, Table

ID = Column("id", "integer", False, kind=NUMBER)
LESS, MORE = Enum("mood", ("a", "b")), Enum("mood", ("a", "b", "c"))


def schema(type_: str, *enums: Enum, length: "int | None" = None, checks: "tuple[Check, ...]" = ()) -> Schema:
    column = Column("m", type_, False, kind=TEXT, length=length)
    return Schema((Table("t", (ID, column), checks=checks),), enums=enums)


def found(engine: str, before: Schema, after: Schema) -> List[str]:
    context = Context(engine, before, after)
    return [f"{m.what}: {m.where}" for change in compare(before, after) for m in misfits(context, change, ())]


@pytest.mark.parametrize(
    ("engine", "before", "after", "rows"),
    [
        ("postgresql", schema("character varying(20)", length=20), schema("mood", LESS),
         "gets the values 'a', 'b': m NOT IN ('a', 'b')"),
        ("postgresql", schema("mood", MORE), schema("mood", LESS),
         "gets the values 'a', 'b': CAST(m AS CHAR(255)) NOT IN ('a', 'b')"),
        ("mysql", schema("varchar(20)", length=20), schema("enum('a','b')"), "gets the values 'a', 'b': m NOT IN ('a', 'b')"),
        ("mysql", schema("enum('a','b','c')"), schema("enum('a','b')"), "gets the values 'a', 'b': m NOT IN ('a', 'b')"),
        # Those that are too long are none of the values: said once.
        ("sqlite", schema("VARCHAR(20)", length=20),
         schema("VARCHAR(1)", length=1, checks=(Check("m in ('a', 'b')", "mood"),)),
         "gets the CHECK m in ('a', 'b'): NOT (m in ('a', 'b'))"),
        ("postgresql", schema("mood", LESS), schema("mood", MORE), ""),
    ],
)  # fmt: skip
def test_rows(engine: str, before: Schema, after: Schema, rows: str) -> None:
    assert found(engine, before, after) == ([rows] if rows else [])
