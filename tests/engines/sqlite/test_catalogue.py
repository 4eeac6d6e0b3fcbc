"""Reading a live SQLite schema: all that PRAGMAs and statements tell, and nothing invented."""

from __future__ import annotations

import sqlite3

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kallithea_dbdev.engines.sqlite.catalogue import read_schema
from kallithea_dbdev.engines.sqlite.ddl import normalize, normalize_type, parse_table, tokenize
from kallithea_dbdev.errors import UnreadableSchemaError
from kallithea_dbdev.schema.compare import compare
from kallithea_dbdev.schema.model import (
    Check,
    Column,
    ForeignKey,
    Index,
    IndexKey,
    PrimaryKey,
    Schema,
    Table,
    Unique,
)

from ..reading import table as table_of

PARENT = "CREATE TABLE p (a INTEGER PRIMARY KEY, b TEXT COLLATE NOCASE UNIQUE)"


def read(*statements: str) -> Schema:
    connection = sqlite3.connect(":memory:")
    for statement in statements:
        connection.execute(statement)
    try:
        return read_schema(connection)
    finally:
        connection.close()


def table(definition: str, *more: str) -> Table:
    return table_of(read(PARENT, f"CREATE TABLE t {definition}", *more), "t")


def test_columns() -> None:
    found = table(
        "(a INTEGER NOT NULL, \"b c\" varchar( 10 ) DEFAULT 'it''s' COLLATE NOCASE, d DECIMAL(10,2) DEFAULT -1.5, "
        "e DEFAULT (1 + 2), f INT GENERATED ALWAYS AS (a * 2) STORED, g AS (a), h DOUBLE PRECISION DEFAULT CURRENT_TIMESTAMP)"
    )
    assert found.columns == (
        Column("a", "INTEGER", nullable=False),
        Column("b c", "VARCHAR(10)", nullable=True, default="'it''s'", collation="NOCASE"),
        Column("d", "DECIMAL(10, 2)", nullable=True, default="- 1.5"),
        Column("e", "", nullable=True, default="1 + 2"),
        Column("f", "INT", nullable=True, generated="(a * 2) stored"),
        Column("g", "", nullable=True, generated="(a) virtual"),
        Column("h", "DOUBLE PRECISION", nullable=True, default="current_timestamp"),
    )


def test_a_default_of_nothing_is_none() -> None:
    found = table("(a INT, b INT DEFAULT NULL, c TEXT DEFAULT (null), d TEXT DEFAULT 'NULL')")
    assert [column.default for column in found.columns] == [None, None, None, "'NULL'"]


@pytest.mark.parametrize(
    ("definition", "columns", "name", "autoincrement"),
    [
        ("(a INTEGER PRIMARY KEY)", ("a",), None, False),
        ("(a INTEGER CONSTRAINT pk PRIMARY KEY AUTOINCREMENT)", ("a",), "pk", True),
        ("(a INTEGER, PRIMARY KEY (a AUTOINCREMENT))", ("a",), None, True),
        ("(a, b, CONSTRAINT pk PRIMARY KEY (b, a))", ("b", "a"), "pk", False),
    ],
)
def test_primary_keys(definition: str, columns: tuple, name: "str | None", autoincrement: bool) -> None:  # type: ignore[type-arg]
    found = table(definition)
    assert found.primary_key == PrimaryKey(columns, name)
    assert (("autoincrement", "yes") in found.options) is autoincrement


