"""What code that is not ours says to standard output: a report or a script may stand there alone."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from typing import Optional, TextIO

_OUT, _ERR = 1, 2


class _Aside:
    """Reentrant: the outermost one turns the stream away, and what programs that are started get of it."""

    def __init__(self) -> None:
        self._depth = 0
        self._stream: Optional[TextIO] = None
        self._kept: Optional[int] = None

    def __enter__(self) -> None:
        self._depth += 1
        if self._depth > 1:
            return
        self._stream, sys.stdout = sys.stdout, sys.stderr
        with suppress(OSError):  # it is closed
            self._kept = os.dup(_OUT)
            os.dup2(_ERR, _OUT)

    def __exit__(self, *_: object) -> None:
        self._depth -= 1
        if self._depth:
            return
        with suppress(AttributeError, OSError, ValueError):
            self._stream.flush()  # type: ignore[union-attr]
        sys.stdout, self._stream = self._stream, None  # type: ignore[assignment]
        if self._kept is not None:
            os.dup2(self._kept, _OUT)
            os.close(self._kept)
            self._kept = None


_aside = _Aside()


def said_aside() -> _Aside:
    """What is printed to standard output meanwhile goes to standard error, also what is written past Python's
    streams, as by a program that is started."""
    return _aside
