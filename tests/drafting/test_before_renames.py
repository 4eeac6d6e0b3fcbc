"""What a draft declares is looked at before the upgrade: in the names that things have there. Pure."""

from __future__ import annotations

from typing import Optional

import pytest

from kallithea_dbdev.drafting.compose import before_renames
from kallithea_dbdev.rows.declared import CHANGED, Declaration
from kallithea_dbdev.schema.renames import Renames

RENAMES = Renames((("users", "accounts"),), (("accounts", "login", "name"), ("gists", "order", "position")))


@pytest.mark.parametrize(
    ("table", "condition", "expected"),
    [
        ("accounts", "name IS NULL", "login IS NULL"),
        ("accounts", "name NOT IN ('name', 'it''s a name')", "login NOT IN ('name', 'it''s a name')"),
        ("logs", "owner NOT IN (SELECT name FROM accounts)", "owner NOT IN (SELECT login FROM users)"),
        ("logs", "name IS NULL", "name IS NULL"),
        ("accounts", "username IS NULL", "username IS NULL"),
        ("gists", "position IS NULL", None),  # a word of SQL's: the engines quote it in different ways
        ("accounts", None, None),
    ],
)
def test_the_condition(table: str, condition: Optional[str], expected: Optional[str]) -> None:
    declared = before_renames(Declaration(table, "name", CHANGED, condition), RENAMES)
    assert declared == Declaration(table, "name", CHANGED, expected)
