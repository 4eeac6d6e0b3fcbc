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


@contextmanager
def undisturbed() -> Iterator[None]:
    """Put back working folder, environment, import path, streams, warnings, locale, time zone and
    signal handlers; what is printed to standard output meanwhile goes to standard error, and who asks
    standard input gets no answer: nobody should wait for one."""
    folder = os.open(".", os.O_RDONLY)
    environment = dict(os.environ)
    path = list(sys.path)
    streams = sys.stdin, sys.stdout, sys.stderr
    words = locale.setlocale(locale.LC_ALL)
    handlers = {number: signal.getsignal(number) for number in signal.valid_signals()}
    sys.stdin, sys.stdout = io.StringIO(), sys.stderr
    try:
        with warnings.catch_warnings():
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


def _put_back(handlers: Mapping[signal.Signals, object]) -> None:
    if threading.current_thread() is not threading.main_thread():
        return
    for number, handler in handlers.items():
        if handler is not None and signal.getsignal(number) is not handler:
            with suppress(OSError, ValueError):
                signal.signal(number, handler)  # type: ignore[arg-type]
