"""What the rows of a set-up say: columns, names for keys, and small tables only."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from kallithea_dbdev.engines import open_database
from kallithea_dbdev.rows import defaults
from kallithea_dbdev.rows.defaults import MOST_ROWS, as_row, read_rows, sayings, telling_columns, unique_keys
from kallithea_dbdev.schema.model import (
    NUMBER,
    TEXT,
    TIME,
    Column,
    Index,
    IndexKey,
    PrimaryKey,
    Table,
    Unique,
)

KINDS = {"VARCHAR(40)": TEXT, "INTEGER": NUMBER, "DATETIME": TIME}


def column(name: str, type_: str = "VARCHAR(40)", **more: str) -> Column:
    return Column(name, type_, True, kind=KINDS[type_], **more)


def test_neither_the_number_nor_the_time_nor_what_is_computed_says_anything() -> None:
    columns = (column("id", "INTEGER"), column("name"), column("made", "DATETIME"), column("up", generated="x"),
               column("n", "INTEGER"))  # fmt: skip
    assert [c.name for c in telling_columns(Table("t", columns, PrimaryKey(("id",))))] == ["name", "n"]
    assert [c.name for c in telling_columns(Table("t", columns))] == ["id", "name", "n"]


def test_unique_keys() -> None:
    key = (IndexKey("a"), IndexKey("b"))
    table = Table(
        "t",
        uniques=(Unique(("c",)), Unique(("d", "e"))),
        indexes=(Index("i", key, True), Index("j", key, False), Index("k", (IndexKey("f"),), True, "a > 1")),
    )
    assert unique_keys(table) == (("c",), ("d", "e"), ("a", "b"))
    assert unique_keys(Table("t")) == ()


def test_the_column_that_names_a_row() -> None:
    texts = (column("id", "INTEGER"), column("title"), column("name"))
    assert defaults._naming_column(Table("t", texts)) == "title"
    assert defaults._naming_column(Table("t", texts, uniques=(Unique(("name",)),))) == "name"
    assert defaults._naming_column(Table("t", texts, uniques=(Unique(("name", "title")),))) == "title"
    assert defaults._naming_column(Table("t", texts[:1])) is None


def test_rows_are_read_with_names_for_keys(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    connection = sqlite3.connect(str(path))
    connection.executescript(
        """
        CREATE TABLE users (id INTEGER PRIMARY KEY, username VARCHAR(40) UNIQUE, boss INTEGER REFERENCES users (id));
        CREATE TABLE grants (id INTEGER PRIMARY KEY, user_id INTEGER REFERENCES users (id), right VARCHAR(9),
                             made DATETIME);
        CREATE TABLE numbers (id INTEGER PRIMARY KEY);
        CREATE TABLE many (id INTEGER PRIMARY KEY, name TEXT);
        CREATE TABLE none (name TEXT);
        INSERT INTO users VALUES (7, 'admin', NULL), (8, 'joe', 7);
        INSERT INTO grants VALUES (1, 8, 'read', '2020-01-01'), (2, NULL, 'write', NULL), (3, 99, 'x', NULL);
        INSERT INTO numbers VALUES (1);
        CREATE TABLE pairs (a INTEGER, b INTEGER, name TEXT, PRIMARY KEY (a, b));
        CREATE TABLE one (n INTEGER REFERENCES numbers (id), a INTEGER, b INTEGER,
                          lost INTEGER REFERENCES nowhere (id), FOREIGN KEY (a, b) REFERENCES pairs (a, b));
        INSERT INTO pairs VALUES (3, 4, 'pair');
        INSERT INTO one VALUES (1, 3, 4, 5);
        """
    )
    connection.executemany("INSERT INTO many (name) VALUES (?)", [("x",)] * (MOST_ROWS + 1))
    connection.commit()
    connection.close()
    database = open_database(f"sqlite:///{path}")
    rows, failed = read_rows(database, database.read_schema(), database.count_rows())
    assert failed == ()
    assert sorted(rows) == ["grants", "one", "pairs", "users"]
    # no text to name it by, a key of two columns, no such table
    assert [dict(row) for row in rows["one"]] == [{"n": "1", "a": "3", "b": "4", "lost": "5"}]
    assert [row["user_id"] for row in rows["grants"]] == ["joe", "None", "None"]
    assert [set(row) for row in rows["grants"]] == [{"user_id", "right"}] * 3
    # a key to its own table stays a number
    assert [dict(row) for row in rows["users"]] == [
        {"username": "admin", "boss": "None"},
        {"username": "joe", "boss": "7"},
    ]


def test_as_many_rows_as_a_set_up_may_write(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    connection = sqlite3.connect(str(path))
    connection.execute("CREATE TABLE many (id INTEGER PRIMARY KEY, name TEXT)")
    connection.executemany("INSERT INTO many (name) VALUES (?)", [("x",)] * MOST_ROWS)
    connection.commit()
    connection.close()
    database = open_database(f"sqlite:///{path}")
    rows, _ = read_rows(database, database.read_schema(), database.count_rows())
    assert len(rows["many"]) == MOST_ROWS


def test_as_row_and_sayings() -> None:
    columns = (column("a"), column("b"))
    assert as_row(columns, ("x", 1)) == {"a": "x", "b": "1"}
    # What a draft writes again is as it was; numbers are equal whoever says them.
    assert as_row(columns, ("100", 100)) == {"a": "100", "b": "100"}
    assert as_row(columns, ("false", True)) == {"a": "false", "b": "1"}
    rows = ({"a": "x", "b": "1"}, {"a": "y"}, {"a": "x", "b": "1"})
    assert sayings(rows, ("b", "a")) == {("1", "x")}
    assert sayings(rows, ("a",)) == {("x",), ("y",)}
    assert sayings((), ("a",)) == frozenset()
