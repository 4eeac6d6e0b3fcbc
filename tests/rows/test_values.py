"""Two values of one column: the same or not, and what happened. Pure."""

from __future__ import annotations

import datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kallithea_dbdev.rows import values
from kallithea_dbdev.rows.values import (
    can_be_written,
    canonical,
    fits,
    identical,
    names_secret,
    same,
    shown,
    shown_of,
    what_happened,
)
from kallithea_dbdev.schema.model import BOOLEAN, BYTES, NUMBER, TEXT, TIME, Column

NAN = float("nan")
plain = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.binary()
    | st.decimals(allow_nan=False)
)

DIFFERENT = [
    ("007", 7), ("7.0", 7), ("+7", 7), (" 7", 7), ("7 ", 7), ("7e0", 7), ("1_0", 10), ("\u0667", 7), ("-0", 0),
    ("", 0), ("", None), (0, None), ("NULL", None), (b"", None), ("a", "A"), ("a", "a "), ("\xe9", "e\u0301"),
    ("a", b"b"), (b"\xff", "\xff"), (b"\xff", "\\xff"), ("nan", "NaN"), (NAN, 0.0), (1, 2), (1, "true "),
    ("12:00:00", "12:00:01"), ("12:00:00.1", "12:00:00.10 "), ("12:00:00.1", "12:00:00.01"),
    ("2020-01-01", "2020-01-01 00:00:00"), ("12:00:00+00", "12:00:00+01"), (True, 2), ("true", "1"),
    ("2020-01-01 12:00:00+00:00:28", "2020-01-01 12:00:00"), ("2020-01-01 12:00:00-05:45", "2020-01-01 12:00:00"),
    ("1.5 BC", "1.50 BC"), ("1e400", "1e4000"), (Decimal("0.1"), 0.1 + 0.2 - 0.2),
    (12345678901234567890123456789012345, 12345678901234567890123456789012346),
    ("12345678901234567890123456789012345", 12345678901234567890123456789012346),
]  # fmt: skip
SAME = [
    (1, "1"), (1, True), (0, "false"), ("true", True), (Decimal("1.50"), "1.5"), (Decimal("100"), "100"),
    (1.0, "1.0"), ("-7.0", -7.0), (1.5, Decimal("1.5")), (1, 1.0), (10**40, str(10**40)), (b"x", "x"), (b"7", 7), (0.1, "0.1"), (-1, "-1"),
    (datetime.date(2020, 1, 1), "2020-01-01"), (datetime.time(12, 0), "12:00:00"),
    (datetime.datetime(2020, 1, 1, 12, 0), "2020-01-01 12:00:00.000000"),
    (datetime.datetime(2020, 1, 1, 12, 0, 0, 500000), "2020-01-01 12:00:00.500000"),
    ("2020-01-01 12:00:00.500", "2020-01-01 12:00:00.5"), ("12:00:00.000+02", "12:00:00+02"),
    ("0044-03-15 10:00:00.0 BC", "0044-03-15 10:00:00 BC"), ("-800:00:01", "-800:00:01.000"),
    (None, None), (NAN, NAN), (NAN, Decimal("NaN")), (float("inf"), Decimal("Infinity")),
    (datetime.timedelta(seconds=90), 90), ("2020-01-01 12:00:00+00", "2020-01-01 12:00:00"),
    ("2020-01-01 12:00:00.5+00:00", datetime.datetime(2020, 1, 1, 12, 0, 0, 500000)),
    ("0044-03-15 10:00:00+00 BC", "0044-03-15 10:00:00 BC"),
]  # fmt: skip


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_different(one: object, other: object) -> None:
    assert not same(one, other)
    assert not same(other, one)
    assert not identical(one, other)


@pytest.mark.parametrize(("one", "other"), SAME)
def test_same(one: object, other: object) -> None:
    assert same(one, other)
    assert same(other, one)


@given(plain)
def test_each_value_is_the_same_as_itself(value: object) -> None:
    assert same(value, value)
    assert identical(value, value)
    assert canonical(value) == canonical(value)
    hash(canonical(value))


@given(plain, plain)
def test_same_means_the_same_from_both_sides(one: object, other: object) -> None:
    assert same(one, other) == same(other, one)
    assert identical(one, other) == identical(other, one)
    if identical(one, other):
        assert same(one, other)


@given(st.text(), st.text())
def test_texts_are_compared_to_the_letter(one: str, other: str) -> None:
    assert identical(one, other) == (one == other)


@given(st.integers())
def test_a_number_as_text(number: int) -> None:
    assert same(number, str(number))
    assert same(number, Decimal(number))
    assert not same(number, f"0{number}")
    assert not same(number, str(number + 1))


