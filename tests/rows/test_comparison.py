"""Tables that are odd: their rows are compared as far as there is something to tell them by."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any, Dict

import pytest

from kallithea_dbdev.engines import make_lab, open_database
from kallithea_dbdev.engines.database import Database
from kallithea_dbdev.rows.changes import AS_FRESH, NOTHING_KNOWN, Known, RowChanges, Side
from kallithea_dbdev.rows.comparison import compare_rows
from kallithea_dbdev.rows.declared import Declaration
from kallithea_dbdev.workspace import Workspace

from ..conftest import need


def changes(
    like: Database,
    create: "list[str]",
    change: "list[str]",
    known: Known = NOTHING_KNOWN,
    *declared: Declaration,
) -> RowChanges:
    with Workspace() as workspace:
        lab = make_lab(like, workspace)
        before = lab.scratch("before")
        before.execute(create)
        after = lab.copy(before, "after")
        after.execute(change)
        sides = (Side(side, side.read_schema()) for side in (before, after))
        return compare_rows(*sides, declared, known)


def told(found: RowChanges) -> "list[tuple[str, str, str, int]]":
    assert found.failed == ()
    return [(c.table, c.column, c.kind, c.count) for c in found.changes]


def sqlite(tmp_path: Path) -> Database:
    return open_database(f"sqlite:///{tmp_path}/like.db")


def test_a_virtual_table(tmp_path: Path) -> None:
    create = ["CREATE VIRTUAL TABLE r USING rtree(id, a, b)", "INSERT INTO r VALUES (1, 0, 1), (2, 0, 1)"]
    found = changes(sqlite(tmp_path), create, ["INSERT INTO r VALUES (3, 0, 1)"])
    assert ("r", "*", "added", 1) in told(found)
    assert not [c for c in told(changes(sqlite(tmp_path), create, [])) if c[0] == "r"]


def test_a_virtual_table_of_a_module_that_is_not_there(tmp_path: Path) -> None:
    path = tmp_path / "site.db"
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE t (id INTEGER PRIMARY KEY)")
    connection.execute("PRAGMA writable_schema = ON")
    connection.execute(
        "INSERT INTO sqlite_master VALUES ('table', 'gone', 'gone', 0, 'CREATE VIRTUAL TABLE gone USING nowhere(x)')"
    )
    connection.commit()
    connection.close()
    database = open_database(f"sqlite:///{path}")
    assert database.count_rows() == {"t": 0}
    assert [table.name for table in database.read_schema().tables] == ["gone", "t"]


def test_a_table_without_columns(running: Dict[str, Any]) -> None:
    like = need("postgresql", running).database("like")
    create = ["CREATE TABLE nothing ()", "INSERT INTO nothing DEFAULT VALUES"]
    assert told(changes(like, create, [])) == []
    assert told(changes(like, create, ["DELETE FROM nothing"])) == [("nothing", "*", "removed", 1)]


@pytest.mark.parametrize("engine", ["sqlite", "postgresql", "mysql"])
@pytest.mark.parametrize(
    ("before", "after", "values"),
    [
        ("INTEGER", "VARCHAR(9)", ["1", "10", "9", "-5"]),
        ("VARCHAR(9)", "VARCHAR(19)", ["'b'", "'A'", "'a1'", "'10'", "'9'"]),
        ("NUMERIC(9, 2)", "INTEGER", ["1.00", "10.00", "9.00"]),
    ],
)
def test_a_key_that_is_retyped(
    engine: str, before: str, after: str, values: "list[str]", running: Dict[str, Any], tmp_path: Path
) -> None:
    """No row is lost, and what changed beside the key is told."""
    like = sqlite(tmp_path) if engine == "sqlite" else need(engine, running).database("like")
    inserts = [f"INSERT INTO t VALUES ({value}, 'x')" for value in values]
    with Workspace() as workspace:
        sides = []
        for label, kind in (("before", before), ("after", after)):
            database = make_lab(like, workspace).scratch(label)
            database.execute([f"CREATE TABLE t (k {kind} PRIMARY KEY, v VARCHAR(9))", *inserts])
            sides.append(Side(database, database.read_schema()))
        assert told(compare_rows(*sides)) == []
        first = values[0].strip("'").replace(".00", "")
        sides[1].database.execute([f"UPDATE t SET v = 'y' WHERE k = '{first}'"])
        assert told(compare_rows(*sides)) == [("t", "v", "changed", 1)]


@pytest.mark.parametrize("engine", ["sqlite", "mysql"])
def test_a_key_of_which_only_the_case_changes(engine: str, running: Dict[str, Any], tmp_path: Path) -> None:
    """To the collation it is the same key."""
    like = sqlite(tmp_path) if engine == "sqlite" else need(engine, running).database("like")
    collation = " COLLATE NOCASE" if engine == "sqlite" else ""
    create = [
        f"CREATE TABLE t (k VARCHAR(9){collation} PRIMARY KEY, v INTEGER)",
        "INSERT INTO t VALUES ('abc', 1)",
    ]
    found = changes(like, create, ["UPDATE t SET k = 'ABC'"])
    assert sorted(told(found)) == [("t", "*", "added", 1), ("t", "*", "removed", 1)]


def test_a_value_that_does_not_fit_its_column_any_more(tmp_path: Path) -> None:
    """SQLite takes it; no server does. One that did not fit before is the database's own."""
    create = [
        "CREATE TABLE t (id INTEGER PRIMARY KEY, v VARCHAR(4), n INTEGER)",
        "INSERT INTO t VALUES (1, 'abc', 1), (2, 'ab', 2), (3, 'abcdefg', 3)",
    ]
    found = changes(sqlite(tmp_path), create, ["UPDATE t SET v = v || '!!' WHERE id < 3"])
    assert [(c.how, c.count, c.keys) for c in found.changes] == [
        ("too-long", 1, ("id=1",)), ("changed", 2, ("id=1", "id=2")),
    ]  # fmt: skip
    # what is told as another value needs no second finding
    found = changes(
        sqlite(tmp_path), create, ["UPDATE t SET n = 'x' WHERE id = 1", "DELETE FROM t WHERE id = 3"]
    )
    assert sorted(c.how for c in found.changes) == ["", "changed"]


