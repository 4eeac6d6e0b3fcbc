"""Renames that wait for each other, and what else of a schema speaks of what is renamed. Pure."""

from __future__ import annotations

from dataclasses import replace
from typing import List, Tuple

import pytest

from kallithea_dbdev.schema.compare import compare
from kallithea_dbdev.schema.model import (
    Column,
    ForeignKey,
    Index,
    IndexKey,
    PrimaryKey,
    Schema,
    Sequence,
    Table,
)
from kallithea_dbdev.schema.renames import Renames, candidates, changes_with, in_turn, under_new_names

ID, A, B = (Column(name, "INTEGER", True) for name in ("id", "a", "b"))
TABLE = Table("t", (ID, A, B), PrimaryKey(("id",)))
POINTING = Table(
    "u", (ID, A), foreign_keys=(ForeignKey(("a",), "t", ("a",)), ForeignKey(("a",), "v", ("a",)))
)
SEQUENCES = (Sequence("s", "x", "t.a", "t"), Sequence("r", "x", "t.b", "t"), Sequence("q", "x", "u.a", "u"))
SCHEMA = Schema((TABLE, POINTING), sequences=SEQUENCES)


@pytest.mark.parametrize(
    ("pairs", "names", "expected"),
    [
        ([("a", "b")], "a", [("a", "b")]), ([("a", "a")], "a", []),
        ([("a", "b"), ("b", "c")], "ab", [("b", "c"), ("a", "b")]),
        ([("a", "b"), ("b", "a")], "ab", [("b", "b_old"), ("a", "b"), ("b_old", "a")]),
        # What has the name goes later: it makes room.
        ([("a", "b")], "ab", [("b", "b_old"), ("a", "b")]),
        ([("a", "b")], ["a", "b", "b_old"], [("b", "b_old_"), ("a", "b")]),
        ([("a", "b"), ("c", "b_old")], "abc", [("c", "b_old"), ("b", "b_old_"), ("a", "b")]),
    ],
)  # fmt: skip
def test_in_turn(
    pairs: "List[Tuple[str, str]]", names: "List[str]", expected: "List[Tuple[str, str]]"
) -> None:
    assert in_turn(pairs, names) == expected


def test_columns_that_change_places_and_what_speaks_of_them() -> None:
    renames = Renames(columns=(("t", "a", "b"), ("t", "b", "a"), ("u", "a", "c")))
    new = under_new_names(SCHEMA, renames)
    assert [[c.name for c in table.columns] for table in new.tables] == [["id", "b", "a"], ["id", "c"]]
    assert [(key.columns, key.referred_columns) for key in new.tables[1].foreign_keys] == [
        (("c",), ("b",)), (("c",), ("a",))
    ]  # fmt: skip
    assert [s.owner for s in new.sequences] == ["t.b", "t.a", "u.c"]
    found = changes_with(SCHEMA, new, renames)
    assert [c.kind for c in found if c.kind in ("column-renamed", "table-renamed")] == ["column-renamed"] * 4
    # All that there is is said by the renames.
    assert {c.kind for c in found} <= {"column-renamed", "reference-renamed"}


def test_a_table_and_what_refers_to_it() -> None:
    new = under_new_names(SCHEMA, Renames((("t", "w"),)))
    assert [table.name for table in new.tables] == ["w", "u"]
    assert [key.referred_table for key in new.tables[1].foreign_keys] == ["w", "v"]
    assert [(s.owner, s.owner_table) for s in new.sequences] == [("w.a", "w"), ("w.b", "w"), ("u.a", "u")]
    assert changes_with(SCHEMA, new, Renames((("t", "w"),)))[1:] == ()


def test_an_index_with_a_condition_and_a_key_with_an_order() -> None:
    table = replace(
        TABLE,
        primary_key=PrimaryKey(("a",), None, ("a DESC",)),
        indexes=(Index("i", (IndexKey("b"),), predicate="a > 0"),),
    )
    (new,) = under_new_names(Schema((table,)), Renames(columns=(("t", "a", "c"),))).tables
    assert (new.primary_key, new.indexes[0].predicate) == (PrimaryKey(("c",), None, ("c DESC",)), "c > 0")


def test_candidates_of_one_table_are_none_of_another() -> None:
    before = (Table("t", (ID, A)), Table("u", (ID,)))
    after = (Table("t", (ID,)), Table("u", (ID, B)))
    assert not candidates(compare(Schema(before), Schema(after)))
    generated = replace(B, generated="(1)")
    assert not candidates(compare(Schema((Table("t", (ID, A)),)), Schema((Table("t", (ID, generated)),))))
    assert candidates(compare(Schema((Table("t", (ID, A)),)), Schema((Table("t", (ID, B)),)))).columns == (
        ("t", "a", "b"),
    )
    assert not Renames() and Renames((("t", "u"),)) and Renames(columns=(("t", "a", "b"),))
