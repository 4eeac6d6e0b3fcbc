"""Standard input, output and error as a caller left them: closed, full, without a reader."""

from __future__ import annotations

import io
import os
import sys
from contextlib import suppress
from typing import TextIO

from ..errors import DbdevError


class ReaderGone(Exception):
    """Who read our standard output has gone: there is nobody left to talk to."""


class OutputError(DbdevError):
    """Standard output is closed, or what it goes to is full."""


def make_usable() -> None:
    """Open what is closed, and let every text through. Raises OutputError for a closed standard output.

    A number that is free would be given to the next file that is opened, a database for
    instance, and what a library prints would be written into it.
    """
    closed = [number for number in (0, 1, 2) if not _is_open(number)]
    for _ in closed:
        # The lowest number that is free is taken.
        os.open(os.devnull, os.O_RDWR)
    if sys.stdin is None:
        sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115
    if sys.stderr is None:
        sys.stderr = open(2, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
    for stream in (sys.stdout, sys.stderr):
        # A name or a message may hold what the terminal's encoding has no letter for.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    if sys.stdout is None:
        sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
        raise OutputError("standard output is closed", "redirect it to /dev/null if nobody is to read it")


def _is_open(number: int) -> bool:
    try:
        os.fstat(number)
    except OSError:
        return False
    return True


def write_out(text: str) -> None:
    """Write to standard output at once. Raises ReaderGone, or OutputError where it cannot be written."""
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError as error:
        _give_up(sys.stdout)
        raise ReaderGone from error
    except OSError as error:
        _give_up(sys.stdout)
        raise OutputError(
            f"standard output cannot be written to: {error.strerror}", "send it elsewhere, or make room there"
        ) from error


def write_aside(text: str) -> None:
    """Write to standard error; where that cannot be written nobody can be told."""
    if sys.stderr is None:
        return
    try:
        sys.stderr.write(text)
        sys.stderr.flush()
    except (OSError, ValueError):
        _give_up(sys.stderr)


def _give_up(stream: TextIO) -> None:
    """Let what is still in the buffer go nowhere: Python would try to write it once more at its end."""
    with suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)
        stream.flush()
