"""Our reader of CREATE statements against a parser with SQLite's own grammar, and against SQLite itself.

Random statements, with everything that the grammar allows; what SQLite refuses is no statement.
"""

from __future__ import annotations

import sqlite3
from typing import Any, Iterator, List, Optional, Tuple

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from kallithea_dbdev.engines.sqlite.catalogue import read_schema
from kallithea_dbdev.engines.sqlite.ddl import normalize, parse_index, parse_table

# There is no build of it for Python 3.9, and none for every machine.
syntaqlite = pytest.importorskip("syntaqlite", reason="syntaqlite is not to be had for this Python")

NAMES = ["a", "B", '"q x"', "[b r]", "`t k`", "'s t'", '"d""q"', '"check"', "key", "desc", "\xe9", "_1$"]
TYPES = [
    "",
    "INTEGER",
    "INT",
    "VARCHAR( 9 )",
    "DOUBLE  PRECISION",
    "NUMERIC(8,2)",
    '"odd type"',
    "TEXT",
    "unsigned big int",
]
CONFLICT = ["", "", " ON CONFLICT IGNORE", " on conflict replace", " ON CONFLICT rollback"]
NAMED = ["", "", "CONSTRAINT n1 ", 'constraint "n 2" ', "CONSTRAINT n1 CONSTRAINT n3 "]
DEFER = [
    "",
    "",
    " DEFERRABLE",
    " NOT DEFERRABLE",
    " DEFERRABLE INITIALLY DEFERRED",
    " deferrable initially immediate",
    " NOT DEFERRABLE INITIALLY DEFERRED",
]
REFERENCES = [
    "REFERENCES p",
    "REFERENCES p (x)",
    "references p(x) ON DELETE SET NULL ON UPDATE no action",
    "REFERENCES p ON DELETE CASCADE MATCH FULL",
    'REFERENCES "p" (x) ON DELETE SET DEFAULT',
]
EXPRESSIONS = [
    "{} > 1",
    "({} <> ')' )",
    "{} IN (1, 2)",
    "length({}) == 3 -- why, not",
    "{} /* , */ IS NOT NULL",
    "CASE WHEN {} THEN 1 ELSE (2) END",
    "{} BETWEEN -1 AND +1",
    "{} LIKE '%''x' ESCAPE '!'",
]
DEFAULTS = [
    "1",
    "-1",
    "+ .5e3",
    "'it''s'",
    "NULL",
    "CURRENT_TIMESTAMP",
    "(1 + (2))",
    "x'00ff'",
    "true",
    "word",
    '"quoted"',
]
SPACE = [" ", "\n", "\t ", " /* c, ) */ ", " -- c ( \n"]
OPTIONS = ["", "", "WITHOUT ROWID", "STRICT", "strict , without rowid"]


@st.composite
def column(draw: Any, name: str) -> str:
    parts = [name, draw(st.sampled_from(TYPES))]
    for _ in range(draw(st.integers(0, 3))):
        parts.append(draw(st.sampled_from(NAMED)) + draw(column_constraint(name)))
    if draw(st.integers(0, 9)) == 0:
        parts.append("CONSTRAINT nothing")
    return draw(st.sampled_from(SPACE)).join(part for part in parts if part)


@st.composite
def column_constraint(draw: Any, name: str) -> str:
    conflict = draw(st.sampled_from(CONFLICT))
    return draw(
        st.sampled_from(
            [
                f"NOT NULL{conflict}", f"NULL{conflict}", f"UNIQUE{conflict}", f"PRIMARY KEY{conflict}",
                f"PRIMARY KEY ASC{conflict} AUTOINCREMENT", f"primary key desc{conflict}",
                f"CHECK ({draw(st.sampled_from(EXPRESSIONS)).format(name)}\n)",
                f"DEFAULT {draw(st.sampled_from(DEFAULTS))}", "COLLATE NOCASE", 'collate "rtrim"', "COLLATE binary",
                draw(st.sampled_from(REFERENCES)) + draw(st.sampled_from(DEFER)),
                f"{draw(st.sampled_from(REFERENCES))} NOT NULL{draw(st.sampled_from(DEFER))}",
                "GENERATED ALWAYS AS (1 + (2)) STORED", "AS (')')", "as (1) virtual",
            ]
        )
    )  # fmt: skip


