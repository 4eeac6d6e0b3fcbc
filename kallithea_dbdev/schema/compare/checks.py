"""CHECK constraints."""

from __future__ import annotations

from typing import Iterator, List

from ..change import Change
from ..model import Check, Table
from .matching import matched


def compare_checks(migrated: Table, expected: Table) -> Iterator[Change]:
    """CHECK constraints, by their expression, else by their name."""
    both = (migrated, expected)
    extra: List[Check] = []
    missing: List[Check] = []
    for ours, theirs in matched(migrated.checks, expected.checks, lambda c: c.expression):
        if theirs is None:
            extra.append(ours)
        elif ours is None:
            missing.append(theirs)
        elif ours.name != theirs.name:
            yield Change("name", ours, theirs, "name", both)
    # The same name with another expression is one changed constraint, not two. A name may repeat.
    for ours, theirs in matched(extra, missing, lambda check: check.name or check):
        if theirs is None:
            yield Change("check-extra", ours, None, "check", both)
        elif ours is None:
            yield Change("check-missing", None, theirs, "check", both)
        else:
            yield Change("check-differs", ours, theirs, "check", both)
