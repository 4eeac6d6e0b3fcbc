"""What a column of numbers, or one of so many characters, may hold. Pure."""

from __future__ import annotations

from decimal import Decimal
from typing import Optional, Tuple

import pytest

from kallithea_dbdev.rows.values import MISFIT, TOO_LONG, fits, misfit
from kallithea_dbdev.schema.model import NUMBER, TEXT, Column

BITS = {"tinyint": 8, "smallint": 16, "mediumint": 24, "integer": 32, "int": 32}


@pytest.mark.parametrize("name", BITS)
def test_whole_numbers(name: str) -> None:
    column, most = Column("c", name.upper(), True, kind=NUMBER), 2 ** (BITS[name] - 1)
    assert fits(most - 1, column) and fits(-most, column)
    assert not fits(most, column) and not fits(-most - 1, column)
    assert fits(2**70, Column("c", "bigint", True, kind=NUMBER))


@pytest.mark.parametrize(
    ("type_", "value", "result"),
    [
        ("numeric(5,2)", Decimal("999.99"), True), ("numeric(5,2)", Decimal(-1000), False), ("decimal(5, 2)", 1000.0, False),
        ("numeric(3)", Decimal(999), True), ("numeric(3)", 1000.0, False), ("numeric", Decimal("1e300"), True),
        # PostgreSQL keeps a number that is none in any of them, but no infinite one.
        ("numeric(5,2)", Decimal("NaN"), True), ("numeric(5,2)", float("nan"), True), ("numeric(5,2)", float("inf"), False),
    ],
)  # fmt: skip
def test_numbers_of_so_many_digits(type_: str, value: object, result: bool) -> None:
    assert fits(value, Column("c", type_, True, kind=NUMBER)) is result


@pytest.mark.parametrize(
    ("value", "length", "expected"),
    [
        ("abc", 3, None), ("abcd", 3, (TOO_LONG, "4 characters, the column has 3")), ("abcd", None, None),
        ("", 0, None), (b"abcd", 3, None), (None, 3, None),
    ],
)  # fmt: skip
def test_texts_of_so_many_characters(
    value: object, length: Optional[int], expected: Optional[Tuple[str, str]]
) -> None:
    assert misfit("c", value, Column("c", "VARCHAR(3)", True, kind=TEXT, length=length)) == expected


def test_what_is_no_number() -> None:
    column = Column("api_key", "INTEGER", True, kind=NUMBER)
    assert misfit("n", "x", column) == (MISFIT, "'x' is no INTEGER")
    assert misfit("api_key", "x", column) == (MISFIT, "*** is no INTEGER")
