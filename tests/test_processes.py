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
    with Child(lambda: seen.append(1) or os.getpid()) as child:  # type: ignore[func-returns-value]
        assert child.result() != os.getpid()
    assert seen == []


@pytest.mark.parametrize(
    "error",
    [DatabaseError("no such thing", "make it"), MigrationGraphError("several-heads", "two", "x", "abc")],
)
def test_an_error_comes_back_whole_with_the_childs_traceback(error: DatabaseError) -> None:
    with pytest.raises(type(error), match=str(error)) as caught, Child(lambda: fail(error)) as child:
        child.result()
    assert vars(caught.value) == vars(error)
    assert "in fail" in str(caught.value.__cause__)


def test_what_cannot_be_sent_is_told() -> None:
    with pytest.raises(Exception, match="not picklable"), Child(lambda: lambda: 1) as child:
        child.result()


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


#: How a child is treated that was ended in the middle of what it does.
HEAD = """
import os, pickle, signal, subprocess, sys, time
from pathlib import Path
from kallithea_dbdev import processes, signals
from kallithea_dbdev.errors import DbdevError
from kallithea_dbdev.processes import Child
from kallithea_dbdev.signals import Interrupted

def pipes():
    return sorted(n for n in os.listdir("/proc/self/fd") if os.path.realpath("/proc/self/fd/" + n).find("pipe:") > 0)
"""


def run(code: str, folder: Path) -> "tuple[int, str, str]":
    done = subprocess.run(
        [sys.executable, "-c", HEAD + code], cwd=folder, capture_output=True, text=True, timeout=120
    )
    return done.returncode, done.stdout, done.stderr


@pytest.mark.parametrize(
    ("listening", "numbers", "times"),
    [
        ("signals.listen()", "[signal.SIGTERM]", 500),
        ("signals.listen()", "[signal.SIGINT, signal.SIGTERM]", 100),
        ("", "[signal.SIGINT, signal.SIGTERM]", 100),
        ("signal.signal(signal.SIGTERM, leave)", "[signal.SIGTERM]", 100),
    ],
)
def test_a_signal_at_once_after_the_fork_makes_no_child_run_its_parents_frames(
    tmp_path: Path, listening: str, numbers: str, times: int
) -> None:
    """The signal comes as soon as there is a child: ``os.fork`` itself sends it, in the parent."""
    code = f"""
def leave(*_):
    raise SystemExit(9)

{listening}
fork = os.fork

def fork_and_kill():
    pid = fork()
    if pid:
        for number in {numbers}:
            os.kill(pid, number)
    return pid

os.fork = fork_and_kill
parent = os.getpid()

class Trace:
    def __enter__(self):
        pass
    def __exit__(self, *_):
        if os.getpid() != parent:
            Path("trace").touch()

for _ in range({times}):
    with Trace():
        try:
            with Child(lambda: time.sleep(0.001)) as child:
                child.result()
        except DbdevError as error:
            assert "a child process was ended by SIGTERM" in str(error), error
assert os.getpid() == parent
print("end")
"""
    assert run(code, tmp_path) == (0, "end\n", "")
    assert list(tmp_path.iterdir()) == []


#: Leaves as nobody can keep it from.
LEAVE_IN_C = "__import__('ctypes').CDLL(None)._exit(6)"