@st.composite
def table_constraint(draw: Any, names: "List[str]") -> str:
    some = draw(st.lists(st.sampled_from(names), min_size=1, max_size=2, unique=True))
    keys = ", ".join(
        name + draw(st.sampled_from(["", "", " COLLATE NOCASE", " DESC", " collate rtrim ASC"]))
        for name in some
    )
    conflict = draw(st.sampled_from(CONFLICT))
    plain = ", ".join(some)
    return draw(st.sampled_from(NAMED)) + draw(
        st.sampled_from(
            [
                f"UNIQUE ({keys}){conflict}", f"PRIMARY KEY ({keys}){conflict}",
                f"PRIMARY KEY ({some[0]} AUTOINCREMENT)",
                f"CHECK ({draw(st.sampled_from(EXPRESSIONS)).format(some[0])}\n){conflict}",
                f"FOREIGN KEY ({plain}) REFERENCES q ({', '.join('xy'[: len(some)])}){draw(st.sampled_from(DEFER))}",
                f"foreign key ({plain}) references q{draw(st.sampled_from(DEFER))}",
            ]
        )
    )  # fmt: skip


@st.composite
def create_table(draw: Any) -> str:
    names = draw(st.lists(st.sampled_from(NAMES), min_size=1, max_size=4, unique=True))
    columns = [draw(column(name)) for name in names]
    constraints = draw(st.lists(table_constraint(names), max_size=3))
    space = draw(st.sampled_from(SPACE))
    text = ("," + space).join(columns)
    for constraint in constraints:
        # SQLite lets them follow each other without a comma, but not the first.
        text += (
            (" " if constraint is not constraints[0] and draw(st.booleans()) else ",") + space + constraint
        )
    return f"CREATE{space}TABLE {draw(st.sampled_from(['t', 'main.t', 'IF NOT EXISTS t']))}{space}({text}{space}){draw(st.sampled_from(OPTIONS))}"


# -- what the oracle says, in our words ------------------------------------------------------------

Said = Tuple[str, Optional[str], Tuple[str, ...], str, Optional[str]]


def plain(name: str) -> str:
    """The oracle gives some names as they are written."""
    return (name[1:-1] if name[:1] in ("'", '"') and len(name) > 1 else name).replace('""', '"')


def key_name(term: Any) -> str:
    node = term.expr
    while not hasattr(node, "column"):
        if not hasattr(node, "expr"):
            return plain(str(node.source))
        node = node.expr
    return plain(node.column)


def deferrable_of(node: Any) -> str:
    if node.deferrable.name != "DEFERRABLE":
        return "NOT DEFERRABLE"
    return f"DEFERRABLE INITIALLY {'DEFERRED' if node.initial_defer.name == 'DEFERRED' else 'IMMEDIATE'}"


def conflict_of(node: Any) -> Optional[str]:
    return None if node.onconf.name == "DEFAULT" else node.onconf.name.lower()


def named(items: Any) -> "Iterator[Tuple[Optional[str], Any]]":
    name = None
    for item in items or ():
        if type(item).__name__ == "ConstraintNameDeclaration":
            name = plain(item.name)
        else:
            yield name, item
            name = None


def of_columns(statement: Any) -> "Tuple[List[Tuple[str, Optional[str], bool, Optional[str]]], List[Said]]":
    columns, said = [], []
    for definition in statement.columns:
        name = plain(definition.column_name.source)
        collation = conflict = None
        generated = False
        keys: "List[int]" = []
        for label, item in named(definition.constraints):
            kind = item.kind.name
            if kind in ("PRIMARY_KEY", "UNIQUE"):
                said.append(
                    (kind.lower().replace("_", " "), label, (name,), "NOT DEFERRABLE", conflict_of(item))
                )
            elif kind == "CHECK":
                said.append(("check", label, (), "NOT DEFERRABLE", None))
            elif kind == "REFERENCES":
                keys.append(len(said))
                said.append(("foreign key", label, (name,), "NOT DEFERRABLE", None))
            elif kind == "DEFERRABLE" and keys:
                said[keys[-1]] = (*said[keys[-1]][:3], deferrable_of(item), None)
            elif kind == "COLLATE":
                collation = plain(item.collation_name).upper()
            elif kind == "NOT_NULL":
                conflict = conflict_of(item)
            elif kind == "GENERATED":
                generated = True
        columns.append((name, collation, generated, conflict))
    return columns, said


