"""The words for one object or aspect alone. Pure."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kallithea_dbdev.schema.model import Column, Index, IndexKey, Table
from kallithea_dbdev.schema.text import aspect_text, options_of

A, B, C = (Column(name, "INTEGER", True) for name in "abc")
TABLE = Table("t", (A, B, C))


def test_the_order_of_the_columns_that_both_have() -> None:
    other = replace(TABLE, columns=(C, A))
    assert aspect_text("column order", TABLE, other) == "a, c"
    assert aspect_text("column order", other, TABLE) == "c, a"
    assert aspect_text("column order", TABLE, None) == "a, b, c"


def test_an_index_as_a_whole() -> None:
    index = Index("i", (IndexKey("a"),), method="gin")
    assert aspect_text("index", index, None) == "INDEX (a)"
    assert aspect_text("method", index, None) == "gin"
    assert aspect_text("index", None, index) is None


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"charset": "utf8", "collation": "utf8_bin"}, {"charset": "utf8 COLLATE utf8_bin"}),
        ({"charset": "utf8"}, {"charset": "utf8"}),
        ({"collation": "utf8_bin"}, {"collation": "utf8_bin"}),
    ],
)
def test_a_collation_is_part_of_its_character_set(
    options: "dict[str, str]", expected: "dict[str, str]"
) -> None:
    assert options_of(replace(TABLE, options=tuple(options.items()))) == expected
