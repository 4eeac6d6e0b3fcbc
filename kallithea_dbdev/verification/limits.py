"""What the command line says of seconds and of numbers of rows."""

from __future__ import annotations

import math

from ..errors import UsageError


def parse_seconds(option: str, text: str) -> float:
    """A number of seconds, zero or more. Raises UsageError for anything else."""
    try:
        seconds = float(text)
    except ValueError:
        seconds = math.nan
    if not math.isfinite(seconds) or seconds < 0:
        raise UsageError(f"{option} {text}: not a number of seconds", f"write it like {option} 2.5")
    return seconds
