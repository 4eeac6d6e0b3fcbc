"""A script reaches neither the terminal nor the repositories of the site whose copy it runs on."""

from __future__ import annotations

import errno
import os
import pty
import select
import shutil
import sys
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Callable

import pytest

from kallithea_dbdev.engines import open_database
from kallithea_dbdev.offlimits import no_original, no_repositories, no_terminal


def snapshot(folder: Path) -> "dict[str, object]":
    return {
        str(path): (path.lstat().st_mode, path.lstat().st_mtime_ns, path.is_file() and path.read_bytes())
        for path in sorted(folder.rglob("*"))
    }


CHANGES = {
    "a new file": lambda root, _: (root / "new").write_text("x"),
    "its bytes": lambda root, _: (root / "hello" / "hgrc").write_text("x"),
    "more bytes": lambda root, _: (root / "hello" / "hgrc").open("a"),
    "in place": lambda root, _: (root / "hello" / "hgrc").open("r+b"),
    "os.open": lambda root, _: os.open(root / "new", os.O_CREAT | os.O_RDWR),
    "as bytes": lambda root, _: os.truncate(os.fsencode(root / "hello" / "hgrc"), 0),
    "its end": lambda root, _: os.truncate(root / "hello" / "hgrc", 0),
    "its mode": lambda root, _: (root / "hello").chmod(0o700),
    "its owner": lambda root, _: os.chown(root / "hello", os.getuid(), os.getgid()),
    "its time": lambda root, _: os.utime(root / "hello"),
    "a new folder": lambda root, _: (root / "new").mkdir(),
    "a folder less": lambda root, _: (root / "empty").rmdir(),
    "a file less": lambda root, _: (root / "hello" / "hgrc").unlink(),
    "all of it": lambda root, _: shutil.rmtree(root / "hello"),
    "the root itself": lambda root, _: root.rename(root.with_name("gone")),
    "the folder that it is in": lambda root, _: root.parent.rename(root.parent.with_name("elsewhere")),
    "away": lambda root, outside: (root / "hello").rename(outside / "hello"),
    "into it": lambda root, outside: (outside / "mine").rename(root / "mine"),
    "a copy": lambda root, outside: shutil.copy(outside / "mine", root / "mine"),
    "a link": lambda root, outside: (root / "mine").symlink_to(outside / "mine"),
    "a hard link": lambda root, outside: os.link(outside / "mine", root / "mine"),
    "a link less": lambda root, _: (root / "link").unlink(),
    "through a link": lambda root, outside: (outside / "link" / "hgrc").write_text("x"),
    "the bytes that a link leads to": lambda _, outside: (outside / "file").write_text("x"),
    "the end of what a link leads to": lambda _, outside: os.truncate(outside / "file", 0),
    "the mode of what a link leads to": lambda _, outside: (outside / "file").chmod(0o600),
    "the owner of what a link leads to": lambda _, outside: os.chown(
        outside / "file", os.getuid(), os.getgid()
    ),
    "the time of what a link leads to": lambda _, outside: os.utime(outside / "file"),
    "a link by a descriptor": lambda root, _: os.symlink("x", "new", dir_fd=os.open(root, os.O_RDONLY)),
    "the end of what is beside": lambda root, _: (os.chdir(root), os.truncate("hello/hgrc", 0)),
    "from its folder": lambda root, _: (os.chdir(root), Path("new").mkdir()),
    "by a descriptor": lambda root, _: os.mkdir("new", dir_fd=os.open(root, os.O_RDONLY)),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_repositories_stay(
    change: Callable[[Path, Path], object], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    root, outside = tmp_path / "repos", tmp_path / "outside"
    for folder in (root / "hello", root / "empty", outside):
        folder.mkdir(parents=True)
    (root / "hello" / "hgrc").write_text("[ui]")
    (root / "link").symlink_to(outside)
    (outside / "mine").write_text("mine")
    (outside / "link").symlink_to(root / "hello")
    (outside / "file").symlink_to(root / "hello" / "hgrc")
    before = snapshot(tmp_path)
    with no_repositories([str(root)]), pytest.raises(PermissionError, match="may not write to repositories"):
        change(root, outside)
    assert snapshot(tmp_path) == before
    # The same change is a change where nothing is off limits.
    change(root, outside)


def test_what_is_beside_them_and_what_only_reads(tmp_path: Path) -> None:
    root, beside = tmp_path / "repos", tmp_path / "repos-of-mine"
    for folder in (root, beside):
        folder.mkdir()
    (root / "hgrc").write_text("[ui]")
    (beside / "link").symlink_to(root / "hgrc")
    with no_repositories([f"{root}/"]):
        assert (root / "hgrc").read_text() == "[ui]"
        assert [path.name for path in root.iterdir()] == ["hgrc"]
        (beside / "link").unlink()
        (beside / "new").write_text("x")
        shutil.copy(root / "hgrc", beside)
        with open(os.open(beside / "more", os.O_CREAT | os.O_WRONLY), "w") as file:
            file.write("x")
    (root / "new").write_text("x")


@pytest.mark.parametrize("name", ["kallithea.db", "kallithea.db-wal", "kallithea.db-journal"])
def test_the_files_of_a_database_stay(tmp_path: Path, name: str) -> None:
    (tmp_path / "kallithea.db").write_text("x")
    database = open_database(f"sqlite:///{tmp_path}/kallithea.db")
    path = tmp_path / name
    with no_original(database.files()):
        for change in (
            path.touch,
            path.unlink,
            partial(path.write_text, "y"),
            partial(path.rename, tmp_path / "z"),
        ):
            with pytest.raises(PermissionError, match="may not write to the configured database"):
                change()
        (tmp_path / "kallithea.db.bak").write_text("y")
        assert database.path.read_text() == "x"  # type: ignore[attr-defined]
    path.write_text("y")


ASKING = """
import getpass, os, warnings
from kallithea_dbdev.surroundings import undisturbed

os.close(os.open("/dev/tty", os.O_RDWR))
with undisturbed():
    warnings.simplefilter("ignore")
    try:
        getpass.getpass()
    except EOFError:
        print("nobody is there")
os.close(os.open("/dev/tty", os.O_RDWR))
"""


def test_nobody_is_asked_for_a_password_in_a_terminal() -> None:
    pid, terminal = pty.fork()
    if pid == 0:
        os.execv(sys.executable, [sys.executable, "-c", ASKING])
    said = b""
    with suppress(OSError):  # so it ends
        while True:
            assert select.select([terminal], [], [], 60)[0], said
            said += os.read(terminal, 1000)
    os.close(terminal)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0, said
    assert b"nobody is there" in said


def test_a_terminal_is_none() -> None:
    with no_terminal():
        with pytest.raises(OSError) as refused:
            Path("/dev/tty").open()  # noqa: SIM115
        Path("/dev/null").open().close()
    assert refused.value.errno == errno.ENXIO
