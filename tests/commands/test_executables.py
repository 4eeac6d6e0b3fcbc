"""Each command with each option through the real executable: most tests run it in a fork.

Where a run changes nothing, the fork is run beside it and must say the same.
"""

from __future__ import annotations

import re
from typing import Any, Dict, List, Tuple

import bcrypt
import pytest

from kallithea_dbdev.commands.base import DbdevCommand
from kallithea_dbdev.commands.revision import RevisionCommand
from kallithea_dbdev.commands.throwaway import ThrowawayCommand
from kallithea_dbdev.commands.verify import VerifyCommand

from ..conftest import need, use_database
from ..projects import VERSION, Project, release
from ..servers import ENGINES, Server
from .test_revision import COLUMN, change

#: (words, exit status) of runs on a database of 0.6.3 that leave everything as it was.
READING: List[Tuple[Tuple[str, ...], int]] = [
    (
        (
            "db-verify",
            "-c",
            "development.ini",
            "--from",
            "ad357ccd9521",
            "--format",
            "text",
            "--debug",
            "--no-accept",
        ),
        1,
    ),
    (
        (
            "db-verify",
            "--config",
            "development.ini",
            "--no-sample",
            "--format",
            "json",
            "--allow-remote",
            "--no-accept",
            "--no-cache",
            "--up-only",
        ),
        1,
    ),
    (("db-verify", "--seed", "3", "--crash-test", "--max-lock", "60", "--strict", "-q"), 1),
    (("db-verify", "--output", "/dev/null", "--accept", "nowhere.ini"), 2),
    (("db-verify", "--explain", "all"), 0),
    (("db-verify", "--explain", "nothing"), 2),
    (("db-verify", "--scratch-url", "sqlite:///x.db"), 2),
    (("db-verify", "--release", "0.6.3", "--up-only"), 0),
    (("db-verify", "--merge", "nowhere.json"), 2),
    (("db-verify", "--rows", "users=x"), 2),
    (("db-revision", "--check", "--allow-remote", "--no-cache"), 0 if VERSION == "0.6.3" else 2),
    (("db-revision", "-c", "nowhere.ini", "--message", "x: y", "--version-path", "."), 2),
    (("db-revision", "--empty", "-m", "x: y", "--version-path", "nowhere"), 2),
    (("db-revision", "--stdout", "--replace", "--sql"), 2),
    (("db-revision", "--check", "--base", "x"), 2),
    (
        (
            "db-revision",
            "-m",
            "x: y",
            "--fill",
            "a",
            "--rename",
            "b",
            "--rename-table",
            "c",
            "--no-rename",
            "--keep-columns",
        ),
        2,
    ),
    (("db-throwaway", "-c", "old.ini", "--at", "x"), 2),
    (("db-throwaway", "-c", "development.ini", "--force-yes"), 2),
    (("db-throwaway", "-c", "development.ini", "--drop"), 2),
    (("db-throwaway", "--password", "x"), 2),
    (("help", "db-throwaway"), 0),
]
#: Runs that make and remove a throwaway, one after the other.
MAKING: List[Tuple[str, ...]] = [
    ("db-throwaway", "-c", "a.ini", "--user", "joe", "--email", "joe@example.com", "--password", "geheim1"),
    ("db-throwaway", "-c", "a.ini", "--no-public-access", "--sample-rows", "2", "--force-yes", "-v"),
    ("db-throwaway", "--config", "b.ini", "--from", "a.ini", "--repos", "repos", "--public-access"),
    ("db-throwaway", "-c", "b.ini", "--drop", "--force-yes", "--log-file", "log"),
    ("db-verify", "-c", "a.ini", "--accept", "accepted.ini", "--update-accept", "--sql", "by-hand"),
]
#: Runs on a server; SCRATCH stands for the URL of an empty database.
SERVING: List[Tuple[str, ...]] = [
    ("db-verify", "--engine", "sqlite", "--scratch-url", "SCRATCH", "--allow-remote"),
    ("db-revision", "-m", "x: y", "--stdout", "--engine", "sqlite", "--scratch-url", "SCRATCH"),
    ("db-throwaway", "-c", "c.ini", "--engine", "sqlite", "--allow-remote"),
]


