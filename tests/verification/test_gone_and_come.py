"""db-verify: which of the columns and tables that a step makes are those that are gone."""

from __future__ import annotations

from typing import List, Tuple

import pytest

from ..projects import VERSION, Project

pytestmark = pytest.mark.skipif(VERSION != "0.7.0", reason="does not depend on the release")


def told(
    project: Project, up: str, declared: str = "", aspects: Tuple[str, ...] = ("rows", "values")
) -> List[Tuple[str, str, str]]:
    """What is said of rows and values by an upgrade of these statements that has no way back."""
    statements = "\n".join(f"op.execute({statement!r})" for statement in up.splitlines())
    project.write_script(statements, "raise NotImplementedError('no')", head=declared)
    found = [f for f in project.verify()["findings"] if f["aspect"] in aspects]
    return [(f["code"], f["table"], f["object"]) for f in found]


LOG = "CREATE TABLE {0} (id INTEGER PRIMARY KEY, who VARCHAR(9), what VARCHAR(9))"
COPY = LOG + "\nINSERT INTO {0} SELECT * FROM {1}\nDROP TABLE {1}"


def test_tables_that_are_alike(project: Project) -> None:
    for name, rows in (("user_log", 2), ("repo_log", 2), ("posts", 3)):
        project.sql(LOG.format(name))
        for number in range(rows):
            project.sql(f"INSERT INTO {name} VALUES ({number}, '{name}', 'x{number}')")
    # By what they are called, where they hold as many rows; and never one for two.
    both = "\n".join(COPY.format(f"{name}_event", f"{name}_log") for name in ("user", "repo"))
    assert told(project, both) == []
    # Not by the alphabet: the one that has the rows.
    assert told(project, f"{LOG.format('drafts')}\n{COPY.format('messages', 'posts')}") == []
    # What is declared to go goes.
    seeded = (
        LOG.format("options") + "\nINSERT INTO options VALUES (7, 'a', 'b'), (8, 'a', 'b'), (9, 'a', 'b')"
    )
    assert told(project, f"{seeded}\nDROP TABLE posts", "data_changes = [('posts', '*', 'removed')]") == []


REBUILT = "CREATE TABLE new_t ({columns})\nINSERT INTO new_t SELECT {values} FROM t\nDROP TABLE t\nALTER TABLE new_t RENAME TO t"


@pytest.mark.parametrize(
    ("old", "value", "new", "made", "expected"),
    [
        # The other way round, or in other words: somebody filled it.
        ("disabled BOOLEAN NOT NULL", "0", "enabled BOOLEAN NOT NULL", "NOT disabled", "column-dropped-with-values"),
        ("status VARCHAR(9)", "'o'", "state VARCHAR(9)", "replace(status, 'o', 'open')", "column-dropped-with-values"),
        # Nobody did.
        ("status VARCHAR(9)", "'o'", "state VARCHAR(9)", "NULL", "rename-lost"),
        ("status VARCHAR(9)", "'o'", "state VARCHAR(9) NOT NULL", "''", "rename-lost"),
        ("status VARCHAR(9)", "'o'", "state VARCHAR(9) DEFAULT 'new'", "'new'", "rename-lost"),
    ],
)  # fmt: skip
def test_values_that_are_all_alike(
    project: Project, old: str, value: str, new: str, made: str, expected: str
) -> None:
    project.sql(
        f"CREATE TABLE t (id INTEGER PRIMARY KEY, {old})", f"INSERT INTO t VALUES (1, {value}), (2, {value})"
    )
    up = REBUILT.format(columns=f"id INTEGER PRIMARY KEY, {new}", values=f"id, {made}")
    assert told(project, up) == [(expected, "t", old.partition(" ")[0])]


NAMED = "CREATE TABLE t (id INTEGER PRIMARY KEY, name VARCHAR(20), k INTEGER)"
TITLE = REBUILT.format(columns="id INTEGER PRIMARY KEY, title VARCHAR(20)", values="id, NULL")
GONE = REBUILT.format(columns="id INTEGER PRIMARY KEY, k INTEGER", values="id, k")
CUT = REBUILT.format(
    columns="id INTEGER PRIMARY KEY, title VARCHAR(20), k INTEGER", values="id, substr(name, 1, 2), k"
)


@pytest.mark.parametrize(
    ("up", "declared", "expected"),
    [
        # Rows that are declared to go are not all rows of a column.
        (f"DELETE FROM t WHERE id = 3\n{TITLE}", "('t', '*', 'removed', 'id = 3'), ('t', 'k', 'removed')", "rename-lost"),
        (f"DELETE FROM t\n{TITLE}", "('t', '*', 'removed')", None),
        # Nor are some values all of them.
        (GONE, "('t', 'name', 'removed', 'k = 0')", "column-dropped-with-values"),
        (GONE, "('t', 'name', 'removed', 'k < 9')", None),
        (GONE, "('t', 'name', 'removed')", None),
        # That rows go says nothing of the values of the others.
        (f"DELETE FROM t WHERE id = 1\n{CUT}", "('t', '*', 'removed', 'id = 1')", "values-truncated"),
    ],
)  # fmt: skip
def test_what_is_declared_to_go(project: Project, up: str, declared: str, expected: "str | None") -> None:
    project.sql(NAMED, "INSERT INTO t VALUES (1, 'one', 0), (2, 'twotwo', 0), (3, 'threethree', 1)")
    found = [code for code, *_ in told(project, up, f"data_changes = [{declared}]")]
    assert found == ([expected] if expected else [])


