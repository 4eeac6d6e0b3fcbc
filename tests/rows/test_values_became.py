"""What a value was and is: the two never look the same."""

from __future__ import annotations

import pytest

from kallithea_dbdev.rows.values import became


@pytest.mark.parametrize(
    "before, after, text",
    [
        ("a", "b", "'a' became 'b'"),
        (None, "", "NULL became ''"),
        ("1", 1, "'1' became 1"),
        # Letters that are composed, and blanks, look like others; some are not seen at all.
        ("Zo\u00eb", "Zoe\u0308", r"'Zo\xeb' became 'Zoe\u0308'"),
        ("A  B", "A B", r"'A\x20\x20B' became 'A B'"),
        ("A\u00a0B", "A B", r"'A\xa0B' became 'A B'"),
        ("ab\u200b", "ab", r"'ab\u200b' became 'ab'"),
        # What differs behind the part that is shown.
        ("x" * 50 + "1", "x" * 50 + "2", "... 'xxxxxxxx1' became ... 'xxxxxxxx2'"),
        ("x" * 50, "x" * 60, f"... 'xxxxxxxx' became ... '{'x' * 18}'"),
        (
            "x" * 50 + "1" * 50,
            "x" * 50 + "2" * 50,
            f"... 'xxxxxxxx{'1' * 24}' ... became ... 'xxxxxxxx{'2' * 24}' ...",
        ),
        (b"x" * 50 + b"\0", b"x" * 50 + b"\1", r"... b'xxxxxxxx\x00' became ... b'xxxxxxxx\x01'"),
    ],
)
def test_two_values(before: object, after: object, text: str) -> None:
    assert became("name", before, after) == text


def test_a_secret_stays_one() -> None:
    assert became("password", "a" * 60, "a" * 61) == "*** became ***"
    url = "https://joe:{}@example.org/" + "x" * 60
    assert became("url", url.format("s3kRet"), url.format("0therS3kRet")).count("***") == 2
