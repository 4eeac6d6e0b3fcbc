"""What rows without a value got, and no other row has, a downgrade takes away again. Pure."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kallithea_dbdev.operations import Context, downgrade_lines, operations_for
from kallithea_dbdev.schema.compare import compare
from kallithea_dbdev.schema.model import BOOLEAN, NUMBER, TEXT, Column, Schema, Table

PLACE = ("t", "c")


def taken_away(before: Column, after: Column, fill: str, undone: bool = True) -> bool:
    other = Column("other", "VARCHAR(20)", True, kind=TEXT, length=20)
    left, right = (Schema((Table("t", (other, column)),)) for column in (before, after))
    mends = {PLACE: fill}
    places = frozenset({PLACE} if undone else ())
    operations = operations_for(
        compare(left, right), "sqlite", left, right, mends, mends=mends, undone=places
    )
    context = Context("sqlite", left, right, mends, mends, places)
    return any(f"SET c = NULL WHERE c = {fill}" in line for line in downgrade_lines(operations, context))


@pytest.mark.parametrize(
    ("type_", "kind", "fill", "expected"),
    [
        ("VARCHAR(20)", TEXT, "'n/a'", True),
        ("VARCHAR(20)", TEXT, "other", True),
        ("VARCHAR(20)", TEXT, "0", False),  # no text, for PostgreSQL
        ("VARCHAR(20)", TEXT, "lower(other)", False),
        ("INTEGER", NUMBER, "0", True),
        ("INTEGER", NUMBER, "other", False),
        ("BOOLEAN", BOOLEAN, "false", True),
        ("BOOLEAN", BOOLEAN, "0", False),
        ("JSON", TEXT, "'{}'", False),  # PostgreSQL does not compare them
    ],
)
def test_what_every_engine_can_compare(type_: str, kind: str, fill: str, expected: bool) -> None:
    column = Column("c", type_, True, kind=kind)
    assert taken_away(column, replace(column, nullable=False), fill) is expected
    assert not taken_away(column, replace(column, nullable=False), fill, undone=False)


def test_not_after_another_type() -> None:
    number = Column("c", "INTEGER", True, kind=NUMBER)
    text = Column("c", "VARCHAR(20)", False, kind=TEXT, length=20)
    assert not taken_away(number, text, "'n/a'")


@pytest.mark.parametrize(
    ("kind", "former", "later", "fill", "expected"),
    [
        (NUMBER, "INTEGER", "BIGINT", "1", True),
        (TEXT, "VARCHAR(20)", "TEXT", "'n/a'", True),
        (TEXT, "TEXT", "VARCHAR(20)", "other", False),
        (TEXT, "mood", "VARCHAR(20)", "'n/a'", False),  # no value of the type
    ],
)
def test_after_a_type_that_is_compared_alike(
    kind: str, former: str, later: str, fill: str, expected: bool
) -> None:
    column = Column("c", former, True, kind=kind)
    assert taken_away(column, replace(column, type=later, nullable=False), fill) is expected
