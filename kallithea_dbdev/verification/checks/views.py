"""Views that a step leaves without what they show: MySQL and SQLite keep such a view, and say nothing."""

from __future__ import annotations

from typing import Iterator

from ...findings import Finding, make
from ..climb import Climb


def check(climb: Climb) -> Iterator[Finding]:
    """Views, whoever made them, that could be read before a step and cannot be read after it."""
    for record in climb.records:
        if record.error is not None:
            continue
        working = {view.name for view in record.before.schema.views if not view.broken}
        for view in record.after.schema.views:
            if view.broken and view.name in working:
                yield make(
                    "view-broken",
                    climb.engine,
                    f"cannot be read after {record.step.direction}() of {record.step.revision}: {view.broken}",
                    object=view.name,
                    aspect="view",
                    revision=record.step.revision,
                    direction=record.step.direction,
                )