def test_constraints() -> None:
    found = table(
        "(a INTEGER UNIQUE ON CONFLICT IGNORE, b TEXT CHECK (b <> ''), "
        "c INT REFERENCES p ON DELETE SET NULL DEFERRABLE INITIALLY DEFERRED, "
        "d TEXT, CONSTRAINT u UNIQUE (d COLLATE NOCASE, b) CONSTRAINT ck CHECK ((a > 0) AND (c > 0)), "
        "CONSTRAINT fk FOREIGN KEY (d, b) REFERENCES p (b, a) ON UPDATE CASCADE)"
    )
    assert found.uniques == (Unique(("a",)), Unique(("d COLLATE NOCASE", "b"), "u"))
    assert found.checks == (Check("(a > 0) and (c > 0)", "ck"), Check("b != ''"))
    assert found.foreign_keys == (
        ForeignKey(("c",), "p", ("a",), on_delete="SET NULL", deferrable="DEFERRABLE INITIALLY DEFERRED"),
        ForeignKey(("d", "b"), "p", ("b", "a"), "fk", on_update="CASCADE"),
    )
    assert found.options == (("ON CONFLICT of unique (a)", "ignore"),)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("(a TEXT, PRIMARY KEY (a))", "(a TEXT, PRIMARY KEY (a COLLATE NOCASE))"),
        ("(a TEXT, b TEXT, PRIMARY KEY (a, b))", "(a TEXT, b TEXT, PRIMARY KEY (a, b DESC))"),
        ("(a INTEGER PRIMARY KEY)", "(a INTEGER PRIMARY KEY DESC)"),
        ("(a INTEGER NOT NULL)", "(a INTEGER NOT NULL ON CONFLICT REPLACE)"),
    ],
)
def test_what_makes_a_key_or_column_behave_differently_is_read(one: str, other: str) -> None:
    schemas = [read(f"CREATE TABLE t {definition}") for definition in (one, other)]
    assert compare(*schemas)
    assert compare(*reversed(schemas))
    # The columns of the key are columns all the same.
    assert {c for s in schemas if (k := s.tables[0].primary_key) for c in k.columns} <= {"a", "b"}


def test_indexes() -> None:
    found = table(
        "(a, b COLLATE NOCASE, c)",
        "CREATE UNIQUE INDEX i ON t (lower(a) DESC, b COLLATE BINARY, c) WHERE (c IS NOT NULL)",
    )
    assert found.indexes == (
        Index(
            "i",
            (IndexKey("lower(a)", True), IndexKey("b", collation="BINARY"), IndexKey("c")),
            unique=True,
            predicate="c is not null",
        ),
    )


def test_views_triggers_and_options() -> None:
    schema = read(
        "CREATE TABLE t (a TEXT PRIMARY KEY) WITHOUT ROWID",
        "CREATE VIEW v AS SELECT  a FROM t -- all",
        "CREATE TRIGGER tr AFTER INSERT ON t BEGIN SELECT 1; END",
        "CREATE TABLE alembic_version (version_num TEXT)",
    )
    assert [t.name for t in schema.tables] == ["t"]
    assert schema.tables[0].options == (("without rowid", "yes"),)
    assert schema.views[0].definition == "create view v as select a from t"
    assert (schema.triggers[0].name, schema.triggers[0].table) == ("tr", "t")


def test_a_virtual_table_is_its_statement() -> None:
    found = table_of(read("CREATE  VIRTUAL TABLE words USING fts4(word)"), "words")
    assert (found.columns, found.options) == (
        (),
        (("virtual table", "create virtual table words using fts4(word)"),),
    )


def test_why_a_view_is_broken() -> None:
    found = read(PARENT, 'CREATE VIEW "a ""view""" AS SELECT b FROM p', "CREATE VIEW w AS SELECT nope FROM p")
    assert [(view.name, view.broken) for view in found.views] == [
        ('a "view"', ""),
        ("w", "no such column: nope"),
    ]


def test_what_a_table_without_rowid_has() -> None:
    schema = read(
        """CREATE TABLE "it's" (a TEXT COLLATE NOCASE, b TEXT COLLATE BINARY, PRIMARY KEY (b DESC, a COLLATE BINARY)) """
        "WITHOUT ROWID"
    )
    found = table_of(schema, "it's")
    assert [column.collation for column in found.columns] == ["NOCASE", None]
    assert found.primary_key == PrimaryKey(
        ("b", "a"), None, (str(IndexKey("b", descending=True)), str(IndexKey("a", collation="BINARY")))
    )