def test_every_option_is_used() -> None:
    used = {(words[0], word) for words in [*(w for w, _ in READING), *MAKING, *SERVING] for word in words[1:]}
    commands: "dict[str, type[DbdevCommand]]" = {
        "db-verify": VerifyCommand,
        "db-revision": RevisionCommand,
        "db-throwaway": ThrowawayCommand,
    }
    for name, command in commands.items():
        for action in command(None, None).get_parser(name)._actions:
            assert any((name, option) in used for option in action.option_strings), (name, action)


def plain(text: str) -> str:
    text = re.sub(r'"(longest|locks)": \[.*?\n +\]', "LONGEST", text, flags=re.DOTALL)
    return re.sub(r" +\d+\.\d\d s |\"seconds\": [\d.]+", " SECONDS ", text)


@pytest.mark.parametrize("words, status", READING)
def test_the_executable_and_its_fork_say_the_same(
    project: Project, words: Tuple[str, ...], status: int
) -> None:
    release("0.6.3", project.database)
    before = project.snapshot()
    real = project.executable(*words)
    assert real.returncode == status, real.stdout + real.stderr
    forked = project.gearbox(*words)
    assert (forked.returncode, plain(forked.stdout), plain(forked.stderr)) == (
        real.returncode,
        plain(real.stdout),
        plain(real.stderr),
    )
    assert project.snapshot() == before


def test_throwaways(project: Project) -> None:
    admins = {}
    for words in MAKING:
        done = project.executable(*words)
        assert done.returncode == 0, done.stdout + done.stderr
        if words[0] == "db-throwaway" and "--drop" not in words:
            path = (project.instance / words[2]).with_suffix(".db")
            sql = "SELECT password FROM users WHERE username IN ('admin', 'joe')"
            ((admins[words],),) = project.sql(sql, path=path)
    # A password that somebody has chosen is as hard to guess as in any other database.
    for words, found in admins.items():
        password = "geheim1" if "--password" in words else "throwaway"
        assert bcrypt.checkpw(password.encode(), found.encode()), words
        assert found.startswith("$2b$10$" if "--password" in words else "$2b$04$"), words


# How options are read does not depend on the engine.
@pytest.mark.parametrize("server", ENGINES[:1], indirect=True)
def test_on_a_server(server_project: Project, server: Server) -> None:
    name = server.new_name()
    server.create(name)
    change(server_project, COLUMN)
    url = server.url(name)
    for words, status in zip(SERVING, (1, 0, 0)):
        done = server_project.executable(*(url if word == "SCRATCH" else word for word in words))
        assert done.returncode == status, done.stdout + done.stderr
    use_database(server_project, server.url("nowhere"))
    assert server_project.executable("db-verify").returncode == 2


def test_sqlite_needs_no_driver_of_a_server(project: Project) -> None:
    _without_drivers(project)
    change(project, COLUMN)
    for words in (
        ("db-throwaway", "-c", "temp.ini"),
        ("db-revision", "-c", "development.ini", "-m", "users: add theme"),
        ("db-verify", "-c", "development.ini", "--crash-test", "--rows", "users=1000", "--max-lock", "60"),
    ):
        done = project.executable(*words)
        assert (done.returncode, done.stderr) == (0, ""), done.stdout + done.stderr


def test_a_driver_that_is_not_there_is_named(project: Project, running: Dict[str, Any]) -> None:
    need("postgresql", running)
    _without_drivers(project)
    done = project.executable("db-verify", "-c", "development.ini", "--engine", "postgresql")
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert "psycopg2" in done.stderr


def _without_drivers(project: Project) -> None:
    for name in ("psycopg2", "MySQLdb", "pymysql"):
        error = f"ModuleNotFoundError(\"No module named '{name}'\", name='{name}')"
        (project.checkout / f"{name}.py").write_text(f"raise {error}\n")
