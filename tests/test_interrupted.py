"""Ctrl-C for the whole process group, and a second one during the clean-up: nothing is left.

The moments are counted, not timed: before the Nth thing that a run does to files of its own.
"""

from __future__ import annotations

import itertools
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Iterator, Set, Tuple

import pytest

from .commands.test_revision import DRAFT, LONGER, change
from .killing import Killer
from .projects import VERSION, Project, environment
from .servers import Server

pytestmark = pytest.mark.skipif(VERSION != "0.7.0", reason="does not depend on the release")


#: The signal, and a second one so many moments later.
SIGNALS = [
    (signal.SIGINT, signal.SIGINT, 1),
    (signal.SIGTERM, signal.SIGINT, 2),
    (signal.SIGHUP, signal.SIGTERM, 3),
    (signal.SIGINT, signal.SIGHUP, 5),
]


@pytest.fixture
def temporary() -> Iterator[Path]:
    """A folder for temporary files; a socket's path must be short."""
    path = Path("/tmp") / f"kdi{os.getpid()}"
    path.mkdir()
    yield path
    subprocess.run(["rm", "-rf", path], check=True)


def interrupt(project: Project, tmp_path: Path, temporary: Path, words: Tuple[str, ...], times: int) -> None:
    """Run a command, interrupted at moments that are spread over all of it; it leaves nothing."""
    variables = {"TMPDIR": str(temporary)}
    killer = Killer(project, tmp_path / "killer", temporary, project.instance, project.versions)
    before = names(project, temporary)
    files = project.snapshot()
    # A draft or a verification may have findings.
    last = killer.moments(*words, allowed=(0, 1), **variables)
    restore(project, before, files)
    kinds = itertools.cycle(SIGNALS)
    moments = sorted({1, *range(2, last, max(1, last // times)), last - 1, last})
    for moment, (first, second, later) in zip(moments, kinds):
        status = killer.signal({moment: first, moment + later: second}, *words, **variables)
        where = f"{first.name} before file operation {moment} of {last}: {killer.said}"
        assert processes(temporary) == [], where
        assert not list(temporary.iterdir()), where
        # Before our own handlers are there Python dies of the signal, which a shell calls 128 + n.
        early = status == -first and moment <= 2
        assert early or (status == 128 + first and "Traceback" not in killer.said), where
        # What puts the result in place is done as a whole, or not at all.
        after = names(project, temporary)
        if after != before:
            assert moment > last // 2, where
            assert all(not name.rpartition("/")[2].startswith(".") for name in after), where
        restore(project, before, files)


def names(project: Project, temporary: Path) -> Set[str]:
    return {str(path) for folder in (project.instance, project.versions) for path in folder.iterdir()
            if path.name != "__pycache__"}  # fmt: skip


def restore(project: Project, before: Set[str], files: "dict[str, tuple[bytes, int]]") -> None:
    for path in sorted(names(project, Path()) - before):
        subprocess.run(["rm", "-rf", path], check=True)
    for name, (content, _) in files.items():
        path = project.instance / name
        if not path.exists() or path.read_bytes() != content:
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(content)


def processes(folder: Path) -> "list[str]":
    """What still runs with this folder for temporary files."""
    found = []
    for path in Path("/proc").glob("[0-9]*/environ"):
        try:
            if f"TMPDIR={folder}".encode() in path.read_bytes():
                found.append((path.parent / "cmdline").read_text().replace("\0", " "))
        except OSError:
            continue
    return found


@pytest.mark.parametrize(
    ("words", "times"),
    [
        (("db-throwaway", "-c", "temp.ini"), 5),
        (("db-verify", "-c", "development.ini"), 3),
        (DRAFT, 3),
    ],
    ids=lambda w: w[0] if isinstance(w, tuple) else "",
)
def test_signals_at_any_moment_leave_nothing(
    project: Project, tmp_path: Path, temporary: Path, words: Tuple[str, ...], times: int
) -> None:
    if words[0] == "db-revision":
        change(project, LONGER)
    interrupt(project, tmp_path, temporary, ("gearbox", *words), times)


def test_a_drop_is_whole_or_not_at_all(project: Project, tmp_path: Path, temporary: Path) -> None:
    assert project.gearbox("db-throwaway", "-c", "temp.ini").returncode == 0
    killer = Killer(project, tmp_path / "killer", temporary, project.instance)
    words, variables = ("gearbox", "db-throwaway", "-c", "temp.ini", "--drop"), {"TMPDIR": str(temporary)}
    before, files = names(project, temporary), project.snapshot()
    saved = tmp_path / "saved"
    subprocess.run(["cp", "-a", project.instance, saved], check=True)
    # A draft or a verification may have findings.
    last = killer.moments(*words, allowed=(0, 1), **variables)
    # Not the first ones, before our own handlers are there.
    for moment in sorted({*range(3, last, max(1, last // 4)), last}):
        subprocess.run(["rm", "-rf", project.instance], check=True)
        subprocess.run(["cp", "-a", saved, project.instance], check=True)
        assert killer.signal({moment: signal.SIGINT, moment + 2: signal.SIGINT}, *words, **variables) == 130
        after = {Path(name).name for name in names(project, temporary)}
        whole = {Path(name).name for name in before}
        assert after in (whole, whole - {"temp.ini", "temp.db", "temp-repos", "temp-data"}), moment
        if after == whole:
            assert {name: content for name, (content, _) in project.snapshot().items()} == {
                name: content for name, (content, _) in files.items()
            }


def test_a_private_server_goes_too(project: Project, server: Server, tmp_path: Path, temporary: Path) -> None:
    # One command for each engine: what makes and stops a server is the same in both.
    command = {"postgresql": "db-throwaway", "mysql": "db-verify"}[server.engine]
    config = "temp.ini" if command == "db-throwaway" else "development.ini"
    words = ("gearbox", command, "-c", config, "--engine", server.engine)
    interrupt(project, tmp_path, temporary, words, 2)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_before_there_is_anything_to_clean_up_the_status_is_right(project: Project, number: int) -> None:
    """While Python starts and imports, its own way to end has to do: 128 + n in a shell."""
    for seconds in (0.0, 0.1, 0.2, 0.4):
        process = subprocess.Popen(
            ["gearbox", "db-verify", "-c", "nowhere.ini"], cwd=project.instance,
            env={**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"},
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, start_new_session=True,
        )  # fmt: skip
        time.sleep(seconds)
        if process.poll() is None:
            os.killpg(process.pid, number)
        _, said = process.communicate(timeout=60)
        # Without a file to read the run itself ends with 2; Python with 1 before it has its streams and modules.
        too_early = "init_sys_streams" in said or "init_import_site" in said
        expected = {-number, 128 + number, 2} | ({1} if too_early else set())
        assert process.returncode in expected, said


def test_kills_at_random_moments(tmp_path: Path) -> None:
    """A few of those that ``benchmarks/kills.py`` makes by the thousand."""
    script = Path(__file__).parent.parent / "benchmarks" / "kills.py"
    done = subprocess.run(
        [sys.executable, script, "--kills", "5", "--engine", "sqlite", "--jobs", "1"],
        capture_output=True, text=True, timeout=600,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert "lost: 0, left: 0" in done.stdout


SLEEP = {"postgresql": "SELECT pg_sleep(300)", "mysql": "SELECT SLEEP(300)"}
RUNNING = {
    "postgresql": "SELECT 1 FROM pg_stat_activity WHERE query LIKE '%pg_sleep(300)%' AND pid <> pg_backend_pid()",
    "mysql": "SELECT 1 FROM information_schema.processlist WHERE info LIKE 'SELECT SLEEP(300)%'",
}


def test_a_statement_that_does_not_end_is_left(server_project: Project, server: Server) -> None:
    """The client's library waits in C, and goes on after a signal: its connection is cut."""
    server_project.write_script(f"op.execute({SLEEP[server.engine]!r})")
    process = subprocess.Popen(
        ["gearbox", "db-verify"], cwd=server_project.instance, env=environment(server_project.checkout),
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, start_new_session=True,
    )  # fmt: skip
    while not server.admin_sql(RUNNING[server.engine]) and process.poll() is None:
        time.sleep(0.05)
    os.killpg(process.pid, signal.SIGINT)
    started = time.monotonic()
    _, said = process.communicate(timeout=120)
    assert process.returncode == 130, said
    assert time.monotonic() - started < 60
    assert "Traceback" not in said
    assert server.scratch() == []
