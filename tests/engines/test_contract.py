"""What every engine does, on real databases of each: one contract, three engines.

Databases are filled and looked at through the driver alone; only what is asserted goes through
``engines``.
"""

from __future__ import annotations

import datetime
import sqlite3
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Dict, Iterator, List, Optional, Tuple

import pytest

from kallithea_dbdev.engines import is_same, open_database
from kallithea_dbdev.engines.comparing import ROWS, Shared
from kallithea_dbdev.engines.database import Database
from kallithea_dbdev.engines.lab import MOST_COPIES
from kallithea_dbdev.errors import DatabaseError, TargetRefusedError
from kallithea_dbdev.schema.compare import compare
from kallithea_dbdev.schema.model import Column, Schema, Table

from ..conftest import need
from ..servers import ENGINES, Server
from .lab import Laboratory, laboratory

#: How each engine writes what the others write otherwise.
WORDS: Dict[str, Dict[str, str]] = {
    "sqlite": {
        "number": "INTEGER PRIMARY KEY AUTOINCREMENT", "blob": "BLOB", "text": "TEXT", "nocase": "COLLATE NOCASE",
        "double": "FLOAT", "bool": "BOOLEAN", "time": "DATETIME", "zero": "0", "hex": "X'{}'",
    },
    "postgresql": {
        "number": "SERIAL PRIMARY KEY", "blob": "BYTEA", "text": "TEXT", "nocase": 'COLLATE "C"',
        "double": "DOUBLE PRECISION", "bool": "BOOLEAN", "time": "TIMESTAMP", "zero": "false", "hex": "'\\x{}'",
    },
    "mysql": {
        "number": "INT AUTO_INCREMENT PRIMARY KEY", "blob": "LONGBLOB", "text": "LONGTEXT",
        "nocase": "COLLATE utf8mb4_general_ci", "double": "DOUBLE", "bool": "BOOLEAN", "time": "DATETIME(6)",
        "zero": "0", "hex": "X'{}'",
    },
}  # fmt: skip

TRIGGERS: Dict[str, List[str]] = {
    "sqlite": [
        "CREATE TRIGGER tr AFTER INSERT ON child BEGIN UPDATE child SET n = n + 100 WHERE id = NEW.id; END"
    ],
    "postgresql": [
        "CREATE FUNCTION up() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.n := NEW.n + 100; RETURN NEW; END'",
        "CREATE TRIGGER tr BEFORE INSERT ON child FOR EACH ROW EXECUTE FUNCTION up()",
    ],
    "mysql": ["CREATE TRIGGER tr BEFORE INSERT ON child FOR EACH ROW SET NEW.n = NEW.n + 100"],
}
BIG = "\u00e9\U0001f600%s'\\" * 40_000
BYTES = bytes(range(256)) * 2_000


@dataclass
class Place:
    """Where databases of one engine may be made, filled and looked at by the driver."""

    engine: str
    folder: Path
    server: Optional[Server]

    def database(self, name: Optional[str] = None, create: bool = True) -> Database:
        """A new database; with ``create`` it exists and is empty."""
        if self.server is None:
            path = self.folder / f"{name or 'database'}.db"
            if create:
                connection = sqlite3.connect(str(path))
                connection.execute("VACUUM")  # a file with a header and nothing in it
                connection.close()
            return open_database(f"sqlite:///{path}")
        real = self.server.new_name()
        if create:
            self.server.create(real)
        return self.server.database(real)

    def sql(self, database: Database, *statements: str) -> List[Tuple[Any, ...]]:
        """Run statements; the rows of the last one."""
        if self.server is not None:
            return self.server.sql(database.name, *statements)  # type: ignore[attr-defined]
        connection = sqlite3.connect(str(database.path), isolation_level=None)  # type: ignore[attr-defined]
        try:
            rows: List[Tuple[Any, ...]] = []
            for statement in statements:
                rows = connection.execute(statement).fetchall()
            return rows
        finally:
            connection.close()

    def words(self, text: str) -> str:
        """SQL in this engine's words: those in ``<...>`` are looked up."""
        for name, word in WORDS[self.engine].items():
            text = text.replace(f"<{name}>", word)
        return text

    def bytes(self, value: bytes) -> str:
        """A literal."""
        return WORDS[self.engine]["hex"].format(value.hex())