def test_what_has_no_key_has_no_name_of_one() -> None:
    found = table("(a INTEGER, CONSTRAINT u UNIQUE (a), CONSTRAINT ck CHECK (a > 0))")
    assert found.primary_key is None
    # That of its primary key is that, and no other constraint's.
    found = table("(a INTEGER, b TEXT, CONSTRAINT u UNIQUE (b), CONSTRAINT pk PRIMARY KEY (a))")
    assert found.primary_key == PrimaryKey(("a",), "pk")


def test_a_unique_that_repeats_another_one() -> None:
    found = table("(a TEXT, CONSTRAINT one UNIQUE (a), CONSTRAINT two UNIQUE (a))")
    assert {(unique.columns, unique.name) for unique in found.uniques} == {(("a",), "one"), (("a",), "two")}


def test_in_whatever_order_a_statement_has_its_constraints_they_are_read_in_one() -> None:
    parts = [
        "UNIQUE (b, a)", "CONSTRAINT u2 UNIQUE (a)", "CONSTRAINT u1 UNIQUE (c)",
        "CHECK (a > 1)", "CONSTRAINT c2 CHECK (a > 0)", "CONSTRAINT c1 CHECK (a > 0)", "CHECK (a > 0)",
        "FOREIGN KEY (a) REFERENCES p", "CONSTRAINT f2 FOREIGN KEY (a) REFERENCES p",
        "CONSTRAINT f1 FOREIGN KEY (a) REFERENCES p", "CONSTRAINT f1 FOREIGN KEY (a) REFERENCES o",
    ]  # fmt: skip
    other = "CREATE TABLE o (a INTEGER PRIMARY KEY)"
    found = table(f"(a INTEGER, b TEXT, c TEXT, {', '.join(parts)})", other)
    assert found == table(f"(a INTEGER, b TEXT, c TEXT, {', '.join(reversed(parts))})", other)
    assert [(u.columns, u.name) for u in found.uniques] == [
        (("a",), "u2"), (("b", "a"), None), (("c",), "u1"),
    ]  # fmt: skip
    assert [(c.expression, c.name) for c in found.checks] == [
        ("a > 0", None), ("a > 0", "c1"), ("a > 0", "c2"), ("a > 1", None),
    ]  # fmt: skip
    assert [(k.referred_table, k.name) for k in found.foreign_keys] == [
        ("o", "f1"), ("p", None), ("p", "f1"), ("p", "f2"),
    ]  # fmt: skip


def read_as(kept: str) -> Schema:
    """A schema in which SQLite keeps another statement of a table than the one that made it."""
    return read(
        PARENT,
        "CREATE TABLE odd (a TEXT, b TEXT REFERENCES p)",
        "PRAGMA writable_schema = ON",
        f"UPDATE sqlite_master SET sql = '{kept}' WHERE name = 'odd'",
    )


def test_what_cannot_be_read_is_named_and_the_rest_is_read() -> None:
    found = read_as("CREATE TABLE odd (a TEXT")
    assert [table.name for table in found.tables] == ["p"]
    ((name, why),) = found.unreadable
    assert name == "odd" and "odd" in why


@pytest.mark.parametrize(
    ("kept", "message"),
    [
        ("CREATE TABLE odd (a TEXT, c TEXT REFERENCES p)", "column b is not in the CREATE statement"),
        (
            "CREATE TABLE odd (a TEXT, b TEXT REFERENCES p, c)",
            "SQLite lists 2 columns, its CREATE statement 3",
        ),
        ("CREATE TABLE odd (a TEXT, b TEXT)", "SQLite lists 1 foreign keys, its CREATE statement 0"),
    ],
)
def test_a_statement_that_is_not_what_sqlite_has_is_no_guess(kept: str, message: str) -> None:
    ((_, why),) = read_as(kept).unreadable
    assert message in why


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("a  IN (0,1)", "a in ( 0 , 1 ) /* x */"),
        ("((a = 1))", '"A" == 1'),
        ("a <> 'x'", "[a] != 'x'"),
        ("`a` > 1 -- end", "a > 1"),
    ],
)
def test_what_sqlite_reads_as_the_same_is_the_same(left: str, right: str) -> None:
    assert normalize(left) == normalize(right)


