"""Keys that stay, keys of all columns, and probes that a stricter key does not explain. Pure."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kallithea_dbdev.rows.probe import ALIKE, NULL, PLAIN, Probe
from kallithea_dbdev.rows.stricter import compared_anew, keys_of, keys_to_come, suspects, tightened
from kallithea_dbdev.schema.model import (
    Column,
    ForeignKey,
    Index,
    IndexKey,
    PrimaryKey,
    Schema,
    Table,
    Unique,
)

A, B = (Column(name, "TEXT", True) for name in "ab")
BARE = Table("t", (A, B))


def test_keys_of_a_table() -> None:
    assert keys_of(BARE) == []
    assert keys_of(
        replace(BARE, primary_key=PrimaryKey(("a",)), uniques=(Unique(("b",)), Unique(("a",))))
    ) == [("a",), ("b",)]


def test_keys_that_come() -> None:
    assert keys_to_come(BARE, replace(BARE, uniques=(Unique(("a", "b")),))) == [("a", "b")]
    index = Index("i", (IndexKey("a"),), True)
    # Once, though the index is a key by its columns, too; and nothing of one that speaks of no column.
    assert keys_to_come(BARE, replace(BARE, indexes=(index,))) == [("a",)]
    assert keys_to_come(BARE, replace(BARE, indexes=(replace(index, keys=(IndexKey("1"),)),))) == []


def test_keys_of_what_is_made_of_a_column() -> None:
    made = Column("made", "TEXT", True, generated="lower(a)")
    after = replace(BARE, columns=(A, B, made), uniques=(Unique(("made", "b")),))
    assert keys_to_come(BARE, after) == [("a", "b")]
    assert compared_anew(BARE, after, A) and not compared_anew(BARE, after, B)
    # It was there before.
    before = replace(after, uniques=())
    assert keys_to_come(before, after) == [("made", "b")] and not compared_anew(before, after, B)
    for text in (None, "lower('x')"):
        assert keys_to_come(BARE, replace(after, columns=(A, B, replace(made, generated=text)))) == []
    # Nothing that is unique is made of it.
    assert not compared_anew(BARE, replace(after, uniques=()), A)


def test_an_index_that_becomes_unique_is_a_new_key() -> None:
    index = Index("i", (IndexKey("a"),))
    before, after = (replace(BARE, indexes=(replace(index, unique=unique),)) for unique in (False, True))
    assert tightened(before, after) and not tightened(after, after)


@pytest.mark.parametrize(
    ("key", "anew"),
    [
        (IndexKey("a"), False), (IndexKey("a", prefix=3), True), (IndexKey("lower(a)"), True), (IndexKey("lower(ab)"), False),
        (IndexKey("b", prefix=3), False), (IndexKey("b"), False),
    ],
)  # fmt: skip
def test_compared_anew(key: IndexKey, anew: bool) -> None:
    assert compared_anew(BARE, replace(BARE, indexes=(Index("i", (key,), True),)), A) is anew


def test_probes_in_the_order_of_their_likeness() -> None:
    after = replace(BARE, columns=(replace(A, nullable=False), replace(B, nullable=False)))
    null_a, null_b, alike = Probe("t", "a", NULL, ()), Probe("t", "b", NULL, ()), Probe("t", None, ALIKE, ())
    gone, new = Probe("gone", "a", NULL, ()), Probe("new", "a", NULL, ())
    before_and_after = Schema((BARE, replace(BARE, name="gone"))), Schema((after, replace(after, name="new")))
    found = suspects((alike, gone, new, null_b, null_a), *before_and_after, "a is NULL")
    # What fits and is named, what fits, what is named.
    assert found == [null_a, null_b, gone, new]
    keyed = replace(BARE, indexes=(Index("i", (IndexKey("lower(a)"),), True),))
    assert suspects((Probe("t", None, PLAIN, ()), alike), Schema((BARE,)), Schema((keyed,)), "") == [alike]
    assert suspects((alike,), Schema((keyed,)), Schema((BARE,)), "") == []


def test_a_column_that_goes_or_points_elsewhere_or_keeps_its_type() -> None:
    odd = Probe("t", "a", "a text of 9 characters", ())
    pointing = replace(BARE, foreign_keys=(ForeignKey(("a",), "u", ("a",)),))
    retyped = replace(BARE, columns=(replace(A, type="INTEGER"), B))
    for after, expected in (
        (replace(BARE, columns=(B,)), []),
        (BARE, []),
        (pointing, [odd]),
        (retyped, [odd]),
    ):
        assert suspects((odd,), Schema((BARE,)), Schema((after,)), "") == expected
    assert suspects((odd,), Schema((replace(BARE, columns=(B,)),)), Schema((BARE,)), "") == []
