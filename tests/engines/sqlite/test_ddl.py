"""SQLite's own text of a table, taken apart; what it cannot be is refused. Pure."""

from __future__ import annotations

import pytest

from kallithea_dbdev.engines.sqlite.ddl import normalize, parse_index, parse_table
from kallithea_dbdev.errors import UnreadableSchemaError


@pytest.mark.parametrize(
    ("sql", "spelling"),
    [
        ("( ( a > 1 ) )", "a > 1"), ("(a) > (b)", "(a) > (b)"), ("LENGTH ( A )", "length(a)"), ("a IN (1,2)", "a in (1, 2)"),
        ('"A" = "b c"', 'a = "b c"'), ("[x Y]", '"x y"'), ("`a`", "a"), ('"select"', '"select"'), ('"a""b"', '"a""b"'),
        ("'A' || 'it''s'", "'A' || 'it''s'"), ("a==1 AND b<>2", "a = 1 and b != 2"), ("1E5", "1e5"), ("t . A", "t.a"),
        ("a /* x */ + -- y\n b", "a + b"), ("()", ""), ("a", "a"), ('"(" = ")"', '"(" = ")"'),
    ],
)  # fmt: skip
def test_one_spelling(sql: str, spelling: str) -> None:
    assert normalize(sql) == spelling


def test_all_that_a_table_says() -> None:
    found = parse_table(
        "CREATE TEMP TABLE IF NOT EXISTS main.t (id INTEGER PRIMARY KEY AUTOINCREMENT, "
        "a VARCHAR(9) CONSTRAINT c1 NOT NULL COLLATE NOCASE DEFAULT 'x' CONSTRAINT c2 UNIQUE ON CONFLICT IGNORE, "
        "b INT REFERENCES u (x) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED, "
        "CONSTRAINT c3 CHECK (a > 1) CONSTRAINT c4 UNIQUE (a, b) FOREIGN KEY (a, b) REFERENCES v) STRICT, WITHOUT ROWID",
        "t",
    )
    assert found.autoincrement and found.options == ("strict", "without rowid")
    assert [column.name for column in found.columns] == ["id", "a", "b"]
    said = [(one.kind, one.name, one.columns) for one in found.constraints]
    for expected in (
        ("unique", "c2", ("a",)), ("unique", "c4", ("a", "b")), ("foreign key", None, ("b",)), ("foreign key", None, ("a", "b")),
    ):  # fmt: skip
        assert expected in said
    assert [one.name for one in found.constraints if one.kind == "check"] == ["c3"]
    assert not parse_table("CREATE TABLE t (id INTEGER PRIMARY KEY)", "t").autoincrement
    assert parse_table("CREATE TABLE t (a, PRIMARY KEY (a AUTOINCREMENT))", "t").autoincrement


def test_names_in_quotes_of_all_kinds() -> None:
    found = parse_table(
        """CREATE TEMPORARY TABLE 'it''s' ("[a""b", [[c[["d], `e``f`, 'g''h', UNIQUE ("(", b));""", "it's"
    )
    assert [column.name for column in found.columns] == ['[a"b', '[c[["d', "e`f", "g'h"]
    assert [one.columns for one in found.constraints] == [("(", "b")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("DEFERRABLE INITIALLY DEFERRED NOT NULL NOT DEFERRABLE", "NOT DEFERRABLE"),
        ("NOT NULL DEFERRABLE INITIALLY DEFERRED", "DEFERRABLE INITIALLY DEFERRED"),
        ("NOT NULL DEFERRABLE", "DEFERRABLE INITIALLY IMMEDIATE"),
    ],
)
def test_when_a_key_is_looked_at_may_be_said_later(text: str, expected: str) -> None:
    """SQLite takes it for a constraint by itself, that of the last foreign key before it."""
    (key,) = parse_table(f"CREATE TABLE t (a INT REFERENCES u (x) {text})", "t").constraints
    assert key.deferrable == expected


def test_what_comes_after_a_key_or_a_default() -> None:
    found = parse_table(
        "CREATE TABLE t (a INT REFERENCES u (x) MATCH FULL ON DELETE SET NULL NOT NULL ON CONFLICT IGNORE, "
        "b INT DEFAULT +1 UNIQUE, c INT DEFAULT -1 COLLATE NOCASE)",
        "t",
    )
    assert [(column.name, column.conflict, column.collation) for column in found.columns] == [
        ("a", "ignore", None), ("b", None, None), ("c", None, "NOCASE"),
    ]  # fmt: skip
    assert [(one.kind, one.columns) for one in found.constraints] == [
        ("foreign key", ("a",)),
        ("unique", ("b",)),
    ]


def test_what_cannot_be_read_is_told_with_its_place() -> None:
    with pytest.raises(
        UnreadableSchemaError, match=r"^table t: cannot read its CREATE statement at the end: "
    ):
        parse_table("CREATE TABLE t (a", "t")
    with pytest.raises(
        UnreadableSchemaError, match=r"^table t: cannot read its CREATE statement near 'FAST': "
    ):
        parse_table("CREATE TABLE t (a) FAST", "t")


def test_an_index_as_somebody_may_write_it() -> None:
    found = parse_index(
        "CREATE UNIQUE INDEX IF NOT EXISTS main.ix ON t (a COLLATE NOCASE DESC, b) WHERE a > 1;", "ix"
    )
    assert (found.keys, found.predicate) == (("a", "b"), "a > 1")


@pytest.mark.parametrize(
    "sql",
    ["CREATE VIEW t (a)", "CREATE TABLE t (a INT b (c))x", "CREATE TABLE t (a) FAST", "CREATE TABLE t (CONSTRAINT x a)",
     "CREATE TABLE t (a, CHECK)", "CREATE TABLE t (a", "CREATE TABLE t (a \x01)",
     "CREATE TABLE t (a, PRIMARY KEY ())", "CREATE TABLE t (a, PRIMARY a)", "CREATE TABLE t (a, UNIQUE (1))"],
)  # fmt: skip
def test_what_is_no_table(sql: str) -> None:
    with pytest.raises(UnreadableSchemaError, match=r"table t: |SQL text"):
        parse_table(sql, "t")
    with pytest.raises(UnreadableSchemaError):
        parse_index(sql, "t")
