"""What cannot be looked at is a finding; everything else is looked at all the same."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from kallithea_dbdev.engines import make_lab, open_database
from kallithea_dbdev.errors import DatabaseError
from kallithea_dbdev.failure import Failure, going_on
from kallithea_dbdev.rows.changes import Side
from kallithea_dbdev.rows.comparison import compare_rows
from kallithea_dbdev.rows.defaults import read_rows
from kallithea_dbdev.schema.model import Column, Schema, Table, View
from kallithea_dbdev.state import State
from kallithea_dbdev.verification.climb import Climb
from kallithea_dbdev.verification.verify import judge
from kallithea_dbdev.workspace import Workspace

from ..projects import BIN, VERSION, Project, codes, one_line

COLUMN = Column("a", "INTEGER", True)
TABLE = Table("t", (COLUMN,))


def climb(start: Schema, fresh: Schema, **more: Any) -> Climb:
    one, other = (State(("r",), schema, {}) for schema in (start, fresh))
    return Climb("sqlite", one, other, (), (), (), "r", True, **more)


def test_a_check_that_raises_is_a_finding_and_the_others_go_on() -> None:
    # Two views of one name: the comparison refuses them.
    twice = (View("v", "one"), View("v", "two"))
    seen = climb(Schema((TABLE,), views=twice), Schema((), views=twice), looks_like="another")
    found = judge(seen)
    assert "stamp-wrong" in [f.code for f in found]
    failed = [f for f in found if f.code == "check-failed"]
    assert failed
    for finding in failed:
        assert finding.severity == "error"
        assert "the check " in finding.message
        assert "ValueError: View ('v', '', '') is there twice (at matching.py:" in finding.message
        assert "Traceback" in (finding.traceback or "")
    assert any("the check fresh failed" in f.message for f in failed)


def test_what_could_not_be_read_is_told_once() -> None:
    unreadable = Schema(unreadable=(("odd", "cannot read it"),))
    seen = climb(
        unreadable, replace(unreadable, tables=(TABLE,)), failures=(Failure("x", "y"), Failure("x", "y"))
    )
    told = [(f.table, f.message) for f in judge(seen) if f.code == "check-failed"]
    assert told == [(None, "x failed: y"), ("odd", "the reading of its schema failed: cannot read it")]
    assert "table-missing" in [f.code for f in judge(seen)]


def test_failures() -> None:
    failures: "list[Failure]" = []
    with going_on("this", failures):
        raise DatabaseError("no such thing", "make it")
    with going_on("that", failures):
        raise KeyError("x")
    with going_on("nothing", failures):
        pass
    assert (failures[0].what, failures[0].message) == ("this", "no such thing; make it")
    assert failures[1].message.startswith("KeyError: 'x' (at test_verify.py:")
    assert len(failures) == 2
    with pytest.raises(KeyboardInterrupt), going_on("this", failures):
        raise KeyboardInterrupt


def test_one_table_that_cannot_be_compared(tmp_path: Path) -> None:
    """The other tables are compared, and the one is named."""
    like = open_database(f"sqlite:///{tmp_path}/like.db")
    with Workspace() as workspace:
        lab = make_lab(like, workspace)
        before, after = (lab.scratch(label) for label in ("before", "after"))
        for database, value in ((before, 1), (after, 2)):
            database.execute([
                "CREATE TABLE good (id INTEGER PRIMARY KEY, v INTEGER)", f"INSERT INTO good VALUES (1, {value})",
                "CREATE TABLE bad (id INTEGER PRIMARY KEY, v INTEGER)", f"INSERT INTO bad VALUES (1, {value})",
            ])  # fmt: skip
        sides = [Side(database, database.read_schema()) for database in (before, after)]
        after.execute(["DROP TABLE bad"])  # while somebody looks at it
        found = compare_rows(*sides)
    assert [(c.table, c.column, c.kind) for c in found.changes] == [("good", "v", "changed")]
    assert [(f.table, f.what) for f in found.failed] == [("bad", "the comparison of its rows")]
    assert "no such table" in found.failed[0].message


def test_rows_of_one_table_that_cannot_be_read(tmp_path: Path) -> None:
    like = open_database(f"sqlite:///{tmp_path}/like.db")
    with Workspace() as workspace:
        database = make_lab(like, workspace).scratch("one")
        database.execute(
            [f"CREATE TABLE {name} (id INTEGER PRIMARY KEY, v TEXT)" for name in ("bad", "good")]
        )
        database.execute(["INSERT INTO good VALUES (1, 'x')"])
        schema = database.read_schema()
        database.execute(["DROP TABLE bad"])  # while somebody looks at it
        rows, failed = read_rows(database, schema, {"bad": 1, "good": 1})
    assert rows == {"good": ({"v": "x"},)}
    assert [(f.table, f.what) for f in failed] == [("bad", "the reading of its rows")]


@pytest.mark.skipif(VERSION != "0.7.0", reason="does not depend on the release")
def test_an_engine_that_fails(project: Project) -> None:
    """SQLite is verified; that MySQL was not is a finding, and no other way to say so is left."""
    project.write_script("op.create_index('ix', 'gists', ['gist_access_id'])", "op.drop_index('ix', 'gists')")
    # Without its installer a private server of MariaDB does not start.
    words = ("db-verify", "-c", "development.ini", "--format", "json", "--engine")
    done = project.gearbox(*words, "sqlite,mysql", PATH=str(BIN))
    assert done.returncode == 1, done.stderr
    report = json.loads(done.stdout)
    assert codes(report) == ["check-failed", "index-extra"]
    assert {step["engine"] for step in report["steps"]} == {"sqlite"}
    (failed,) = (f for f in report["findings"] if f["code"] == "check-failed")
    assert (failed["engine"], failed["aspect"]) == ("mysql", "engine")
    assert "the work on this engine failed: " in failed["message"]
    # Where nothing could begin at all there is nothing to report.
    done = project.gearbox(*words, "mysql", PATH=str(BIN))
    assert (done.returncode, done.stdout) == (2, "")
    one_line(done.stderr, "mysql")