@pytest.fixture(params=("sqlite", *ENGINES))
def place(request: Any, running: Dict[str, Any], tmp_path: Path) -> Place:
    server = None if request.param == "sqlite" else need(request.param, running)
    return Place(request.param, tmp_path, server)


@pytest.fixture
def lab() -> Iterator[Laboratory]:
    with laboratory() as found:
        yield found


@pytest.fixture
def full(place: Place) -> Database:
    """A database with something of everything."""
    database = place.database()
    quoted = BIG.replace("'", "''")
    if place.engine == "mysql":
        quoted = quoted.replace("\\", "\\\\")
    statements = [
        "CREATE TABLE parent (id <number>, name VARCHAR(50) <nocase>)",
        "CREATE TABLE child (id <number>, n INT, twice INT GENERATED ALWAYS AS (n * 2) STORED, parent INT, "
        "data <blob>, big <text>, d DATE, t <time>, x <double>, ok <bool>, "
        "CONSTRAINT fk FOREIGN KEY (parent) REFERENCES parent (id) ON DELETE CASCADE, CONSTRAINT ck CHECK (n < 500))",
        "CREATE UNIQUE INDEX uq ON parent (name)",
        "CREATE INDEX ix ON child (n, ok)",
        "CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)",
        "INSERT INTO alembic_version VALUES ('abc')",
        "INSERT INTO parent (id, name) VALUES (1, 'Zo\u00eb'), (2, NULL), (3, ''), (7, 'gone')",
        f"INSERT INTO child (n, parent, data, big, d, t, x, ok) VALUES (1, 1, {place.bytes(BYTES)}, '{quoted}', "
        "'2020-02-29', '2020-02-29 23:59:59.123456', 0.1, <zero>)",
        "INSERT INTO child (n) VALUES (2)",
        "DELETE FROM parent WHERE id = 7",
        "CREATE VIEW v2 AS SELECT id, name FROM parent",
        "CREATE VIEW v1 AS SELECT id FROM v2",
        *TRIGGERS[place.engine],
    ]
    if place.engine == "mysql":
        statements[6:6] = ["SET sql_mode = 'NO_AUTO_VALUE_ON_ZERO'"]
    if place.engine == "postgresql":
        statements.append("SELECT setval('parent_id_seq', 7)")
    place.sql(database, *map(place.words, statements))
    # what a set-up or a site may number by hand
    zero = ["SET sql_mode = 'NO_AUTO_VALUE_ON_ZERO'"] if place.engine == "mysql" else []
    place.sql(database, *zero, "INSERT INTO parent (id, name) VALUES (0, 'zero')")
    return database


def content(place: Place, database: Database) -> List[List[Tuple[Any, ...]]]:
    columns = "id, n, twice, parent, data, big, d, t, x, ok"
    queries = ("SELECT id, name FROM parent ORDER BY id", f"SELECT {columns} FROM child ORDER BY id",
               "SELECT id FROM v1 ORDER BY id", "SELECT version_num FROM alembic_version")  # fmt: skip
    rows = [place.sql(database, query) for query in queries]
    return [
        [tuple(bytes(v) if isinstance(v, memoryview) else v for v in row) for row in part] for part in rows
    ]


# -- what is there -------------------------------------------------------------------------------


def test_a_database_that_is_not_there(place: Place) -> None:
    database = place.database(create=False)
    assert not database.exists()
    with pytest.raises(DatabaseError) as caught:
        database.read_schema()
    assert str(caught.value).startswith(f"{database.display}: ")
    assert "\n" not in str(caught.value)
    database.drop()
    assert not database.exists()


def test_an_empty_database(place: Place) -> None:
    database = place.database()
    assert database.exists()
    assert database.is_empty()
    assert database.revisions() == ()
    assert database.count_rows() == {}
    assert database.counters() == {}
    assert database.read_schema() == Schema()


