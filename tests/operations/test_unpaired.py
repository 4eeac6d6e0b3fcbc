"""Unique columns that come back over rows of which each needs another value."""

from __future__ import annotations

from dataclasses import replace
from typing import List, Optional

import pytest

from kallithea_dbdev.operations import Context, unpaired
from kallithea_dbdev.schema.compare import compare
from kallithea_dbdev.schema.model import (
    BOOLEAN,
    BYTES,
    NUMBER,
    TEXT,
    Check,
    Column,
    ForeignKey,
    PrimaryKey,
    Schema,
    Table,
    Unique,
)

ID = Column("id", "integer", False, kind=NUMBER)
NAME = Column("name", "text", True, kind=TEXT)
AFTER = Table("t", (ID, NAME), PrimaryKey(("id",)))
TO_U = (ForeignKey(("c",), "u", ("id",), "fk"),)
TO_T = (ForeignKey(("c",), "t", ("id",), "fk"),)
ALONE, PAIR = (Unique(("c",), "uq"),), (Unique(("name", "c"), "uq"),)


def back(column: Column, **more: object) -> Table:
    return replace(AFTER, columns=(ID, NAME, column), **more)  # type: ignore[arg-type]


def queries(before: Table, fills: Optional[dict[tuple[str, str], str]] = None) -> List[str]:
    after, changes = Schema((AFTER,)), compare(Schema((before,)), Schema((AFTER,)))
    context = Context("postgresql", Schema((before,)), after, fills or {}).reversed
    return [f"{m.what}: {m.query}" for change in changes for m in unpaired(context, change.reversed)]


@pytest.mark.parametrize(
    ("kind", "more", "query"),
    [
        (NUMBER, {"foreign_keys": TO_U, "uniques": ALONE}, "another one of u: SELECT * FROM t"),
        (BOOLEAN, {"uniques": ALONE}, "another value: SELECT * FROM t"),
        (BYTES, {"uniques": ALONE}, "another value: SELECT * FROM t"),
        (TEXT, {"uniques": ALONE, "checks": (Check("c in ('a', 'b')", "ck"),)}, "another value: SELECT * FROM t"),
        (NUMBER, {"foreign_keys": TO_U, "uniques": PAIR},
         "another one of u: SELECT name, COUNT(*) FROM t GROUP BY name HAVING COUNT(*) > 1"),
        # its own row; its number, which is the key's; not unique
        (NUMBER, {"foreign_keys": TO_T, "uniques": ALONE}, ""),
        (NUMBER, {"uniques": ALONE}, ""),
        (NUMBER, {"foreign_keys": TO_U}, ""),
    ],
)  # fmt: skip
def test_a_column(kind: str, more: dict[str, object], query: str) -> None:
    column = Column("c", "integer", False, kind=kind)
    said = [f"comes back unique, each row needs {query}"] if query else []
    assert queries(back(column, **more)) == said


def test_what_needs_no_value_of_its_own() -> None:
    column = Column("c", "integer", False, kind=NUMBER)
    more = {"foreign_keys": TO_U, "uniques": ALONE}
    assert queries(back(replace(column, nullable=True), **more)) == []
    assert queries(back(replace(column, default="1"), **more)) == []
    assert queries(back(column, **more), {("t", "c"): "1"}) == []
