"""Whether the database is what its stamp says, before the first step and after the last."""

from __future__ import annotations

from typing import Iterator

from ...findings import Finding, make
from ..climb import Climb


def check(climb: Climb) -> Iterator[Finding]:
    """A database that was stamped but not migrated, or the other way round."""
    stamp = climb.start.revision
    if climb.looks_like:
        yield make(
            "stamp-wrong",
            climb.engine,
            f"is stamped {stamp or 'with nothing'}, but its schema is that of {climb.looks_like}: "
            "it was stamped without being migrated, or migrated without being stamped",
            revision=stamp,
            aspect="stamp",
            expected=climb.looks_like,
        )
    if climb.reached_head and climb.top.revisions != (climb.head,):
        yield make(
            "stamp-lost",
            climb.engine,
            f"is stamped {', '.join(climb.top.revisions) or 'with nothing'} after the upgrade to {climb.head}",
            revision=climb.head,
            direction="upgrade",
            aspect="stamp",
            expected=climb.head,
        )
