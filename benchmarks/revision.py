"""``db-verify`` of one new revision against pytest-alembic's four tests, on each engine.

    python benchmarks/revision.py --engine sqlite,postgresql,mysql --runs 5

Whole processes in turn, A B C A B C ..., on a server that is started before: the first time (nothing is
remembered), when only the script has changed since, and pytest-alembic, whose tests each get a
database like the configured one in the cheapest way of that engine (a copy of the file, a template, a
dump that is loaded). Printed are medians of the ratios run by run, of the time on the clock and of the
processor's (of the server's processes, too), which a busy machine does not disturb.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Callable, Dict, List

import kallithea
from run import ADMIN, run

from kallithea_dbdev.engines.private.server import private_server
from kallithea_dbdev.engines.served import ServerDatabase

ENGINES = ("sqlite", "postgresql", "mysql")


@dataclass(frozen=True)
class Cost:
    """What one run took."""

    clock: float
    processor: float


class Machine:
    """Measures runs; ``server`` is the folder of a server whose processes count, too."""

    def __init__(self, server: str = "") -> None:
        self._server = server

    def cost(self, work: Callable[[], None]) -> Cost:
        """What one call costs."""
        clock, processor = time.perf_counter(), self._processor()
        work()
        return Cost(time.perf_counter() - clock, self._processor() - processor)

    def _processor(self) -> float:
        times = os.times()
        return times.children_user + times.children_system + sum(map(_seconds_of, self._pids()))

    def _pids(self) -> List[int]:
        """The first process of the server: its children are counted when they end, as a pool's are not."""
        found = []
        for path in Path("/proc").glob("[0-9]*"):
            try:
                command = (path / "cmdline").read_bytes()
            except OSError:
                continue
            if self._server and self._server.encode() in command.partition(b"\0--")[2] + command:
                found.append(int(path.name))
        return found


def _seconds_of(pid: int) -> float:
    """User and system time of a process and of its children that have ended."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")


class Bench:
    """A checkout with a new revision, and an instance whose database is on one engine."""

    def __init__(self, folder: Path, engine: str, stack: ExitStack) -> None:
        self.folder, self.engine = folder, engine
        self.package = folder / "checkout" / "kallithea"
        shutil.copytree(Path(kallithea.__file__).parent, self.package)
        self.instance = folder / "instance"
        (self.instance / "repos").mkdir(parents=True)
        self.url, self.server, self.prepare = self._database(stack)
        self.do("kallithea-cli", "config-create", "hand.ini", f"sqlalchemy.url={self.url('hand')}")
        repositories = str(self.instance / "repos")
        self.do("kallithea-cli", "db-create", "-c", "hand.ini", *ADMIN, "--repos", repositories)
        self._new_revision(self.url("four"))

    def do(self, *words: str, **more: str) -> None:
        """Run a command in the instance's folder."""
        run(*words, cwd=self.instance, checkout=self.folder / "checkout", **more)

    def _database(self, stack: ExitStack) -> "tuple[Callable[[str], str], str, str]":
        """URLs by name, the folder of the server, and Python code that makes ``four`` like ``hand``."""
        if self.engine == "sqlite":
            instance = self.instance
            copy = f"shutil.copy({str(instance / 'hand.db')!r}, {str(instance / 'four.db')!r})"
            return (lambda name: f"sqlite:///{instance / name}.db"), "", copy
        database = stack.enter_context(private_server(self.engine, lambda text: None))
        assert isinstance(database, ServerDatabase)

        def url(name: str) -> str:
            # The driver that Kallithea's own set-up makes the database through.
            return str(database.server.url(name)).replace("%2F", "/")

        place = str(database.server.host)
        if self.engine == "postgresql":
            psql = f"['psql', '-q', '-h', {place!r}, '-U', 'kallithea', 'postgres', '-c', sql]"
            statements = ("DROP DATABASE IF EXISTS four", "CREATE DATABASE four TEMPLATE hand")
            code = f"for sql in {statements}: subprocess.run({psql}, check=True)"
        else:
            client = f"['mariadb', '--no-defaults', '-u', 'root', '--socket', {place!r}]"
            code = (
                f"subprocess.run({client} + ['-e', 'DROP DATABASE IF EXISTS four; CREATE DATABASE four'], check=True); "
                f"subprocess.run({client} + ['four'], stdin=open({str(self.instance / 'hand.sql')!r}), check=True)"
            )
        return url, str(Path(place).parent if self.engine == "mysql" else place), code

    def _new_revision(self, url: str) -> None:
        """A model change with its script in the checkout, and pytest-alembic's tests in ``four``."""
        models = self.package / "model" / "db.py"
        column = "    ui_active = Column(Boolean(), nullable=False, default=True)\n"
        text = models.read_text(encoding="utf-8")
        models.write_text(text.replace(column, f"{column}    kind = Column(String(9))\n"), encoding="utf-8")
        self.write_script(0)
        four = self.folder / "four"
        four.mkdir()
        ini = (self.instance / "hand.ini").read_text().splitlines(keepends=True)
        lines = [f"sqlalchemy.url = {url}\n" if line.startswith("sqlalchemy.url") else line for line in ini]
        (four / "four.ini").write_text("".join(lines))
        (four / "conftest.py").write_text(
            CONFTEST.format(ini=four / "four.ini", url=url, prepare=self.prepare)
        )
        (four / "test_four.py").write_text(FOUR)
        self.dump()

    def dump(self) -> None:
        """Where no server copies a database by itself: the file that a copy is loaded from."""
        if self.engine == "mysql":
            with open(self.instance / "hand.sql", "w") as file:
                subprocess.run(
                    ["mariadb-dump", "--no-defaults", "-u", "root", "--socket", f"{self.server}/s", "hand"],
                    stdout=file, check=True, timeout=600,
                )  # fmt: skip

    def write_script(self, number: int) -> None:
        """The script, each time with another statement."""
        path = self.package / "alembic" / "versions" / "feedc0ffee00_new.py"
        path.write_text(SCRIPT.replace("NUMBER", str(number)))

    def verify(self, **more: str) -> None:
        """Ours."""
        self.do("gearbox", "db-verify", "-c", "hand.ini", XDG_CACHE_HOME=str(self.folder / "cache"), **more)

    def four_tests(self) -> None:
        """Theirs."""
        run(
            # Of pytest's plugins only this one: the others that are here for our own tests cost time.
            *(sys.executable, "-m", "pytest", "-q", "-p", "pytest_alembic.plugin"),
            cwd=self.folder / "four",
            checkout=self.folder / "checkout",
            PYTEST_DISABLE_PLUGIN_AUTOLOAD="1",
        )

    def round(self, machine: Machine, number: int) -> Dict[str, Cost]:
        """Each of the three once."""
        shutil.rmtree(self.folder / "cache", ignore_errors=True)
        first = machine.cost(self.verify)
        self.write_script(number)
        return {
            "the first time": first,
            "when only the script has changed": machine.cost(self.verify),
            "pytest-alembic": machine.cost(self.four_tests),
        }


