"""What belongs to the process and not to a script: put back as it was after a script had it.

Scripts are run in this process, one after the other, and real ``alembic`` runs each run in one of
its own: what a script does to the process must reach neither the next script nor ourselves.
"""

from __future__ import annotations

import decimal
import io
import locale
import logging
import os
import resource
import signal
import socket
import sys
import threading
import time
import warnings
from contextlib import contextmanager, suppress
from typing import Any, Callable, Iterator, Mapping, Optional, Tuple

from .aside import said_aside
from .offlimits import no_terminal

_LIMITS = tuple(number for name, number in sorted(vars(resource).items()) if name.startswith("RLIMIT_"))


def _umask() -> int:
    mask = os.umask(0o077)
    os.umask(mask)
    return mask


def _limits() -> Tuple[Tuple[int, int], ...]:
    return tuple(map(resource.getrlimit, _LIMITS))


def _limit(limits: Tuple[Tuple[int, int], ...]) -> None:
    for number, limit in zip(_LIMITS, limits):
        with suppress(OSError, ValueError):  # the upper one cannot be raised again
            resource.setrlimit(number, limit)


#: What asks for a setting of the process, and what sets it.
_SETTINGS: Tuple[Tuple[Callable[[], Any], Callable[[Any], object]], ...] = (
    (_umask, os.umask),
    (_limits, _limit),
    (sys.getrecursionlimit, sys.setrecursionlimit),
    (socket.getdefaulttimeout, socket.setdefaulttimeout),
    (lambda: logging.root.manager.disable, logging.disable),
)


#: A time zone, as POSIX writes it: 5:45 hours east of UTC.
OTHER_ZONE = "<+0545>-05:45"


def away_from_utc() -> None:
    """Where the process is in UTC, let it be in another zone until ``undisturbed`` ends: what a script does with
    local time shows nowhere else."""
    if not time.localtime().tm_gmtoff:
        os.environ["TZ"] = OTHER_ZONE
        time.tzset()


@contextmanager
def undisturbed() -> Iterator[None]:
    """Put back working folder, environment, arguments, import path, streams, warnings, locale, time zone,
    signal handlers, and what may be limited or set for all (see ``_SETTINGS``).

    What is printed to standard output meanwhile goes to standard error, and who asks standard input or the
    terminal gets no answer: nobody should wait for one.
    """
    try:
        folder: Optional[int] = os.open(".", os.O_RDONLY)
    except PermissionError:
        folder = None  # somebody else's, from which one cannot come back to it either
    environment = dict(os.environ)
    arguments, path = list(sys.argv), list(sys.path)
    settings = [get() for get, _ in _SETTINGS]
    streams = sys.stdin, sys.stdout, sys.stderr
    words = locale.setlocale(locale.LC_ALL)
    handlers = {number: signal.getsignal(number) for number in signal.valid_signals()}
    # With the bytes below it that modules want to have when they are imported.
    sys.stdin = io.TextIOWrapper(io.BytesIO())
    try:
        with warnings.catch_warnings(), decimal.localcontext(), said_aside(), no_terminal():
            yield
    finally:
        sys.stdin, sys.stdout, sys.stderr = streams
        if folder is not None:
            os.fchdir(folder)
            os.close(folder)
        sys.argv[:], sys.path[:] = arguments, path
        for (get, put_back), before in zip(_SETTINGS, settings):
            if get() != before:
                put_back(before)
        zone = os.environ.get("TZ")
        if dict(os.environ) != environment:
            os.environ.clear()
            os.environ.update(environment)
        if zone != environment.get("TZ"):
            time.tzset()
        if locale.setlocale(locale.LC_ALL) != words:
            locale.setlocale(locale.LC_ALL, words)
        _put_back(handlers)


def _put_back(handlers: Mapping[signal.Signals, object]) -> None:
    if threading.current_thread() is not threading.main_thread():
        return
    for number, handler in handlers.items():
        if handler is not None and signal.getsignal(number) is not handler:
            with suppress(OSError, ValueError):
                signal.signal(number, handler)  # type: ignore[arg-type]
