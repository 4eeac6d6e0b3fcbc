"""The application's own view of the upgraded database."""

from __future__ import annotations

from typing import Iterator

from ...findings import Finding, make
from ...schema.compare import compare
from ..climb import Climb


def check(climb: Climb) -> Iterator[Finding]:
    """Mapped classes that cannot load or save a row at the head.

    Not where a column or the whole table is missing: that is told already.
    """
    told = {
        difference.table
        for difference in compare(climb.top.schema, climb.fresh.schema)
        if difference.kind in ("table-missing", "column-missing")
    }
    for table, message in climb.application:
        if table in told:
            continue
        yield make("application-fails", climb.engine, message, table=table, aspect="application")