def main() -> None:
    """Measure on each engine."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--engine", default=",".join(ENGINES))
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    for engine in options.engine.split(","):
        with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
            bench = Bench(Path(name), engine, stack)
            machine = Machine(bench.server)
            bench.round(machine, 1)
            rounds = [bench.round(machine, number + 2) for number in range(options.runs)]
            _tell(engine, rounds)


def _tell(engine: str, rounds: List[Dict[str, Cost]]) -> None:
    theirs = statistics.median(r["pytest-alembic"].clock for r in rounds)
    for what in ("the first time", "when only the script has changed"):
        clock = statistics.median(r[what].clock / r["pytest-alembic"].clock for r in rounds)
        processor = statistics.median(r[what].processor / r["pytest-alembic"].processor for r in rounds)
        seconds = statistics.median(r[what].clock for r in rounds)
        print(
            f"{engine}: db-verify of a new revision, {what}: {seconds:.2f} s; pytest-alembic's four tests take "
            f"{theirs:.2f} s; {clock:.2f} of it on the clock, {processor:.2f} of the processor's time",
            flush=True,
        )


SCRIPT = """
revision = "feedc0ffee00"
down_revision = "7ba0d2cad930"
branch_labels = depends_on = None
from alembic import op
import sqlalchemy as sa


def upgrade():
    op.execute("SELECT NUMBER")
    if "kind" not in [c["name"] for c in sa.inspect(op.get_bind()).get_columns("ui")]:
        op.add_column("ui", sa.Column("kind", sa.String(9)))


def downgrade():
    pass
"""

CONFTEST = """
import shutil
import subprocess
import pytest
import sqlalchemy
import sqlalchemy.pool


@pytest.fixture
def alembic_config():
    {prepare}
    return {{"file": "{ini}", "minimum_downgrade_revision": "7ba0d2cad930"}}


@pytest.fixture
def alembic_engine():
    engine = sqlalchemy.create_engine("{url}", poolclass=sqlalchemy.pool.NullPool)
    yield engine
    engine.dispose()
"""

FOUR = """
from pytest_alembic.tests import test_model_definitions_match_ddl
from pytest_alembic.tests import test_single_head_revision
from pytest_alembic.tests import test_up_down_consistency
from pytest_alembic.tests import test_upgrade
"""


if __name__ == "__main__":
    main()
