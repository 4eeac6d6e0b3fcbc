"""db-verify: which of the columns and tables that a step makes are those that are gone."""

from __future__ import annotations

from typing import List, Tuple

import pytest

from ..projects import VERSION, Project

pytestmark = pytest.mark.skipif(VERSION != "0.7.0", reason="does not depend on the release")


def told(project: Project, up: str, declared: str = "") -> List[Tuple[str, str, str]]:
    """What is said of rows and values by an upgrade of these statements that has no way back."""
    statements = "\n".join(f"op.execute({statement!r})" for statement in up.splitlines())
    project.write_script(statements, "raise NotImplementedError('no')", head=declared)
    found = [f for f in project.verify()["findings"] if f["aspect"] in ("rows", "values")]
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
