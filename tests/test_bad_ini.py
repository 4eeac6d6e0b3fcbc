"""Ini files with which no command can work: one line each, exit status 2, no secret, nothing changed."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Callable, Dict, Tuple, Union

import pytest

from .projects import VERSION, Project, one_line, run
from .test_no_secrets import SECRET, no_secret

pytestmark = pytest.mark.skipif(VERSION != "0.7.0", reason="does not depend on the release")


HEAD = "[app:main]\nuse = egg:kallithea\n"
URL = "sqlalchemy.url = postgresql://u:"

Content = Union[str, bytes, Callable[[Path], object]]


def _sparse(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(2**33)


#: What is wrong -> (the file, or what makes it; the message).
BAD: Dict[str, Tuple[Content, str]] = {
    "single %": (f"{HEAD}{URL}p%40{SECRET}@127.0.0.1/db\n", r"\[app:main\] sqlalchemy\.url .*double each %"),
    "single % behind a colon": (f"{HEAD}sqlalchemy.url: x://u:{SECRET}%@h/db\n", r"\[app:main\] sqlalchemy\.url .*double"),
    "unknown name": (f"{HEAD}{URL}{SECRET}@h/%(nope)s\n", r"\[app:main\] sqlalchemy\.url holds a %\(name\)s.*double"),
    "name that leads back": (f"{HEAD}a = {SECRET}%(b)s\nb = %(a)s\n", r"\[app:main\] [ab] holds a %\(name\)s"),
    "broken name": (f"{HEAD}{URL}{SECRET}%(x@h/db\n", r"\[app:main\] sqlalchemy\.url .*double"),
    "single % in DEFAULT": (f"[DEFAULT]\nx = {SECRET}%\n{HEAD}sqlalchemy.url = sqlite:///x\n", r"\[DEFAULT\] x .*double"),
    "single % in alembic": (f"{HEAD}sqlalchemy.url = sqlite:///x\n[alembic]\n{URL}{SECRET}%@h/d\n", r"\[alembic\] sqlalchemy\.url .*double"),
    "single % in another option": (f"{HEAD}sqlalchemy.url = sqlite:///x\nsmtp_password = {SECRET}%\n", r"\[app:main\] smtp_password .*double"),
    "single % in the second line": (f"{HEAD}{URL}\n  {SECRET}%40@h/d\n", r"\[app:main\] sqlalchemy\.url .*double"),
    "single % and CRLF": (f"{HEAD}{URL}{SECRET}%@h/d\n".replace("\n", "\r\n"), r"sqlalchemy\.url .*double"),
    "no URL": (f"{HEAD}sqlalchemy.url = postgresql//u:{SECRET}@h\n", r"\[app:main\] sqlalchemy\.url is not a database URL"),
    "no URL in alembic": (f"{HEAD}sqlalchemy.url = sqlite:///x\n[alembic]\nsqlalchemy.url = {SECRET}\n", r"\[alembic\] sqlalchemy\.url is not a"),
    "no URL in DEFAULT": (f"[DEFAULT]\nsqlalchemy.url = {SECRET}\n{HEAD}", r"\[DEFAULT\] sqlalchemy\.url is not a"),
    "port": (f"{HEAD}{URL}x@h:{SECRET}/d\n", r"\[app:main\] sqlalchemy\.url is not a database URL"),
    "engine": (f"{HEAD}sqlalchemy.url = oracle://u:{SECRET}@h/d\n", "oracle: .*not supported"),
    "no database": (f"{HEAD}{URL}{SECRET}@127.0.0.1\n", "names no database"),
    "in memory": (f"{HEAD}session.secret = {SECRET}\nsqlalchemy.url = sqlite://\n", "only a database in a file"),
    "no option": (f"{HEAD}session.secret = {SECRET}\n", r"\[app:main\] has no sqlalchemy\.url"),
    "empty option": (f"{HEAD}sqlalchemy.url =\n", r"\[app:main\] has no sqlalchemy\.url"),
    "empty file": ("", r"not a Kallithea configuration: there is no section \[app:main\]; name another"),
    "no application": (f"[app:other]\n{URL}{SECRET}@h/d\n", r"not a Kallithea configuration: there is no section"),
    "unknown egg": (f"[app:main]\nuse = egg:nothing\n{URL}{SECRET}@h/d\n", "not a Kallithea configuration"),
    "no section": (f"{URL}{SECRET}@h/d\n", r"not a valid ini file: line 1 stands before"),
    "section without end": (f"[app:main\n{URL}{SECRET}@h/d\n", "not a valid ini file: line 1 stands before"),
    "section twice": (f"{HEAD}{URL}{SECRET}@h/d\n{HEAD}", r"line 4: section \[app:main\] is there already"),
    "option twice": (f"{HEAD}{URL}{SECRET}@h/d\n{URL}{SECRET}@h/d\n", r"line 4: \[app:main\] sqlalchemy\.url is there already"),
    "no option line": (f"{HEAD}{SECRET} and no more\n", "line 3 is neither"),
    "value without a key": (f"{HEAD}= {SECRET}\n", "line 3 is neither"),
    "latin-1": (f"{HEAD}# Kürbis\n{URL}{SECRET}@h/d\n".encode("latin-1"), "line 3 is not UTF-8 text"),
    "UTF-16": (f"{HEAD}{URL}{SECRET}@h/d\n".encode("utf-16"), "line 1 is not UTF-8 text"),
    "byte order mark": (f"{HEAD}{URL}{SECRET}@h/d\n".encode("utf-8-sig"), "byte order mark"),
    "binary": (f"{HEAD}\0\1\2{SECRET}".encode(), "line 3 is not text"),
    "huge": (_sparse, "too large for an ini file"),
    "folder": (Path.mkdir, "not a file"),
    "pipe": (os.mkfifo, "not a file"),
    "device": (lambda path: path.symlink_to("/dev/zero"), "not a file"),
    "link to itself": (lambda path: path.symlink_to(path), "cannot be read"),
}  # fmt: skip

COMMANDS = (("db-verify",), ("db-revision", "--check"), ("db-throwaway",), ("db-throwaway", "--drop"))


@pytest.fixture
def bare(template: Project, tmp_path: Path) -> Project:
    """A folder without anything in it."""
    (tmp_path / "instance").mkdir()
    (tmp_path / "checkout").symlink_to(template.checkout)
    return Project(tmp_path)


def state(project: Project) -> "list[Tuple[str, bytes]]":
    """All names in the folder, and what is in each file that is not huge."""
    return [
        (str(path), path.read_bytes() if path.is_file() and path.stat().st_size < 10**6 else b"")
        for path in sorted(project.instance.rglob("*"))
        if path.name != "x.log"
    ]


def put(path: Path, content: Content) -> None:
    if callable(content):
        content(path)
    else:
        path.write_bytes(content.encode() if isinstance(content, str) else content)


def refused(project: Project, message: str, *words: str) -> None:
    before = state(project)
    done = project.gearbox(*words)
    assert done.returncode == 2, (done.stdout, done.stderr)
    one_line(done.stderr, message)
    assert done.stdout == ""
    no_secret(done.stderr)
    assert state(project) == before


@pytest.mark.parametrize("number", range(len(BAD)), ids=list(BAD))
def test_a_bad_configuration_gets_one_line(bare: Project, number: int) -> None:
    """Each with another command, and with another one under --debug."""
    content, message = list(BAD.values())[number]
    put(bare.instance / "bad.ini", content)
    refused(bare, message, *COMMANDS[number % 4], "-c", "bad.ini")
    before = state(bare)
    debug = bare.gearbox("--debug", *COMMANDS[(number + 1) % 4], "-c", "bad.ini", "-v", "--log-file", "x.log")
    assert debug.returncode == 2
    assert "Traceback" in debug.stderr
    no_secret(debug.stdout, debug.stderr, (bare.instance / "x.log").read_text())
    assert state(bare) == before


@pytest.mark.parametrize(
    "name", ["single %", "unknown name", "section twice", "no option line", "latin-1", "UTF-16"]
)
def test_a_bad_configuration_beside_it(bare: Project, name: str) -> None:
    content, message = BAD[name]
    put(bare.instance / "prod.ini", content)
    if name == "UTF-16":  # nobody can say what is in there, but no database is named
        done = bare.gearbox("db-throwaway", "-c", "temp.ini", "--debug")
        assert done.returncode == 0
        no_secret(done.stdout, done.stderr)
        return
    (bare.instance / "prod.ini").open("ab").write(b"\n# sqlalchemy.url\n")
    refused(bare, rf"prod\.ini: cannot be read, so .*{message}", "db-throwaway", "-c", "temp.ini")
    debug = bare.gearbox("--debug", "db-throwaway", "-c", "temp.ini", "-v", "--log-file", "x.log")
    assert debug.returncode == 2
    no_secret(debug.stdout, debug.stderr, (bare.instance / "x.log").read_text())


@pytest.mark.parametrize("name", ["no URL", "port", "pipe", "folder"])
def test_what_names_no_database_beside_it_does_not_matter(bare: Project, name: str) -> None:
    put(bare.instance / "prod.ini", BAD[name][0])
    done = bare.gearbox("--debug", "db-throwaway", "-c", "temp.ini", "-v")
    assert done.returncode == 0, done.stderr
    no_secret(done.stdout, done.stderr)


@pytest.mark.parametrize(
    "name", ["single %", "unknown name", "single % in another option", "no URL", "option twice", "pipe", "huge", "latin-1"]
)  # fmt: skip
def test_a_bad_source_of_a_new_configuration(bare: Project, tmp_path: Path, name: str) -> None:
    content, message = BAD[name]
    put(tmp_path / "source.ini", content)
    refused(bare, rf"source\.ini.*{message}", "db-throwaway", "-c", "temp.ini", "--from", "../source.ini")
    debug = bare.gearbox("--debug", "db-throwaway", "-c", "temp.ini", "--from", "../source.ini")
    assert debug.returncode == 2
    no_secret(debug.stdout, debug.stderr)


def test_an_unreadable_configuration(bare: Project) -> None:
    # A file that root may not read either.
    refused(bare, "/proc/self/mem: cannot be read: Input/output error", "db-verify", "-c", "/proc/self/mem")


def test_a_secret_on_the_command_line(bare: Project) -> None:
    for words in (
        ("db-verify", "--scratch-ur", f"postgresql://u:{SECRET}@h/d"),
        ("db-throwaway", "-c", "temp.ini", "--pasword", SECRET),
        ("db-throwaway", "-c", "temp.ini", "--password", SECRET, "--nothing", SECRET),
        ("db-throwaway", "-c", "temp.ini", "--password", SECRET, "--repos", f"/nowhere/{SECRET}"),
    ):
        done = run("gearbox", *words, cwd=bare.instance, checkout=bare.checkout)
        assert done.returncode == 2
        no_secret(done.stdout, done.stderr)
