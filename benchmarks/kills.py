"""Kill the commands at random moments, and count what was lost and what was left.

    python benchmarks/kills.py --kills 1000 --engine sqlite,postgresql,mysql --jobs 2

Each kill is one run of the real gearbox that gets a signal after a random time: SIGINT, SIGTERM or
SIGHUP for its whole process group, as a terminal sends them, or for it alone; SIGINT and a second one
during the clean-up; SIGKILL for it alone or for the group. Lost: the configured database is not what
it was, or a throwaway is neither the old nor the new one. Left: a file, a process or a scratch database
(after SIGKILL: after the next run), or an exit status that does not name the signal. The servers are
private ones, started once; everything lies in a folder of its own. Exit status 1 if anything was
lost or left. Two jobs make about thirty kills a minute on two cores: 1,000 in half an hour and more.
"""

from __future__ import annotations

import argparse
import atexit
import hashlib
import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Dict, List, Optional, Set, Tuple

import kallithea

from kallithea_dbdev.engines import open_database
from kallithea_dbdev.engines.private.server import private_server
from kallithea_dbdev.engines.served import ServerDatabase

ENGINES = ("sqlite", "postgresql", "mysql")
BIN = Path(sys.executable).parent
ADMIN = ["--user", "admin", "--password", "secret1", "--email", "a@example.com", "--force-yes"]
#: A model change, so that there is something to draft.
COLUMN = "    ui_active = Column(Boolean(), nullable=False, default=True)\n"
#: Names in the instance's folder that belong to the throwaway; a database on a server is no file.
THROWAWAY = {"temp.ini", "temp.db", "temp-repos", "temp-data"}
RUN_KEY = "KDBDEV_KILLS_RUN"
PATIENCE = 120


@dataclass(frozen=True)
class Kill:
    """Which signals, to whom."""

    name: str
    numbers: Tuple[signal.Signals, ...]
    group: bool = True


KILLS = (
    Kill("INT", (signal.SIGINT,)),
    Kill("INT, alone", (signal.SIGINT,), group=False),
    Kill("INT twice", (signal.SIGINT, signal.SIGINT)),
    Kill("INT, TERM", (signal.SIGINT, signal.SIGTERM)),
    Kill("TERM", (signal.SIGTERM,)),
    Kill("TERM, alone", (signal.SIGTERM,), group=False),
    Kill("HUP", (signal.SIGHUP,)),
    Kill("KILL", (signal.SIGKILL,)),
    Kill("KILL, alone", (signal.SIGKILL,), group=False),
)


@dataclass(frozen=True)
class Case:
    """A command on an engine. ``before``: whether there is a throwaway already."""

    name: str
    engine: str
    words: Tuple[str, ...]
    before: bool = False


def cases(engines: List[str]) -> List[Case]:
    """Every command on every engine; private servers for those that are asked for."""
    found = []
    for engine in engines:
        found += [
            Case("make", engine, ("db-throwaway", "-c", "temp.ini")),
            Case("make again", engine, ("db-throwaway", "-c", "temp.ini"), before=True),
            Case("drop", engine, ("db-throwaway", "-c", "temp.ini", "--drop"), before=True),
            Case("verify", engine, ("db-verify",)),
            Case("revision", engine, ("db-revision", "-m", "kind")),
        ]
        if engine != "sqlite":
            found += [
                Case("make, private", engine, ("db-throwaway", "-c", "temp.ini", "--engine", engine)),
                Case("verify, private", engine, ("db-verify", "-c", "sqlite.ini", "--engine", engine)),
            ]
    return found


