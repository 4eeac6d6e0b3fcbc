"""Which rules of a table are asked, how a row is found again by its key, and what is not taken away."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import List, Tuple

import pytest

from kallithea_dbdev.engines import open_database
from kallithea_dbdev.engines.database import Database
from kallithea_dbdev.rows.changes import Side
from kallithea_dbdev.rows.misfits import misfits, take_away
from kallithea_dbdev.schema.model import Check, Table

from ..engines.lab import laboratory
from ..projects import Project


def database(folder: Path, *statements: str) -> Database:
    path = folder / "x.db"
    Project(folder).sql(*statements, path=path)
    return open_database(f"sqlite:///{path}")


def only_table(of: Database) -> Table:
    (table,) = of.read_schema().tables
    return table


def found(of: Database, table: Table) -> List[Tuple[str, str, Tuple[str, ...]]]:
    """What breaks the rules of a table, which are those that a server may have."""
    side = Side(of, replace(of.read_schema(), tables=(table,)))
    return [(one.object, one.why, one.keys) for one in misfits(side, [table.name])]


def test_a_null_where_none_may_be(tmp_path: Path) -> None:
    of = database(
        tmp_path, "CREATE TABLE t (id INTEGER PRIMARY KEY, a INT, b INT AS (NULL))", "INSERT INTO t VALUES (1, NULL), (2, 5)"
    )  # fmt: skip
    table = only_table(of)
    assert found(of, table) == []
    # What is computed nobody can write.
    strict = replace(table, columns=tuple(replace(column, nullable=False) for column in table.columns))
    assert found(of, strict) == [("a", "a is NULL", ("id=1",))]


@pytest.mark.parametrize(
    ("check", "expected"),
    [
        (Check("n > 5", "ck"), [("ck", "CHECK (n > 5) does not hold", ("id=1",))]),
        (Check("n > 5"), [("n > 5", "CHECK (n > 5) does not hold", ("id=1",))]),
        (Check("CHECK ((n > 5)) NOT VALID"), [("(n > 5)", "CHECK ((n > 5)) does not hold", ("id=1",))]),
        (Check("n > 5 (not enforced)", "ck"), []),
        # What cannot be asked says nothing.
        (Check("nobody_knows(n)", "ck"), []),
    ],
)
def test_a_check_of_each_server(tmp_path: Path, check: Check, expected: List[object]) -> None:
    of = database(
        tmp_path, "CREATE TABLE t (id INTEGER PRIMARY KEY, n INT)", "INSERT INTO t VALUES (1, 3), (2, 9), (3, NULL)"
    )  # fmt: skip
    assert found(of, replace(only_table(of), checks=(check,))) == expected


def test_a_row_is_found_by_whatever_its_key_is(tmp_path: Path) -> None:
    """The key is of two columns, and holds a quote, bytes, and a text that is none."""
    of = database(
        tmp_path, "CREATE TABLE t (a, b TEXT, said TEXT, PRIMARY KEY (a, b))",
        "INSERT INTO t VALUES (x'00ff', 'it''s', CAST(x'41ff' AS TEXT)), (7, CAST(x'ff' AS TEXT), 'x')",
        "INSERT INTO t VALUES (7, 'y', 'kept'), (x'00ff', 'y', 'kept')",
    )  # fmt: skip
    with laboratory() as lab:
        copy = lab.copy(of, "copy")
        taken = take_away(copy, of.read_schema(), ["t"])
        left = set(copy.stream("SELECT a, b, said FROM t"))
    assert [(one.object, one.count) for one in taken] == [("b", 1), ("said", 1)]
    assert left == {(b"\0\xff", "it's", "A?"), (7, "?", "x"), (7, "y", "kept"), (b"\0\xff", "y", "kept")}


def test_a_table_without_a_key_is_not_read(tmp_path: Path) -> None:
    of = database(tmp_path, "CREATE TABLE t (a TEXT)", "INSERT INTO t VALUES (CAST(x'ff' AS TEXT))")
    assert found(of, only_table(of)) == []


def test_what_is_not_of_the_tables_stays(tmp_path: Path) -> None:
    """Rows that point at nothing in other tables, unless what they pointed at is taken away."""
    of = database(
        tmp_path, "CREATE TABLE a (id INTEGER PRIMARY KEY, seen DATETIME)", "CREATE TABLE b (id INTEGER REFERENCES a (id))",
        "CREATE TABLE c (id INTEGER REFERENCES d (id))", "CREATE TABLE d (id INTEGER PRIMARY KEY)",
        "INSERT INTO b VALUES (9)", "INSERT INTO c VALUES (9)",
    )  # fmt: skip

    def left() -> Tuple[int, ...]:
        with laboratory() as lab:
            copy = lab.copy(of, "copy")
            take_away(copy, of.read_schema(), ["a"])
            return tuple(len(list(copy.stream(f"SELECT 1 FROM {name}"))) for name in "abc")

    assert left() == (0, 1, 1)
    Project(tmp_path).sql("INSERT INTO a VALUES (1, 'once')", path=tmp_path / "x.db")
    assert left() == (0, 0, 1)
