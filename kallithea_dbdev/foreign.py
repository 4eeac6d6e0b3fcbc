"""Code that is not ours: Kallithea's, its models, migration scripts.

It must neither end our process nor swallow what ends it.
"""

from __future__ import annotations

import traceback
from pathlib import Path
from types import TracebackType
from typing import Optional, Type

from .errors import DbdevError
from .signals import Interrupted, may_swallow


class ExitCalledError(DbdevError):
    """Code that is not ours wanted to end the process; the traceback is that of its doing so."""


class _ForeignCode:
    """Has no state, so one object does for all."""

    def __enter__(self) -> None:
        _swallowing.__enter__()

    def __exit__(
        self,
        kind: Optional[Type[BaseException]],
        error: Optional[BaseException],
        place: Optional[TracebackType],
    ) -> None:
        _swallowing.__exit__()
        if error is not None and not isinstance(error, (Exception, Interrupted)):
            raise ExitCalledError(
                _described(error), "take that away: only the command ends the process"
            ).with_traceback(place) from error


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
    # exit(), unlike sys.exit(), has a frame of its own.
    frame = next(frame for frame in reversed(frames) if "_sitebuiltins" not in frame.filename)
    return f"{Path(frame.filename).name}:{frame.lineno} wants to end the process ({what})"
