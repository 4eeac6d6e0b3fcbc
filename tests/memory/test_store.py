"""The folder of what is remembered: ours alone or not used, whole files or none, never an error."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
import time
from pathlib import Path
from typing import Callable

import pytest

from kallithea_dbdev.memory import store
from kallithea_dbdev.memory.store import RefusedError, Store, usual_folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "cache" / "kallithea-dbdev"


def test_what_is_written_is_read_by_nobody_else(folder: Path) -> None:
    old = os.umask(0)
    try:
        Store(folder).write("name", b"content")
    finally:
        os.umask(old)
    assert Store(folder).read("name") == b"content"
    assert Store(folder).read("other") is None
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert [stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()] == [0o600]


def test_where_the_folder_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/me")
    for value, expected in (
        ("/caches", "/caches/kallithea-dbdev"),
        ("", "/home/me/.cache/kallithea-dbdev"),
        ("relative", "/home/me/.cache/kallithea-dbdev"),
    ):
        monkeypatch.setenv("XDG_CACHE_HOME", value)
        assert usual_folder() == Path(expected)
    monkeypatch.delenv("HOME")
    with pytest.raises(RefusedError):
        usual_folder()


def _open_to_all(folder: Path) -> None:
    folder.mkdir(parents=True)
    folder.chmod(0o777)


def _readable_by_all(folder: Path) -> None:
    folder.mkdir(parents=True)
    folder.chmod(0o755)


def _of_somebody_else(folder: Path) -> None:
    if os.getuid():
        pytest.skip("only root can give a folder away")
    folder.mkdir(parents=True, mode=0o700)
    os.chown(folder, 65534, 65534)


def _a_link(folder: Path) -> None:
    other = folder.parent / "other"
    other.mkdir(parents=True, mode=0o700)
    folder.symlink_to(other)


def _a_file(folder: Path) -> None:
    folder.parent.mkdir()
    folder.write_text("")


def _nowhere(folder: Path) -> None:
    folder.parent.write_text("")


@pytest.mark.parametrize(
    "prepare", [_open_to_all, _readable_by_all, _of_somebody_else, _a_link, _a_file, _nowhere]
)
def test_a_folder_that_is_not_ours_alone_is_refused(folder: Path, prepare: Callable[[Path], None]) -> None:
    prepare(folder)
    with pytest.raises(RefusedError, match="cache"):
        Store(folder)


def test_a_folder_that_stops_being_ours_is_not_used_any_more(folder: Path) -> None:
    kept = Store(folder)
    kept.write("name", b"content")
    folder.chmod(0o770)
    kept.write("more", b"content")
    assert kept.read("name") is None
    assert [path.name for path in folder.iterdir()] == ["name"]
    folder.chmod(0o700)
    (folder / "name").chmod(0o644)
    assert kept.read("name") is None


def test_every_damage_is_seen(folder: Path) -> None:
    kept = Store(folder)
    kept.write("name", b"content" * 10)
    path = folder / "name"
    whole = path.read_bytes()
    damaged = [whole[:end] for end in range(len(whole))]
    damaged += [whole[:i] + bytes([whole[i] ^ 1]) + whole[i + 1 :] for i in range(len(whole))]
    for data in damaged:
        path.write_bytes(data)
        assert kept.read("name") is None
    kept.write("name", b"anew")
    assert kept.read("name") == b"anew"


def test_no_pipe_is_waited_for(folder: Path) -> None:
    kept = Store(folder)
    os.mkfifo(folder / "name", 0o600)
    (folder / "folder").mkdir()
    (folder / "link").symlink_to(folder / "nowhere")
    assert [kept.read(name) for name in ("name", "folder", "link")] == [None] * 3
    kept.write("name", b"content")
    kept.write("folder", b"content")
    assert kept.read("name") == b"content"
    assert not list(folder.glob(".unfinished*"))


def test_what_nobody_asked_for_longest_makes_room(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = Store(folder)
    contents = [os.urandom(3000) for _ in range(4)]
    for number, content in enumerate(contents[:3]):
        kept.write(str(number), content)
        os.utime(folder / str(number), (number, number))
    assert kept.read("0") == contents[0]  # the oldest is of use
    monkeypatch.setattr(store, "MOST_BYTES", 10000)
    kept.write("3", contents[3])
    assert sorted(path.name for path in folder.iterdir()) == ["0", "2", "3"]
    monkeypatch.setattr(store, "MOST_FILES", 2)
    kept.write("3", contents[3])
    assert sorted(path.name for path in folder.iterdir()) == ["0", "3"]


def test_what_a_killed_run_left_unfinished_goes_later(folder: Path) -> None:
    kept = Store(folder)
    old, new = folder / ".unfinished-1-a", folder / ".unfinished-2-b"
    for path, moment in ((old, time.time() - 3600), (new, time.time())):
        path.write_bytes(b"half")
        os.utime(path, (moment, moment))
    kept.write("name", b"content")
    assert not old.exists() and new.exists()


_WRITER = """
import sys
from pathlib import Path
from kallithea_dbdev.memory.store import Store
kept = Store(Path(sys.argv[1]))
content = sys.argv[2].encode() * 20000
for _ in range(50):
    kept.write("name", content)
    found = kept.read("name")
    assert found in (b"a" * 20000, b"b" * 20000), found and found[:5]
"""


def test_two_runs_at_a_time(folder: Path) -> None:
    writers = [
        subprocess.Popen([sys.executable, "-c", _WRITER, str(folder), letter], cwd=Path(__file__).parents[2])
        for letter in "ab"
    ]
    assert [writer.wait(60) for writer in writers] == [0, 0]
    assert [path.name for path in folder.iterdir()] == ["name"]


def test_a_full_disk_keeps_nothing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = Store(folder)
    # The nearest to a full disk that needs none: a file may not grow so far.
    code = (
        "import resource, signal, sys, os; from pathlib import Path\n"
        "from kallithea_dbdev.memory.store import Store\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))\n"
        "Store(Path(sys.argv[1])).write('name', os.urandom(5000))\n"
    )
    subprocess.run(
        [sys.executable, "-c", code, str(folder)], cwd=Path(__file__).parents[2], check=True, timeout=60
    )
    assert kept.read("name") is None
    assert list(folder.iterdir()) == []