@dataclass
class Arena:
    """A folder with a checkout, an instance and servers; ``real`` is the content of each real database."""

    folder: Path
    servers: Dict[str, ServerDatabase] = field(default_factory=dict)
    real: Dict[str, str] = field(default_factory=dict)
    number: int = 0

    @property
    def instance(self) -> Path:
        """Where the commands run."""
        return self.folder / "instance"

    @property
    def temporary(self) -> Path:
        """Where they put temporary files."""
        return self.folder / "tmp"

    @property
    def versions(self) -> Path:
        """Where db-revision writes."""
        return self.folder / "checkout" / "kallithea" / "alembic" / "versions"

    def start(self, *words: str) -> "subprocess.Popen[bytes]":
        """Start a command in a process group of its own."""
        self.number += 1
        return subprocess.Popen(
            [BIN / words[0], *words[1:]], cwd=self.instance, start_new_session=True,
            env={**os.environ, "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}", "LC_ALL": "C.UTF-8",
                 "PYTHONPATH": str(self.folder / "checkout"), "TMPDIR": str(self.temporary),
                 RUN_KEY: str(self.folder)},
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=(self.folder / "stderr").open("wb"),
        )  # fmt: skip

    def run(self, *words: str) -> int:
        """Run a command to its end."""
        return self.start(*words).wait(PATIENCE)

    def said(self) -> str:
        """What the last command printed on standard error."""
        return (self.folder / "stderr").read_text(errors="replace")[-2000:]

    # -- making -----------------------------------------------------------------------------------

    def prepare(self, engines: List[str], stack: ExitStack) -> None:
        """Servers, real databases, and throwaways on each engine, all made by the real commands."""
        package = self.folder / "checkout" / "kallithea"
        shutil.copytree(Path(kallithea.__file__).parent, package)
        for name in ("instance/repos", "tmp", "servers", "saved"):
            (self.folder / name).mkdir(parents=True)
            (self.folder / name).chmod(0o711)
        for engine in engines:
            url = "sqlite:///%(here)s/kallithea.db?timeout=60"
            if engine != "sqlite":
                tempfile.tempdir = os.environ["TMPDIR"] = str(self.folder / "servers")
                server = stack.enter_context(private_server(engine, lambda text: None))
                assert isinstance(server, ServerDatabase)
                self.servers[engine] = server
                url = self.url(engine, "kdk_real")
            self.must("kallithea-cli", "config-create", f"{engine}.ini", f"sqlalchemy.url={url}")
            self.must("kallithea-cli", "db-create", "-c", f"{engine}.ini", *ADMIN,
                      "--repos", str(self.instance / "repos"))  # fmt: skip
            self.real[engine] = self.content(engine)
        for engine in engines:
            self.make_throwaway(engine)
            self._save("with", engine)
            if engine != "sqlite":
                # A configuration without its database: db-throwaway makes that.
                self.must("gearbox", "db-throwaway", "-c", "temp.ini", "--drop")
            for path in list(self.instance.iterdir()):
                if path.name in THROWAWAY:
                    _remove(path)
            self._save("without", engine)
        models = package / "model" / "db.py"
        text = models.read_text(encoding="utf-8")
        assert COLUMN in text
        models.write_text(text.replace(COLUMN, f"{COLUMN}    kind = Column(String(9))\n"), encoding="utf-8")

    def make_throwaway(self, engine: str) -> None:
        """The throwaway as it is before a command that makes it again or drops it."""
        words = ["gearbox", "db-throwaway", "-c", "temp.ini"]
        if engine != "sqlite":
            ini = (self.instance / f"{engine}.ini").read_text().replace("kdk_real", "kdk_temp")
            (self.instance / "temp.ini").write_text(f"{ini}\n[kallithea_dbdev]\nthrowaway = true\n")
        self.must(*words)

    def must(self, *words: str) -> None:
        """Run what belongs to the preparation."""
        status = self.run(*words)
        if status:
            sys.exit(f"{' '.join(words)}: exit status {status}\n{self.said()}")

    def _save(self, kind: str, engine: str) -> None:
        shutil.copytree(self.instance, self.folder / "saved" / f"{kind}-{engine}")

    def restore(self, case: Case) -> None:
        """The instance as it is before a case."""
        shutil.rmtree(self.instance)
        kind = "with" if case.before else "without"
        shutil.copytree(self.folder / "saved" / f"{kind}-{case.engine}", self.instance)
        if case.engine == "sqlite" or case.name in ("make, private", "verify, private"):
            return
        there = self.database(case.engine, "kdk_temp").exists()
        if case.name == "make":
            text = (self.folder / "saved" / f"with-{case.engine}" / "temp.ini").read_text()
            (self.instance / "temp.ini").write_text(text)
            if there:
                self.database(case.engine, "kdk_temp").drop()
        elif case.before and not there:
            self.make_throwaway(case.engine)

    # -- looking ----------------------------------------------------------------------------------

    def url(self, engine: str, name: str) -> str:
        """The URL of a database on one of the servers."""
        return str(self.servers[engine].server.url(name)).replace("%2F", "/")

    def database(self, engine: str, name: str) -> ServerDatabase:
        """A database on one of the servers."""
        database = open_database(self.url(engine, name))
        assert isinstance(database, ServerDatabase)
        return database

    def content(self, engine: str) -> str:
        """A hash of everything in the real database."""
        if engine == "sqlite":
            return hashlib.sha256((self.instance / "kallithea.db").read_bytes()).hexdigest()
        database = self.database(engine, "kdk_real")
        tables = sorted(database.count_rows())
        found: List[object] = [repr(database.read_schema()), repr(database.counters()), tables]
        for table in tables:
            found.append(sorted(map(repr, database.rows(f"SELECT * FROM {database.quoted(table)}"))))
        return hashlib.sha256(repr(found).encode()).hexdigest()

    def throwaway(self, engine: str) -> Optional[bool]:
        """Whether there is a complete throwaway; None where it is something in between."""
        path = self.instance / "temp.db"
        if engine == "sqlite":
            if not path.exists():
                return False
            database = open_database(f"sqlite:///{path}")
        else:
            database = self.database(engine, "kdk_temp")
            if not database.exists():
                return False
        whole = database.is_throwaway() and database.revisions() and database.count_rows()["users"] >= 2
        return True if whole else None

    def processes(self) -> Set[str]:
        """Command lines of what belongs to a run, but not to the servers."""
        found = set()
        for path in Path("/proc").glob("[0-9]*"):
            try:
                mine = f"{RUN_KEY}={self.folder}".encode() in (path / "environ").read_bytes().split(b"\0")
                if mine and (path / "stat").read_text().rpartition(")")[2].split()[0] != "Z":
                    found.add((path / "cmdline").read_bytes().replace(b"\0", b" ").decode()[:200])
            except OSError:
                continue
        return found

    def left(self) -> List[str]:
        """What should not be there when no run is."""
        deadline = time.monotonic() + 10
        while self.processes() and time.monotonic() < deadline:
            time.sleep(0.05)  # the watchdog of a run that was killed needs a moment
        found = [f"process {text}" for text in self.processes()]
        # Python tries out the folder with an empty file.
        found += [f"file {p}" for p in self.temporary.iterdir() if p.is_dir() or p.stat().st_size]
        found += [f"file {p}" for p in self.instance.iterdir() if p.name.startswith(".")]
        found += [f"file {p}" for p in self.versions.iterdir() if p.name.startswith(".")]
        for server in self.servers.values():
            found += [f"database {name}" for name in server._scratch_names()]
        return found