@pytest.mark.parametrize("kind", ["TABLE a (b INT)", "VIEW a AS SELECT 1 AS b"])
def test_a_database_with_one_object_is_not_empty(place: Place, kind: str) -> None:
    database = place.database()
    place.sql(database, f"CREATE {kind}")
    assert not database.is_empty()


def test_what_is_read(place: Place, full: Database) -> None:
    assert full.revisions() == ("abc",)
    assert full.count_rows() == {"parent": 4, "child": 2}
    schema = full.read_schema()
    assert [table.name for table in schema.tables] == ["child", "parent"]
    child, parent = schema.tables
    assert [column.name for column in child.columns] == [
        "id", "n", "twice", "parent", "data", "big", "d", "t", "x", "ok",
    ]  # fmt: skip
    assert {column.name for column in child.columns if not column.nullable} <= {"id"}
    twice = child.column("twice")
    assert twice and twice.generated
    assert child.primary_key and child.primary_key.columns == ("id",)
    (key,) = child.foreign_keys
    assert (key.name, key.columns, key.referred_table, key.referred_columns, key.on_delete) == (
        "fk", ("parent",), "parent", ("id",), "CASCADE",
    )  # fmt: skip
    assert [check.name for check in child.checks] == ["ck"]
    assert "ix" in [index.name for index in child.indexes]
    names = [index.name for index in parent.indexes if index.unique]
    assert names == ["uq"]
    assert [view.name for view in schema.views] == ["v1", "v2"]
    assert [(trigger.name, trigger.table) for trigger in schema.triggers] == [("tr", "child")]


def test_the_counter_is_beyond_what_was_deleted(place: Place, full: Database) -> None:
    (counter,) = (counter for counter in full.counters().values() if counter.table == "parent")
    assert counter.next == 8


def test_revisions_are_sorted(place: Place, full: Database) -> None:
    place.sql(full, "INSERT INTO alembic_version VALUES ('aaa')")
    assert full.revisions() == ("aaa", "abc")


# -- scratch databases and copies ----------------------------------------------------------------


def test_a_scratch_database_is_empty_apart_from_its_mark_and_goes(place: Place, full: Database) -> None:
    before = content(place, full)
    with laboratory() as lab:
        scratch = lab.scratch(full, "one")
        other = lab.scratch(full, "two")
        assert scratch.exists()
        assert scratch.is_empty()
        assert not is_same(scratch, full)
        assert not is_same(scratch, other)
        assert is_same(full, full)
        scratch.execute(["CREATE TABLE a (b INT)", "INSERT INTO a VALUES (1)"])
        assert scratch.count_rows() == {"a": 1}
        assert other.count_rows() == {}
        assert scratch.read_schema().tables[0].name == "a"
        lab.discard(scratch)
        assert not scratch.exists()
    assert not other.exists()
    assert content(place, full) == before


def test_a_copy_is_exact(place: Place, full: Database, lab: Laboratory) -> None:
    before, schema, counters = content(place, full), full.read_schema(), full.counters()
    assert before[0][0] == (0, "zero")
    assert before[1][0][4:6] == (BYTES, BIG)
    copy = lab.copy(full, "copy")
    assert content(place, copy) == before
    assert compare(copy.read_schema(), schema) == compare(schema, copy.read_schema()) == ()
    assert copy.read_schema() == schema
    assert copy.counters() == counters
    assert copy.count_rows() == full.count_rows()
    assert copy.revisions() == ("abc",)
    assert content(place, full) == before
    assert full.counters() == counters


def test_a_copy_behaves_as_the_original(place: Place, full: Database, lab: Laboratory) -> None:
    copy = lab.copy(full, "copy")
    copy.execute(["INSERT INTO parent (name) VALUES ('next')", "INSERT INTO child (n, parent) VALUES (1, 1)"])
    assert place.sql(copy, "SELECT max(id) FROM parent") == [(8,)], "the position of the counter is kept"
    assert place.sql(copy, "SELECT n, twice FROM child WHERE id = 3") == [(101, 202)], (
        "trigger and generated column"
    )
    for refused in ("INSERT INTO child (n) VALUES (450)", "INSERT INTO parent (name) VALUES ('zero')"):
        with pytest.raises(DatabaseError):
            copy.execute([refused])
    assert full.count_rows() == {"parent": 4, "child": 2}
    assert not is_same(copy, full)


