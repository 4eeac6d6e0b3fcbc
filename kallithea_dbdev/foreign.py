"""Code that is not ours: Kallithea's, its models, migration scripts.

It must neither end our process nor swallow what ends it.
"""

from __future__ import annotations

import traceback
from pathlib import Path
from types import TracebackType
from typing import Optional, Type

from .signals import Interrupted, may_swallow


class ExitCalledError(Exception):
    """Code that is not ours wanted to end the process; its place is the innermost frame of that."""


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
            raise ExitCalledError(_described(error)).with_traceback(place) from error


_swallowing = may_swallow()
_foreign_code = _ForeignCode()


def foreign_code() -> _ForeignCode:
    """Turn SystemExit and its like into an error with a place, and stop where a signal was swallowed.

    Raises ExitCalledError with the traceback of what it stands for.
    """
    return _foreign_code


def _described(error: BaseException) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    # The frame of sys.exit() or raise; none of it is ours.
    place = f" at {Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    if isinstance(error, SystemExit):
        return f"it asked to exit with {error.code!r}{place}: only the command ends the process"
    return f"it raised {type(error).__name__}{place}, which ends a process"