@pytest.mark.parametrize(
    ("left", "right"),
    [("a = 'x'", "a = 'X'"), ("(a) + (b)", "a + b"), ("a = 1", "a = 1.0"), ("a = '1'", "a = 1")],
)
def test_what_may_differ_is_not_folded(left: str, right: str) -> None:
    assert normalize(left) != normalize(right)


def test_types_have_one_spelling() -> None:
    assert normalize_type(" varchar ( 255 )") == normalize_type("VARCHAR(255)")
    assert normalize_type("numeric(10,2)") == normalize_type("NUMERIC (10, 2)")


@pytest.mark.parametrize(
    "sql", ["CREATE TABLE t (a INTEGER", "CREATE TABLE t (a ! b)", "DROP TABLE t", "CREATE TABLE t (a) ODD"]
)
def test_what_cannot_be_read_is_no_guess(sql: str) -> None:
    with pytest.raises(UnreadableSchemaError):
        parse_table(sql, "t")


@given(st.text(alphabet="ab'\"`[]();,-/*x0. \n", max_size=40))
def test_any_text_is_tokenized_or_refused(text: str) -> None:
    try:
        tokens = tokenize(text)
    except UnreadableSchemaError:
        return
    assert all(token.text for token in tokens)


# -- random schemas: equal ones compare equal in any order, any alteration is found ---------------

COLUMN = st.sampled_from(
    ["INTEGER", "VARCHAR(10) NOT NULL", "TEXT DEFAULT 'x'", "TEXT COLLATE NOCASE", "INT NOT NULL DEFAULT 1"]
)
CONSTRAINT = st.sampled_from(
    ["UNIQUE (c0)", "CONSTRAINT u UNIQUE (c0, c1)", "CHECK (c0 > 1)", "CONSTRAINT ck CHECK (c1 != c0)",
     "FOREIGN KEY (c0) REFERENCES p (a)", "CONSTRAINT f FOREIGN KEY (c1) REFERENCES p (a) ON DELETE CASCADE"]
)  # fmt: skip
INDEX = st.sampled_from(
    ["(c0)", "(c0 DESC)", "(c1) WHERE c0 > 1", "(lower(c1))", "(c0, c1)", "(c1 COLLATE RTRIM)"]
)


@settings(deadline=None)
@given(
    st.lists(COLUMN, min_size=2, max_size=5),
    st.lists(CONSTRAINT, unique=True, max_size=4),
    st.lists(INDEX, unique=True, max_size=4),
    st.data(),
)
def test_random_schemas(columns: list, constraints: list, indexes: list, data: st.DataObject) -> None:  # type: ignore[type-arg]
    def build(columns: list, constraints: list, indexes: list) -> Schema:  # type: ignore[type-arg]
        parts = [f"c{n} {text}" for n, text in enumerate(columns)] + constraints
        statements = [f'CREATE INDEX "i {text}" ON t {text}' for text in indexes]
        return read(PARENT, f"CREATE TABLE t ({', '.join(parts)})", *statements)

    one = build(columns, constraints, indexes)
    other = build(columns, data.draw(st.permutations(constraints)), data.draw(st.permutations(indexes)))
    assert compare(one, other) == ()
    # one thing less, or one column of another kind: it is found, from both sides
    changed = data.draw(st.sampled_from(["column", "constraint", "index"]))
    if changed == "constraint" and constraints:
        other = build(columns, constraints[1:], indexes)
    elif changed == "index" and indexes:
        other = build(columns, constraints, indexes[1:])
    else:
        kind = data.draw(COLUMN.filter(lambda text: text != columns[0]))
        other = build([kind, *columns[1:]], constraints, indexes)
    assert compare(one, other)
    assert compare(other, one)
