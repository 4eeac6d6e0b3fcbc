"""What is of one side only, or alike on both by chance. Pure."""

from __future__ import annotations

from dataclasses import replace
from typing import List

from kallithea_dbdev.schema.change import Change
from kallithea_dbdev.schema.compare import compare
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

KEY = PrimaryKey(("a",), "pk_t")
TABLE = Table("t", (Column("a", "INTEGER", True), Column("b", "TEXT", True)), KEY)


def kinds(migrated: Table, expected: Table) -> List[str]:
    return [change.kind for change in compare(Schema((migrated,)), Schema((expected,)))]


def test_a_comment_is_no_option_that_the_columns_follow() -> None:
    one, other = (
        replace(TABLE, columns=(replace(TABLE.columns[0], comment=text),), options=(("comment", text),))
        for text in "xy"
    )
    assert kinds(one, other) == ["comment", "comment"]


def test_only_where_both_sides_number_the_rows_null_says_nothing() -> None:
    text = replace(TABLE, columns=(Column("a", "TEXT", False), TABLE.columns[1]))
    assert kinds(TABLE, text) == ["column-type", "column-nullability"]
    assert kinds(text, TABLE) == ["column-type", "column-nullability"]


def test_the_order_of_a_key_on_either_side() -> None:
    descending = replace(TABLE, primary_key=replace(KEY, keys=("a DESC",)))
    assert kinds(TABLE, descending) == kinds(descending, TABLE) == ["primary-key"]
    none = replace(TABLE, primary_key=None)
    assert kinds(none, replace(none, columns=none.columns[:1])) == ["column-extra"]


def test_how_often_each_side_has_it() -> None:
    check, unique = Check("a > 0"), Unique(("b",))
    key, index = ForeignKey(("a",), "u", ("a",)), Index("i", (IndexKey("b"),))
    full = replace(TABLE, checks=(check, check), uniques=(unique,), foreign_keys=(key,), indexes=(index,))
    lone = replace(full, checks=(check,))
    (change,) = compare(Schema((full,)), Schema((lone,)))
    assert (change.kind, change.times, change.reversed.times) == ("check-extra", (2, 1), (1, 2))
    for item in (unique, key, index):
        assert Change("x", item, None, "x", (full, None)).times == (1, 0)


def test_differences_are_one_where_all_that_is_said_is_the_same() -> None:
    a, b = TABLE.columns
    longer = replace(a, type="BIGINT")
    one = Change("column-type", a, longer, "type", (TABLE, TABLE))
    elsewhere = replace(TABLE, name="u")
    assert one == Change("column-type", replace(a, nullable=False), longer, "type", (TABLE, TABLE))
    for other in (
        Change("column-default", a, longer, "type", (TABLE, TABLE)),
        Change("column-type", replace(b, type="INTEGER"), replace(b, type="BIGINT"), "type", (TABLE, TABLE)),
        Change("column-type", a, longer, "type", (elsewhere, elsewhere)),
        Change("column-type", a, replace(a, type="TEXT"), "type", (TABLE, TABLE)),
        Change("column-type", replace(a, type="TEXT"), longer, "type", (TABLE, TABLE)),
        Change("column-type", a, longer, "column", (TABLE, TABLE)),
    ):
        assert one != other and hash(one) != hash(other)
