"""Signals end a run once, by one exception; what cleans up is not disturbed."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

#: What a command does around its work.
HEAD = """
import os, signal, socket, sys, time
from kallithea_dbdev import signals
from kallithea_dbdev.signals import Interrupted, stop_if_interrupted, uninterrupted
from kallithea_dbdev.foreign import foreign_code
from kallithea_dbdev.workspace import Workspace

def kill(number=signal.SIGINT):
    os.kill(os.getpid(), number)

def work():
{body}

signals.listen()
status = 0
try:
    work()
except Interrupted as error:
    status = error.exit_status
number = signals.finish()
sys.exit(status if number is None else 128 + number)
"""


def start(body: str, folder: Path) -> "subprocess.Popen[str]":
    indented = "\n".join(f"    {line}" for line in body.strip("\n").splitlines())
    return subprocess.Popen(
        [sys.executable, "-c", HEAD.replace("{body}", indented)],
        cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def run(body: str, folder: Path) -> "tuple[int, str, str]":
    process = start(body, folder)
    out, err = process.communicate(timeout=60)
    return process.returncode, out, err


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT])
def test_a_signal_raises_once_and_gives_the_status(tmp_path: Path, number: signal.Signals) -> None:
    body = f"""
try:
    kill({int(number)})
    time.sleep(60)
finally:
    kill(signal.SIGINT)
    kill(signal.SIGTERM)
    time.sleep(0.05)
    print("cleaned")
"""
    assert run(body, tmp_path) == (128 + number, "cleaned\n", "")


def test_a_section_ends_before_the_signal_counts(tmp_path: Path) -> None:
    body = """
try:
    with uninterrupted():
        with uninterrupted():
            kill()
        print("made")
        time.sleep(0.05)
        print("registered")
    print("went on")
finally:
    print("cleaned")
"""
    assert run(body, tmp_path) == (130, "made\nregistered\ncleaned\n", "")


def test_the_signal_wins_over_an_error_of_the_section(tmp_path: Path) -> None:
    body = """
with uninterrupted():
    kill()
    raise KeyError
"""
    assert run(body, tmp_path) == (130, "", "")


def test_a_clean_up_without_a_signal_is_not_interrupted_by_one(tmp_path: Path) -> None:
    body = """
with Workspace() as workspace:
    workspace.defer(lambda: print("second"))
    workspace.defer(lambda: [kill(), time.sleep(0.05), print("first")])
print("went on")
"""
    assert run(body, tmp_path) == (130, "first\nsecond\n", "")


@pytest.mark.parametrize("how", ["except:", "except BaseException:", "finally:\n    return"])
def test_a_swallowed_signal_stops_the_run_at_the_next_opportunity(tmp_path: Path, how: str) -> None:
    body = f"""
def swallow():
    try:
        kill()
        time.sleep(60)
    {how.replace(chr(10), chr(10) + "    ")}
        {"pass" if how.startswith("except") else ""}
with foreign_code():
    swallow()
    print("swallowed")
print("went on")
"""
    assert run(body, tmp_path) == (130, "swallowed\n", "")


def test_a_swallowed_signal_is_not_forgotten_at_the_end(tmp_path: Path) -> None:
    body = """
try:
    kill()
    time.sleep(60)
except BaseException:
    pass
print("went on")
"""
    assert run(body, tmp_path) == (130, "went on\n", "")


def test_a_second_signal_ends_foreign_code_that_swallows_and_waits(tmp_path: Path) -> None:
    body = """
signals._SWALLOWED_SECONDS = 0.2
with foreign_code():
    try:
        kill()
        time.sleep(60)
    except BaseException:
        print("swallowed", flush=True)
    try:
        time.sleep(0.5)
        kill()
        time.sleep(60)
    finally:
        print("ended")
"""
    assert run(body, tmp_path) == (130, "swallowed\nended\n", "")


def test_the_edge_of_a_context_manager_is_left_alone(tmp_path: Path) -> None:
    """Between making and registering, and before ``__exit__`` has begun, there are frames, too."""
    body = """
class Manager:
    def __enter__(self):
        os.kill(os.getpid(), signal.SIGINT)
        for _ in range(1000):
            pass
        print("entered")
    def __exit__(self, *_):
        print("left")
with Manager():
    time.sleep(60)
"""
    assert run(body, tmp_path) == (130, "entered\nleft\n", "")


def test_an_ignored_signal_stays_ignored(tmp_path: Path) -> None:
    done = subprocess.run(
        ["nohup", sys.executable, "-c", HEAD.replace("{body}", "    kill(signal.SIGHUP); print('on')")],
        cwd=tmp_path, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (0, "on\n")


def test_a_call_that_waits_for_a_server_is_bounded(tmp_path: Path) -> None:
    """As libpq waits: in C, and again after each signal."""
    body = """
import ctypes
signals.CALL_SECONDS = 0.2
ours, theirs = socket.socketpair()
print("waiting", flush=True)
signal.siginterrupt(signal.SIGINT, False)
ctypes.CDLL(None).recv(ours.fileno(), ctypes.create_string_buffer(1), 1, 0)
time.sleep(60)
"""
    process = start(body, tmp_path)
    assert process.stdout
    assert process.stdout.readline() == "waiting\n"
    process.send_signal(signal.SIGINT)
    started = time.monotonic()
    assert process.wait(30) == 130
    assert time.monotonic() - started < 20


def test_a_clean_up_is_bounded(tmp_path: Path) -> None:
    body = """
signals.CALL_SECONDS = signals.CLEAN_UP_SECONDS = 0.2
try:
    kill(signal.SIGTERM)
    time.sleep(60)
finally:
    time.sleep(60)
"""
    status, _, err = run(body, tmp_path)
    assert status == 143
    assert "clean-up takes too long" in err


def test_an_answer_is_no_end(tmp_path: Path) -> None:
    body = """
try:
    kill()
    time.sleep(60)
except Interrupted:
    signals.forget()
print("went on")
kill(signal.SIGTERM)
time.sleep(60)
"""
    assert run(body, tmp_path) == (143, "went on\n", "")


@pytest.mark.parametrize(
    "swallows",
    ["weakref.finalize(thing, kill)", "weakref.ref(thing, lambda _: kill())", "setattr(Thing, '__del__', lambda _: kill())"],
    ids=["finalize", "callback", "del"],
)  # fmt: skip
def test_what_python_swallows_is_raised_again(tmp_path: Path, swallows: str) -> None:
    """No exception leaves a finalizer: Python would print it and go on."""
    body = f"""
import weakref
class Thing: pass
thing = Thing()
kept = {swallows}
del thing
time.sleep(20)
print("went on")
"""
    assert run(body, tmp_path) == (130, "", "")


def test_no_alarm_is_left_for_the_end_of_python(tmp_path: Path) -> None:
    """Nobody handles it there: the process would be killed, and not say how it ended."""
    body = """
try:
    kill()
except Interrupted:
    signal.setitimer(signal.ITIMER_REAL, 0.2)  # as at an edge
    import atexit
    atexit.register(lambda: (signal.signal(signal.SIGALRM, signal.SIG_DFL), time.sleep(0.5)))
    raise
"""
    assert run(body, tmp_path) == (130, "", "")
