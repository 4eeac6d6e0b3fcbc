"""What long chains and large databases cost: memory, time per step, and a large SQLite database by hand.

    python benchmarks/chains.py --steps 1000 --megabytes 600

A chain of so many small steps is walked up, down and up in one process: its memory must be flat, and its
last steps must take no longer than its first. Then ``db-verify`` of one new revision that does not
touch the large table of a SQLite database, against a copy of the file and ``alembic`` up, down, up.
"""

from __future__ import annotations

import argparse
import resource
import shutil
import sqlite3
import sys
import tempfile
import time
from pathlib import Path

from revision import Bench, Machine
from run import run

from kallithea_dbdev.engines import make_lab, open_database
from kallithea_dbdev.migrations import Chain, Scripts
from kallithea_dbdev.state import read_state
from kallithea_dbdev.verification.climb import Options, Reference, climb
from kallithea_dbdev.workspace import Workspace

ENVIRONMENT = """
from alembic import context
from sqlalchemy import create_engine, pool
url = context.config.get_section_option("app:main", "sqlalchemy.url")
engine = create_engine(url, poolclass=pool.NullPool)
with engine.connect() as connection:
    context.configure(connection=connection)
    with context.begin_transaction():
        context.run_migrations()
"""

SCRIPT = """
revision, down_revision = "r{number}", {below!r}
branch_labels = depends_on = None
from alembic import op

def upgrade():
    op.execute("UPDATE a SET n = n + {number}")

def downgrade():
    op.execute("UPDATE a SET n = n - {number}")
"""


def long_chain(folder: Path, steps: int) -> None:
    """Walk a chain of so many steps, and print what the first and the last of them took."""
    (folder / "versions").mkdir(parents=True)
    (folder / "env.py").write_text(ENVIRONMENT)
    for number in range(steps + 1):
        text = SCRIPT.format(number=number, below=f"r{number - 1}" if number else None)
        (folder / "versions" / f"r{number}.py").write_text(text)
    connection = sqlite3.connect(str(folder / "start.db"))
    connection.executescript(
        "CREATE TABLE alembic_version (version_num VARCHAR(32)); INSERT INTO alembic_version VALUES ('r0');"
        "CREATE TABLE a (id INTEGER PRIMARY KEY, n INTEGER); INSERT INTO a VALUES (1, 1), (2, 2);"
    )
    connection.close()
    database = open_database(f"sqlite:///{folder / 'start.db'}")
    moments = []

    def progress(text: str) -> None:
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        if text.startswith("step"):
            moments.append((time.process_time(), peak))

    with Workspace() as workspace:
        lab = make_lab(database, workspace)
        state = read_state(database)
        reference = Reference(lambda: state, use_models=lambda database, state: ())
        climb(
            Chain(Scripts(folder)), lab.copy(database, "copy"), lab, reference, Options(), progress,
            lambda label: lab.copy(database, label),
        )  # fmt: skip
    up = moments[:steps]
    tenth = max(steps // 10, 1)
    first, last = ((part[-1][0] - part[0][0]) / tenth for part in (up[: tenth + 1], up[-tenth - 1 :]))
    print(
        f"{steps} steps: {first * 1000:.1f} ms for each of the first tenth, {last * 1000:.1f} ms of the last; "
        f"at most {up[tenth][1]:.0f} MB after the first tenth of the way up, {moments[-1][1]:.0f} MB at the end",
        flush=True,
    )


def large_database(folder: Path, megabytes: int) -> None:
    """One new revision on a large SQLite database, against the same by hand."""
    bench = Bench(folder, "sqlite", None)
    database = bench.instance / "hand.db"
    fill(database, megabytes)
    bench.write_script(1)

    def by_hand() -> None:
        shutil.copy(database, bench.instance / "four.db")
        for words in (("upgrade", "head"), ("downgrade", "-1"), ("upgrade", "head")):
            run("alembic", "-c", str(bench.folder / "four" / "four.ini"), *words, cwd=bench.instance,
                checkout=bench.folder / "checkout")  # fmt: skip

    machine = Machine()
    bench.verify()
    ours, hand = machine.cost(bench.verify), machine.cost(by_hand)
    print(
        f"SQLite, {database.stat().st_size / 2**20:.0f} MB, a revision that does not touch the large table: "
        f"{ours.clock:.2f} s; copy, up, down, up by hand {hand.clock:.2f} s; {ours.clock / hand.clock:.2f} "
        f"of it on the clock, {ours.processor / hand.processor:.2f} of the processor's time",
        flush=True,
    )


def fill(path: Path, megabytes: int) -> None:
    """Rows of the journal, until the file is so large."""
    connection = sqlite3.connect(str(path))
    columns = [row[1] for row in connection.execute("PRAGMA table_info(user_logs)")]
    assert "action" in columns, columns
    count = megabytes * 2**20 // 260
    connection.execute(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?) "
        "INSERT INTO user_logs (user_id, username, repository_name, user_ip, action, action_date) "
        "SELECT 2, 'admin', 'group/repository-' || (i % 97), '10.0.0.' || (i % 250), "
        "'push:' || hex(zeroblob(60)) || i, '2026-01-01 00:00:00.000000' FROM n",
        (count,),
    )
    connection.commit()
    connection.close()


def main() -> None:
    """Measure both."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--steps", type=int, default=1000)
    parser.add_argument("--megabytes", type=int, default=600)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        if options.megabytes:
            large_database(Path(name) / "large", options.megabytes)
        if options.steps:
            long_chain(Path(name) / "chain", options.steps)


if __name__ == "__main__":
    sys.exit(main())
