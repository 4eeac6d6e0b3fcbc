"""Rows whose number does not fit, or loses something: one query on each engine."""

from __future__ import annotations

from typing import List

import pytest

from kallithea_dbdev.operations import Context, misfits
from kallithea_dbdev.schema.compare import compare
from kallithea_dbdev.schema.model import NUMBER, Column, Index, IndexKey, Schema, Table

ID = Column("id", "integer", False, kind=NUMBER)


def found(engine: str, before: Table, after: Table) -> List[str]:
    context = Context(engine, Schema((before,)), Schema((after,)))
    changes = compare(Schema((before,)), Schema((after,)))
    return [f"{m.what}: {m.where}" for change in changes for m in misfits(context, change, ())]


def table(type_: str, *indexes: Index) -> Table:
    return Table("t", (ID, Column("n", type_, False, kind=NUMBER)), indexes=indexes)


@pytest.mark.parametrize("engine", ["sqlite", "postgresql", "mysql"])
@pytest.mark.parametrize(
    ("before", "after", "rows"),
    [
        ("numeric(8,4)", "numeric(10,2)", ["loses decimals, numeric(10,2): n <> round(n, 2)"]),
        ("numeric(8,4)", "numeric(6)",
         ["loses decimals, numeric(6): n <> round(n, 0)"]),
        ("numeric(8,2)", "numeric(6,2)", ["becomes smaller, numeric(6,2): abs(n) >= 10000"]),
        ("numeric(8,4)", "numeric(10,6)", []),
        ("numeric(8,4)", "numeric(5,2)",
         ["becomes smaller, numeric(5,2): abs(n) >= 1000", "loses decimals, numeric(5,2): n <> round(n, 2)"]),
    ],
)  # fmt: skip
def test_decimals(engine: str, before: str, after: str, rows: List[str]) -> None:
    assert found(engine, table(before), table(after)) == rows


def test_a_key_over_some_rows() -> None:
    index = Index("i", (IndexKey("n"),), True, "id > 7")
    assert found("sqlite", table("integer"), table("integer", index)) == ["becomes unique: None"]
    expression = Index("i", (IndexKey("abs(n)"),), True)
    assert found("sqlite", table("integer"), table("integer", expression)) == []
