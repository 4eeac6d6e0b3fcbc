"""Numbers on the command line."""

from __future__ import annotations

import pytest

from kallithea_dbdev.errors import UsageError
from kallithea_dbdev.verification.limits import parse_seconds


def test_seconds() -> None:
    assert [parse_seconds("--max-lock", text) for text in ("0", "2.5", " 1e1 ")] == [0.0, 2.5, 10.0]
    for text in ("", "x", "-1", "nan", "inf", "1s"):
        with pytest.raises(UsageError, match=r"--max-lock .*: not a number of seconds"):
            parse_seconds("--max-lock", text)
