"""What belongs to a throwaway appears and goes whole; what its private server took along is known."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import threading
import time
from pathlib import Path
from typing import Iterator

import pytest

from kallithea_dbdev import belongings
from kallithea_dbdev.folders import server_folder

from .projects import Project, environment, one_line
from .servers import Server


def test_what_is_not_finished_is_cleared(tmp_path: Path) -> None:
    ini = tmp_path / "temp[1].ini"
    (tmp_path / f"{belongings.dead_prefix(ini)}4711").touch()
    (tmp_path / f"{belongings.dead_prefix(ini)}4711-temp-repos").mkdir()
    (tmp_path / f"{belongings.dead_prefix(ini)}4711-temp-repos" / "file").touch()
    (tmp_path / ".other.ini.kallithea-dbdev-4711").touch()
    belongings.clear_unfinished(ini)
    assert [path.name for path in tmp_path.iterdir()] == [".other.ini.kallithea-dbdev-4711"]


def test_a_folder_of_ours_is_marked_and_goes_and_another_one_stays(tmp_path: Path) -> None:
    ini = tmp_path / "temp.ini"
    ini.write_text("[kallithea_dbdev]\nthrowaway = true\n")
    (tmp_path / "temp-data").mkdir()
    made_folders: "list[Path]" = []
    for kind in ("repos", "data"):
        belongings.make_folder(ini, belongings.folder_of(ini, kind), made_folders)
    assert made_folders == [tmp_path / "temp-repos"]
    removed: "list[object]" = []
    left = belongings.remove_all(ini, removed.append)
    assert removed == [tmp_path / "temp-repos", ini]
    assert left == [f"{tmp_path}/temp-data: db-throwaway did not make it"]
    assert [path.name for path in tmp_path.iterdir()] == ["temp-data"]


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("postgresql://kallithea@/k_temp?host=/dev/shm/kallithea-dbdev-server-a_b1", "/dev/shm/kallithea-dbdev-server-a_b1"),
        ("mysql://root@localhost/k?unix_socket=/tmp/x y/kallithea-dbdev-server-a/s&charset=utf8mb4", "/tmp/x y/kallithea-dbdev-server-a"),
        ("postgresql://u@/k?host=/var/run/postgresql", None),
        ("sqlite:////home/kallithea-dbdev-server/x.db", None),
    ],
)  # fmt: skip
def test_the_folder_of_a_private_server_is_in_its_url(url: str, expected: "str | None") -> None:
    assert server_folder(url) == (expected and Path(expected))


def test_a_server_whose_folder_is_just_being_removed_is_gone(tmp_path: Path) -> None:
    """What it says about its run goes with the rest of the folder, and before it."""
    folder = tmp_path / "kallithea-dbdev-server-a"
    (folder / "data").mkdir(parents=True)
    ini = tmp_path / "temp.ini"
    ini.write_text(
        f"[app:main]\nsqlalchemy.url = postgresql://k@/k?host={folder}\n[kallithea_dbdev]\nthrowaway = true\n"
    )
    remover = threading.Timer(0.2, shutil.rmtree, [folder])
    remover.start()
    assert belongings.server_is_gone(ini)
    remover.join()


@pytest.fixture
def killed(project: Project, server: Server) -> Iterator[Path]:
    """The configuration of a throwaway on a private server whose run was killed."""
    temporary = Path("/tmp") / f"kdb{os.getpid()}"  # a socket's path must be short
    temporary.mkdir()
    main, terminal = os.openpty()
    process = subprocess.Popen(
        ["gearbox", "db-throwaway", "-c", "temp.ini", "--engine", server.engine],
        cwd=project.instance, env=environment(project.checkout, TMPDIR=str(temporary)),
        stdin=terminal, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    assert process.stdout
    for line in process.stdout:
        if b"after Ctrl-C or Return" in line:
            break
    process.send_signal(signal.SIGKILL)
    assert process.wait(30) == -signal.SIGKILL
    yield temporary
    process.stdout.close()
    os.close(main)
    os.close(terminal)
    deadline = time.monotonic() + 30
    while list(temporary.iterdir()) and time.monotonic() < deadline:
        time.sleep(0.05)
    temporary.rmdir()


def test_after_a_kill_it_can_be_made_again_and_dropped(
    project: Project, server: Server, killed: Path
) -> None:
    """Its database went with its server: the rest of it is all that is left."""
    names = {"temp.ini", "temp-data", "temp-repos"}
    assert names < _names(project)
    done = project.gearbox("db-throwaway", "-c", "temp.ini", TMPDIR=str(killed))
    assert done.returncode == 2
    one_line(done.stderr, "its database was on a private server, which is gone; remove the rest with --drop")
    copy = project.root / "again"
    subprocess.run(["cp", "-a", project.instance, copy], check=True)
    done = project.gearbox("db-throwaway", "-c", "temp.ini", "--drop", TMPDIR=str(killed))
    assert done.returncode == 0, done.stderr
    assert not {name for name in _names(project) if "temp" in name}
    project.instance.rename(project.root / "dropped")
    copy.rename(project.instance)
    done = project.gearbox("db-throwaway", "-c", "temp.ini", "--engine", server.engine, TMPDIR=str(killed))
    assert done.returncode == 0, done.stderr
    assert "temp.ini (new)" in done.stdout
    assert not {name for name in _names(project) if "temp" in name}


def _names(project: Project) -> "set[str]":
    return {path.name for path in project.instance.iterdir()}
