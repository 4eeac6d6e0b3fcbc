"""What long chains and large databases cost: memory, time per step, and a large database by hand.

    python benchmarks/chains.py --steps 1000 --megabytes 600 --engines sqlite,postgresql,mysql

A chain of so many small steps is walked up, down and up in one process: its memory must be flat, and its
last steps must take no longer than its first. Then ``db-verify`` of one new revision that does not
touch the large table of a database, against a copy of it and ``alembic`` up, down, up; and how much more
is on the disk meanwhile than the database itself, at most.
"""

from __future__ import annotations

import argparse
import resource
import sqlite3
import sys
import tempfile
import threading
import time
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Sequence

import sqlalchemy
import sqlalchemy.pool
from revision import Bench, Machine
from run import run

from kallithea_dbdev.engines import make_lab, open_database
from kallithea_dbdev.migrations import Chain, Scripts
from kallithea_dbdev.state import read_state
from kallithea_dbdev.verification.climb import climb
from kallithea_dbdev.verification.course import Options, Reference
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


def large_database(folder: Path, megabytes: int, engine: str) -> None:
    """One new revision on a large database, against the same by hand."""
    with ExitStack() as stack:
        bench = Bench(folder, engine, stack)
        fill(bench.url("hand"), megabytes)
        bench.write_script(1)
        temporary = folder / "temporary"
        temporary.mkdir()
        places = [Path(bench.server)] if bench.server else [temporary]

        def by_hand() -> None:
            bench.dump()
            run(
                sys.executable,
                "-c",
                f"import shutil, subprocess\n{bench.prepare}",
                cwd=folder,
                checkout=folder,
            )
            for words in (("upgrade", "head"), ("downgrade", "-1"), ("upgrade", "head")):
                bench.do("alembic", "-c", str(folder / "four" / "four.ini"), *words)

        machine = Machine(bench.server)
        original = held(places) if bench.server else (bench.instance / "hand.db").stat().st_size
        beside = original if bench.server else 0
        with Peak(places) as peak:
            bench.verify(TMPDIR=str(temporary))
        memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        ours, hand = machine.cost(lambda: bench.verify(TMPDIR=str(temporary))), machine.cost(by_hand)
    print(
        f"{engine}, {original / 2**20:.0f} MB, a revision that does not touch the large table: "
        f"{ours.clock:.2f} s; copy, up, down, up by hand {hand.clock:.2f} s; {ours.clock / hand.clock:.2f} "
        f"of it on the clock, {ours.processor / hand.processor:.2f} of the processor's time; at most "
        f"{(peak.bytes - beside) / original:.2f} times as much on the disk beside it, {memory:.0f} MB of memory",
        flush=True,
    )


def held(folders: Sequence[Path]) -> int:
    """The bytes in files below folders; logs of servers, which are no copies, are left out."""
    found = 0
    for path in (path for folder in folders for path in folder.rglob("*")):
        if "pg_wal" not in path.parts and not path.name.startswith(("ib_logfile", "undo")):
            with suppress(OSError):
                found += path.stat().st_size if path.is_file() else 0
    return found


class Peak:
    """The most that folders hold while a ``with`` lasts, looked at five times a second."""

    def __init__(self, folders: Sequence[Path]) -> None:
        self.bytes = 0
        self._folders = folders
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._look)

    def _look(self) -> None:
        while not self._end.wait(0.2):
            self.bytes = max(self.bytes, held(self._folders))

    def __enter__(self) -> "Peak":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._end.set()
        self._thread.join()


#: A row of the journal, and as many again as there are: the same on each engine.
_ROW = "user_id, username, repository_name, user_ip, action, action_date"
_FIRST = "'admin', 'group/repository', '10.0.0.1', '{text}', '2026-01-01 00:00:00'"


def fill(url: str, megabytes: int) -> None:
    """Rows of the journal, until there are about so many megabytes of them."""
    engine = sqlalchemy.create_engine(url, poolclass=sqlalchemy.pool.NullPool)
    with engine.begin() as connection:
        first = _FIRST.format(text="push:" + "a1b2c3" * 25)
        connection.execute(f"INSERT INTO user_logs ({_ROW}) SELECT min(user_id), {first} FROM users")
        count = 1
        while count < megabytes * 2**20 // 260:
            more = min(count, megabytes * 2**20 // 260 - count)
            connection.execute(f"INSERT INTO user_logs ({_ROW}) SELECT {_ROW} FROM user_logs LIMIT {more}")
            count += more


def main() -> None:
    """Measure both."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--steps", type=int, default=1000)
    parser.add_argument("--megabytes", type=int, default=600)
    parser.add_argument("--engines", default="sqlite")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        for engine in options.engines.split(",") if options.megabytes else ():
            large_database(Path(name) / engine, options.megabytes, engine)
        if options.steps:
            long_chain(Path(name) / "chain", options.steps)


if __name__ == "__main__":
    sys.exit(main())
