"""Time, size and locks of a step, as people read them."""

from __future__ import annotations

from typing import List, Mapping

from .model import LockLine, StepLine

_UNITS = ("bytes", "kB", "MB", "GB", "TB")


def size(count: int) -> str:
    """``1.5 MB``; of what shrank ``-1.5 MB``."""
    value, unit = float(count), 0
    while abs(value) >= 1000 and unit < len(_UNITS) - 1:
        value, unit = value / 1000, unit + 1
    return f"{value:.1f} {_UNITS[unit]}" if unit else f"{count} {_UNITS[0]}"


def lock(line: LockLine) -> str:
    """``users: AccessExclusiveLock for 0.01 s, reads and writes wait``."""
    waiting = f", {line.blocks} wait" if line.blocks else ""
    return f"{line.table or 'the whole database'}: {line.level} for {line.seconds:.2f} s{waiting}"


def rows(numbers: Mapping[str, int]) -> str:
    """``100000 rows in users, 5000000 rows in user_logs``."""
    return ", ".join(f"{number} rows in {table}" for table, number in numbers.items())


def of_step(step: StepLine) -> List[str]:
    """What it costs, in a few lines; what is nothing is left out."""
    lines = [f"{step.touched} row{'s' * (step.touched != 1)} touched"] if step.touched else []
    if step.rebuilt:
        lines.append(f"written anew: {', '.join(step.rebuilt)}")
    lines.extend(map(lock, step.locks))
    if step.growth:
        lines.append(f"the database {'grows' if step.growth > 0 else 'shrinks'} by {size(abs(step.growth))}")
    return lines
