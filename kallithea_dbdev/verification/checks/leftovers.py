"""Tables that a batch rebuild left behind when it died."""

from __future__ import annotations

from typing import Iterator, Set

from ...findings import Finding, make
from ...schema.compare import leftovers
from ..climb import Climb


def check(climb: Climb) -> Iterator[Finding]:
    """Each leftover once, with the step after which it was there; None: it was there before."""
    seen: Set[str] = set()
    for table in leftovers(climb.start.schema):
        seen.add(table)
        yield make(
            "leftover-table",
            climb.engine,
            f"was left behind by an earlier upgrade that died; it holds {climb.start.rows[table]} rows",
            table=table,
            aspect="table",
        )
    for record in climb.records:
        for table in leftovers(record.after.schema):
            if table not in seen:
                seen.add(table)
                yield make(
                    "leftover-table",
                    climb.engine,
                    f"is left behind; it holds {record.after.rows[table]} rows",
                    table=table,
                    aspect="table",
                    revision=record.step.revision,
                    direction=record.step.direction,
                )