def test_a_copy_of_a_copy(place: Place, full: Database, lab: Laboratory) -> None:
    first = lab.copy(full, "first")
    second = lab.copy(first, "second")
    lab.discard(first)
    assert content(place, second) == content(place, full)
    assert second.read_schema() == full.read_schema()


def test_there_are_three_copies_at_most(place: Place, full: Database, lab: Laboratory) -> None:
    copies = [lab.copy(full, f"copy {number}") for number in range(MOST_COPIES)]
    with pytest.raises(AssertionError, match="fourth: 3 copies are there already"):
        lab.copy(full, "fourth")
    lab.discard(copies[1])
    again = lab.copy(full, "again")
    assert content(place, again) == content(place, copies[0]) == content(place, full)


def test_nothing_else_is_discarded(place: Place, full: Database, lab: Laboratory) -> None:
    before = content(place, full)
    with pytest.raises(TargetRefusedError, match="not a scratch database"):
        lab.discard(full)
    assert content(place, full) == before


# -- rows ----------------------------------------------------------------------------------------


def shared(database: Database, *columns: str, table: str = "child") -> Shared:
    found = database.read_schema().table(table)
    assert found

    def named(name: str) -> Column:
        column = found.column(name)
        assert column
        return column

    return Shared(table, table, (named("id"),), tuple(map(named, columns)))


@pytest.mark.parametrize(
    "statement, expected",
    [
        ("UPDATE child SET n = n", ()),
        ("UPDATE child SET n = 3 WHERE id = 2", ("n", "twice")),
        ("UPDATE child SET n = NULL WHERE id = 2", ("n", "twice")),
        ("UPDATE child SET ok = <zero> WHERE id = 2", ("ok",)),
        ("UPDATE child SET x = 0.1000001 WHERE id = 1", ("x",)),
        ("UPDATE child SET big = 'x' WHERE id = 1", ("big",)),
        ("UPDATE child SET data = NULL WHERE id = 1", ("data",)),
        ("UPDATE child SET d = '2020-02-28' WHERE id = 1", ("d",)),
        ("UPDATE child SET t = '2020-02-29 23:59:59.123457' WHERE id = 1", ("t",)),
        ("DELETE FROM child WHERE id = 2", (ROWS,)),
        ("INSERT INTO child (n) VALUES (NULL)", (ROWS,)),
        ("UPDATE child SET id = 9 WHERE id = 2", (ROWS,)),
    ],
)
def test_what_differs(
    place: Place, full: Database, lab: Laboratory, statement: str, expected: Tuple[str, ...]
) -> None:
    table = shared(full, "n", "twice", "data", "big", "d", "t", "x", "ok")
    copy = lab.copy(full, "copy")
    assert copy.differing(full, [table]) == {"child": frozenset()}
    copy.execute([place.words(statement)])
    (found,) = copy.differing(full, [table]).values()
    if ROWS in expected:
        # where rows came or went, sums of whole columns differ as well
        assert ROWS in found
    else:
        assert found == frozenset(expected)


@pytest.mark.parametrize("name", ["ZERO", "zero ", "z\u00e9ro", "\u200bzero", "Zero"])
def test_texts_differ_in_every_letter_whatever_the_collation(
    place: Place, full: Database, lab: Laboratory, name: str
) -> None:
    copy = lab.copy(full, "copy")
    copy.execute([f"UPDATE parent SET name = '{name}' WHERE id = 0"])
    table = shared(full, "name", table="parent")
    assert copy.differing(full, [table]) == {"parent": frozenset({"name"})}


