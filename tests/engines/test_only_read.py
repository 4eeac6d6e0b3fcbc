"""One contract for all engines: whatever a command is asked to do, the configured database is what it
was, to the byte (SQLite) or to the letter of its dump (servers), and nobody waits for it."""

from __future__ import annotations

import re
import sqlite3
import subprocess
import time
from pathlib import Path
from typing import Any, Dict, List, Tuple

import pytest

from ..commands.test_revision import COLUMN, LONGER, change
from ..projects import BELOW_HEAD, VERSION, Project, environment
from ..servers import Server
from .test_servers import name_of

pytestmark = pytest.mark.skipif(VERSION != "0.7.0", reason="does not depend on the release")


def commands(scratch_url: str = "") -> List[Tuple[str, ...]]:
    """Every option that has to do with databases, at least once."""
    scratch = ("--scratch-url", scratch_url) if scratch_url else ()
    return [
        ("db-verify", "--from", BELOW_HEAD, "--seed", "3", "--strict", "--format", "json", "--output", "report.json",
         "--accept", "accepted.ini", "--update-accept", "--allow-remote", "-v", "--sql", "by-hand"),
        ("db-verify", "--no-sample", "--no-cache", "--up-only", "--no-accept", *scratch),
        ("db-revision", "--check", *scratch),
        ("db-revision", "-m", "users: add theme", "--stdout", "--sql", "--no-rename", "--fill", "users.theme='x'"),
        ("db-throwaway", "-c", "temp.ini", "--from", "development.ini", "--sample-rows", "2"),
        ("db-throwaway", "-c", "temp.ini"),
        ("db-throwaway", "-c", "development.ini", "--force-yes"),
        ("db-throwaway", "-c", "development.ini", "--drop", "--force-yes"),
        ("db-throwaway", "-c", "temp.ini", "--drop", "--force-yes"),
        ("--debug", "db-revision", "-m", "users: add theme"),
        ("db-verify", "--crash-test", "--max-lock", "60", "--rows", "users=100"),
    ]  # fmt: skip


#: What refuses by design.
REFUSED = ("development.ini", "--force-yes")


def run_all(project: Project, scratch_url: str, check: Any, every: int = 1) -> None:
    change(project, COLUMN, LONGER)
    for words in commands(scratch_url)[::every]:
        done = project.gearbox(*words)
        refused = set(REFUSED) <= set(words)
        assert done.returncode in ((2,) if refused else (0, 1)), (words, done.stdout, done.stderr)
        check(words)


def files(database: Path) -> Dict[str, Tuple[bytes, int]]:
    return {
        path.name: (path.read_bytes(), path.stat().st_mtime_ns)
        for path in database.parent.glob("kallithea.db*")
    }


@pytest.mark.parametrize("mode", ["wal", "wal with a writer"])
def test_sqlite(project: Project, mode: str) -> None:
    project.sql(f"PRAGMA journal_mode = {mode.split()[0]}")
    writer = None
    if "writer" in mode:
        code = (
            "import sqlite3, sys, time\n"
            "c = sqlite3.connect(sys.argv[1], isolation_level=None)\n"
            "c.execute(\"UPDATE users SET lastname = 'x'\")\n"
            "print('done', flush=True); sys.stdin.read()\n"
        )
        writer = subprocess.Popen(
            ["python3", "-c", code, str(project.database)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert writer.stdout and writer.stdout.readline() == "done\n"
    before = files(project.database)
    assert len(before) == (3 if writer else 1)

    def check(words: Tuple[str, ...]) -> None:
        assert files(project.database) == before, words

    try:
        # What is special about a writer is the reading, which all commands do in one way.
        run_all(project, "", check, every=4 if writer else 1)
    finally:
        if writer:
            writer.communicate(timeout=30)


def test_servers(server_project: Project, server: Server) -> None:
    name = name_of(server_project)
    empty = server.create()
    counters = server.database(name).counters()
    before = server.dump(name)
    names = server.names()

    def check(words: Tuple[str, ...]) -> None:
        assert server.dump(name) == before, words
        assert server.database(name).counters() == counters, words
        left = set(server.names()) - set(names)
        assert left <= {f"{name}_temp"}, words
        server.made.extend(left)

    run_all(server_project, server.url(empty), check)
    assert server.database(empty).is_empty()


#: Ends the migrations that last.
ENOUGH = "enough"


def lasting(project: Project) -> str:
    """A migration that lasts until there is a file, and leaves one for each process that runs it."""
    running, enough = str(project.instance / "running-"), str(project.instance / ENOUGH)
    return (
        f"import os, time\nopen({running!r} + str(os.getpid()), 'w').close()\n"
        f"for _ in range(6000):\n    if os.path.exists({enough!r}):\n        break\n    time.sleep(0.01)"
    )


def wait_until_it_runs(project: Project, process: "subprocess.Popen[str]") -> None:
    """Until it runs on the copy: beside that it runs on a recorded release, which may be first."""
    while len(list(project.instance.glob("running-*"))) < 2 and process.poll() is None:
        time.sleep(0.01)


def test_nobody_waits_longer_than_a_copy_takes(server_project: Project, server: Server) -> None:
    """While a long migration runs on the copy, the original can be altered at once."""
    name = name_of(server_project)
    server_project.write_script(lasting(server_project))
    process = subprocess.Popen(
        ["gearbox", "db-verify"], cwd=server_project.instance, env=environment(server_project.checkout),
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    wait_until_it_runs(server_project, process)
    limit = {"postgresql": "SET lock_timeout = '1s'", "mysql": "SET lock_wait_timeout = 1"}[server.engine]
    try:
        server.sql(name, limit, "ALTER TABLE users ADD of_somebody INT", "DROP TABLE IF EXISTS nothing")
    finally:
        (server_project.instance / ENOUGH).touch()
    output, _ = process.communicate(timeout=300)
    assert process.returncode in (0, 1), output
    assert re.search(r"original-changed", output)


def test_a_sqlite_database_can_be_written_to_while_a_migration_runs(project: Project) -> None:
    project.write_script(lasting(project))
    process = subprocess.Popen(
        ["gearbox", "db-verify"], cwd=project.instance, env=environment(project.checkout),
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    wait_until_it_runs(project, process)
    try:
        connection = sqlite3.connect(str(project.database), timeout=0.5, isolation_level=None)
        connection.execute("UPDATE users SET lastname = 'x'")
        connection.close()
    finally:
        (project.instance / ENOUGH).touch()
    process.communicate(timeout=300)
    assert process.returncode in (0, 1)


def test_the_listing_names_every_option_that_has_to_do_with_databases(project: Project) -> None:
    """A new option must be added above."""
    from kallithea_dbdev.commands import revision, throwaway, verify

    known = {word for words in commands("x") for word in words}
    elsewhere = {
        "--engine",  # private servers: see test_safety and test_servers
        "--explain", "--version-path", "--user", "--email", "--password", "--repos", "--public-access",
        "--no-public-access", "-c", "-m", "--empty",
        "--at", "--base", "--replace",  # need a checkout: see test_checkouts
        "--rename", "--rename-table", "--keep-columns",  # what is answered changes the text only
        "--release", "--merge",  # connect to nothing that is configured
    }  # fmt: skip
    for cls in (throwaway.ThrowawayCommand, revision.RevisionCommand, verify.VerifyCommand):
        for action in cls(None, None).get_parser("gearbox db-x")._actions:
            assert (known | elsewhere) & set(action.option_strings), action
