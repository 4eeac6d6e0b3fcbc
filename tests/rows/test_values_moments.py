"""Dates and times are told as what they are, however a driver writes them. Pure."""

from __future__ import annotations

import pytest

from kallithea_dbdev.rows.values import ALTERED, TRUNCATED, shown, what_happened


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("2020-01-01 10:00:00", "2020-01-01"), (b"2020-01-01 10:00:00", b"2020-01-01"), ("10:00:00.5", "10:00:00"),
        (b"-838:59:59", b"-838"),
    ],
)  # fmt: skip
def test_a_type_that_holds_less_alters_them(before: object, after: object) -> None:
    assert what_happened(before, after, True) == ALTERED
    # In a text of the same type it is a text that was cut.
    assert what_happened(before, after, False) == TRUNCATED


def test_other_texts_are_cut_short() -> None:
    assert what_happened("2020-01-01 or so", "2020-01-01", True) == TRUNCATED
    assert what_happened(b"\xff10:00:00", b"\xff10", True) == TRUNCATED


def test_they_are_shown_as_texts() -> None:
    assert shown(b"-838:59:59") == "'-838:59:59'"
    assert shown(b"2020-01-01 10:00:00") == "'2020-01-01 10:00:00'"
    assert shown(b"10 o'clock") == repr(b"10 o'clock")
