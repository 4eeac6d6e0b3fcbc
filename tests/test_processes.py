"""Work in a child process: results and errors come back, and nothing outlives the parent."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from kallithea_dbdev.errors import DatabaseError, MigrationGraphError
from kallithea_dbdev.processes import Child, beside_this


def fail(error: BaseException) -> None:
    raise error


def test_the_result_comes_back_and_the_parent_is_untouched() -> None:
    seen = []
    assert Child(lambda: seen.append(1) or os.getpid()).result() != os.getpid()  # type: ignore[func-returns-value]
    assert seen == []


@pytest.mark.parametrize(
    "error",
    [DatabaseError("no such thing", "make it"), MigrationGraphError("several-heads", "two", "x", "abc")],
)
def test_an_error_comes_back_whole_with_the_childs_traceback(error: DatabaseError) -> None:
    with pytest.raises(type(error), match=str(error)) as caught:
        Child(lambda: fail(error)).result()
    assert vars(caught.value) == vars(error)
    assert "in fail" in str(caught.value.__cause__)


def test_what_cannot_be_sent_is_told() -> None:
    with pytest.raises(Exception, match="not picklable"):
        Child(lambda: lambda: 1).result()


@pytest.mark.parametrize("fork", [True, False])
def test_the_result_may_be_asked_for_twice_or_never(fork: bool) -> None:
    with beside_this(lambda: [1], fork) as made:
        assert made() is made()
    with beside_this(lambda: [1], fork):
        pass


CODE = """
import sys, time
from pathlib import Path
from kallithea_dbdev.processes import beside_this
import signal

def leave(*_):
    raise SystemExit(1)

signal.signal(signal.SIGTERM, leave)  # as the commands do

def work():
    Path(sys.argv[1], "begun").touch()
    try:
        time.sleep(60)
    finally:
        Path(sys.argv[1], "cleaned").touch()

with beside_this(work):
    time.sleep(60)
"""


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_a_child_cleans_up_and_ends_with_its_parent(tmp_path: Path, number: int) -> None:
    process = subprocess.Popen([sys.executable, "-c", CODE, str(tmp_path)])
    wait_for(tmp_path / "begun")
    process.send_signal(number)
    process.wait()
    wait_for(tmp_path / "cleaned")


def wait_for(path: Path) -> None:
    deadline = time.monotonic() + 30
    while not path.exists():
        assert time.monotonic() < deadline, path
        time.sleep(0.01)
