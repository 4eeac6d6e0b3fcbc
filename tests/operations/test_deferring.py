"""A unique constraint that PostgreSQL looks at later than at once."""

from __future__ import annotations

from typing import Any, Dict

import pytest

from kallithea_dbdev.schema.compare import compare

from .both_ways import there_and_back, two_sides

TABLE = 'CREATE TABLE "t 1" (id integer PRIMARY KEY, "n 1" integer, m integer'
UNIQUE = 'CONSTRAINT "uq 1" UNIQUE ("n 1", m)'
FORMS = {
    "none": "SELECT 1",
    "a table": f"{TABLE})",
    "at once": f"{TABLE}, {UNIQUE})",
    "deferrable": f"{TABLE}, {UNIQUE} DEFERRABLE)",
    "deferred": f"{TABLE}, {UNIQUE} DEFERRABLE INITIALLY DEFERRED)",
}


@pytest.mark.parametrize("after", ["deferrable", "deferred"])
@pytest.mark.parametrize("before", ["none", "a table", "at once", "deferrable"])
def test_both_ways(before: str, after: str, running: Dict[str, Any]) -> None:
    with two_sides(running, [FORMS[before]], [FORMS[after]]) as (migrated, old, new):
        assert (compare(old, new) == ()) is (before == after)
        there_and_back(migrated, old, new)