@pytest.mark.parametrize(
    ("one", "other", "result"),
    [
        (1, 1.0, True), (1, Decimal(1), True), (1, True, False), (1, "1", False), (b"1", "1", False),
        (None, None, True), (None, "", False), (0.0, -0.0, True), (NAN, NAN, True), (NAN, 1.0, False),
        (1.0, NAN, False), ("12:00:00.0", "12:00:00", False), ("a", "a", True),
    ],
)  # fmt: skip
def test_identical(one: object, other: object, result: bool) -> None:
    assert identical(one, other) is result


def test_what_is_no_number_is_one_value() -> None:
    assert canonical(NAN) == canonical(Decimal("NaN")) == "NaN"
    assert same(NAN, "NaN")


def test_ascii_is_never_mangled() -> None:
    assert what_happened("nave", "na?ve", False) == values.CHANGED


def test_huge_exponents_cost_nothing() -> None:
    assert not same("1e999999999", 1)
    assert not same(Decimal("1e999999"), "1")


@pytest.mark.parametrize(
    ("before", "after", "retyped", "how"),
    [
        (None, "", False, values.NULL_FILLED), (None, 0, False, values.NULL_FILLED), (None, b"", False, values.NULL_FILLED),
        (None, "0", False, values.NULL_FILLED), (None, False, True, values.NULL_FILLED),
        (None, "x", False, values.CHANGED), (None, 1, False, values.CHANGED),
        ("abc", "ab", False, values.TRUNCATED), (b"abc", b"a", False, values.TRUNCATED), ("abc", "ab", True, values.TRUNCATED),
        ("abc", "", False, values.CHANGED), ("abc", "bc", False, values.CHANGED), ("ab", "abc", False, values.CHANGED),
        ("abc", b"ab", True, values.ALTERED), ("abc", None, False, values.CHANGED),
        ("na\xefve", "na?ve", False, values.MANGLED), ("na\xefve", "na??ve", False, values.MANGLED),
        ("na\xefve", "na\ufffdve", False, values.MANGLED), ("na\xefve", "na\xc3\xafve", False, values.MANGLED),
        ("na\xc3\xafve", "na\xefve", False, values.MANGLED), ("\u20ac", "\xe2\u201a\xac", False, values.MANGLED),
        ("na\xefve", "naive", False, values.CHANGED), ("naive", "na?ve", False, values.CHANGED),
        ("na\xefve", "something else?", False, values.CHANGED),
        ("1.5", 2, True, values.ALTERED), (1.5, 2, True, values.ALTERED), (1, 2, False, values.CHANGED),
    ],
)  # fmt: skip
def test_what_happened(before: object, after: object, retyped: bool, how: str) -> None:
    assert what_happened(before, after, retyped) == how


def test_shown() -> None:
    assert shown(None) == "NULL"
    assert shown("it's") == '"it\'s"'
    assert shown(b"x") == "b'x'"
    assert shown(1.5) == "1.5"
    assert shown("x" * 38) == repr("x" * 38)
    assert shown("x" * 39) == "'" + "x" * 35 + " ..."
    assert len(shown("x" * 1000)) == 40
    assert shown("abcdefgh", 6) == "'a ..."


@pytest.mark.parametrize(
    "name",
    [
        "password",
        "user_passwd",
        "ldap_pass",
        "API_KEY",
        "apikey",
        "access_token",
        "secret_x",
        "private_key",
        "privatekey",
    ],
)
def test_secrets(name: str) -> None:
    assert names_secret(name)
    assert shown_of(name, "x") == "***"
    assert shown_of(name, None) == "NULL"


@pytest.mark.parametrize("name", ["passage", "ldap_pass_x", "key", "user_id"])
def test_no_secrets(name: str) -> None:
    assert not names_secret(name)
    assert shown_of(name, "x") == "'x'"


@pytest.mark.parametrize(
    ("kind", "value", "result"),
    [
        (NUMBER, 1, True), (NUMBER, 1.5, True), (NUMBER, None, True), (NUMBER, "1", False), (NUMBER, b"1", False),
        (BOOLEAN, 1, True), (BOOLEAN, 0, True), (BOOLEAN, None, True), (BOOLEAN, True, True), (BOOLEAN, 2, False),
        (BOOLEAN, "t", False), (TEXT, 1, True), (BYTES, "x", True), (TIME, "x", True), (None, "x", True),
    ],
)  # fmt: skip
def test_fits(kind: "str | None", value: object, result: bool) -> None:
    # Its name says nothing: an enum type may be called print_kind.
    assert fits(value, Column("c", "print_kind", True, kind=kind)) is result


def test_what_can_be_written() -> None:
    written = ("", "Zo\xeb \U0001f600", b"\xff", None, 7)
    assert all(map(can_be_written, written))
    assert not can_be_written(b"a\xff".decode("utf-8", "surrogateescape"))
