"""Which questions are asked of several candidates, and what options say of none. Pure."""

from __future__ import annotations

from dataclasses import replace
from typing import List, Tuple

import pytest

from kallithea_dbdev.drafting.answers import Answers, Sides, column_candidates, completed, parse
from kallithea_dbdev.errors import UsageError
from kallithea_dbdev.schema.compare import compare
from kallithea_dbdev.schema.model import Column, Schema, Table

from .test_answers import RENAMED, column, nobody, says, sides, table


def candidates(before: Tuple[Column, ...], after: Tuple[Column, ...]) -> "List[Tuple[str, str]]":
    changes = compare(Schema((table("t", *before),)), Schema((table("t", *after),)))
    return [(old, new) for _, old, new, _ in column_candidates(changes)]


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (("name",), ("login",), [("name", "login")]),
        # Each in one pair at most: the best first.
        (("name", "mail"), ("names", "mails"), [("mail", "mails"), ("name", "names")]),
        (("name",), ("name2", "name3"), [("name", "name2")]),
        (("name2", "name3"), ("name",), [("name2", "name")]),
    ],
)
def test_columns_of_one_type(before: "Tuple[str, ...]", after: "Tuple[str, ...]", expected: object) -> None:
    assert candidates(tuple(map(column, before)), tuple(map(column, after))) == expected


def test_what_speaks_for_one_column() -> None:
    name, filler = column("name"), column("filler", "BLOB", kind="bytes")
    # The kind and the place, or the kind and the name, or the same definition; one of them is too little.
    assert candidates((name,), (column("x", "TEXT"),)) == [("name", "x")]
    assert candidates((name, filler), (filler, column("x", "TEXT"))) == []
    assert candidates((name, filler), (filler, column("username", "TEXT"))) == [("name", "username")]
    assert candidates((name, filler), (filler, column("nam", "TEXT"))) == [("name", "nam")]
    assert candidates((name, filler), (filler, column("naam", "TEXT"))) == [("name", "naam")]
    assert candidates((name, filler), (filler, column("x"))) == [("name", "x")]
    assert candidates((name,), (replace(column("name2", "X"), kind=None),)) == []
    assert candidates((replace(name, kind=None),), (replace(column("name2", "X"), kind=None),)) == []


def test_what_is_said_to_be_gone() -> None:
    prompt, _ = says("n")
    answers = completed(Answers(), RENAMED, prompt)
    assert answers.gone == {("users", "name")}
    assert (
        answers.is_gone("users", "name")
        and not answers.is_gone("users", "mail")
        and not answers.is_gone("users")
    )
    assert replace(answers, no_rename=True).is_gone("gists")
    moved = sides([table("a", column("x"), column("y"))], [table("b", column("x"), column("y"))])
    prompt, _ = says("no")
    assert completed(Answers(), moved, prompt).gone == {("a", "")}
    prompt, _ = says("maybe", "Yes ")
    assert completed(Answers(), moved, prompt).renames.tables == (("a", "b"),)
    # Who does not say it says nothing.
    prompt, asked = says("x", "y?", "")
    with pytest.raises(UsageError, match="renamed or not"):
        completed(Answers(), moved, prompt)
    assert len(asked) == 3


def test_what_options_say_is_not_asked() -> None:
    before, after = (column("a1"), column("b1")), (column("a2"), column("b2"))
    both = sides([table("t", *before)], [table("t", *after)])
    prompt, asked = says("y")
    assert completed(parse((), ["t.a1=a2"], ()), both, prompt).renames.columns == (
        ("t", "a1", "a2"),
        ("t", "b1", "b2"),
    )
    assert len(asked) == 1 and "b1 -> b2" in asked[0]
    assert completed(parse((), ["t.a1=b2", "t.b1=a2"], ()), both, nobody).gone == frozenset()


def test_columns_that_change_places() -> None:
    one, other = (
        sides([table("t", column("a"), column("b"))], [table("t", column("b"), column("a"))])[0],
        None,
    )
    assert other is None
    swapped = parse((), ["t.a=b", "t.b=a"], ())
    assert completed(swapped, (one,), nobody).renames.columns == (("t", "a", "b"), ("t", "b", "a"))
    with pytest.raises(UsageError, match="no column a is gone there and b new"):
        completed(parse((), ["t.a=b"], ()), (one,), nobody)


def test_a_table_that_stays_is_not_renamed() -> None:
    a, b = (table(name, column("x")) for name in "ab")
    with pytest.raises(UsageError, match="no table a is gone and b new"):
        completed(parse((), (), ["a=b"]), sides([a], [a, b]), nobody)
    # It may stay in name alone: another one takes it.
    renamed = parse((), (), ["a=b", "c=a"])
    assert len(completed(renamed, sides([a, replace(a, name="c")], [a, b]), nobody).renames.tables) == 2


@pytest.mark.parametrize("text", ["users.=1", ".name=1", "users.name=", "users.name= ", "usersname=1"])
def test_a_fill_that_says_nothing(text: str) -> None:
    with pytest.raises(UsageError, match=r"not TABLE\.COLUMN=SQL"):
        parse([text], (), ())


@pytest.mark.parametrize("text", ["=b", "a=", "ab"])
def test_a_table_without_a_name(text: str) -> None:
    with pytest.raises(UsageError, match="not OLD=NEW"):
        parse((), (), [text])


def test_every_engine_is_asked_for_values_once() -> None:
    new = Column("theme", "VARCHAR(9)", False)
    side = Sides(Schema((Table("t"),)), Schema((Table("t", (new,)),)), {})
    prompt, asked = says(" ", " ")
    with pytest.raises(UsageError) as caught:
        completed(Answers(), (side, side), prompt)
    assert str(caught.value).count("--fill t.theme=SQL") == 1 and len(asked) == 2
    prompt, asked = says(" 'x' ")
    assert completed(Answers(), (side, side), prompt).fills == {("t", "theme"): "'x'"}
