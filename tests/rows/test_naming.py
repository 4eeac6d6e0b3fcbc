"""What people know a row by. Pure."""

from __future__ import annotations

from decimal import Decimal

import pytest

from kallithea_dbdev.rows.naming import has_surrogate, naming_columns, row_name
from kallithea_dbdev.schema.model import NUMBER, TEXT, Column, ForeignKey, PrimaryKey, Table, Unique

ID, REPO, TITLE, NAME = (
    Column("id", "INTEGER", False, kind=NUMBER),
    Column("repo_id", "INTEGER", False, kind=NUMBER),
    Column("title", "TEXT", True, kind=TEXT),
    Column("permission_name", "TEXT", True, kind=TEXT),
)
KEY = PrimaryKey(("id",))
ALL = (ID, REPO, TITLE, NAME)


@pytest.mark.parametrize(
    ("uniques", "names", "expected"),
    [
        ((("repo_id", "title"), ("title",)), ("repo_id", "title"), ("title",)),
        ((("repo_id", "title"),), ("repo_id", "title", "permission_name"), ("repo_id", "title")),
        ((("title",), ("permission_name",)), ("title", "permission_name"), ("permission_name",)),
        # not all of it can be read
        ((("repo_id", "title"),), ("title", "permission_name"), ("permission_name",)),
        ((), ("repo_id", "title"), ()),
    ],
)
def test_naming_columns(
    uniques: "tuple[tuple[str, ...], ...]", names: "tuple[str, ...]", expected: "tuple[str, ...]"
) -> None:
    assert naming_columns(Table("t", ALL, KEY, tuple(map(Unique, uniques))), names) == expected


def test_a_surrogate_is_one_number_that_points_at_nothing() -> None:
    assert has_surrogate(Table("t", ALL, KEY))
    assert not has_surrogate(Table("t", ALL))
    assert not has_surrogate(Table("t", ALL, PrimaryKey(("permission_name",))))
    assert not has_surrogate(Table("t", ALL, PrimaryKey(("id", "repo_id"))))
    assert not has_surrogate(Table("t", ALL, KEY, foreign_keys=(ForeignKey(("id",), "p", ("id",)),)))


@pytest.mark.parametrize(
    ("key", "said", "expected"),
    [
        ([("app_settings_id", 3)], [("app_settings_name", "ga_code")], "ga_code, app_settings_id=3"),
        ([("ui_id", 2)], [("ui_section", "hooks"), ("ui_key", "it's")], "hooks it's, ui_id=2"),
        ([("id", 2)], [("a", None), ("b", "None"), ("c", "")], "id=2"),
        ([("a", "x"), ("b", None)], [], "a='x', b=NULL"),
        # a number counts, whatever it counts; a name may be the secret itself
        ([("user_api_key_id", 7)], [("api_key", "0123456789")], "***, user_api_key_id=7"),
        ([("token", Decimal(7))], [], "token=7"),
        ([("api_key", "0123")], [], "api_key=***"),
    ],
)
def test_row_name(
    key: "list[tuple[str, object]]", said: "list[tuple[str, str | None]]", expected: str
) -> None:
    assert row_name(key, said) == expected