SETTING = "INSERT INTO settings (id, name, value) VALUES ({}, 'title', 'x')"


@pytest.mark.parametrize(
    ("stood", "added", "told"),
    [
        ([], [1], {AS_FRESH: 1}),
        ([], [1, 2, 3], {AS_FRESH: 1, None: 2}),
        # whether it comes before or behind the one that was there
        ([5], [1], {None: 1}),
        ([5], [7, 8], {None: 2}),
    ],
)
def test_one_more_of_what_a_set_up_writes(
    stood: "list[int]", added: "list[int]", told: "dict[str | None, int]", tmp_path: Path
) -> None:
    create = ["CREATE TABLE settings (id INTEGER PRIMARY KEY, name VARCHAR(9), value VARCHAR(9))"]
    create += map(SETTING.format, stood)
    known = Known(fresh=lambda: {"settings": ({"name": "title", "value": "x"},)})
    found = changes(sqlite(tmp_path), create, [SETTING.format(number) for number in added], known)
    assert {change.accepted: change.count for change in found.changes} == told


ROWS_OF = "INSERT INTO {} VALUES (1, 'a'), (2, 'b'), (3, 'c')"
TABLE = "CREATE TABLE {} (id INTEGER PRIMARY KEY, name VARCHAR(9))"


def test_of_tables_that_are_alike_the_one_with_as_many_rows(tmp_path: Path) -> None:
    change = [
        TABLE.format("logs2"), "INSERT INTO logs2 VALUES (1, 'x'), (2, 'x'), (3, 'x'), (4, 'x'), (5, 'x')",
        TABLE.format("other"), "INSERT INTO other SELECT * FROM logs", "DROP TABLE logs",
    ]  # fmt: skip
    found = changes(sqlite(tmp_path), [TABLE.format("logs"), ROWS_OF.format("logs")], change)
    assert told(found) == [] and [(v.table, v.moved_to) for v in found.vanished] == [("logs", "other")]