@dataclass
class Count:
    """What the kills of one sort came to."""

    kills: Counter = field(default_factory=Counter)
    ended: Counter = field(default_factory=Counter)
    lost: List[str] = field(default_factory=list)
    left: List[str] = field(default_factory=list)


def kill_once(
    arena: Arena, case: Case, kill: Kill, seconds: float, chance: random.Random, count: Count
) -> None:
    """One run, one kill, and what came of it."""
    arena.restore(case)
    words = ["gearbox", *case.words]
    if "-c" not in words:
        words += ["-c", f"{case.engine}.ini"]
    delay = chance.uniform(0, seconds * 1.05)
    what = f"{case.name} on {case.engine}, {kill.name} after {delay:.2f} s of {seconds:.2f} s"
    before = {path.name for path in arena.instance.iterdir()}
    scripts = {path.name for path in arena.versions.glob("*.py")}
    process = arena.start(*words)
    status = _kill(process, kill, delay, chance)
    hard = kill.numbers[0] == signal.SIGKILL
    count.kills[kill.name] += 1
    count.ended["killed" if status not in (0, 1, 2) else "had ended"] += 1
    expected = {0, 1, *(128 + number for number in kill.numbers), *(-number for number in kill.numbers)}
    if status not in expected:
        count.left.append(f"{what}: exit status {status}: {arena.said()}")
    _check_lost(arena, case, what, count)
    if hard and status < 0:
        # The next run clears.
        following = arena.run(*words)
        if following not in (0, 1) and not (case.name == "drop" and following == 2):
            count.left.append(f"{what}: the next run ended with {following}: {arena.said()}")
        _check_lost(arena, case, f"{what}, and the next run", count)
    count.left += [f"{what}: {text}" for text in arena.left()]
    now = {path.name for path in arena.instance.iterdir()}
    whole = [before, before | THROWAWAY if case.engine == "sqlite" else before, before - THROWAWAY]
    if case.engine != "sqlite":
        whole.append(before | (THROWAWAY - {"temp.db"}))
    if now not in whole or (case.name == "make, private" and now != before):
        count.left.append(f"{what}: {sorted(now ^ before)}")
    new = {path.name for path in arena.versions.glob("*.py")} - scripts
    if len(new) > (2 if hard else 1) or (new and case.name != "revision"):
        count.left.append(f"{what}: {sorted(new)}")
    for name in new:
        text = (arena.versions / name).read_text()
        if not re.search(r"def downgrade\(\):\n\s+\S", text):
            count.lost.append(f"{what}: {name} is half a script")
        (arena.versions / name).unlink()
    # Each kill is judged by itself.
    for path in arena.temporary.iterdir():
        _remove(path)


