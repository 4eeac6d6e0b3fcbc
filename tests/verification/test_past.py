"""What a database was at each revision is told without a copy for each: the verdicts are those of copies."""

from __future__ import annotations

from pathlib import Path
from typing import Dict, Iterator, List, Optional, Set

import pytest

from kallithea_dbdev.engines import make_lab, open_database
from kallithea_dbdev.engines.database import Database, Scratch
from kallithea_dbdev.engines.sqlite.lab import FileLab
from kallithea_dbdev.migrations import Chain, Scripts, run_step
from kallithea_dbdev.rows.changes import NOTHING, RowChanges, Side
from kallithea_dbdev.rows.comparison import compare_rows
from kallithea_dbdev.state import State, read_state
from kallithea_dbdev.verification.climb import Climb, climb
from kallithea_dbdev.verification.course import Options, Reference
from kallithea_dbdev.workspace import Workspace

from ..projects import VERSION

pytestmark = pytest.mark.skipif(VERSION != "0.7.0", reason="does not depend on the release")

ENVIRONMENT = """
from alembic import context
from sqlalchemy import create_engine, pool
engine = create_engine(context.config.get_section_option("app:main", "sqlalchemy.url"), poolclass=pool.NullPool)
with engine.connect() as connection:
    context.configure(connection=connection)
    with context.begin_transaction():
        context.run_migrations()
"""

#: (upgrade, downgrade) of each step, and whether its downgrade leaves other rows.
STEPS = (
    ("UPDATE a SET n = n + 1", "UPDATE a SET n = n - 1", False),
    ("UPDATE a SET name = upper(name)", "UPDATE a SET name = 'one' WHERE id = 1", True),
    ("DELETE FROM b WHERE id = 2", "SELECT 1", True),
    ("ALTER TABLE a ADD COLUMN later INTEGER", "SELECT 1", False),
    ("UPDATE a SET later = id", "UPDATE a SET later = NULL", False),
    ("INSERT INTO b VALUES (7, 'seven')", "DELETE FROM b WHERE id = 7", False),
    ("CREATE TABLE c (id INTEGER PRIMARY KEY)", "DROP TABLE c", False),
    ("SELECT 1", "DELETE FROM b WHERE id = 3", True),
    ("ALTER TABLE b RENAME COLUMN word TO term", "ALTER TABLE b RENAME COLUMN term TO word", False),
    ("SELECT 1", "SELECT 1", False),
)


def write_scripts(folder: Path, steps: "tuple[tuple[str, str, bool], ...]", more: str = "") -> Scripts:
    (folder / "versions").mkdir(parents=True)
    (folder / "env.py").write_text(ENVIRONMENT)
    for number, (up, down, _) in enumerate(steps, 1):
        (folder / "versions" / f"r{number:04}.py").write_text(
            f"revision = 'r{number:04}'\ndown_revision = {f'r{number - 1:04}' if number > 1 else None!r}\n"
            f"from alembic import op\n{more}\ndef upgrade():\n    op.execute({up!r})\n\ndef downgrade():\n    op.execute({down!r})\n"
        )
    return Scripts(folder)


def original(path: Path, revision: str = "r0001") -> Database:
    """A database at a revision; none: at the base."""
    stamp = [f"INSERT INTO alembic_version VALUES ('{revision}')"] if revision else []
    with Workspace() as workspace:
        lab = make_lab(open_database("sqlite:///like.db"), workspace)
        scratch = lab.scratch("x")
        scratch.execute(
            [
                "CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)",
                *stamp,
                "CREATE TABLE a (id INTEGER PRIMARY KEY, name TEXT, n INTEGER)",
                "CREATE TABLE b (id INTEGER PRIMARY KEY, word TEXT)",
                "INSERT INTO a VALUES (1, 'one', 1), (2, 'Two', 2)",
                "INSERT INTO b VALUES (1, 'x'), (2, 'y'), (3, 'z')",
            ]
        )
        path.write_bytes(Path(str(scratch.display)).read_bytes())
        lab.discard(scratch)
    return open_database(f"sqlite:///{path}")


class Counted:
    """How many databases the lab of a walk holds at a time, at most, and how many it made."""

    def __init__(self) -> None:
        self.living: Set[str] = set()
        self.most = 0
        self.names: List[str] = []
        #: How many with probing rows had been made each time that somebody asked for the fresh one.
        self.asked: List[int] = []

    def add(self, database: Scratch) -> Scratch:
        assert database.display not in self.living
        self.living.add(database.display)
        self.names.append(Path(database.display).stem)
        self.most = max(self.most, len(self.living))
        return database

    def walk(
        self,
        scripts: Scripts,
        database: Database,
        seed: Optional[int] = None,
        crash: bool = False,
        probe: bool = False,
    ) -> Climb:
        """Up, down and up again, through a lab that is counted."""
        chain = Chain(scripts)
        with Workspace() as workspace:
            lab = CountedLab(database, workspace, self)

            def again(label: str) -> Scratch:
                return lab.copy(database, label)

            def fresh() -> State:
                self.asked.append(sum(name.startswith("probing") for name in self.names))
                return state

            copy = again("copy")
            state = read_state(database)
            options = Options(seed=seed, crash=crash, probe=probe)
            reference = Reference(fresh)
            seen = climb(chain, copy, lab, reference, options, lambda text: None, again)
            assert {Path(name).stem for name in self.living} == {"copy"}
            return seen


