"""A part of the work that could not be done, as a value: the rest goes on without it."""

from __future__ import annotations

import traceback
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Iterator, List, Optional

from .causes import is_of_the_machine
from .config import first_line
from .errors import DbdevError


@dataclass(frozen=True)
class Failure:
    """What was being done (``what``: a noun), on which table, and why it ended."""

    what: str
    message: str
    table: Optional[str] = None
    traceback: str = field(default="", repr=False, compare=False)


def failure_of(what: str, error: Exception, table: Optional[str] = None) -> Failure:
    """The failure that an exception stands for: what it says and, of one that nobody foresaw, where it
    was raised.

    Raises the exception itself where the machine is to blame: the rest cannot go on, either.
    """
    if is_of_the_machine(error):
        raise error
    if isinstance(error, DbdevError):
        message = str(error)
    else:
        message = f"{type(error).__name__}: {first_line(error)}"
        frames = traceback.extract_tb(error.__traceback__)
        if frames:
            message += f" (at {Path(frames[-1].filename).name}:{frames[-1].lineno})"
    text = "".join(traceback.format_exception(type(error), error, error.__traceback__))
    return Failure(what, message, table, text)


@contextmanager
def going_on(what: str, failures: List[Failure]) -> Iterator[None]:
    """Do something without which the rest can go on: an error is remembered in ``failures``."""
    try:
        yield
    except Exception as error:
        failures.append(failure_of(what, error))
