"""No secret survives the mask, and what is no secret does."""

from __future__ import annotations

import io
import json
import logging
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kallithea_dbdev import secrets
from kallithea_dbdev.secrets import MASK, MaskedFormatter, MaskedStream, is_strong, masked, secrets_in

NOTHING: "frozenset[str]" = frozenset()
HASH = "$2b$12$" + "Ab1./" * 10 + "xyz"
KEY = "0123456789abcdef0123456789abcdef01234567"

#: Texts of all kinds in which the word s3kRet is a secret that nobody told of.
BY_FORM = [
    # URLs
    "postgresql://u:s3kRet@h/db",
    "postgresql+psycopg2://u:s3kRet@127.0.0.1:5432/db?sslmode=require",
    "mysql://:s3kRet@h",
    "could not parse 'postgresql//u:s3kRet@h'",
    "postgresql:/u:s3kRet@h",
    "//u:s3kRet@h",
    "u:s3kRet@h",
    "https://joe:s3kRet@h.org/x",
    "https://s3kRet-0123456789-abcdef@github.com/x",
    "postgresql://u:p%40s3kRet@127.0.0.1/db",
    "postgresql://u:a@b:c/d#e%s3kRet@h/db",
    "postgresql://u:a s3kRet b@h/db",
    "postgresql://u:12/34s3kRet@h/db",
    "postgresql://u:it's3kRet@h/db",
    "postgresql://u:s3kRet@[::1]:5432/db",
    "postgresql%3A%2F%2Fu%3As3kRet%40h%2Fdb",
    "amqp://kallithea:s3kRet@localhost:5672/kallitheavhost",
    "['a', 'https://joe:s3kRet@h.org/x', 'b@c']",
    '{"url": "https://joe:s3kRet@h.org/x"}',
    "https://joe:s3kRet@h.org/x became https://joe:s3kRet@h.org/y",
    "# sqlalchemy.url = postgresql://old:s3kRet@h/db",
    # parameters
    "mysql://h/db?user=u&password=s3kRet&charset=utf8",
    "mysql://h/db?passwd=s3kRet",
    "host=h password=s3kRet dbname=d",
    "host=h password='s3k\\'s3kRet' dbname=d",
    "host=h password = s3kRet dbname=d",
    "connect(user='u', password='s3kRet')",
    "{'password': 's3kRet', 'user': 'u'}",
    '{"api_key": "s3kRet"}',
    "session.secret = s3kRet",
    "'session.secret = s3kRet\\n'",
    "smtp_password=s3kRet",
    "unrecognized arguments: --pasword s3kRet",
    "unrecognized arguments: --password=s3kRet",
    "auth_token: 's3kRet'",
    # SQL, and what servers say
    "UPDATE users SET password = 's3kRet' WHERE user_id = 1",
    "UPDATE users SET \"password\"='it''s3kRet'",
    "UPDATE users SET `api_key` = \"s3kRet\"",
    "INSERT INTO users (username, password) VALUES ('joe', 's3kRet')",
    "insert into users (username, password) select 'joe', 's3kRet'",
    "INSERT INTO settings (app_settings_name, app_settings_value) VALUES ('ldap_pass', 's3kRet')",
    "UPDATE settings SET app_settings_value = 's3kRet' WHERE app_settings_name = 'auth_ldap_dn_pass'",
    "UPDATE settings SET app_settings_value = 's3kRet' WHERE app_settings_name IN ('title', 'auth_ldap_dn_pass')",
    "SELECT * FROM users WHERE password IN ('s3kRet', 'secret')",
    "ALTER USER joe PASSWORD 's3kRet'",
    "CREATE USER joe@h IDENTIFIED WITH mysql_native_password BY 's3kRet'",
    "[SQL: INSERT INTO t VALUES (?, ?)]\n[parameters: ('a', 's3kRet [x]')]\n(Background on this error at: x)",
    "execute 'CREATE ROLE reader1 LOGIN PASSWORD ''s3kRet'''",
    "execute format('CREATE ROLE %I LOGIN PASSWORD %L', 'reader1', 's3kRet')",
    "ALTER ROLE a PASSWORD E's3kRet' VALID UNTIL 'x'", "ALTER ROLE a PASSWORD $$s3kRet$$", "PASSWORD $q$s3kRet$q$;",
    "CREATE USER a IDENTIFIED VIA mysql_native_password USING 's3kRet'",
    "DETAIL: Key (api_key)=(s3kRet) already exists.",
    "DETAIL: Key (app_settings_name, app_settings_value)=(x, s3kRet) already exists.",
    "(1062, \"Duplicate entry 's3kRet' for key 'settings.uq_settings_app_settings_value'\")",
    "secret_id=s3kRet",
    "secret_id=12s3kRet",
    "DETAIL: Failing row contains (12, auth_ldap_dn_pass, s3kRet, unicode).",
    "(1062, \"Duplicate entry 's3kRet' for key 'users.uq_users_api_key'\")",
    "SET PASSWORD = PASSWORD('s3kRet')",
    "SET PASSWORD FOR joe@h = PASSWORD ( 's3kRet')",
    # parsers of ini files
    "'%' must be followed by '%' or '(', found: '%40s3kRet@127.0.0.1/db'",
    "contains an interpolation key 'x' which is not a valid option name. Raw value: 's3kRet%(x)s'",
    "Source contains parsing errors: 'x.ini'\n\t[line  3]: 's3kRet\\n'",
    "File contains no section headers.\nfile: 'my.cnf', line: 1\n's3kRet\\n'",
]  # fmt: skip