@pytest.mark.parametrize(
    ("old", "rows", "new", "made", "expected"),
    [
        # What the new type cannot say, in whichever row.
        ("d INTEGER", "(1, NULL), (2, 1600000000)", "d DATETIME", "d", [("values-misfit", "d")]),
        ("d VARCHAR(30)", "(1, NULL), (2, '29.02.2020')", "d DATETIME", "d", [("values-misfit", "d")]),
        ("d VARCHAR(30)", "(1, NULL), (2, '2020-02-29 10:00:00')", "d DATETIME", "d", []),
        ("d DATE", "(1, NULL), (2, '2020-02-30')", "d DATETIME", "d", [("values-misfit-before", "d")]),
        # What an UPDATE writes into a column that is there; and into a new one.
        ("n INTEGER", "(1, 5), (2, 6)", "n INTEGER", "CASE id WHEN 2 THEN n || ' kg' ELSE n END", [("values-misfit", "n")]),
        ("d DATETIME", "(1, NULL), (2, '2020-02-29 10:00:00')", "d DATETIME", "strftime('%d.%m.%Y', d)",
         [("values-misfit", "d")]),
        ("d DATETIME", "(1, NULL), (2, '2020-02-29 10:00:00')", "d DATETIME, day DATE", "d, strftime('%d.%m.%Y', d)",
         [("values-misfit", "day")]),
        ("d DATETIME", "(1, NULL), (2, '2020-02-29 10:00:00')", "d DATETIME, day DATE", "d, date(d)", []),
        ("a VARCHAR(60)", "(1, '7'), (2, 'abc')", "a VARCHAR(60), n INTEGER", "a, a", [("values-misfit", "n")]),
        ("a VARCHAR(60)", "(1, '7'), (2, '8')", "a VARCHAR(60), n INTEGER", "a, a", []),
        ("a VARCHAR(60)", "(1, '7'), (2, 'abcdefg')", "a VARCHAR(60), s VARCHAR(5)", "a, upper(a)", [("values-too-long", "s")]),
    ],
)  # fmt: skip
def test_values_that_the_application_could_not_read(
    project: Project, old: str, rows: str, new: str, made: str, expected: "list[Tuple[str, str]]"
) -> None:
    project.sql(f"CREATE TABLE t (id INTEGER PRIMARY KEY, {old})", f"INSERT INTO t VALUES {rows}")
    up = REBUILT.format(columns=f"id INTEGER PRIMARY KEY, {new}", values=f"id, {made}")
    name = old.partition(" ")[0]
    found = told(project, up, f"data_changes = [('t', '{name}', 'changed')]")
    assert [(code, column) for code, _, column in found] == expected


def test_values_of_a_column_that_is_worked_out_from_now_on(project: Project) -> None:
    project.sql(
        "CREATE TABLE t (code VARCHAR(9) PRIMARY KEY, a INTEGER, total INTEGER)",
        "INSERT INTO t VALUES ('x', 1, 2), ('y', 5, 99)",
    )
    columns = "code VARCHAR(9) PRIMARY KEY, a INTEGER, total INTEGER GENERATED ALWAYS AS (a + {}) VIRTUAL"
    up = REBUILT.format(columns=columns.format(1), values="code, a").replace(
        "new_t SELECT", "new_t (code, a) SELECT"
    )
    assert told(project, up) == [("values-changed", "t", "total")]
    project.sql("UPDATE t SET total = 6 WHERE code = 'y'")
    assert told(project, up) == []
    # Generated before and after: its own expression says what it is.
    project.sql(
        "DROP TABLE t", f"CREATE TABLE t ({columns.format(1)})", "INSERT INTO t (code, a) VALUES ('x', 1)"
    )
    assert told(project, up.replace("(a + 1)", "(a + 2)")) == []


def test_the_counter_of_a_table_that_gets_another_name(project: Project) -> None:
    counted = LOG.replace("KEY,", "KEY AUTOINCREMENT,")
    project.sql(
        counted.format("old"),
        "INSERT INTO old VALUES (90, 'a', 'b'), (1, 'c', 'd')",
        "DELETE FROM old WHERE id = 90",
    )
    up = f"{counted}\nINSERT INTO {{0}} SELECT * FROM {{1}}\nDROP TABLE {{1}}".format("new", "old")
    assert told(project, up, aspects=("counter",)) == [("counter-back", "new", None)]
    assert told(project, "ALTER TABLE old RENAME TO new", aspects=("counter",)) == []
