"""By which constants a number can be told from the one that was made of it. Pure."""

from __future__ import annotations

import datetime
from decimal import Decimal

import pytest

from kallithea_dbdev.rows.undoing import explains


@pytest.mark.parametrize(
    ("script", "before", "after", "expected"),
    [
        ("SET n = n * 2.5", 4.0, 10.0, True), ("SET n = n + 5", 0, 5, True), ("SET n = n * 7", 0, 0.5, False),
        ("SET n = n - 5", 5, 0, True), ("SET n = n - 4", 5, 0, False), ("SET n = n / 4", Decimal(8), 2, True),
        # A flag is a whole number, both before and after.
        ("", True, 0, True), ("", 1, 2, False), ("", 2, 1, False), ("", 1.0, 0, False), ("", Decimal(1), 0, False),
        # A number that became a text, and the other way round.
        ("SET n = 'x5'", 5, "x5", False), ("SET n = '5' || n", "5", 55, False),
        ("", "a", "ba", True), ("", "", "ba", False), ("", "ba", "a", False), ("", b"a", "a", False),
        # The constants as scripts write them.
        ("WHERE n = 10 OR n = 20", 10, 20, True), ("WHERE n = 10.0 OR n = 20.00", 10, 20, True),
        ("WHERE n = 1.50 OR n = 20", 1.5, 20, True), ("WHERE n = 100 OR n = 200", 10, 20, False),
        ("WHERE n = 10.5 OR n = 20.5", 10, 20, False), ("WHERE n = 110 OR n = 120", 10, 20, False), ("WHERE n = 110 OR n = 120", 110, 120, True),
        ("{b'a': b'c'}", b"a", b"c", True), ("{b'a': b'c'}", b"a", b"b", False), ("{b'ab': b'cb'}", b"b", b"c", False),
        ("WHERE day = 2020-01-01", datetime.date(2020, 1, 1), None, True),
        ("WHERE day = 2020-01-01", datetime.date(2020, 1, 2), None, False),
    ],
)  # fmt: skip
def test_explains(script: str, before: object, after: object, expected: bool) -> None:
    assert explains(script, before, after) is expected
