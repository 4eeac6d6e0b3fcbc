"""Fingerprints of tables: another one for other rows, whatever differs, the same for the same."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Callable, Dict, Iterator, List

import pytest

from kallithea_dbdev.engines import open_database
from kallithea_dbdev.engines.database import Scratch
from kallithea_dbdev.engines.sqlite import fingerprints as of_sqlite

from ..conftest import need
from .lab import laboratory

ENGINES = ("sqlite", "postgresql", "mysql")

TABLES = (
    "CREATE TABLE small (id INTEGER PRIMARY KEY, name VARCHAR(40), amount {float}, other INTEGER)",
    "CREATE TABLE large (id INTEGER PRIMARY KEY, name VARCHAR(40), note {text}, number INTEGER)",
    "CREATE TABLE bystander (id INTEGER PRIMARY KEY, name VARCHAR(40))",
    "CREATE INDEX ix_name ON large (name)",
)
TYPES = {"float": {"mysql": "FLOAT"}, "text": {"mysql": "LONGTEXT"}}


@pytest.fixture(params=ENGINES)
def database(
    request: pytest.FixtureRequest, running: Dict[str, object], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Scratch]:
    monkeypatch.setattr(of_sqlite, "MOST_ROWS", 300)
    engine = request.param
    like = (
        open_database("sqlite:///like.db") if engine == "sqlite" else need(engine, running).database("like")
    )
    with laboratory() as lab:
        scratch = lab.scratch(like, "x")
        words = {name: special.get(engine, name.upper()) for name, special in TYPES.items()}
        scratch.execute(text.format(**words) for text in TABLES)
        with scratch.inserting("small") as insert:
            for number in range(3):
                insert({"id": number, "name": None if number else "", "amount": 1.5, "other": number})
        with scratch.inserting("large") as insert:
            for number in range(1000):
                # Some of them do not fit into one page.
                insert(
                    {
                        "id": number,
                        "name": f"n{number}",
                        "note": "x" * (6000 if number % 100 == 7 else 30),
                        "number": 1,
                    }
                )
        yield scratch


def prints(database: Scratch) -> Dict[str, str]:
    return database.fingerprints([t for t in database.read_schema().tables if t.name in ("small", "large")])


CHANGES = {
    "small": [
        "UPDATE small SET name = NULL WHERE id = 0",
        "UPDATE small SET name = '' WHERE id = 1",
        "UPDATE small SET name = 'a ' WHERE id = 1",
        "UPDATE small SET amount = 1.5000001 WHERE id = 1",
        "UPDATE small SET other = other + 1 WHERE id = 2",
        # What one row loses another gets.
        "UPDATE small SET other = CASE id WHEN 1 THEN 2 WHEN 2 THEN 1 ELSE other END",
        "DELETE FROM small WHERE id = 2",
        "INSERT INTO small (id) VALUES (77)",
    ],
    "large": [
        "UPDATE large SET number = 2 WHERE id = 500",
        "UPDATE large SET name = 'N999' WHERE id = 999",
        # In the last of the pages of a long row.
        f"UPDATE large SET note = '{'x' * 5999}y' WHERE id = 107",
        "DELETE FROM large WHERE id = 3",
        "INSERT INTO large (id) VALUES (7777)",
    ],
}


def test_every_change_shows_in_its_table(database: Scratch) -> None:
    for table, statements in CHANGES.items():
        for statement in statements:
            before = prints(database)
            assert set(before) == {"small", "large"}
            database.execute([statement])
            after = prints(database)
            changed = {name for name in before if before[name] != after[name]}
            assert table in changed, statement
            # Ends of long rows are told for all large tables together, never for small ones.
            assert changed == {table}, statement


def test_what_else_is_done_does_not_show(database: Scratch) -> None:
    """A new column at the end, an index, another table, also where pages are freed by it."""
    schema = database.read_schema()
    tables = [table for table in schema.tables if table.name in ("small", "large")]
    before = database.fingerprints(tables)
    database.execute(
        [
            "UPDATE bystander SET name = 'x'",
            "INSERT INTO bystander (id, name) VALUES (1, 'a')",
            "ALTER TABLE large ADD COLUMN later INTEGER",
            "CREATE INDEX ix_number ON large (number)",
            "CREATE TABLE more (id INTEGER PRIMARY KEY)",
            "DROP TABLE more",
        ]
    )
    assert database.fingerprints(tables) == before


def test_a_table_that_is_gone_or_lacks_a_column_is_left_out(database: Scratch) -> None:
    tables = [table for table in database.read_schema().tables if table.name in ("small", "large")]
    database.execute(["DROP TABLE small", "ALTER TABLE large RENAME TO enlarged"])
    assert database.fingerprints(tables) == {}


def test_a_small_table_of_sqlite_that_was_rebuilt_is_the_same(tmp_path: Path) -> None:
    """As batch mode does it; a large one may show as another."""
    path = tmp_path / "a.db"
    connection = sqlite3.connect(str(path))
    connection.executescript(
        "CREATE TABLE a (id INTEGER PRIMARY KEY, b TEXT); INSERT INTO a VALUES (3, 'x'), (1, 'y');"
    )
    database = open_database(f"sqlite:///{path}")
    tables = database.read_schema().tables
    before = database.fingerprints(tables)
    connection.executescript(
        "CREATE TABLE t (b TEXT, id INTEGER PRIMARY KEY); INSERT INTO t SELECT b, id FROM a ORDER BY b; DROP TABLE a; "
        "ALTER TABLE t RENAME TO a;"
    )
    connection.close()
    assert database.fingerprints(tables) == before


def _auto_vacuum(connection: sqlite3.Connection) -> None:
    connection.execute("PRAGMA auto_vacuum = FULL")


def _with_a_log(connection: sqlite3.Connection) -> None:
    connection.execute("PRAGMA journal_mode = WAL")


def _small_pages(connection: sqlite3.Connection) -> None:
    connection.execute("PRAGMA page_size = 512")


def _large_pages(connection: sqlite3.Connection) -> None:
    connection.execute("PRAGMA page_size = 65536")


@pytest.mark.parametrize(
    "prepare, told", [(_auto_vacuum, False), (_with_a_log, False), (_small_pages, True), (_large_pages, True)]
)
def test_files_of_other_kinds(
    tmp_path: Path, prepare: Callable[[sqlite3.Connection], None], told: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is told is right; of files in which it cannot be told from pages, nothing is."""
    monkeypatch.setattr(of_sqlite, "MOST_ROWS", 10)
    path = tmp_path / "a.db"
    connection = sqlite3.connect(str(path), isolation_level=None)
    prepare(connection)
    connection.execute("CREATE TABLE a (id INTEGER PRIMARY KEY, b TEXT)")
    connection.execute("CREATE TABLE w (id TEXT PRIMARY KEY, b TEXT) WITHOUT ROWID")
    for table in "aw":
        connection.execute("BEGIN")
        connection.executemany(
            f"INSERT INTO {table} VALUES (?, ?)", [(n, "z" * (n % 50) * 40) for n in range(3000)]
        )
        connection.execute("COMMIT")
    database = open_database(f"sqlite:///{path}")
    tables = database.read_schema().tables
    found: List[Dict[str, str]] = [database.fingerprints(tables)]
    assert set(found[0]) == ({"a", "w"} if told else set())
    connection.execute("DELETE FROM a WHERE id > 100")
    found.append(database.fingerprints(tables))
    for key in (0, 1500, 2999):
        connection.execute("UPDATE w SET b = 'other' WHERE id = ?", (key,))
        found.append(database.fingerprints(tables))
    connection.close()
    if told:
        assert all(one != other for one, other in zip(found, found[1:]))
