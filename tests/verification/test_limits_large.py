"""A number of rows that is beyond all measure is none. Pure."""

from __future__ import annotations

import pytest

from kallithea_dbdev.errors import UsageError
from kallithea_dbdev.verification.limits import parse_rows


@pytest.mark.parametrize("number", ["9" * 19, "9" * 5000, "0", "000"])
def test_no_number_of_rows(number: str) -> None:
    with pytest.raises(UsageError, match="not a number of rows"):
        parse_rows("--rows", f"users={number}")


@pytest.mark.parametrize("number, expected", [("9" * 18, 10**18 - 1), ("007", 7)])
def test_a_number_of_rows(number: str, expected: int) -> None:
    assert parse_rows("--rows", f"users={number}") == {"users": expected}