def test_a_column_of_which_all_values_go_with_their_rows(tmp_path: Path) -> None:
    create = [TABLE.format("t"), "INSERT INTO t VALUES (1, 'x'), (2, NULL)"]
    change = [
        "DELETE FROM t WHERE id = 1", TABLE.format("new").replace("name", "title"),
        "INSERT INTO new SELECT id, NULL FROM t", "DROP TABLE t", "ALTER TABLE new RENAME TO t",
    ]  # fmt: skip
    found = changes(sqlite(tmp_path), create, change)
    assert [(v.column, v.count, v.moved_to) for v in found.vanished] == [("name", 1, None)]


def test_what_a_new_column_works_out_is_its_own(tmp_path: Path) -> None:
    change = [
        "ALTER TABLE t ADD COLUMN n INTEGER AS (name) VIRTUAL",
        "ALTER TABLE t ADD COLUMN k INTEGER",
        "UPDATE t SET k = name",
    ]
    found = changes(sqlite(tmp_path), [TABLE.format("t"), ROWS_OF.format("t")], change)
    assert [(c.column, c.how, c.count) for c in found.changes] == [("k", "misfit", 3)]


def test_columns_of_types_that_the_server_cannot_compare(running: Dict[str, Any]) -> None:
    like = need("postgresql", running).database("like")
    create = [
        "CREATE TABLE t (id INTEGER PRIMARY KEY, place POINT, said JSON)",
        "INSERT INTO t VALUES (1, '(0,0)', '{}'), (2, '(1,0)', '[]')",
    ]
    change = ["ALTER TABLE t ADD p POINT", "ALTER TABLE t ADD s JSON", "ALTER TABLE t DROP place, DROP said"]
    found = changes(like, create, change)
    assert told(found) == [] and [(v.column, v.instead) for v in found.vanished] == [
        ("place", "p"),
        ("said", "p"),
    ]


def test_a_table_that_is_declared_to_go_and_whose_keys_have_no_order(running: Dict[str, Any]) -> None:
    like = need("postgresql", running).database("like")
    table = "CREATE TABLE {} (id UUID PRIMARY KEY, name TEXT)"
    create = [table.format("old"), "INSERT INTO old VALUES ('00000000-0000-0000-0000-000000000000', 'x')"]
    change = [*(text.replace("old", "new") for text in create), table.format("other"), "DROP TABLE old"]
    found = changes(like, create, change, NOTHING_KNOWN, Declaration("old", "*", "removed"))
    assert told(found) == [] and [(v.table, v.declared, v.moved_to) for v in found.vanished] == [
        ("old", True, None)
    ]


@pytest.mark.parametrize("engine", ["sqlite", "postgresql", "mysql"])
def test_which_rows_a_change_is_about(engine: str, running: Dict[str, Any], tmp_path: Path) -> None:
    like = sqlite(tmp_path) if engine == "sqlite" else need(engine, running).database("like")
    create = ["CREATE TABLE r (id INTEGER PRIMARY KEY, v VARCHAR(9))", "CREATE TABLE w (v VARCHAR(9))"]
    create += [f"INSERT INTO r VALUES ({n}, 'x')" for n in range(1, 8)] + ["INSERT INTO w VALUES ('x')"]
    change = ["UPDATE r SET v = 'y' WHERE id < 7", "DELETE FROM r WHERE id = 7", "DELETE FROM w"]
    found = {(c.table, c.kind): c for c in changes(like, create, change).changes}
    assert found["r", "changed"].rows == {(("id", str(n)),): f"id={n}" for n in range(1, 7)}
    assert found["r", "removed"].rows == {(("id", "7"),): "id=7"}
    assert found["w", "removed"].rows == {}


def test_too_many_rows_to_remember(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kallithea_dbdev.rows.reading.MOST_ROWS", 2)
    create = ["CREATE TABLE r (id INTEGER PRIMARY KEY)", "INSERT INTO r VALUES (1), (2), (3)"]
    for gone, expected in ((2, 2), (3, 0)):
        (change,) = changes(sqlite(tmp_path), create, [f"DELETE FROM r WHERE id <= {gone}"]).changes
        assert (change.count, len(change.rows)) == (gone, expected)
