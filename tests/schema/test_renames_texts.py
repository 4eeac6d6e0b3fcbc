"""SQL in which a column has another name now: what each engine's catalogue would say."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kallithea_dbdev.schema.model import Check, Column, Index, IndexKey, Schema, Table
from kallithea_dbdev.schema.renames import Renames, changes_with, column_renamed

TABLE = Table("t", (Column("n", "INTEGER", True),))


@pytest.mark.parametrize(
    ("before", "names", "after"),
    [
        ("n > 0", "n m", "m > 0"),
        # A keyword needs quotes, and so does a capital letter where the text has one.
        ("n > 0", "n order", '"order" > 0'),
        ('"order" > 0', "order n", "n > 0"),
        ("`n` > 0", "n order", "`order` > 0"),
        ('"isOk" > 0', "isOk isFine", '"isFine" > 0'),
        # SQLite's catalogue has small letters alone.
        ("isok in (0, 1)", "isOk fine", "fine in (0, 1)"),
        ('"a b" > 0', "a b n", "n > 0"),
        # What is no name of a column stays.
        ("n(n) > 0 AND k.n > 0", "n m", "n(m) > 0 AND k.n > 0"),
        ("n <> 'of n' AND 'it''s n' <> n", "n m", "m <> 'of n' AND 'it''s n' <> m"),
        ("nn > 0 AND m_n > 0", "n m", "nn > 0 AND m_n > 0"),
    ],
)
def test_a_name_in_sql(before: str, names: str, after: str) -> None:
    old, new = names.rsplit(" ", 1)
    renamed = column_renamed(replace(TABLE, checks=(Check(before, "ck"),)), old, new)
    assert renamed.checks[0].expression == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("`n` in (0,1)", "`order` in (0,1)"),
        ("n in (0, 1)", "`order` in (0,1)"),
        ("n in (0, 1)", '"order" in (0, 1)'),
        # A word that one engine keeps for itself, and another does not.
        ("n in (0, 1)", "order in (0, 1)"),
    ],
)
def test_it_is_spelled_as_the_new_one_is(before: str, after: str) -> None:
    def schema(name: str, text: str) -> Schema:
        index = Index("ix", (IndexKey(name), IndexKey(f"({text})")), predicate=text)
        column = Column("g", "INTEGER", True, generated=f"{text} stored")
        columns = (Column(name, "INTEGER", True), column)
        return Schema((replace(TABLE, columns=columns, checks=(Check(text, "ck"),), indexes=(index,)),))

    renames = Renames(columns=(("t", "n", "order"),))
    found = changes_with(schema("n", before), schema("order", after), renames)
    assert [change.kind for change in found] == ["column-renamed"]
