"""data_changes: what is understood, and what is refused with the entry in the message."""

from __future__ import annotations

import ast

import pytest

from kallithea_dbdev.errors import DeclarationError
from kallithea_dbdev.rows.declared import KINDS, Declaration, for_table, line, parse


def test_lists_and_tuples_of_three_or_four() -> None:
    assert parse([("users", "email", "changed"), ["gists", "*", "removed", "gist_id < 3"]]) == (
        Declaration("users", "email", "changed", None),
        Declaration("gists", "*", "removed", "gist_id < 3"),
    )
    assert parse(()) == ()
    assert [parse([("a", "b", kind)])[0].kind for kind in ("added", "changed", "removed")] == list(KINDS)


@pytest.mark.parametrize(
    "value, message",
    [
        ("users", "not a list of tuples: 'users'"),
        ({("a", "b", "added")}, "not a list of tuples"),
        (None, "not a list of tuples: None"),
        ([("users", "email")], r"not \(table, column, kind\[, condition\]\): \('users', 'email'\)"),
        ([("a", "b", "added", "c", "d")], r"not \(table, column, kind"),
        (["abc"], r"not \(table, column, kind\[, condition\]\): 'abc'"),
        ([("a", "b", 3)], "not all texts: "),
        ([("a", "", "added")], "not all texts: "),
        ([("a", "b", "added", None)], "not all texts: "),
        ([("a", "b", "deleted")], r"the kind is none of added, changed, removed: \('a', 'b', 'deleted'\)"),
        ([("a", "b", "added"), ("a", "b", "x")], "the kind is none of"),
    ],
)
def test_what_is_refused(value: object, message: str) -> None:
    with pytest.raises(DeclarationError, match=message) as caught:
        parse(value)
    assert str(caught.value).startswith("data_changes")


@pytest.mark.parametrize(
    "column, asked, covered",
    [
        ("email", "email", True),
        ("email", "name", False),
        ("*", "email", True),
        ("*", "*", True),
        ("email", "*", False),
    ],
)
def test_covers(column: str, asked: str, covered: bool) -> None:
    declaration = Declaration("users", column, "changed", "x")
    assert declaration.covers("users", asked, "changed") is covered
    assert declaration.covers("gists", asked, "changed") is False
    assert declaration.covers("users", asked, "removed") is False


def test_the_line_for_a_script_declares_what_it_says() -> None:
    text = line("users", "it's", "changed")
    name, _, value = text.partition(" = ")
    assert name == "data_changes"
    assert parse(ast.literal_eval(value)) == (Declaration("users", "it's", "changed"),)


def test_for_table() -> None:
    declarations = parse([("a", "x", "added"), ("b", "x", "added"), ("a", "y", "added")])
    assert [d.column for d in for_table(declarations, "a")] == ["x", "y"]
    assert for_table(declarations, "c") == ()
