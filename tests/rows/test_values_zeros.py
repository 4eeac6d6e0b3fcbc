"""A text of digits is that number only if nothing of it is lost."""

from __future__ import annotations

from decimal import Decimal

import pytest

from kallithea_dbdev.rows.values import canonical, same


@pytest.mark.parametrize(
    "text, number, equal",
    [
        ("7", 7, True), ("007", 7, False), ("7.0", 7, False), ("+7", 7, False), (" 7", 7, False), ("7e0", 7, False),
        ("-7", -7, True), ("0", 0, True), ("00", 0, False), ("0.5", 0.5, True), (".5", 0.5, False), ("10", 10, True),
        ("1e1", 10, False), ("7_0", 70, False), ("100", Decimal("1E+2"), True),
    ],
)  # fmt: skip
def test_a_text_and_a_number(text: str, number: object, equal: bool) -> None:
    assert same(text, number) is equal
    assert same(number, text) is equal
    assert same(text.encode(), number) is equal


def test_two_texts_are_what_they_are() -> None:
    assert not same("007", "7")
    assert same(b"007", "007")
    assert canonical("007") == "007"
    assert canonical("7") == Decimal(7)
