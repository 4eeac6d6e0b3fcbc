"""db-verify: which of the columns and tables that a step makes are those that are gone."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import List, Sequence, Tuple

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
    gone = "data_changes = [('posts', '*', 'removed')]"
    assert told(project, f"{seeded}\nDROP TABLE posts", gone) == []
    # It may have another name before anything goes.
    renamed = "DELETE FROM posts WHERE id = 99\nALTER TABLE posts RENAME TO entries\nUPDATE entries SET what = 'broken'"
    assert told(project, renamed, gone) == [("values-changed", "entries", "what")]
    # Two may become one.
    project.sql("UPDATE repo_log SET id = id + 10")
    one = (
        COPY.format("all_logs", "user_log")
        + "\nINSERT INTO all_logs SELECT * FROM repo_log\nDROP TABLE repo_log"
    )
    found = told(project, one, "data_changes = [('all_logs', '*', 'added')]")
    # But that the numbers of other sites may meet.
    assert found == [("rows-refused", "repo_log", None)]


@dataclass(frozen=True)
class Case:
    """A table ``t``, what a script does to it, what it declares, and what is said: (code, column) pairs."""

    create: str
    up: str
    expected: Tuple[Tuple[str, str], ...]
    declared: str = ""


def told_of(project: Project, cases: Sequence[Case]) -> "List[Tuple[int, Tuple[Tuple[str, str], ...]]]":
    """Case by case, each with a table of its own, in one script."""

    def own(text: str, number: int) -> str:
        return re.sub(r"\b(new_)?t\b", rf"\1t{number}", text)

    for number, case in enumerate(cases):
        project.sql(*own(case.create, number).splitlines())
    up = "\n".join(own(case.up, number) for number, case in enumerate(cases))
    declared = ", ".join(own(case.declared, number) for number, case in enumerate(cases) if case.declared)
    found = told(project, up, f"data_changes = [{declared}]")
    return [
        (number, tuple((code, column) for code, table, column in found if table == f"t{number}"))
        for number in range(len(cases))
    ]


def check(project: Project, cases: Sequence[Case]) -> None:
    assert told_of(project, cases) == [(number, case.expected) for number, case in enumerate(cases)]


REBUILT = "CREATE TABLE new_t ({columns})\nINSERT INTO new_t SELECT {values} FROM t\nDROP TABLE t\nALTER TABLE new_t RENAME TO t"


def filled(old: str, value: str, new: str, made: str, expected: str) -> Case:
    return Case(
        f"CREATE TABLE t (id INTEGER PRIMARY KEY, {old})\nINSERT INTO t VALUES (1, {value}), (2, {value})",
        REBUILT.format(columns=f"id INTEGER PRIMARY KEY, {new}", values=f"id, {made}"),
        ((expected, old.partition(" ")[0]),),
    )


def test_values_that_are_all_alike(project: Project) -> None:
    check(project, [
        # The other way round, or in other words: somebody filled it.
        filled("disabled BOOLEAN NOT NULL", "0", "enabled BOOLEAN NOT NULL", "NOT disabled", "column-dropped-with-values"),
        filled("status VARCHAR(9)", "'o'", "state VARCHAR(9)", "replace(status, 'o', 'open')", "column-dropped-with-values"),
        # Nobody did.
        filled("status VARCHAR(9)", "'o'", "state VARCHAR(9)", "NULL", "rename-lost"),
        filled("status VARCHAR(9)", "'o'", "state VARCHAR(9) NOT NULL", "''", "rename-lost"),
        filled("status VARCHAR(9)", "'o'", "state VARCHAR(9) DEFAULT 'new'", "'new'", "rename-lost"),
    ])  # fmt: skip


NAMED = (
    "CREATE TABLE t (id INTEGER PRIMARY KEY, name VARCHAR(20), k INTEGER)\n"
    "INSERT INTO t VALUES (1, 'one', 0), (2, 'twotwo', 0), (3, 'threethree', 1)"
)
TITLE = REBUILT.format(columns="id INTEGER PRIMARY KEY, title VARCHAR(20)", values="id, NULL")
GONE = REBUILT.format(columns="id INTEGER PRIMARY KEY, k INTEGER", values="id, k")
CUT = REBUILT.format(
    columns="id INTEGER PRIMARY KEY, title VARCHAR(20), k INTEGER", values="id, substr(name, 1, 2), k"
)


def test_what_is_declared_to_go(project: Project) -> None:
    check(project, [
        # Rows that are declared to go are not all rows of a column.
        Case(NAMED, f"DELETE FROM t WHERE id = 3\n{TITLE}", (("rename-lost", "name"),),
             "('t', '*', 'removed', 'id = 3'), ('t', 'k', 'removed')"),
        Case(NAMED, f"DELETE FROM t\n{TITLE}", (), "('t', '*', 'removed')"),
        # Nor are some values all of them.
        Case(NAMED, GONE, (("column-dropped-with-values", "name"),), "('t', 'name', 'removed', 'k = 0')"),
        Case(NAMED, GONE, (), "('t', 'name', 'removed', 'k < 9')"),
        Case(NAMED, GONE, (), "('t', 'name', 'removed')"),
        # That rows go says nothing of the values of the others.
        Case(NAMED, f"DELETE FROM t WHERE id = 1\n{CUT}", (("values-truncated", "title"),), "('t', '*', 'removed', 'id = 1')"),
    ])  # fmt: skip


def written(old: str, rows: str, new: str, made: str, *expected: Tuple[str, str]) -> Case:
    name = old.partition(" ")[0]
    return Case(
        f"CREATE TABLE t (id INTEGER PRIMARY KEY, {old})\nINSERT INTO t VALUES {rows}",
        REBUILT.format(columns=f"id INTEGER PRIMARY KEY, {new}", values=f"id, {made}"),
        expected,
        f"('t', '{name}', 'changed')",
    )


MOMENT = "d DATETIME", "(1, NULL), (2, '2020-02-29 10:00:00')"


def test_values_that_the_application_could_not_read(project: Project) -> None:
    check(project, [
        # What the new type cannot say, in whichever row.
        written("d INTEGER", "(1, NULL), (2, 1600000000)", "d DATETIME", "d", ("values-misfit", "d")),
        written("d VARCHAR(30)", "(1, NULL), (2, '29.02.2020')", "d DATETIME", "d", ("values-misfit", "d")),
        written("d VARCHAR(30)", "(1, NULL), (2, '2020-02-29 10:00:00')", "d DATETIME", "d"),
        written("d DATE", "(1, NULL), (2, '2020-02-30')", "d DATETIME", "d", ("values-misfit-before", "d")),
        # What was there before has another name only.
        written("name VARCHAR(5), n INTEGER", "(1, 'abcdefgh', 7), (2, 'x', 'abc')", "title VARCHAR(5), m INTEGER", "name, n"),
        # What an UPDATE writes into a column that is there; and into a new one.
        written("n INTEGER", "(1, 5), (2, 6)", "n INTEGER", "CASE id WHEN 2 THEN n || ' kg' ELSE n END", ("values-misfit", "n")),
        written(*MOMENT, "d DATETIME", "strftime('%d.%m.%Y', d)", ("values-misfit", "d")),
        written(*MOMENT, "d DATETIME, day DATE", "d, strftime('%d.%m.%Y', d)", ("values-misfit", "day")),
        written(*MOMENT, "d DATETIME, day DATE", "d, date(d)"),
        written("a VARCHAR(60)", "(1, '7'), (2, 'abc')", "a VARCHAR(60), n INTEGER", "a, a", ("values-misfit", "n")),
        written("a VARCHAR(60)", "(1, '7'), (2, '8')", "a VARCHAR(60), n INTEGER", "a, a"),
        written("a VARCHAR(60)", "(1, '7'), (2, 'abcdefg')", "a VARCHAR(60), s VARCHAR(5)", "a, upper(a)", ("values-too-long", "s")),
    ])  # fmt: skip


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
    (fix,) = [f["fix"] for f in project.verify()["findings"] if f["code"] == "counter-back"]
    assert "at the beginning" not in fix  # there it has no such name yet
    assert told(project, "ALTER TABLE old RENAME TO new", aspects=("counter",)) == []
