"""What a walk over a large table costs: two copies, and no page of it is gone over to be told again."""

from __future__ import annotations

from pathlib import Path

import pytest

from kallithea_dbdev.engines import open_database
from kallithea_dbdev.engines.sqlite import fingerprints
from kallithea_dbdev.engines.sqlite.database import SqliteScratch
from kallithea_dbdev.engines.sqlite.lab import FileLab
from kallithea_dbdev.rows.changes import NOTHING
from kallithea_dbdev.workspace import Workspace

from ..projects import VERSION
from .test_past import Counted, original, write_scripts

pytestmark = pytest.mark.skipif(VERSION != "0.7.0", reason="does not depend on the release")

LARGE = (
    "INSERT INTO b WITH RECURSIVE n(i) AS (SELECT 10 UNION ALL SELECT i + 1 FROM n WHERE i < 5000) "
    "SELECT i, 'word ' || i FROM n"
)
FIRST = ("SELECT 1", "SELECT 1", False)


@pytest.fixture
def gone_over(monkeypatch: pytest.MonkeyPatch) -> "list[set[str]]":
    """The large tables whose pages were told, each time."""
    found = []
    of_pages = fingerprints._of_pages

    def counted(path: Path, tables: "dict[str, int]", roots: object) -> "dict[str, str]":
        found.append(set(tables))
        return of_pages(path, tables, roots)  # type: ignore[arg-type]

    monkeypatch.setattr(fingerprints, "_of_pages", counted)
    return found


def test_one_revision_that_does_not_touch_the_large_table(
    tmp_path: Path, gone_over: "list[set[str]]"
) -> None:
    steps = (FIRST, ("UPDATE a SET name = 'lost'", "ALTER TABLE a ADD COLUMN more INTEGER", True))
    database = large(tmp_path)
    counted = Counted()
    seen = counted.walk(write_scripts(tmp_path / "scripts", steps), database)
    (down,) = seen.down
    assert down.not_undone and {change.table for change in down.not_undone.changes} == {"a"}
    assert gone_over == [] and counted.names == ["copy", "before 1"] and counted.most == 2


def test_of_many_revisions_it_is_told_once_on_the_way_up(tmp_path: Path, gone_over: "list[set[str]]") -> None:
    touching = ("UPDATE a SET n = n + 1", "UPDATE a SET n = n - 1", False)
    counted = Counted()
    seen = counted.walk(write_scripts(tmp_path / "scripts", (FIRST, *[touching] * 4)), large(tmp_path))
    assert [record.not_undone for record in seen.down] == [NOTHING] * 4 and not seen.failures
    # Once from the copy before the last step up, for all revisions; then after each step down but the first.
    assert gone_over == [{"b"}] * 4 and counted.most == 2


def test_a_table_that_a_step_has_written_to_is_told_from_before_it(
    tmp_path: Path, gone_over: "list[set[str]]"
) -> None:
    steps = (FIRST, ("UPDATE b SET word = upper(word)", "UPDATE b SET word = lower(word)", False), FIRST,
             ("ALTER TABLE b ADD COLUMN more INTEGER", "SELECT 1", False), FIRST)  # fmt: skip
    counted = Counted()
    seen = counted.walk(write_scripts(tmp_path / "scripts", steps), large(tmp_path))
    assert [record.not_undone for record in seen.down] == [NOTHING] * 4 and not seen.failures
    assert counted.most <= 3


def large(folder: Path) -> SqliteScratch:
    database = original(folder / "a.db")
    filled = SqliteScratch(folder / "a.db")
    filled.execute([LARGE])
    assert database.count_rows()["b"] > fingerprints.MOST_ROWS
    return filled


def test_rows_that_are_tried_leave_nothing_behind_even_where_a_trigger_rolls_all_back(tmp_path: Path) -> None:
    like = open_database(f"sqlite:///{tmp_path}/like.db")
    with Workspace() as workspace:
        scratch = FileLab(like, workspace).scratch("x")
        scratch.execute(
            [
                "CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, v TEXT)",
                "INSERT INTO t (v) VALUES ('old')",
                "CREATE TRIGGER no BEFORE INSERT ON t WHEN new.v = 'no' BEGIN SELECT raise(ROLLBACK, 'no'); END",
            ]
        )
        with scratch.trying() as insert:
            assert [insert("t", {"v": value}) for value in ("a", "no", "b", "no", "c")] == [
                "",
                "no",
                "",
                "no",
                "",
            ]
        assert list(scratch.stream("SELECT v FROM t")) == [("old",)]
        assert scratch.counters()["t"].next == 2
