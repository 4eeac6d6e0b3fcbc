"""A known secret in whatever way a library writes it, and which values are known anywhere. Pure."""

from __future__ import annotations

import json
import logging
from urllib.parse import quote, quote_plus

import pytest
from sqlalchemy.engine.url import URL

from kallithea_dbdev import secrets
from kallithea_dbdev.secrets import MASK, MaskedFormatter, holds_secret, is_strong, masked

ODD = "it's\\a:b@c/ö%2 x"
SPELLINGS = {
    "plain": ODD,
    "encoded": quote(ODD, safe=""),
    "encoded but for the slash": quote(ODD),
    "of a form": quote_plus(ODD),
    "in small letters": quote(ODD, safe="").replace("%2F", "%2f").replace("%3A", "%3a").replace("%C3%B6", "%c3%b6").replace("%5C", "%5c"),
    "of SQLAlchemy": str(URL("x", "u", ODD)).partition(":")[2].partition(":")[2],
    "of an ini file": ODD.replace("%", "%%"),
    "of SQL": ODD.replace("'", "''"),
    "of a DSN": ODD.replace("\\", "\\\\").replace("'", "\\'"),
    "of .pgpass": ODD.replace("\\", "\\\\").replace(":", "\\:"),
    "of Python": repr(ODD),
    "of Python in ASCII": ascii(ODD),
    "of Python's bytes": repr(ODD.encode()),
    "of JSON": json.dumps(ODD),
    "of JSON as it is": json.dumps(ODD, ensure_ascii=False),
}  # fmt: skip


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_a_known_secret_is_masked_as_a_whole(spelling: str) -> None:
    text = SPELLINGS[spelling].strip("\"'") if spelling.startswith("of Python") else SPELLINGS[spelling]
    assert MASK in masked(f"<{text}>", frozenset({ODD}))
    # Nothing of it is left but quotes.
    left = masked(f"<{text}>", frozenset({ODD})).replace(MASK, "").strip("<>\"'bx@u")
    assert left in ("", "@")


def test_blanks_that_were_folded_and_what_was_encoded_before() -> None:
    assert masked("<a1 b2 c3>", frozenset({"a1  b2\tc3"})) == f"<{MASK}>"
    assert masked("<p@ss w0rd>", frozenset({"p%40ss+w0rd"})) == f"<{MASK}>"


def test_what_is_no_utf_8_is_masked_too() -> None:
    """A terminal's Latin-1, as Python hands it over."""
    assert masked("<s3cr\udcfct> <s3cr%FCt>", frozenset({"s3cr\udcfct"})) == f"<{MASK}> <{MASK}>"


@pytest.mark.parametrize(
    ("value", "strong"),
    [
        ("ab1cd", False), ("ab1cde", True), ("aBcdef", True), ("Abcdef", False), ("ABCDEF", False),
        ("a" * 15, False), ("a" * 16, True), ("1" * 15, False), ("1" * 16, True), ("*" * 16, False),
        ("some-plain-words", True), ("some plain word", False), ("127.0.0.1", False),
    ],
)  # fmt: skip
def test_is_strong(value: str, strong: bool) -> None:
    assert is_strong(value) is strong


@pytest.mark.parametrize(
    "text",
    [
        "invalid literal for int() with base 10: '{}'", 'could not translate host name "{}" to address',
        'connection to server at "{}", port', "Unknown MySQL server host '{}' (-2)", 'invalid port number: "{}"',
        'invalid integer value "{}" for connection option', 'invalid URI query option "{}"', 'in URI after "{}"',
        "Could not parse rfc1738 URL from string '{}'", "cannot parse URL '{}'",
    ],
)  # fmt: skip
def test_a_weak_password_is_masked_where_a_piece_of_a_url_is_quoted(text: str) -> None:
    assert masked(text.format("word"), frozenset({"word"})) == text.format(MASK)
    assert masked("a word", frozenset({"word"})) == "a word"
    assert masked(text.format("secret"), frozenset({"secret"})) == text.format("secret")


def test_what_holds_a_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(secrets, "_known", {"s3kRet@x", "word"})
    assert holds_secret("SET x = 's3kRet@x'") and holds_secret("//u:s3kRet%40x@h")
    assert holds_secret(f"x $2b$12${'a' * 53}")
    assert not holds_secret("a word") and not holds_secret("")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("password = s3kRet", f"password = {MASK}"),
        # Behind SET it is a column.
        ("UPDATE t SET password = lastname", "UPDATE t SET password = lastname"),
        ("SET\npassword = s3kRet", f"SET\npassword = {MASK}"),
        ("ssl = ON\npassword = s3kRet", f"ssl = ON\npassword = {MASK}"),
        ("UPDATE t SET password=s3kRet", f"UPDATE t SET password={MASK}"),
        ("//:@h", "//:@h"), ("//u:@h", "//u:@h"), ("u:p1@h", f"u:{MASK}@h"),
        (f"https://{'t' * 20}:x@h", f"https://{MASK}:{MASK}@h"), (f"https://{'t' * 19}:x@h", f"https://{'t' * 19}:{MASK}@h"),
        ("password=''", "password=''"), ("password='x'", f"password='{MASK}'"), ("password=x'", f"password={MASK}'"),
    ],
)  # fmt: skip
def test_what_is_masked_by_form(text: str, expected: str) -> None:
    assert masked(text, frozenset()) == expected


@pytest.mark.parametrize(
    "text",
    [
        "DETAIL: Key (user_id, name)=(7, x) already exists.", "DETAIL: Failing row contains (1, a, null).",
        "(1062, \"Duplicate entry '7' for key 'users.uq_users_email'\")", "INSERT INTO t (a) VALUES ('x')",
        "a = 'x\" b", "'", "password='",
    ],
)  # fmt: skip
def test_what_servers_say_of_other_columns_stays(text: str) -> None:
    assert masked(text, frozenset()) == text


def test_values_of_statements_are_left_out_of_logs_but_empty_ones() -> None:
    def logged(values: object, name: str = "sqlalchemy.engine.base.Engine") -> str:
        return MaskedFormatter(None).format(
            logging.LogRecord(name, logging.INFO, "x.py", 1, "%r", (values,), None)
        )

    assert [logged(values) for values in ((), [], {})] == ["()", "[]", "{}"]
    assert logged(("x",)) == "(values are not shown: they are a site's data)"
    assert logged(("x",), "kallithea") == "('x',)"
