"""What belongs to the process and not to a script: put back as it was after a script had it.

Scripts are run in this process, one after the other, and real ``alembic`` runs each run in one of
its own: what a script does to the process must reach neither the next script nor ourselves.
"""

from __future__ import annotations

import io
import locale
import os
import signal
import sys
import threading
import time
import warnings
from contextlib import contextmanager, suppress
from typing import Iterator, Mapping

from .offlimits import no_terminal

_OUT, _ERR = 1, 2


@contextmanager
def undisturbed() -> Iterator[None]:
    """Put back working folder, environment, import path, streams, warnings, locale, time zone and
    signal handlers; what is printed to standard output meanwhile goes to standard error, and who asks
    standard input or the terminal gets no answer: nobody should wait for one."""
    folder = os.open(".", os.O_RDONLY)
    environment = dict(os.environ)
    path = list(sys.path)
    streams = sys.stdin, sys.stdout, sys.stderr
    words = locale.setlocale(locale.LC_ALL)
    handlers = {number: signal.getsignal(number) for number in signal.valid_signals()}
    # With the bytes below it that modules want to have when they are imported.
    sys.stdin, sys.stdout = io.TextIOWrapper(io.BytesIO()), sys.stderr
    try:
        with warnings.catch_warnings(), _standard_output_aside(), no_terminal():
            yield
    finally:
        sys.stdin, sys.stdout, sys.stderr = streams
        os.fchdir(folder)
        os.close(folder)
        sys.path[:] = path
        zone = os.environ.get("TZ")
        if dict(os.environ) != environment:
            os.environ.clear()
            os.environ.update(environment)
        if zone != environment.get("TZ"):
            time.tzset()
        if locale.setlocale(locale.LC_ALL) != words:
            locale.setlocale(locale.LC_ALL, words)
        _put_back(handlers)


@contextmanager
def _standard_output_aside() -> Iterator[None]:
    """What programs that are started meanwhile write to standard output goes to standard error, too: a report
    may stand there alone."""
    try:
        kept = os.dup(_OUT)
    except OSError:  # it is closed
        yield
        return
    try:
        with suppress(OSError):
            os.dup2(_ERR, _OUT)
        yield
    finally:
        os.dup2(kept, _OUT)
        os.close(kept)


def _put_back(handlers: Mapping[signal.Signals, object]) -> None:
    if threading.current_thread() is not threading.main_thread():
        return
    for number, handler in handlers.items():
        if handler is not None and signal.getsignal(number) is not handler:
            with suppress(OSError, ValueError):
                signal.signal(number, handler)  # type: ignore[arg-type]
