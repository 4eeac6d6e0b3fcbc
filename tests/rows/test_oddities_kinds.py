"""What is odd in columns of values that are chosen from a list, are written in a language, or change their type. Pure."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, List, Optional, Sequence

import pytest

from kallithea_dbdev.rows.oddities import oddities
from kallithea_dbdev.schema.model import BOOLEAN, BYTES, NUMBER, TEXT, Column, Table

NOTE = Column("c", "TEXT", False, kind=TEXT)


def odd(column: Column, usual: object, values: Sequence[object], later: Optional[Column] = None) -> List[Any]:
    return list(oddities(column, Table("t", (later,)) if later else None, usual, values, False))


def test_one_of_a_list() -> None:
    assert odd(NOTE, "a", ["a", "b", "ö"]) == [("'b'", "b"), ("'ö'", "ö")]


@pytest.mark.parametrize(
    ("usual", "some"), [("{}", False), ("[1]", False), ("{x", True), ("7", True), (None, True)]
)
def test_a_text_that_is_written_in_a_language(usual: Optional[str], some: bool) -> None:
    column = replace(NOTE, length=2)
    assert bool(odd(column, usual, ["xx", "ö", b"\xff"])) is some


def test_texts_of_so_many_characters() -> None:
    column, longer = replace(NOTE, length=2), Column("c", "VARCHAR(9)", False, kind=TEXT)
    expected = [("a text of 2 characters", "xx"), ("an empty text", ""), ("'ö'", "ö")]
    assert odd(column, "a", ["xx", "ä", "ö", b"\xff"]) == expected
    assert odd(column, "a", ["xx", "ö"], longer) == expected
    assert odd(column, None, ["xx"])[2:] == [("'plain'", "plain")]


def test_what_only_another_type_makes_odd() -> None:
    data, number = Column("c", "BLOB", False, kind=BYTES), Column("c", "INTEGER", False, kind=NUMBER)
    assert odd(data, b"x", [b"x"]) == odd(data, b"x", [b"x"], data) == []
    assert [what for what, _ in odd(data, b"x", [b"x"], number)] == ["70000 bytes"]
    assert [what for what, _ in odd(number, 1, [3, 1, 2])] == ["1", "3"]
    assert odd(number, 1, [3]) == [("3", 3)]
    # What is empty in the row at hand may be filled elsewhere.
    assert odd(number, None, [3])[0] == ("3", 3)
    flag = Column("c", "BOOLEAN", True, kind=BOOLEAN)
    assert odd(flag, None, []) == [] and odd(flag, 0, []) == [("NULL", None), ("yes", True)]
