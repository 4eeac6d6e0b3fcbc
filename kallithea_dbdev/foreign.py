"""Code that is not ours: Kallithea's, its models, migration scripts.

It must neither end our process nor swallow what ends it.
"""

from __future__ import annotations

import os
import traceback
from pathlib import Path
from types import TracebackType
from typing import NoReturn, Optional, Type

from .errors import DbdevError
from .signals import Interrupted, may_swallow


class ExitCalledError(DbdevError):
    """Code that is not ours wanted to end the process; the traceback is that of its doing so."""


#: How a process is left without a word.
_leave_at_once = os._exit


class _Door:
    """Keeps foreign code from leaving without a word: nobody could say what was wrong. And keeps out what it
    has forked: there would be two of us, with two reports, and one would remove the other's files."""

    def __init__(self) -> None:
        self._depth = 0
        self._process = 0

    def shut(self) -> None:
        """Until ``open``; a child that foreign code forks leaves as it will."""
        if not self._depth:
            self._process = os.getpid()
        self._depth += 1
        os._exit = self._leave

    def open(self, status: int) -> None:
        """As often as ``shut``: then it is what it was. A child that comes here ends with that status."""
        self._depth -= 1
        if not self._depth:
            if os.getpid() != self._process:
                _leave_at_once(status)
            os._exit = _leave_at_once

    def _leave(self, status: int) -> NoReturn:
        if os.getpid() != self._process:
            _leave_at_once(status)
        raise SystemExit(status)


class _ForeignCode:
    """Has no state of its own, so one object does for all."""

    def __enter__(self) -> None:
        _swallowing.__enter__()
        _door.shut()

    def __exit__(
        self,
        kind: Optional[Type[BaseException]],
        error: Optional[BaseException],
        place: Optional[TracebackType],
    ) -> None:
        _door.open(int(error is not None))
        _swallowing.__exit__()
        if error is not None and not isinstance(error, (Exception, Interrupted)):
            raise ExitCalledError(
                _described(error), "take that away: only the command ends the process"
            ).with_traceback(place) from error


_door = _Door()
_swallowing = may_swallow()
_foreign_code = _ForeignCode()


def foreign_code() -> _ForeignCode:
    """Turn SystemExit and its like into an error with a place, and stop where a signal was swallowed.

    Raises ExitCalledError with the traceback of what it stands for; what is raised otherwise stays.
    """
    return _foreign_code


def _described(error: BaseException) -> str:
    what = f"exit status {error.code!r}" if isinstance(error, SystemExit) else type(error).__name__
    frames = traceback.extract_tb(error.__traceback__)
    # exit(), unlike sys.exit(), has a frame of its own, and so has what stands for os._exit().
    without = ("_sitebuiltins", __file__)
    frame = next(frame for frame in reversed(frames) if not any(part in frame.filename for part in without))
    return f"{Path(frame.filename).name}:{frame.lineno} wants to end the process ({what})"