#: Texts without any secret; they stay as they are.
PLAIN = [
    "users.password: values are changed in 3 rows (user_id=1; user_id=2)",
    "settings ga_code: the row is missing, a fresh set-up writes it",
    "users.api_key: the models have it, the migrated database does not",
    "draft it with --fill users.api_key=SQL, which they get, or --fill users.token=SQL (such as users.token=\"'x'\")",
    "null value in column \"password\" violates not-null constraint",
    "password authentication failed for user \"joe\"",
    "postgresql://joe@h/db",
    "ssh://hg@h.org/x",
    "sqlite:////tmp/50% off/kallithea.db?timeout=60",
    "http://127.0.0.1:5000/ and mail to a@b.org",
    "https://h.org:8443/x",
    "mailto:joe@example.com",
    "git@h.org:x/y.git",
    "UPDATE users SET api_key = upper(api_key), lastname = 'Else'",
    "UPDATE users SET password=?, api_key=%(api_key)s WHERE users.user_id = 1",
    "UPDATE users SET password = NULL WHERE users.password = other.password",
    "SELECT users.password, users.api_key FROM users",
    "INSERT INTO gists (gist_access_id) VALUES ('x')",
    "SELECT * FROM gists WHERE NOT (gist_type in ('public', 'secret'))",
    "DELETE FROM settings WHERE app_settings_name NOT IN ( 'title' , 'ldap_pass','x y' )",
    "op.add_column('users', sa.Column('api_token', sa.String(255), nullable=True))",
    "batch_op.create_index('password_hash_idx', ['password'], unique=False)",
    "data_changes = [('users', 'password', 'changed')]",
    "3 rows (Joe, user_api_key_id=7; user_api_key_id=8, ...) (token_id=-1)",
    "--password: too short; use at least 6 characters",
    "password=None, token=True",
    "0123456789abcdef0123456789abcdef01234567 is a changeset",
    "kallithea.db: this database does not carry the mark of a throwaway",
    "File \"/x/kallithea/model/db.py\", line 12, in upgrade",
    "'app_settings_value': is 'x' in the row 'title'; a fresh set-up writes 'y'",
]  # fmt: skip


@pytest.mark.parametrize("text", BY_FORM)
def test_what_has_the_form_of_a_secret_is_masked(text: str) -> None:
    shown = masked(text, NOTHING)
    assert "s3kRet" not in shown
    assert MASK in shown
    assert masked(shown, NOTHING) == shown


KEY = "0123456789abcdef0123456789abcdef01234567"


@pytest.mark.parametrize(
    "text",
    [
        "(1062, \"Duplicate entry '{}' for key 'uq_zz'\")",
        'invalid input syntax for type integer: "{}"',
        'invalid input syntax for type double precision: "{}"',
        "(1292, \"Truncated incorrect INTEGER value: '{}'\")",
        "(1366, \"Incorrect integer value: '{}' for column `k`.`users`.`api_key` at row 1\")",
        'value "{}" is out of range for type integer',
    ],
)
def test_a_key_that_a_server_quotes_is_masked(text: str) -> None:
    assert masked(text.format(KEY), NOTHING) == text.format(MASK)
    assert masked(text.format("17"), NOTHING) == text.format("17")


@pytest.mark.parametrize("text", PLAIN)
def test_what_is_no_secret_stays(text: str) -> None:
    assert masked(text, NOTHING) == text
    # Words that happen to be somebody's password, too.
    assert (
        masked(text, frozenset({"a", "kallithea", "password", "secret", "users", "1234", "127.0.0.1"}))
        == text
    )


def test_a_bcrypt_hash_is_masked_wherever_it_stands() -> None:
    assert masked(f"Failing row contains (1, admin, {HASH}, {KEY}).", NOTHING) == (
        "Failing row contains (1, admin, ***, ***)."
    )
    row = "(7, gists_of_2021, ab-cd-0123456789-abcdef, {}, 20210101120000000000000000, a text of 40 words)"
    assert masked(f"Failing row contains {row.format('K7f9Qz0Lm4Xs2Wp8Rt6Yu1Bc')}.", NOTHING) == (
        f"Failing row contains {row.format('***')}."
    )
    assert masked(f"x {HASH} y", NOTHING) == "x *** y"


