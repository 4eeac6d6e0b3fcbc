"""What a script does to the process does not outlive it."""

from __future__ import annotations

import decimal
import errno
import io
import locale
import logging
import os
import resource
import signal
import socket
import sys
import time
import warnings
from pathlib import Path

import pytest

from kallithea_dbdev.surroundings import undisturbed


def now() -> "tuple[object, ...]":
    return (
        Path.cwd(), dict(os.environ), list(sys.path), sys.stdin, sys.stdout, sys.stderr, list(warnings.filters),
        locale.setlocale(locale.LC_ALL), time.strftime("%H:%M %z", time.localtime(1e9)),
        [signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)],
        list(sys.argv), sys.getrecursionlimit(), socket.getdefaulttimeout(), logging.root.manager.disable,
        resource.getrlimit(resource.RLIMIT_FSIZE), mask(), decimal.getcontext().prec,
    )  # fmt: skip


def mask() -> int:
    found = os.umask(0)
    os.umask(found)
    return found


def disturb(folder: Path) -> None:
    os.chdir(folder)
    os.environ["TZ"] = "Asia/Tokyo"
    time.tzset()
    os.environ["PATH"] = ""
    sys.path[:] = []
    sys.stdin = sys.stdout = sys.stderr = io.StringIO()
    warnings.simplefilter("error")
    locale.setlocale(locale.LC_ALL, "C.UTF-8" if locale.setlocale(locale.LC_ALL) == "C" else "C")
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    sys.argv[:] = []
    sys.setrecursionlimit(500)
    socket.setdefaulttimeout(0.001)
    logging.disable(logging.CRITICAL)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10_000_000, resource.getrlimit(resource.RLIMIT_FSIZE)[1]))
    os.umask(0o123)
    decimal.getcontext().prec = 2


def test_all_is_put_back(tmp_path: Path) -> None:
    before = now()
    with undisturbed():
        disturb(tmp_path)
        assert now() != before
    assert now() == before


def test_after_an_error_too(tmp_path: Path) -> None:
    before = now()
    with pytest.raises(KeyError), undisturbed():
        disturb(tmp_path)
        raise KeyError
    assert now() == before


def test_a_folder_that_is_gone(tmp_path: Path) -> None:
    before = Path.cwd()
    (tmp_path / "gone").mkdir()
    os.chdir(tmp_path / "gone")
    try:
        (tmp_path / "gone").rmdir()
        with undisturbed():
            os.chdir("/")
    finally:
        os.chdir(before)


def test_a_folder_that_one_may_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As root's is for the user that a site runs as."""
    usual = os.open

    def refused(path: str, flags: int, *more: int) -> int:
        if path == ".":
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), path)
        return usual(path, flags, *more)

    monkeypatch.setattr(os, "open", refused)
    before = now()
    with undisturbed():
        os.environ["LEFT"] = "1"
    assert now() == before


def test_what_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    with undisturbed():
        print("said by a script")
    print("said by us")
    said = capsys.readouterr()
    assert (said.out, said.err) == ("said by us\n", "said by a script\n")
