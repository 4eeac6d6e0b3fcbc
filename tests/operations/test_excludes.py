"""PostgreSQL's EXCLUDE is no CHECK, though it stands among them."""

from __future__ import annotations

from typing import Any, Dict

import pytest

from kallithea_dbdev.operations import Context, misfits
from kallithea_dbdev.schema.compare import compare

from .both_ways import there_and_back, two_sides

TABLE = 'CREATE TABLE "t 1" (id integer PRIMARY KEY, period int4range'
EXCLUDE = 'CONSTRAINT "ex 1" EXCLUDE USING gist (period WITH &&) WHERE (id <> 5) DEFERRABLE'


@pytest.mark.parametrize("before", [f"{TABLE})", "SELECT 1"], ids=["a table", "none"])
def test_it_comes_and_goes(before: str, running: Dict[str, Any]) -> None:
    with two_sides(running, [before], [f"{TABLE}, {EXCLUDE})"]) as (migrated, old, new):
        context = Context("postgresql", old, new)
        # No query of SQL tells the rows that it refuses as one tells those of a CHECK.
        changes = compare(old, new)
        assert [found for change in changes for found in misfits(context, change, frozenset())] == []
        there_and_back(migrated, old, new)
