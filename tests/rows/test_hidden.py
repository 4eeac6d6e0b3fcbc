"""What a database keeps secret is masked by value, and nothing that is only called like it."""

from __future__ import annotations

from pathlib import Path

import pytest

from kallithea_dbdev import secrets
from kallithea_dbdev.engines import make_lab, open_database
from kallithea_dbdev.rows.hidden import remember_secrets
from kallithea_dbdev.secrets import mask
from kallithea_dbdev.workspace import Workspace

TOKEN = "eyJhbGciOi-JIUzI1NiIs_InR5cCI6-IkpXVCJ9.eyJzdW-IiOiIxMjM0_NTY3ODkwIiwtail"

MAKE = [
    "CREATE TABLE settings (app_settings_name VARCHAR(50), app_settings_value VARCHAR(200))",
    "INSERT INTO settings VALUES ('oauth_token_url', 'https://sso.example.com/oauth2/token'), ('title', 'plain7text'), "
    "('mail_password', 'oauth2'), ('hook_url', 'https://joe:hidden77@h.org/x'), ('empty_password', '')",
    "CREATE TABLE oauth2_clients (api_token VARCHAR(200), token_scope VARCHAR(50), clone_uri VARCHAR(200))",
    f"INSERT INTO oauth2_clients VALUES ('{TOKEN}', 'a_table_with_tokens', 'svn://ann:uri99pass@h.org/y'), "
    "('0123456789abcdef0123', 'read', NULL)",
    "CREATE TABLE a_table_with_tokens (sample_password VARCHAR(50))",
    "INSERT INTO a_table_with_tokens VALUES ('drawn22sample')",
]


@pytest.fixture(autouse=True)
def remembered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("_known", "_known_values", "_known_words"):
        monkeypatch.setattr(secrets, name, set())
    with Workspace() as workspace:
        database = make_lab(open_database(f"sqlite:///{tmp_path}/x.db"), workspace).scratch("x")
        database.execute(MAKE)
        remember_secrets(database, database.read_schema().tables, but=["a_table_with_tokens"])


@pytest.mark.parametrize(
    "text",
    [
        f"said: {TOKEN}!",
        # PostgreSQL cuts what is long.
        f"DETAIL:  Failing row contains (1, {TOKEN[:64]}..., n, null).",
        "ValueError: 0123456789abcdef0123",
        "('a', 'hidden77')",
        "a print of uri99pass",
        "it is oauth2, no?",
        "https://sso.example.com/oauth2/token",
    ],
)
def test_what_is_masked(text: str) -> None:
    assert "***" in mask(text)
    assert not any(
        part in mask(text) for part in (TOKEN[:40], "0123456789", "hidden77", "uri99pass", "oauth2")
    )


@pytest.mark.parametrize(
    "text",
    [
        "oauth2_clients.token_scope: should not be there",
        "UPDATE a_table_with_tokens SET x = 1",
        "plain7text and drawn22sample",
        "Failing row contains (1, "
        + "another text that is as long as can be, "[:40]
        + "and more than forty ...).",
    ],
)
def test_what_stays(text: str) -> None:
    assert mask(text) == text