class CountedLab(FileLab):
    """A lab that tells what it makes and discards."""

    def __init__(self, like: Database, workspace: Workspace, counted: Counted) -> None:
        super().__init__(like, workspace)
        self._counted = counted

    def scratch(self, label: str) -> Scratch:
        return self._counted.add(super().scratch(label))

    def copy(self, source: Database, label: str) -> Scratch:
        return self._counted.add(super().copy(source, label))

    def discard(self, database: Scratch) -> None:
        super().discard(database)
        self._counted.living.remove(database.display)


@pytest.fixture
def counted() -> Counted:
    return Counted()


def with_copies(scripts: Scripts, database: Database, seen: Climb) -> Iterator[Optional[RowChanges]]:
    """What comparing with a copy for each revision says of each step down."""
    chain = Chain(scripts)
    with Workspace() as workspace:
        lab = make_lab(database, workspace)
        copy = lab.copy(database, "oracle")
        state = read_state(copy)
        kept: Dict[str, Side] = {}
        for record in (*seen.up, *seen.down):
            if record.step.direction == "upgrade":
                before = make_lab(copy, workspace).copy(copy, f"kept {record.step.lower}")
                kept[str(record.step.lower)] = Side(before, state.schema)
            after = run_step(chain, copy, record.step, state)
            state = after.after
            if record.step.direction == "downgrade":
                yield compare_rows(kept[str(record.step.lower)], Side(copy, state.schema))


def test_a_chain_of_ten_steps(tmp_path: Path, counted: Counted) -> None:
    scripts = write_scripts(tmp_path / "scripts", (STEPS[0], *STEPS))
    database = original(tmp_path / "a.db")
    seen = counted.walk(scripts, database)
    assert not seen.failures and len(seen.up) == len(seen.down) == len(STEPS)
    assert counted.most == 2
    again_made = sum(name.startswith("again") for name in counted.names)
    verdicts = [record.not_undone for record in seen.down]
    assert verdicts == list(with_copies(scripts, database, seen))
    # Only at revisions where something was lost was the database made again.
    lost = [verdict != NOTHING for verdict in verdicts]
    assert lost == [False, False, True, True, True, True, True, True, True, True]
    # For three losses, and twice where the table was another one below; otherwise what was found above holds.
    assert again_made == 5
    assert all(record.rows == NOTHING for record in seen.up if "SELECT 1" in record.statements)


def test_sample_rows_are_the_same_when_it_is_made_again(tmp_path: Path, counted: Counted) -> None:
    steps = (
        ("SELECT 1", "SELECT 1", False),
        ("CREATE TABLE c (id INTEGER PRIMARY KEY AUTOINCREMENT, word VARCHAR(9))", "SELECT 1", False),
        ("UPDATE b SET word = 'lost'", "SELECT 1", True),
    )
    scripts = write_scripts(tmp_path / "scripts", steps)
    database = original(tmp_path / "a.db")
    with Workspace() as workspace:
        lab = make_lab(database, workspace)
        emptied = lab.copy(database, "emptied")
        emptied.execute(
            ["DELETE FROM b", "DROP TABLE b", "CREATE TABLE b (id INTEGER PRIMARY KEY, word VARCHAR(9))"]
        )
        counted.living.clear()
        seen = counted.walk(scripts, emptied, seed=3)
    (last, first) = seen.down
    assert seen.sampled == {"b"} and not seen.failures
    assert first.not_undone and last.not_undone
    for record in (first, last):
        assert not record.not_undone.failed
        assert {(c.table, c.column, c.kind) for c in record.not_undone.changes} == {("b", "word", "changed")}


def test_what_comes_from_the_clock_is_no_loss(tmp_path: Path, counted: Counted) -> None:
    """A script that writes the moment cannot be run again as it was; all else of that table is told."""
    moment = "strftime('%Y-%m-%d %H:%M:%f', 'now')"
    steps = (
        ("ALTER TABLE a ADD COLUMN seen DATETIME", "SELECT 1", False),
        ("ALTER TABLE a ADD COLUMN later DATETIME", "SELECT 1", False),
        (f"UPDATE a SET later = {moment}", "UPDATE a SET later = NULL", False),
        ("UPDATE b SET word = upper(word)", "UPDATE b SET word = lower(word)", False),
        ("UPDATE a SET name = 'lost'", "SELECT 1", True),
    )
    seen = counted.walk(write_scripts(tmp_path / "scripts", steps), original(tmp_path / "a.db"))
    for record in seen.down:
        assert record.not_undone and not record.not_undone.failed
        assert {(c.table, c.column) for c in record.not_undone.changes} == {("a", "name")}


