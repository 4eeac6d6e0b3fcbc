"""A schema that is read again: what is as it was is not taken apart twice, and nothing stale is told."""

from __future__ import annotations

import sqlite3
from typing import Iterator

import pytest

from kallithea_dbdev.engines.sqlite import catalogue
from kallithea_dbdev.engines.sqlite.catalogue import read_schema
from kallithea_dbdev.schema.model import Table


@pytest.fixture
def connection() -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(":memory:", isolation_level=None)
    connection.execute("CREATE TABLE a (id INTEGER PRIMARY KEY, other INTEGER, UNIQUE (other))")
    connection.execute("CREATE TABLE b (id INTEGER PRIMARY KEY, a INTEGER REFERENCES a)")
    connection.execute("CREATE INDEX b_a ON b (a)")
    yield connection
    connection.close()


def table(connection: sqlite3.Connection, name: str) -> Table:
    found = read_schema(connection).table(name)
    assert found is not None
    return found


def test_what_is_as_it_was_is_the_same_object(connection: sqlite3.Connection) -> None:
    before = table(connection, "a")
    connection.execute("CREATE TABLE c (id INTEGER)")
    assert table(connection, "a") is before


@pytest.mark.parametrize(
    "statements",
    [
        ("DROP INDEX b_a", "CREATE INDEX b_a ON b (a DESC)"),
        ("DROP INDEX b_a",),
        ("CREATE UNIQUE INDEX b_id ON b (id)",),
        ("ALTER TABLE b ADD COLUMN c TEXT",),
        # Its own text stays as it is: what it refers to is another column.
        ("ALTER TABLE a RENAME TO x", "CREATE TABLE a (id INTEGER, other INTEGER PRIMARY KEY)"),
    ],
)
def test_what_has_changed_is_read(connection: sqlite3.Connection, statements: "tuple[str, ...]") -> None:
    before = table(connection, "b")
    connection.execute("PRAGMA legacy_alter_table = ON")
    for statement in statements:
        connection.execute(statement)
    after = table(connection, "b")
    assert after != before
    catalogue._READ.clear()
    assert table(connection, "b") == after


def test_a_long_chain_takes_no_more_memory(connection: sqlite3.Connection) -> None:
    for number in range(catalogue._MOST_READ):
        connection.execute("DROP INDEX IF EXISTS a_other")
        connection.execute(f"CREATE INDEX a_other ON a (other + {number})")
        read_schema(connection)
    assert len(catalogue._READ) == catalogue._MOST_READ


def test_blanks_make_no_other_table(connection: sqlite3.Connection) -> None:
    before = table(connection, "a")
    connection.executescript(
        "DROP TABLE b; DROP TABLE a; CREATE TABLE a (id INTEGER PRIMARY KEY, \n  other INTEGER, UNIQUE (other))"
    )
    assert table(connection, "a") is before


@pytest.mark.parametrize(
    "text",
    [
        "CREATE TABLE d (a TEXT DEFAULT 'x{} y')",
        'CREATE TABLE d (a TEXT, "b{} c" TEXT)',
        "CREATE TABLE d (a TEXT, `b{} c` TEXT)",
        "CREATE TABLE d (a TEXT, [b{} c] TEXT)",
        "CREATE TABLE d (a TEXT -- b\n{}, c TEXT)",
    ],
)
def test_blanks_that_mean_something_do(connection: sqlite3.Connection, text: str) -> None:
    found = []
    for blanks in ("", "\n", "  "):
        connection.execute(text.format(blanks))
        found.append(table(connection, "d"))
        catalogue._READ.clear()
        assert table(connection, "d") == found[-1]
        connection.execute("DROP TABLE d")
    assert "--" in text or found[0] != found[1] != found[2]
