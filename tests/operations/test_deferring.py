"""A unique constraint that PostgreSQL looks at later than at once."""

from __future__ import annotations

from typing import Any, Dict

import pytest

from kallithea_dbdev.engines import make_lab
from kallithea_dbdev.operations import Context, downgrade_lines, operations_for, upgrade_lines
from kallithea_dbdev.schema.compare import compare
from kallithea_dbdev.workspace import Workspace

from ..conftest import need
from .test_operations import run

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
    server = need("postgresql", running)
    with Workspace() as workspace:
        lab = make_lab(server.database(server.create()), workspace)
        databases = [lab.scratch(name) for name in ("before", "after")]
        for database, form in zip(databases, (before, after)):
            database.execute([FORMS[form]])
        old, new = (database.read_schema() for database in databases)
        assert (compare(old, new) == ()) is (before == after)
        operations = operations_for(compare(old, new), "postgresql", old, new)
        context = Context("postgresql", old, new)
        for lines, goal in (
            (upgrade_lines(operations, context), new),
            (downgrade_lines(operations, context), old),
        ):
            run(databases[0], lines)
            assert compare(databases[0].read_schema(), goal) == ()
