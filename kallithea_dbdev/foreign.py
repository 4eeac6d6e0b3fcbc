"""Code that is not ours: Kallithea's, its models, migration scripts.

It must neither end our process nor swallow what ends it.
"""

from __future__ import annotations

import traceback
from contextlib import contextmanager
from pathlib import Path
from typing import Iterator

from .signals import Interrupted, may_swallow


class ExitCalledError(Exception):
    """Code that is not ours wanted to end the process; its place is the innermost frame of that."""


@contextmanager
def foreign_code() -> Iterator[None]:
    """Turn SystemExit and its like into an error with a place, and stop where a signal was swallowed.

    Raises ExitCalledError with the traceback of what it stands for.
    """
    with may_swallow():
        try:
            yield
        except (Exception, GeneratorExit, Interrupted):
            raise
        except BaseException as error:
            raise ExitCalledError(_described(error)).with_traceback(error.__traceback__) from error


def _described(error: BaseException) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    # The frame of sys.exit() or raise; none of it is ours.
    place = f" at {Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    if isinstance(error, SystemExit):
        return f"it asked to exit with {error.code!r}{place}: only the command ends the process"
    return f"it raised {type(error).__name__}{place}, which ends a process"