def test_the_rest_of_a_text_stays_readable() -> None:
    assert (
        masked("postgresql://joe:geheim@h/db: no such role", NOTHING)
        == "postgresql://joe:***@h/db: no such role"
    )
    assert masked("host=h password=geheim dbname=d", NOTHING) == "host=h password=*** dbname=d"
    assert masked("INSERT INTO users (username, password) VALUES ('a', 'b')", NOTHING) == (
        "INSERT INTO users (username, password) VALUES ('***', '***')"
    )
    assert masked("mysql://h/db?password=x&charset=utf8", NOTHING) == "mysql://h/db?password=***&charset=utf8"


#: What a password is made into by those who report of it.
SPELLINGS = [
    lambda p: p,
    lambda p: f"could not translate host name \"{p}@h\" to address",
    lambda p: f"invalid literal for int() with base 10: {p!r}",
    lambda p: f"postgresql://u:{p}@h/db",
    lambda p: f"postgresql://u:{quote(p, safe='')}@h/db",
    lambda p: f"x {quote_plus(p)} y",
    lambda p: f"x {p.replace('%', '%%')} y",
    lambda p: f"{{'a': {p!r}}}",
    lambda p: repr(p.encode()),
    lambda p: json.dumps([p]),
    lambda p: f"host=h password='{p}' x",
    lambda p: f"SELECT '{p}'".replace("'", "''"),
    lambda p: " ".join(f"x {p} y".split()),
]  # fmt: skip


@settings(deadline=None)
@given(st.text(st.characters(min_codepoint=32, max_codepoint=0x2FF), min_size=8, max_size=30))
def test_a_remembered_password_never_survives(text: str) -> None:
    password = f"q{text}7"
    if not is_strong(password):
        return
    known = frozenset({password})
    for spell in SPELLINGS:
        shown = masked(spell(password), known)
        for form in (password, quote(password, safe=""), " ".join(password.split())):
            assert form not in shown, spell(password)


@settings(deadline=None)
@given(st.text("ab7:@/%#?& é'\"\\", min_size=8, max_size=16))
def test_what_a_configuration_names_is_remembered_in_whatever_form_it_stands(text: str) -> None:
    password = f"q{text}7"
    known = frozenset(secrets_in(f"postgresql://joe:{quote(password, safe='')}@h/db"))
    assert password not in masked(f"x {password} y", known)
    known = frozenset(secrets_in(f"mysql://h/db?password={quote(password, safe='')}&x=y"))
    assert password not in masked(f"x {password} y", known)


@settings(deadline=None)
@given(st.text(max_size=60))
def test_masking_ends_and_is_done_at_once(text: str) -> None:
    shown = masked(text, NOTHING)
    assert masked(shown, NOTHING) == shown


def test_a_word_that_is_a_password_is_masked_where_it_can_be_one() -> None:
    known = frozenset({"geheim"})
    for text in (
        "x geheim@h y",
        "invalid literal for int() with base 10: 'geheim'",
        'could not translate host name "geheim" to address',
        "Unknown MySQL server host 'geheim' (-2)",
    ):
        assert masked(text, known) == text.replace("geheim", MASK)
    assert masked("the table geheimnis, the word geheim", known) == "the table geheimnis, the word geheim"


def test_long_texts_take_no_time() -> None:
    for piece in ("a" * 100, "a:", "//", "//a:", "'", "(", "password=", "insert into x (", "select from "):
        masked(piece * (20000 // len(piece)), frozenset({"s3kRet-value"}))


@pytest.fixture
def remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(secrets, "_known", set())
    secrets.remember("hunter-2")


def test_a_stream_masks_line_by_line(remembered: None) -> None:
    real = io.StringIO()
    stream = MaskedStream(real)
    print("a hun", end="", file=stream)
    print("ter-2 b\nhunter", end="", file=stream)
    assert real.getvalue() == "a *** b\n"
    print("-2", end="", file=stream)
    stream.writelines(["x\n", "postgresql://u:p"])
    stream.flush()
    assert real.getvalue() == "a *** b\n***x\npostgresql://u:p"
    assert stream.isatty() is False


def test_a_log_shows_statements_without_their_values(remembered: None) -> None:
    formatter = MaskedFormatter(logging.Formatter("[%(name)s] %(message)s"))
    try:
        raise ValueError("hunter-2")
    except ValueError:
        import sys

        error = sys.exc_info()
    for name, message, arguments, shown in (
        ("x", "a %s", ("hunter-2",), "[x] a ***"),
        (
            "sqlalchemy.engine.base.Engine",
            "%r",
            (("joe", "plain"),),
            "[sqlalchemy.engine.base.Engine] (values",
        ),
        ("sqlalchemy.engine.base.Engine", "INSERT INTO t VALUES (?)", (), "INSERT INTO t VALUES (?)"),
    ):
        record = logging.LogRecord(name, logging.INFO, "f", 1, message, arguments, error)
        text = formatter.format(record)
        assert shown in text
        assert "hunter-2" not in text
        assert "plain" not in text
        assert "ValueError: ***" in text
