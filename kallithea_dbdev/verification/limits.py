"""What the command line says of seconds and of numbers of rows."""

from __future__ import annotations

import difflib
import math
import re
from typing import Dict, Iterable, Mapping

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


def parse_rows(option: str, text: str) -> Dict[str, int]:
    """``users=100000,user_logs=5000000`` -> rows per table. Raises UsageError for anything else."""
    example = f"write it like {option} users=100000,user_logs=5000000"
    found: Dict[str, int] = {}
    for part in text.split(","):
        table, equals, number = (word.strip() for word in part.rpartition("="))
        if not equals or not table:
            raise UsageError(f"{option} {text}: {part.strip() or 'nothing'}: not TABLE=NUMBER", example)
        # More than 18 digits no server counts, and no clock.
        if not re.fullmatch("0*[1-9][0-9]{0,17}", number):
            raise UsageError(f"{option} {text}: {number or 'nothing'}: not a number of rows", example)
        if table in found:
            raise UsageError(f"{option} {text}: {table} is named twice", "name each table once")
        found[table] = int(number)
    return found


def refuse_unknown(option: str, rows: Mapping[str, int], tables: Iterable[str]) -> None:
    """Raise UsageError where a table is named that there is not."""
    known = sorted(tables)
    for table in rows:
        if table not in known:
            near = difflib.get_close_matches(table, known, n=1)
            hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(known)}"
            raise UsageError(f"{option} {table}=...: there is no table {table}", hint)


def written(rows: Mapping[str, int]) -> str:
    """The numbers of rows as the option has them."""
    return ",".join(f"{table}={number}" for table, number in rows.items())
