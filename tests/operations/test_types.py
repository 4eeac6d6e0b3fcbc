"""Types and server defaults, from the server's words to code."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kallithea_dbdev.operations.defaults import default_code, is_constant
from kallithea_dbdev.operations.types import type_code
from kallithea_dbdev.schema.model import BOOLEAN, TEXT, Column, Enum, Schema, Table

NOTHING = Schema()
MOODS = Schema(enums=(Enum("mood", ("good", "it's")),))
UTF8 = Table("t", options=(("charset", "utf8mb4"), ("collation", "utf8mb4_unicode_ci")))


@pytest.mark.parametrize(
    ("engine", "text", "code"),
    [
        ("sqlite", "VARCHAR(60)", "sa.String(60)"),
        ("sqlite", "VARCHAR", "sa.String()"),
        ("sqlite", "NUMERIC(8, 2)", "sa.Numeric(8, 2)"),
        ("sqlite", "BOOLEAN", "sa.Boolean(create_constraint=False)"),
        (
            "sqlite",
            "INTEGER(3)",
            "type('Declared', (sa.types.UserDefinedType,), "
            "{'get_col_spec': lambda self, **_: 'INTEGER(3)'})()",
        ),
        ("postgresql", "character varying(60)", "sa.String(60)"),
        ("postgresql", "timestamp with time zone", "sa.DateTime(timezone=True)"),
        ("postgresql", "timestamp(3) with time zone", None),
        ("postgresql", "numeric(8,2)", "sa.Numeric(8, 2)"),
        ("postgresql", "integer[]", None),
        ("postgresql", "mood", "postgresql.ENUM('good', \"it's\", name='mood', create_type=False)"),
        ("postgresql", "other", None),
        ("mysql", "int(11)", "sa.Integer()"),
        ("mysql", "tinyint(1)", "sa.Boolean(create_constraint=False)"),
        ("mysql", "tinyint(4)", "mysql.TINYINT()"),
        ("mysql", "int(10) unsigned", None),
        ("mysql", "datetime(6)", "mysql.DATETIME(fsp=6)"),
        ("mysql", "enum('a','it''s')", "sa.Enum('a', \"it's\", create_constraint=False)"),
    ],
)
def test_types(engine: str, text: str, code: "str | None") -> None:
    assert type_code(engine, Column("c", text, True), UTF8, MOODS) == code


@pytest.mark.parametrize(
    ("charset", "collation", "code"),
    [
        ("utf8mb4", "utf8mb4_unicode_ci", "sa.String(9)"),
        ("utf8mb4", "utf8mb4_bin", "mysql.VARCHAR(9, collation='utf8mb4_bin')"),
        ("latin1", "latin1_bin", "mysql.VARCHAR(9, charset='latin1', collation='latin1_bin')"),
    ],
)
def test_what_a_text_has_other_than_its_table(charset: str, collation: str, code: str) -> None:
    column = Column("c", "varchar(9)", True, charset=charset, collation=collation, kind=TEXT)
    assert type_code("mysql", column, UTF8, NOTHING) == code


def test_a_collation_elsewhere() -> None:
    column = Column("c", "VARCHAR(9)", True, collation="NOCASE", kind=TEXT)
    assert type_code("sqlite", column, UTF8, NOTHING) == "sa.String(9, collation='NOCASE')"
    assert type_code("postgresql", replace(column, type="jsonb"), UTF8, NOTHING) is None


@pytest.mark.parametrize(
    ("kind", "text", "code"),
    [
        (TEXT, None, "None"),
        (TEXT, "'it''s'", '"it\'s"'),
        (TEXT, "'a'::character varying", "'a'"),
        (TEXT, "'50%'", "sa.text(\"'50%'\")"),
        (TEXT, "'a :b'", "'a :b'"),
        (TEXT, "lower('A')", "sa.text(\"(lower('A'))\")"),
        (BOOLEAN, "0", "sa.false()"),
        (BOOLEAN, "true", "sa.true()"),
        ("number", "0", "sa.text('0')"),
        ("time", "now()", "sa.func.now()"),
        ("time", "CURRENT_TIMESTAMP", "sa.func.now()"),
        ("time", "f(' :x')", "sa.text(\"(f(' \\\\:x'))\")"),
        ("time", "current_timestamp(6)", "sa.text('current_timestamp(6)')"),
        ("number", "nextval('s'::regclass)", "sa.text(\"nextval('s'::regclass)\")"),
    ],
)
def test_defaults(kind: str, text: "str | None", code: str) -> None:
    assert default_code(Column("c", "x", True, text, kind=kind)) == code


def test_which_defaults_sqlite_adds_without_a_rebuild() -> None:
    texts = ["0", "-1.5", "'it''s'", "NULL", None, "CURRENT_TIMESTAMP", "(1 + 1)"]
    assert [is_constant(Column("c", "x", True, text)) for text in texts] == [True] * 5 + [False] * 2


@pytest.mark.parametrize(
    ("text", "bare"),
    [
        ("'a' || 'b'", False), ("(a) || (b)", False), ("('a' || 'b')", True), ("('a)' || 'b')", True),
        ("('a'::text || 'b'::text)::character varying(9)", True), ("x + 1", False), ("f()", False),
        ("'it''s'::mood", True), ("'{}'::character varying(9)[]", True), ("nextval('s'::regclass)", True), ("X'00'", True),
        ("current_timestamp(6)", True), ("-1.5", True), ("nextval('a') + nextval('b')", False), ("((a) || (b))", True),
        ("'1 day'::interval", True), ("'x'::\"Mood\"", True), ("'a'::text || 'b'", False),
    ],
)  # fmt: skip
def test_what_needs_brackets(text: str, bare: bool) -> None:
    code = default_code(Column("c", "x", True, text, kind="number")).replace("\\'", "'")
    assert (f"({text})" in code) is not bare
