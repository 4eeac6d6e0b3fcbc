"""Rows that a new foreign key does not take: one query on each engine."""

from __future__ import annotations

import pytest

from kallithea_dbdev.operations import Context, misfits
from kallithea_dbdev.schema.compare import compare
from kallithea_dbdev.schema.model import TEXT, Column, ForeignKey, Schema, Table, Unique

NAME = Column("name", "varchar(9)", True, kind=TEXT, length=9)


def schema(referred: str, nullable: bool, key: bool) -> Schema:
    """A table that may point at ``referred``: at itself, or at another one."""
    code = Column("code", "varchar(9)", nullable, kind=TEXT, length=9)
    keys = (ForeignKey(("name",), referred, ("code",), "k"),) * key
    uniques = (Unique(("code",), "u"),)
    return Schema(
        (
            Table("t", (NAME, code), uniques=uniques, foreign_keys=keys),
            Table("other", (code,), uniques=uniques),
        )
    )


@pytest.mark.parametrize("engine", ["sqlite", "postgresql", "mysql"])
@pytest.mark.parametrize(
    ("referred", "nullable", "where"),
    [
        ("other", False, "SELECT code FROM other"),
        ("other", True, "SELECT code FROM other WHERE code IS NOT NULL"),
        ("t", False, "SELECT known FROM (SELECT code AS known FROM t) AS those"),
        ("t", True, "SELECT known FROM (SELECT code AS known FROM t WHERE code IS NOT NULL) AS those"),
    ],
)
def test_rows_that_point_at_nothing(engine: str, referred: str, nullable: bool, where: str) -> None:
    before, after = schema(referred, nullable, False), schema(referred, nullable, True)
    context = Context(engine, before, after)
    found = [m.where for change in compare(before, after) for m in misfits(context, change, ())]
    assert found == [f"name NOT IN ({where})"]
