"""Temporary folders: what a killed run left goes, what lives or is just being made stays."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from kallithea_dbdev.folders import PREFIX, SERVER_PREFIX, clear_dead

#: Makes a folder and is killed at a moment.
CODE = """
import os, signal, sys, tempfile
from kallithea_dbdev import folders
moment = sys.argv[1]
if moment == "before the lock":
    folders._locked = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
with folders.locked_folder(folders.usual_place(), sys.argv[2]) as folder:
    (folder.path / "file").touch()
    if moment == "alive":
        print(folder.path, flush=True)
        sys.stdin.read()
    os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture(autouse=True)
def own_temporary_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)


@pytest.mark.parametrize("prefix", [PREFIX, SERVER_PREFIX])
@pytest.mark.parametrize("moment", ["before the lock", "in use"])
def test_what_a_kill_left_is_cleared(tmp_path: Path, moment: str, prefix: str) -> None:
    done = subprocess.run([sys.executable, "-c", CODE, moment, prefix], timeout=60)
    assert done.returncode == -signal.SIGKILL
    assert [path.name.startswith(prefix) for path in tmp_path.iterdir()] == [True]
    clear_dead()
    assert list(tmp_path.iterdir()) == []


def test_a_living_one_stays(tmp_path: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", CODE, "alive", PREFIX],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout
    path = Path(process.stdout.readline().strip())
    clear_dead()
    assert (path / "file").exists()
    process.communicate("", timeout=60)
    clear_dead()
    assert not path.exists()


def test_one_that_is_just_being_made_is_made_again(tmp_path: Path) -> None:
    """Many make folders while others clear: nobody loses one."""
    code = """
import sys
from kallithea_dbdev import folders
for _ in range(300):
    folders.clear_dead()
    with folders.locked_folder(folders.usual_place(), folders.PREFIX) as folder:
        (folder.path / "file").touch()
        assert (folder.path / "file").exists()
"""
    processes = [subprocess.Popen([sys.executable, "-c", code]) for _ in range(4)]
    assert [process.wait(60) for process in processes] == [0] * 4
    assert list(tmp_path.iterdir()) == []


def test_links_and_strangers_stay(tmp_path: Path) -> None:
    target = tmp_path / "target"
    target.mkdir()
    (tmp_path / f"{PREFIX}link").symlink_to(target)
    (tmp_path / f"{PREFIX}file").touch()
    clear_dead()
    assert sorted(path.name for path in tmp_path.iterdir()) == [f"{PREFIX}file", f"{PREFIX}link", "target"]


@pytest.mark.skipif(os.getuid() != 0, reason="needs another user")
def test_folders_of_another_user_stay(tmp_path: Path) -> None:
    for prefix, user, stays in (
        (PREFIX, 65534, True),
        (SERVER_PREFIX, 65534, False),
        (SERVER_PREFIX, 12345, True),
    ):
        path = tmp_path / f"{prefix}dead"
        path.mkdir()
        os.chown(path, user, user)
        clear_dead()
        assert path.exists() == stays
        if stays:
            path.rmdir()
