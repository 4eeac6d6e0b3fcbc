"""Renames and fills: what is asked, and what options answer."""

from __future__ import annotations

from dataclasses import replace
from typing import List, Optional, Sequence, Tuple

import pytest

from kallithea_dbdev.drafting.answers import Answers, Prompt, Sides, completed, parse
from kallithea_dbdev.errors import UsageError
from kallithea_dbdev.schema.model import Column, ForeignKey, Schema, Table, Unique
from kallithea_dbdev.schema.renames import Renames


def column(name: str, type_: str = "VARCHAR(255)", nullable: bool = True, kind: str = "text") -> Column:
    return Column(name, type_, nullable, kind=kind)


def table(name: str, *columns: Column, keys: Tuple[ForeignKey, ...] = ()) -> Table:
    return Table(name, (column("id", "INTEGER", False, "number"), *columns), foreign_keys=keys)


def sides(before: Sequence[Table], after: Sequence[Table], **fills: str) -> Tuple[Sides, ...]:
    found = {(name.partition("__")[0], name.partition("__")[2]): sql for name, sql in fills.items()}
    return (Sides(Schema(tuple(before)), Schema(tuple(after)), found),)


def nobody(_question: str) -> Optional[str]:
    return None


def says(*answers: str) -> Tuple[Prompt, List[str]]:
    rest, asked = list(answers), []  # type: ignore[var-annotated]

    def prompt(question: str) -> Optional[str]:
        asked.append(question)
        return rest.pop(0)

    return prompt, asked


RENAMED = sides([table("users", column("name"))], [table("users", column("login"))])
LONGER = sides([table("users", column("name"))], [table("users", column("username", "VARCHAR(99)"))])
MOVED = sides([table("a", column("x"), column("y"))], [table("b", column("x"), column("y"))])
OTHER = sides(
    [table("a", column("x"), column("q"))], [table("a", column("z", "BLOB", kind="bytes"), column("q"))]
)


def test_nobody_can_be_asked() -> None:
    with pytest.raises(UsageError) as caught:
        completed(Answers(), RENAMED, nobody)
    assert str(caught.value) == (
        "renamed or not? column users.name -> login (both are VARCHAR(255), both at place 2); "
        "nothing was written; add --rename users.name=login to keep the data, or --no-rename"
    )
    with pytest.raises(
        UsageError, match=r"users.name -> username \(VARCHAR\(255\) and VARCHAR\(99\), both at pl"
    ):
        completed(Answers(), LONGER, nobody)
    with pytest.raises(
        UsageError, match=r"table a -> b \(3 of 3 columns are the same\).*add --rename-table a=b to"
    ):
        completed(Answers(), MOVED, nobody)
    assert completed(Answers(), OTHER, nobody) == Answers()


def test_options_answer() -> None:
    told = parse((), ["users.name=login"], (), False)
    assert completed(told, RENAMED, nobody).renames == Renames(columns=(("users", "name", "login"),))
    assert completed(parse((), (), ["a=b"]), MOVED, nobody).renames == Renames(tables=(("a", "b"),))
    assert not completed(parse((), (), (), True), RENAMED, nobody).renames


def test_a_column_of_a_renamed_table() -> None:
    both = sides([table("a", column("x"), column("y"))], [table("b", column("x"), column("z"))])
    for name in ("a", "b"):
        told = parse((), [f"{name}.y=z"], ["a=b"])
        assert completed(told, both, nobody).renames == Renames((("a", "b"),), (("b", "y", "z"),))


def test_a_terminal_answers() -> None:
    prompt, asked = says("y")
    assert completed(Answers(), RENAMED, prompt).renames.columns == (("users", "name", "login"),)
    assert asked == ["renamed? column users.name -> login (both are VARCHAR(255), both at place 2) [y/n]"]
    prompt, _ = says("n")
    assert not completed(Answers(), RENAMED, prompt).renames


def test_a_foreign_key_and_the_place_tell_two_apart() -> None:
    def of(one: str, other: str) -> Table:
        key = ForeignKey((other,), "users", ("id",))
        number = {"type_": "INTEGER", "kind": "number"}
        return table("t", column(one, **number), column(other, **number), keys=(key,))  # type: ignore[arg-type]

    with pytest.raises(UsageError) as caught:
        completed(Answers(), sides([of("a", "b")], [of("c", "d")]), nobody)
    assert "add --rename t.b=d --rename t.a=c to" in str(caught.value)


