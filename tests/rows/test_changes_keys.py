"""Whether a server can sort the rows of two sides by their key, so that they belong together. Pure."""

from __future__ import annotations

from typing import Optional

import pytest

from kallithea_dbdev.rows.changes import Pair
from kallithea_dbdev.schema.model import BOOLEAN, BYTES, NUMBER, TEXT, Column, Table


def sorted_by(before: Optional[str], after: Optional[str], key: "tuple[str, ...]", *retyped: str) -> bool:
    sides = (
        Table("t", (Column("a", "A", True, kind=kind), Column("b", "B", True))) for kind in (before, after)
    )
    return not Pair(*sides, key, ("a", "b"), frozenset(retyped)).needs_sorting


@pytest.mark.parametrize(
    ("before", "after", "alike"),
    [(TEXT, TEXT, True), (BYTES, BYTES, True), (NUMBER, NUMBER, False), (BOOLEAN, BOOLEAN, False),
     (TEXT, BYTES, False), (BYTES, TEXT, False), (NUMBER, TEXT, False), (TEXT, NUMBER, False), (None, None, False)],
)  # fmt: skip
def test_a_key_of_another_type(before: Optional[str], after: Optional[str], alike: bool) -> None:
    assert sorted_by(before, after, ("a",), "a") is alike
    assert sorted_by(before, after, ("b", "a"), "a") is alike
    # Without a key the whole row is one.
    assert sorted_by(before, after, (), "a") is alike
    assert sorted_by(before, after, ("b",), "a") and sorted_by(before, after, ("a",))
