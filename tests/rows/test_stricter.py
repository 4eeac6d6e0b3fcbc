"""Where a table becomes stricter, and which probing row is likely to show it. Pure."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, List

import pytest

from kallithea_dbdev.rows.stricter import compared_anew, keys_to_come, suspects, tightened
from kallithea_dbdev.schema.model import (
    Check,
    Column,
    ForeignKey,
    Index,
    IndexKey,
    PrimaryKey,
    Schema,
    Table,
    Unique,
)

from .test_probes import LONG, NAME, POINTING, TABLE, probes


def _column(name: str, **more: Any) -> Table:
    return replace(TABLE, columns=tuple(replace(c, **more) if c.name == name else c for c in TABLE.columns))


STRICTER = [
    _column("note", nullable=False),
    _column("name", type="VARCHAR(5)"),
    _column("name", collation="NOCASE"),
    _column("name", charset="latin1"),
    replace(TABLE, uniques=(*TABLE.uniques, Unique(("note",)))),
    replace(TABLE, primary_key=PrimaryKey(("id", "name"))),
    replace(TABLE, indexes=(Index("i", (IndexKey("lower(note)"),), True),)),
    replace(TABLE, indexes=(Index("i", (IndexKey("note"),), True, "n > 1"),)),
    replace(TABLE, checks=(Check("n > 1"),)),
    replace(TABLE, foreign_keys=(POINTING, ForeignKey(("n",), "users", ("id",)))),
    replace(TABLE, foreign_keys=(replace(POINTING, enforcement="NOT VALID"),)),
]
LOOSER = [
    TABLE,
    _column("name", nullable=True),
    _column("name", default="'x'"),
    replace(TABLE, columns=(*TABLE.columns, Column("more", "TEXT", True))),
    replace(TABLE, columns=TABLE.columns[:3]),
    replace(TABLE, indexes=(Index("i", (IndexKey("note"),)),)),
    replace(TABLE, uniques=(), foreign_keys=()),
]


@pytest.mark.parametrize("after", STRICTER)
def test_stricter(after: Table) -> None:
    assert tightened(TABLE, after)


@pytest.mark.parametrize("after", LOOSER)
def test_not_stricter(after: Table) -> None:
    assert not tightened(TABLE, after)


@pytest.mark.parametrize(
    ("after", "message", "expected"),
    [
        (STRICTER[0], "NOT NULL constraint failed: t.note", ["t.note: NULL", "t.note: a text of 3000 characters"]),
        (STRICTER[1], "value too long", ["t.name: a text of 9 characters", "t.name: an empty text"]),
        (STRICTER[4], "duplicated", ["t: two rows that are the same but for their keys"]),
        (TABLE, "n is broken", ["t.n: NULL", "t.n: -32768"]),
    ],
)  # fmt: skip
def test_the_likeliest_are_tried_first(after: Table, message: str, expected: "List[str]") -> None:
    found = suspects(probes(later=after), Schema((TABLE,)), Schema((after,)), message)
    assert [str(probe) for probe in found][: len(expected)] == expected


def test_a_unique_index_that_was_there_before() -> None:
    before = replace(TABLE, indexes=(Index("i", (IndexKey("lower(note)"),), True),))
    assert not tightened(before, before)
    assert keys_to_come(before, before) == [] and not compared_anew(before, before, LONG)


def test_keys_that_come_with_a_step() -> None:
    assert keys_to_come(TABLE, None) == keys_to_come(TABLE, TABLE) == []
    two = Index("i", (IndexKey("lower(note)"), IndexKey("n")), True, "flag")
    assert keys_to_come(TABLE, replace(TABLE, indexes=(two,))) == [("note", "n")]
    assert keys_to_come(TABLE, replace(TABLE, indexes=(replace(two, unique=False),))) == []
    # a column that comes with the step holds nothing of any row
    more = replace(
        TABLE, columns=(*TABLE.columns, Column("more", "TEXT", True)), uniques=(Unique(("more",)),)
    )
    assert keys_to_come(TABLE, more) == []


def test_what_is_compared_anew() -> None:
    def after(key: IndexKey) -> Table:
        return replace(TABLE, indexes=(Index("i", (key,), True),))

    assert not compared_anew(TABLE, after(IndexKey("note")), LONG)
    assert compared_anew(TABLE, after(IndexKey("note", collation="NOCASE")), LONG)
    assert not compared_anew(TABLE, after(IndexKey("lower(notes)")), LONG)
    assert not compared_anew(TABLE, None, LONG)
    assert not compared_anew(TABLE, TABLE, NAME)
    assert compared_anew(TABLE, _column("name", charset="latin1"), NAME)
    assert not compared_anew(TABLE, _column("note", charset="latin1"), LONG)
    assert not compared_anew(TABLE, replace(TABLE, columns=TABLE.columns[:1]), NAME)


def test_a_check_makes_the_columns_suspect_that_it_speaks_of() -> None:
    after = replace(TABLE, checks=(Check("length(note) > 1"),))
    found = suspects(probes(later=after), Schema((TABLE,)), Schema((after,)), "ck_t is violated")
    assert {probe.column for probe in found} == {"note"}
    # a row like the real ones is no suspect: where it fails, all do
    assert all(probe.rows != probes(later=after)[0].rows for probe in found)