def test_a_fill_that_no_row_would_get() -> None:
    two = table("users", column("name"), column("mail"))
    pair = replace(two, uniques=(Unique(("name", "mail"), "uq"),))
    alone = replace(two, uniques=(Unique(("name",), "uq"),))
    stricter = table("users", column("name"), column("mail", nullable=False))
    fill = Answers({("users", "mail"): "'x'"})
    assert completed(fill, sides([two], [stricter]), nobody).fills
    assert completed(Answers({("users", "name"): "'x'"}), sides([two], [alone]), nobody).fills
    for after in (pair, alone, two):
        with pytest.raises(UsageError, match=r"--fill users\.mail: no row needs a value there"):
            completed(fill, sides([two], [after]), nobody)


def test_a_fill_for_a_new_column() -> None:
    fill = Answers({("users", "theme"): "'x'"})
    for new in (column("theme"), replace(column("theme", nullable=False), default="'light'")):
        assert completed(fill, sides([table("users")], [table("users", new)]), nobody).fills
    computed = replace(column("theme"), generated="1")
    with pytest.raises(UsageError, match=r"--fill users\.theme: no row needs a value there"):
        completed(fill, sides([table("users")], [table("users", computed)]), nobody)


def test_two_fills_of_one_column() -> None:
    assert parse(["a.b=1", "a.b=1", "a.c=2"], (), ()).fills == {("a", "b"): "1", ("a", "c"): "2"}
    with pytest.raises(UsageError, match=r"--fill a\.b: two values are given; leave one of them out"):
        parse(["a.b=1", "a.b=2"], (), ())


@pytest.mark.parametrize(
    ("type_", "kind", "example"),
    [("VARCHAR(9)", "text", "'x'"), ("BOOLEAN", "boolean", "false"), ("INTEGER", "number", "0"), ("date", "time", "CURRENT_DATE"),
     ("json", "json", "'null'")],
)  # fmt: skip
def test_an_example_that_the_column_takes(type_: str, kind: str, example: str) -> None:
    new = column("theme", type_, False, kind)
    with pytest.raises(
        UsageError, match=rf"add --fill users\.theme=SQL \(such as users\.theme=\"{example}\"\)"
    ):
        completed(Answers(), sides([table("users")], [table("users", new)]), nobody)


def test_fills() -> None:
    new = column("theme", nullable=False)
    both = sides([table("users")], [table("users", new)])
    with pytest.raises(
        UsageError, match=r"users.theme: NOT NULL, and nobody says.*add --fill users.theme=SQL"
    ):
        completed(Answers(), both, nobody)
    told = parse(["users.theme='a=b'"], (), ())
    assert completed(told, both, nobody).fills == {("users", "theme"): "'a=b'"}
    prompt, asked = says("'x'")
    assert completed(Answers(), both, prompt).fills == {("users", "theme"): "'x'"}
    assert asked == ["users.theme is NOT NULL: what do rows that are there get? SQL:"]
    # the models say it; a new table has no rows
    assert not completed(
        Answers(), sides([table("users")], [table("users", new)], users__theme="1"), nobody
    ).fills
    assert not completed(Answers(), sides([], [table("users", new)]), nobody).fills


@pytest.mark.parametrize(
    "fills, columns, tables, message",
    [
        (["users.theme"], [], [], "--fill users.theme: not TABLE.COLUMN=SQL"),
        (["theme=1"], [], [], "--fill theme=1: not TABLE.COLUMN=SQL"),
        (["users.x=1"], [], [], "--fill users.x: the models have no such column"),
        ([], ["users.name"], [], "--rename users.name: not TABLE.OLD=NEW"),
        ([], ["users.nope=login"], [], "no column nope is gone there and login new; --check lists"),
        ([], ["users.name=nope"], [], "no column name is gone there and nope new"),
        ([], [], ["users"], "--rename-table users: not OLD=NEW"),
        ([], ["users.id=id"], [], "no column id is gone there and id new"),
        (
            [],
            ["users.name=login", "users.name=login"],
            [],
            "users.name=login: name is there twice; leave one of",
        ),
        ([], ["users.name=login", "users.id=login"], [], "--rename users.id=login: login is there twice"),
        (
            [],
            [],
            ["users=a", "users=b"],
            "--rename-table users=a --rename-table users=b: users is there twice",
        ),
        ([], [], ["users=people"], "no table users is gone and people new; --check lists"),
    ],
)
def test_wrong_options(fills: List[str], columns: List[str], tables: List[str], message: str) -> None:
    with pytest.raises(UsageError) as caught:
        completed(parse(fills, columns, tables), RENAMED, nobody)
    assert message in str(caught.value)