def test_texts_are_ordered_as_python_orders_them(place: Place, full: Database, lab: Laboratory) -> None:
    copy = lab.copy(full, "copy")
    names = ["a", "B", "\u00e9", "z", "Z", "\U0001f600", "\uffee", "a b", "aB"]
    values = ", ".join(f"('{name}')" for name in names)
    table = "CREATE TABLE words (name VARCHAR(9) <nocase>)"
    copy.execute([place.words(table), f"INSERT INTO words VALUES {values}"])
    words = copy.read_schema().table("words")
    assert words is not None
    order = copy.ordering(words, words.columns[0], "name")
    rows = list(copy.stream(f"SELECT name, {order} FROM words ORDER BY {order}"))
    assert sorted(row[0] for row in rows) == sorted(names)
    keys = [row[1].decode() if isinstance(row[1], bytes) else row[1] for row in rows]
    assert keys == sorted(set(keys))


def test_queries(full: Database) -> None:
    sql = f"SELECT id FROM {full.table('parent')} ORDER BY {full.quoted('id')}"
    assert list(full.stream(sql)) == [(0,), (1,), (2,), (3,)]
    assert list(full.fetch_each([sql, "SELECT 'a%' AS x"])) == [[(0,), (1,), (2,), (3,)], [("a%",)]]
    with pytest.raises(DatabaseError):
        list(full.stream("SELECT nothing FROM nowhere"))


def test_inserting(place: Place, full: Database, lab: Laboratory) -> None:
    copy = lab.copy(full, "copy")
    moment = datetime.datetime(2021, 3, 4, 5, 6, 7, 89)
    with copy.inserting("parent") as insert:
        assert insert({"id": 20, "name": "100 %s"})
        assert not insert({"id": 20, "name": "again"})
        assert not insert({"id": 21, "name": "zero"})
        assert insert({})
    with copy.inserting("child") as insert:
        assert not insert({"n": 1, "parent": 99}), "no such parent"
        assert not insert({"n": 499}), "the trigger makes too much of it"
        assert insert({"id": 30, "t": moment, "d": moment.date(), "data": b"\x00\xff", "ok": True})
    assert place.sql(copy, "SELECT name FROM parent WHERE id = 20") == [("100 %s",)]
    assert copy.count_rows() == {"parent": 6, "child": 3}
    (row,) = place.sql(copy, "SELECT data, t FROM child WHERE id = 30")
    assert bytes(row[0]) == b"\x00\xff"
    assert str(row[1]) == str(moment)
    assert full.count_rows() == {"parent": 4, "child": 2}


# -- throwaways ----------------------------------------------------------------------------------


def test_a_scratch_database_is_put_in_place_and_is_a_throwaway_then(place: Place, lab: Laboratory) -> None:
    target = place.database("target", create=False)
    for content_of in ("first", "second"):  # made, and made again
        built = lab.scratch(target, content_of)
        built.execute([f"CREATE TABLE {content_of} (a INT)", f"INSERT INTO {content_of} VALUES (1)"])
        with target.lock(print):
            target.replace_by(built)
        assert target.is_throwaway()
        assert target.count_rows() == {content_of: 1}
    target.drop()
    assert not target.exists()


def test_what_carries_no_mark_is_neither_replaced_nor_dropped(
    place: Place, full: Database, lab: Laboratory
) -> None:
    before = content(place, full)
    built = lab.scratch(full, "built")
    assert not full.is_throwaway()
    assert not lab.copy(full, "copy").is_throwaway() or place.engine == "sqlite", "a copy is no throwaway"
    for act in (full.drop, lambda: full.replace_by(built)):
        with pytest.raises(TargetRefusedError, match="does not carry the mark"):
            act()
    assert content(place, full) == before


def test_tables_without_rows_are_counted(place: Place) -> None:
    database = place.database()
    place.sql(database, "CREATE TABLE a (b INT)", 'CREATE TABLE "B c" (b INT)' if place.engine != "mysql" else
              "CREATE TABLE `B c` (b INT)")  # fmt: skip
    assert database.count_rows() == {"a": 0, "B c": 0}
    assert [isinstance(table, Table) for table in database.read_schema().tables] == [True, True]