def _kill(process: "subprocess.Popen[bytes]", kill: Kill, delay: float, chance: random.Random) -> int:
    try:
        return process.wait(delay)
    except subprocess.TimeoutExpired:
        pass
    for number in kill.numbers:
        try:
            (os.killpg if kill.group else os.kill)(process.pid, number)
        except ProcessLookupError:
            break
        if len(kill.numbers) > 1:
            time.sleep(chance.uniform(0, 0.3))
    return process.wait(PATIENCE)


def _check_lost(arena: Arena, case: Case, what: str, count: Count) -> None:
    engine = "sqlite" if "private" in case.name and "sqlite" in arena.real else case.engine
    if arena.content(engine) != arena.real[engine]:
        count.lost.append(f"{what}: the real database was changed")
    if "throwaway" in case.words[0] and "private" not in case.name:
        whole = arena.throwaway(case.engine)
        if whole is None or (case.name == "make again" and not whole):
            count.lost.append(f"{what}: the throwaway is neither the old nor the new one")


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink()


def work(arguments: argparse.Namespace) -> Dict[str, object]:
    """All kills of one job."""
    chance = random.Random(arguments.seed)
    count = Count()
    # A socket's path must be short.
    with tempfile.TemporaryDirectory(prefix="kdk", dir="/tmp") as name, ExitStack() as stack:
        arena = Arena(Path(name))
        # A server that root starts runs as another user.
        arena.folder.chmod(0o711)
        arena.prepare(arguments.engine, stack)
        chosen = cases(arguments.engine)
        seconds: Dict[Case, float] = {}
        for number in range(arguments.kills):
            case = chosen[number % len(chosen)] if number < len(chosen) else chance.choice(chosen)
            if case not in seconds:
                arena.restore(case)
                words = [*case.words, *([] if "-c" in case.words else ["-c", f"{case.engine}.ini"])]
                started = time.monotonic()
                arena.run("gearbox", *words)
                seconds[case] = time.monotonic() - started
                for path in arena.versions.glob("*_kind.py"):
                    path.unlink()
            kill_once(arena, case, chance.choice(KILLS), seconds[case], chance, count)
            if arguments.verbose:
                print(
                    f"{number + 1}: {case.name} on {case.engine}; lost {count.lost[-1:]}, left {count.left[-1:]}",
                    file=sys.stderr,
                )
    return {"kills": count.kills, "ended": count.ended, "lost": count.lost, "left": count.left}


def _end(number: int, _frame: object) -> None:
    # A second one would end the clean-up.
    signal.signal(number, signal.SIG_IGN)
    sys.exit(128 + number)


def main() -> None:
    """Spread the kills over jobs, and print the sum."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--kills", type=int, default=1000)
    parser.add_argument("--engine", type=lambda text: text.split(","), default=list(ENGINES))
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--verbose", action="store_true")
    parser.add_argument("--json", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    signal.signal(signal.SIGTERM, _end)
    if arguments.json:
        print(json.dumps(work(arguments)))
        return
    started = time.monotonic()
    jobs = [
        subprocess.Popen(
            [sys.executable, __file__, "--json", "--seed", str(arguments.seed + job),
             "--kills", str(arguments.kills // arguments.jobs + (job < arguments.kills % arguments.jobs)),
             "--engine", ",".join(arguments.engine), *(["--verbose"] if arguments.verbose else [])],
            stdout=subprocess.PIPE, text=True,
        )
        for job in range(arguments.jobs)
    ]  # fmt: skip
    atexit.register(lambda: [(job.terminate(), job.wait()) for job in jobs])
    total = Count()
    for job in jobs:
        out, _ = job.communicate()
        if job.returncode:
            sys.exit(f"a job ended with {job.returncode}")
        found = json.loads(out)
        total.kills.update(found["kills"])
        total.ended.update(found["ended"])
        total.lost += found["lost"]
        total.left += found["left"]
    for text in total.lost + total.left:
        print(text)
    minutes = (time.monotonic() - started) / 60
    print(
        f"{sum(total.kills.values())} kills on {', '.join(arguments.engine)} in {minutes:.1f} minutes, seed {arguments.seed}"
    )
    print("; ".join(f"{name}: {number}" for name, number in sorted({**total.kills, **total.ended}.items())))
    print(f"lost: {len(total.lost)}, left: {len(total.left)}")
    sys.exit(1 if total.lost or total.left else 0)


if __name__ == "__main__":
    main()
