"""Numbers on the command line."""

from __future__ import annotations

import re

import pytest

from kallithea_dbdev.errors import UsageError
from kallithea_dbdev.verification.limits import parse_rows, parse_seconds, refuse_unknown


def test_seconds() -> None:
    assert [parse_seconds("--max-lock", text) for text in ("0", "2.5", " 1e1 ")] == [0.0, 2.5, 10.0]
    for text in ("", "x", "-1", "nan", "inf", "1s"):
        with pytest.raises(UsageError, match=r"--max-lock .*: not a number of seconds"):
            parse_seconds("--max-lock", text)


def test_rows() -> None:
    assert parse_rows("--rows", " users=5, a.b = 10 ") == {"users": 5, "a.b": 10}
    for text, message in {
        "": "nothing: not TABLE=NUMBER", "users": "users: not TABLE=NUMBER", "=5": "=5: not TABLE=NUMBER",
        "users=": "nothing: not a number of rows", "users=-1": "-1: not a number", "users=1.5": "1.5: not a number",
        "users=0": "0: not a number", "users=5,": "nothing: not TABLE=NUMBER", "a=1,a=2": "a is named twice",
        "users=1_000": "1_000: not a number",
    }.items():  # fmt: skip
        with pytest.raises(UsageError, match=re.escape(message)):
            parse_rows("--rows", text)


def test_unknown_tables() -> None:
    refuse_unknown("--rows", {"users": 1}, ["users"])
    with pytest.raises(UsageError, match="there is no table user; did you mean users"):
        refuse_unknown("--rows", {"user": 1}, ["users", "gists"])
    with pytest.raises(UsageError, match="there are gists, users"):
        refuse_unknown("--rows", {"xyz": 1}, ["users", "gists"])
