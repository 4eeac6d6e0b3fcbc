"""The parent of a private server, with other programs in the place of a server."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from typing import Iterator, List

import pytest

from kallithea_dbdev.engines.private import watchdog

SERVING = ["sh", "-c", "echo serving; exec sleep 60"]


@contextmanager
def watching(folder: Path, *commands: List[str], code: str = "") -> Iterator["subprocess.Popen[bytes]"]:
    """A watchdog; ``code`` is run before it."""
    run = f"import os, runpy, sys\n{code}\nrunpy.run_path(sys.argv.pop(1), run_name='__main__')"
    words = [sys.executable, "-I", "-c", run, watchdog.__file__, str(folder), "", *map(json.dumps, commands)]
    process = subprocess.Popen(words, stdin=subprocess.PIPE)
    assert process.stdin
    try:
        yield process
    finally:
        process.stdin.close()
        process.wait(30)


def wait_for(path: Path) -> None:
    deadline = time.monotonic() + 30
    while not (path.exists() and path.read_text()) and time.monotonic() < deadline:
        time.sleep(0.01)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "server").mkdir()
    return tmp_path / "server"


#: On a system that cannot wait for the end of a program it looks again and again.
WITHOUT = "del os.pidfd_open"


@pytest.mark.parametrize("code", ["", WITHOUT])
def test_the_end_of_the_pipe_is_the_end_of_the_server(folder: Path, code: str) -> None:
    with watching(folder, ["true"], SERVING, code=code) as process:
        wait_for(folder / watchdog.SERVER_LOG)
        assert process.poll() is None
    assert process.returncode == 0
    assert not folder.exists()


@pytest.mark.parametrize("code", ["", WITHOUT])
@pytest.mark.parametrize("commands", [(["false"], SERVING), (["true"], ["true"])])
def test_a_program_that_ends_by_itself_is_the_end(
    folder: Path, commands: "tuple[List[str], ...]", code: str
) -> None:
    with watching(folder, *commands, code=code) as process:
        assert process.wait(30) == 1
    assert folder.exists(), "the run reads there why"


@pytest.mark.skipif(not hasattr(watchdog.os, "pidfd_open"), reason="looks again and again on this system")
def test_it_sleeps_while_the_server_runs(folder: Path) -> None:
    with watching(folder, ["true"], SERVING) as process:
        wait_for(folder / watchdog.SERVER_LOG)
        time.sleep(0.1)
        before = _wakings(process.pid)
        time.sleep(0.4)
        assert _wakings(process.pid) - before <= 1


def _wakings(pid: int) -> int:
    found = re.search(r"^voluntary_ctxt_switches:\s*(\d+)", Path(f"/proc/{pid}/status").read_text(), re.M)
    assert found
    return int(found.group(1))
