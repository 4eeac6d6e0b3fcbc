"""Workspaces and locks: nothing stays behind."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from kallithea_dbdev.workspace import PREFIX, Workspace, lock_folder, write_whole


@pytest.fixture(autouse=True)
def own_temporary_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)


def test_a_workspace_is_private_and_goes_after_an_exception(tmp_path: Path) -> None:
    order = []
    with pytest.raises(KeyError), Workspace() as workspace:
        assert stat.S_IMODE(workspace.path.stat().st_mode) == 0o700
        assert workspace.path.parent == tmp_path
        workspace.defer(lambda: order.append(workspace.path.exists()))
        raise KeyError
    assert order == [True]
    assert list(tmp_path.iterdir()) == []


def test_a_whole_file_replaces_files_only(tmp_path: Path) -> None:
    """``--output /dev/null`` must not make a file of it."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = subprocess.Popen(["cat", str(pipe)], stdout=subprocess.PIPE, text=True)
    write_whole(pipe, "text")
    assert reader.communicate(timeout=30)[0] == "text"
    assert stat.S_ISFIFO(pipe.stat().st_mode)
    file, link = tmp_path / "file", tmp_path / "link"
    file.write_text("before")
    file.chmod(0o640)
    link.symlink_to(file)
    write_whole(link, "after")
    assert (link.is_symlink(), file.read_text(), stat.S_IMODE(file.stat().st_mode)) == (True, "after", 0o640)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "link", "pipe"]


def test_a_file_that_is_just_being_written_is_no_dead_ones(tmp_path: Path) -> None:
    """Another run may look at it in the moment before it is locked."""
    code = (
        "import sys; from pathlib import Path; from kallithea_dbdev.workspace import write_whole\n"
        "for _ in range(1500): write_whole(Path(sys.argv[1]), 'text')"
    )
    writing = [sys.executable, "-c", code, str(tmp_path / "report.json")]
    with subprocess.Popen(writing, stderr=subprocess.PIPE, text=True) as one:
        two = subprocess.run(writing, stderr=subprocess.PIPE, text=True, timeout=60)
        assert (one.communicate(timeout=60)[1], two.stderr) == ("", "")
    assert [path.read_text() for path in tmp_path.iterdir()] == ["text"]


def test_dead_workspaces_are_removed_and_living_ones_are_not(tmp_path: Path) -> None:
    dead = tmp_path / f"{PREFIX}dead"
    dead.mkdir()
    (dead / "lock").touch()
    with Workspace() as living, Workspace():
        assert not dead.exists()
        assert living.path.exists()


def test_a_lock_makes_another_process_wait(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from kallithea_dbdev.workspace import lock_folder\n"
        "with lock_folder(Path(sys.argv[1]), lambda text: print(text, flush=True)): print('mine')"
    )
    with lock_folder(tmp_path, print), lock_folder(tmp_path, print):
        other = subprocess.Popen(
            [sys.executable, "-c", code, str(tmp_path)], stdout=subprocess.PIPE, text=True
        )
        assert other.stdout
        assert "another run works here" in other.stdout.readline()
        assert other.poll() is None
    assert other.communicate(timeout=30)[0] == "mine\n"
    assert list(tmp_path.iterdir()) == []


def test_a_pipe_that_has_no_name_is_written_to() -> None:
    """``--output /dev/stdout | jq``."""
    reading, writing = os.pipe()
    write_whole(Path(f"/proc/self/fd/{writing}"), "text")
    os.close(writing)
    with os.fdopen(reading) as file:
        assert file.read() == "text"
