"""What both servers' fences do alike."""

from __future__ import annotations

import pytest

from kallithea_dbdev.engines.fence import hold_back, starts
from kallithea_dbdev.errors import TargetRefusedError


@pytest.mark.parametrize("sql", ["no", b"no", bytearray(b"n\xffo"), 7])
def test_what_the_fence_holds_back_is_told(sql: object) -> None:
    hold_back(lambda text: "", sql)
    with pytest.raises(TargetRefusedError, match=": it was not sent") as caught:
        hold_back(lambda text: f"{text}: it was not sent", sql)
    assert caught.value.message[:3] in ("no:", "n\N{REPLACEMENT CHARACTER}o", "7: ")
    assert "leave it out of the script" in caught.value.hint


def test_where_a_statement_begins() -> None:
    words = ["CREATE", "X", "BEGIN", "A", ";", "IF", "B", "THEN", "C", "ELSE", "D", "END"]
    assert [words[number] for number in starts(words, ())] == ["CREATE", "A", "IF", "C", "D"]
    assert [words[number] for number in starts(words, ("X", "END"))] == [
        "CREATE",
        "BEGIN",
        "A",
        "IF",
        "C",
        "D",
    ]


@pytest.mark.parametrize("word", ["BEGIN", "DO", "THEN", "ELSE", "LOOP", "REPEAT", "ATOMIC", ";"])
def test_what_a_statement_begins_behind(word: str) -> None:
    assert list(starts(["X", word, "Y", "Z"], ())) == [0, 2]