def test_what_comes_from_chance_is_not_told_of_a_script_that_does_not_touch_it(
    tmp_path: Path, counted: Counted
) -> None:
    """It cannot be made again as it was: of that table nothing is said, of the others all."""
    steps = (
        ("SELECT 1", "SELECT 1", False),
        ("UPDATE a SET n = random()", "SELECT 1", True),
        ("UPDATE a SET name = 'lost'", "SELECT 1", True),
        ("UPDATE b SET word = 'lost'", "SELECT 1", True),
    )
    seen = counted.walk(write_scripts(tmp_path / "scripts", steps), original(tmp_path / "a.db"))
    at_three, at_two, at_one = (record.not_undone for record in seen.down)
    assert at_three and at_two and at_one
    # The copy from before the last step up is still there, nothing need be made again to compare with it.
    assert not at_three.failed
    assert [failure.table for failure in at_two.failed] == ["a"]
    for changes in (at_three, at_two):
        assert {change.table for change in changes.changes} == {"b"}
    assert {change.table for change in at_one.changes} == {"a", "b"} and not at_one.failed


def test_the_step_from_the_base_is_one_of_those_that_make_a_revision_again(
    tmp_path: Path, counted: Counted
) -> None:
    scripts = write_scripts(tmp_path / "scripts", STEPS[:3])
    database = original(tmp_path / "a.db", "")
    seen = counted.walk(scripts, database)
    assert not seen.failures and [record.step.lower for record in seen.up] == [None, "r0001", "r0002"]
    *upper, lowest = seen.down
    # Nobody tells of the base what was there: its step down is judged by itself.
    assert lowest.not_undone is None
    assert all(record.not_undone and not record.not_undone.failed for record in upper)
    *expected, _ = with_copies(scripts, database, seen)
    assert [record.not_undone for record in upper] == expected
    assert any(found and found.changes for found in expected)


#: A stricter table, one that is less so, and a step that reads rows.
PROBED = (
    ("SELECT 1", "SELECT 1", False),
    ("CREATE UNIQUE INDEX words ON b (word)", "DROP INDEX words", False),
    ("UPDATE a SET name = upper(name)", "DELETE FROM a WHERE name = ''", False),
    ("DROP INDEX words", "CREATE UNIQUE INDEX words ON b (word)", False),
)


def test_probing_rows_take_no_more_copies(tmp_path: Path, counted: Counted) -> None:
    scripts = write_scripts(tmp_path / "scripts", PROBED)
    seen = counted.walk(scripts, original(tmp_path / "a.db"), probe=True)
    assert not seen.failures
    unique, update, dropped = seen.probings
    assert [refusal.probe.table for refusal in unique.refusals] == ["b"]
    assert update.back and [change.kind for change in update.back.changes] == ["removed"]
    assert dropped.newer and [refusal.probe.table for refusal in dropped.newer.refusals] == ["b"]
    assert not dropped.refusals and dropped.back is None
    made = [name for name in counted.names if name.startswith("probing")]
    assert len(made) > 6 and counted.most == 3
    # Before the first of them: where a fresh database is being made it is gone then.
    assert counted.asked[0] == 0


def test_nobody_who_stays_at_the_head_asks_for_a_step_down(tmp_path: Path) -> None:
    scripts = write_scripts(tmp_path / "scripts", PROBED)
    database = original(tmp_path / "a.db")
    with Workspace() as workspace:
        lab = FileLab(database, workspace)
        state = read_state(database)
        options = Options(up_only=True, probe=True)
        copy = lab.copy(database, "copy")
        reference = Reference(lambda: state)
        seen = climb(
            Chain(scripts), copy, lab, reference, options, lambda text: None, lambda label: lab.copy(database, label)
        )  # fmt: skip
    assert [(p.back, p.newer) for p in seen.probings] == [(None, None)] * 3


def test_crash_tests_take_no_more_copies(tmp_path: Path, counted: Counted) -> None:
    more = "import kallithea.model"
    scripts = write_scripts(tmp_path / "scripts", STEPS[:4], more)
    seen = counted.walk(scripts, original(tmp_path / "a.db"), crash=True)
    assert len(seen.crash_tests) == 3
    assert counted.most == 3 and counted.living


def test_states_in_a_row_share_what_did_not_change(tmp_path: Path, counted: Counted) -> None:
    seen = counted.walk(write_scripts(tmp_path / "scripts", (STEPS[0], *STEPS)), original(tmp_path / "a.db"))
    objects = {id(table) for record in seen.records for table in record.after.schema.tables}
    records: List[object] = list(seen.records)
    assert len(records) == 24  # the column that was left stops the second way up
    # Each that is new: a with its column, b renamed and back, c made and dropped, each way.
    assert len(objects) < 12
    assert len({id(record.after.rows) for record in seen.records}) < 20