def of_table(groups: Any) -> "List[Said]":
    said: "List[Said]" = []
    for group in groups or ():
        for label, item in named(group if isinstance(group, list) else [group]):
            kind = item.kind.name.lower().replace("_", " ")
            if kind == "check":
                said.append((kind, label, (), "NOT DEFERRABLE", None))
            elif kind == "foreign key":
                columns = tuple(plain(c.column) for c in item.fk_columns)
                said.append((kind, label, columns, deferrable_of(item.fk_clause), None))
            else:
                said.append(
                    (kind, label, tuple(map(key_name, item.pk_columns)), "NOT DEFERRABLE", conflict_of(item))
                )
    return said


def accepted(*statements: str) -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE TABLE p (x PRIMARY KEY)")
    connection.execute("CREATE TABLE q (x, y, PRIMARY KEY (x, y))")
    for statement in statements:
        try:
            connection.execute(statement)
        except sqlite3.Error:
            connection.close()
            assume(False)
    return connection


quick = settings(max_examples=60, deadline=None, database=None, suppress_health_check=list(HealthCheck))


@quick
@given(create_table())
def test_tables(sql: str) -> None:
    connection = accepted(sql)
    (kept,) = connection.execute("SELECT sql FROM sqlite_master WHERE name = 't'").fetchone()
    ours = parse_table(kept, "t")
    with syntaqlite.Syntaqlite() as oracle:
        (statement,) = oracle.parse(kept)
    columns, said = of_columns(statement)
    assert [
        (plain(c.name), c.collation, c.generated is not None, c.conflict) for c in ours.columns
    ] == columns, kept
    said += of_table(statement.table_constraints)
    assert [
        (c.kind, c.name, tuple(map(plain, c.columns)), c.deferrable, c.conflict) for c in ours.constraints
    ] == said, kept
    auto = any(getattr(i, "is_autoincrement", False) for c in statement.columns for i in c.constraints or ())
    for group in statement.table_constraints or ():
        auto = auto or any(
            getattr(i, "is_autoincrement", False) for i in (group if isinstance(group, list) else [group])
        )
    assert ours.autoincrement == auto, kept
    flags = statement.flags.name or "" if statement.flags else ""
    assert {option.replace(" ", "_").upper() for option in ours.options} == set(
        filter(None, flags.split("|"))
    ), kept
    # and what SQLite itself says of it
    schema = read_schema(connection)
    assert schema.unreadable == (), kept
    table = schema.table("t")
    assert table is not None
    real = connection.execute("PRAGMA table_xinfo(t)").fetchall()
    assert [column.name for column in table.columns] == [row[1] for row in real]
    assert [column.nullable for column in table.columns] == [not row[3] for row in real]
    connection.close()


INDEX_KEYS = [
    "{}",
    "{} DESC",
    "{} COLLATE NOCASE",
    "{} collate rtrim ASC",
    "lower({})",
    "({} || ',') DESC",
    "coalesce({}, ')', 1)",
    "{} + 1 COLLATE NOCASE",
]


@quick
@given(
    st.lists(st.tuples(st.sampled_from(["a", '"q x"', "[b r]"]), st.sampled_from(INDEX_KEYS)), min_size=1, max_size=3),
    st.sampled_from(["", *EXPRESSIONS]), st.booleans(), st.sampled_from(SPACE),
)  # fmt: skip
def test_indexes(keys: "List[Tuple[str, str]]", condition: str, unique: bool, space: str) -> None:
    names = [key.format(name) for name, key in keys]
    where = f"{space}WHERE {condition.format('a')}" if condition else ""
    sql = f"CREATE{' UNIQUE' if unique else ''} INDEX{space}ix ON t (" + f",{space}".join(names) + f"){where}"
    connection = accepted('CREATE TABLE t (a TEXT, "q x" TEXT, "b r" TEXT)', sql)
    (kept,) = connection.execute("SELECT sql FROM sqlite_master WHERE name = 'ix'").fetchone()
    ours = parse_index(kept, "ix")
    with syntaqlite.Syntaqlite() as oracle:
        (statement,) = oracle.parse(kept)
    assert len(ours.keys) == len(statement.columns)
    assert (ours.predicate is not None) == (statement.where_clause is not None)
    if condition:
        assert ours.predicate == normalize(condition.format("a"))
    table = read_schema(connection).table("t")
    assert table is not None
    (index,) = table.indexes
    real = [row for row in connection.execute("PRAGMA index_xinfo(ix)") if row[5]]
    for term, key, row in zip(statement.columns, index.keys, real):
        assert key.descending == (term.sort_order.name == "DESC") == bool(row[3])
        assert (key.collation or "BINARY") == row[4].upper()
        if row[2] is not None:
            assert key.expression == row[2]
    assert index.unique == bool(statement.is_unique)
    connection.close()
