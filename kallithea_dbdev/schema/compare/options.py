"""What a table as a whole is given: engine, character set, AUTOINCREMENT, comment."""

from __future__ import annotations

from typing import Iterator

from ..change import Change
from ..model import Table
from ..text import options_of


def compare_options(migrated: Table, expected: Table) -> Iterator[Change]:
    """Options with another value, or on one side only."""
    left, right = options_of(migrated), options_of(expected)
    for option in sorted(left.keys() | right.keys()):
        if left.get(option) != right.get(option):
            kind = option if option in ("autoincrement", "comment") else "table-option"
            yield Change(kind, migrated, expected, option, (migrated, expected))