@pytest.mark.parametrize(
    "work",
    [
        "sys.exit(3)",
        "os.kill(os.getpid(), signal.SIGTERM)",
        "os.kill(os.getpid(), signal.SIGKILL)",
        "os._exit(5)",
        LEAVE_IN_C,
        "raise_(KeyboardInterrupt())",
        "raise_(GeneratorExit())",
        "Bad()",
        "raise_(Worse())",
        "[os.close(n) for n in range(3, 50)]",
        "[os.dup2(0, n) for n in range(3, 50)]",
        "'x' * 10_000_000",
    ],
)
def test_a_child_never_comes_back(tmp_path: Path, work: str) -> None:
    """Neither by what its work raises nor by what its answer does while it is packed."""
    code = f"""
import atexit
signals.listen()
parent = os.getpid()
atexit.register(lambda: os.getpid() == parent or Path("trace").touch())

def raise_(error):
    raise error

class Bad:
    def __reduce__(self):
        os.kill(os.getpid(), signal.SIGTERM)
        sys.exit(4)

class Worse(BaseException):
    def __reduce__(self):
        raise SystemExit(4)

try:
    try:
        with Child(lambda: {work}) as child:
            child.result()
    except Exception as error:
        print(f"{{type(error).__name__}}: {{error}}")
finally:
    if os.getpid() != parent:
        Path("trace").touch()
"""
    status, out, err = run(code, tmp_path)
    assert (status, list(tmp_path.iterdir())) == (0, []), err
    expected = {
        "sys.exit(3)": "ExitCalledError: <string>:31 wants to end the process (exit status 3)",
        "os.kill(os.getpid(), signal.SIGTERM)": "DbdevError: a child process was ended by SIGTERM",
        "os.kill(os.getpid(), signal.SIGKILL)": "DbdevError: a child process was ended by SIGKILL",
        "os._exit(5)": "ExitCalledError: <string>:31 wants to end the process (exit status 5)",
        LEAVE_IN_C: "DbdevError: a child process ended with exit status 6 and without an answer",
    }
    assert expected.get(work, "") in out


def test_no_end_of_a_pipe_leaks_into_a_child_of_a_child(tmp_path: Path) -> None:
    """Its answer, its parent's life and its signals: five ends, however many relatives there are."""
    code = """
signals.listen()

def work(depth):
    def inner():
        if depth:
            with Child(work(depth - 1)) as one, Child(work(0)) as other:
                return [len(pipes()), *one.result(), *other.result()]
        return [len(pipes())]
    return inner

before = len(pipes())
with Child(work(2)) as one, Child(work(2)) as other:
    counts = one.result() + other.result()
    leaves = [n for n in counts if n == min(counts)]
print(sorted(set(counts)), len(leaves), len(pipes()) == before)
"""
    status, out, err = run(code, tmp_path)
    assert status == 0, err
    # Standard output and error are pipes, too; the middle ones hold two ends of each child of theirs.
    assert out == "[6, 10] 6 True\n"


def test_what_was_printed_before_the_fork_is_written_once(tmp_path: Path) -> None:
    code = """
print("before", end="")
def work():
    print(" child", end="")
with Child(work) as child:
    child.result()
print(" after")
"""
    assert run(code, tmp_path) == (0, "before child after\n", "")


def test_a_child_that_does_not_end_is_ended(tmp_path: Path) -> None:
    code = """
processes._SECONDS_TO_STOP = 0.3
def work():
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM])
    Path("begun").touch()
    time.sleep(60)
started = time.monotonic()
with Child(work):
    while not Path("begun").exists():
        time.sleep(0.01)
print(time.monotonic() - started < 20)
"""
    assert run(code, tmp_path) == (0, "True\n", "")


def test_a_signal_to_the_whole_group_cleans_up_in_both(tmp_path: Path) -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        process = subprocess.Popen(
            [sys.executable, "-c", GROUP, str(tmp_path)],
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        wait_for(tmp_path / "begun")
        os.killpg(process.pid, number)
        _, err = process.communicate(timeout=60)
        assert (process.returncode, err) == (128 + number, "")
        assert sorted(path.name for path in tmp_path.iterdir()) == [
            "begun",
            "cleaned child",
            "cleaned parent",
        ]
        for path in tmp_path.iterdir():
            path.unlink()


GROUP = """
import sys, time
from pathlib import Path
from kallithea_dbdev import signals
from kallithea_dbdev.processes import beside_this

def work(name):
    try:
        if name == "child":
            Path(sys.argv[1], "begun").touch()
        time.sleep(60)
    finally:
        time.sleep(0.2)
        Path(sys.argv[1], f"cleaned {name}").touch()

signals.listen()
try:
    with beside_this(lambda: work("child")):
        work("parent")
except signals.Interrupted as error:
    signals.finish()
    sys.exit(error.exit_status)
"""


def wait_for(path: Path) -> None:
    deadline = time.monotonic() + 30
    while not path.exists():
        assert time.monotonic() < deadline, path
        time.sleep(0.01)
