"""PostgreSQL's EXCLUDE is no CHECK, though it stands among them."""

from __future__ import annotations

from typing import Any, Dict

import pytest

from kallithea_dbdev.engines import make_lab
from kallithea_dbdev.operations import Context, downgrade_lines, misfits, operations_for, upgrade_lines
from kallithea_dbdev.schema.compare import compare
from kallithea_dbdev.workspace import Workspace

from ..conftest import need
from .test_operations import run

TABLE = 'CREATE TABLE "t 1" (id integer PRIMARY KEY, period int4range'
EXCLUDE = 'CONSTRAINT "ex 1" EXCLUDE USING gist (period WITH &&) WHERE (id <> 5) DEFERRABLE'


@pytest.mark.parametrize("before", [f"{TABLE})", "SELECT 1"], ids=["a table", "none"])
def test_it_comes_and_goes(before: str, running: Dict[str, Any]) -> None:
    server = need("postgresql", running)
    with Workspace() as workspace:
        lab = make_lab(server.database(server.create()), workspace)
        databases = [lab.scratch(name) for name in ("before", "after")]
        for database, statement in zip(databases, (before, f"{TABLE}, {EXCLUDE})")):
            database.execute([statement])
        old, new = (database.read_schema() for database in databases)
        changes = compare(old, new)
        context = Context("postgresql", old, new)
        # No query of SQL tells the rows that it refuses as one tells those of a CHECK.
        assert [found for change in changes for found in misfits(context, change, frozenset())] == []
        operations = operations_for(changes, "postgresql", old, new)
        for lines, goal in (
            (upgrade_lines(operations, context), new),
            (downgrade_lines(operations, context), old),
        ):
            run(databases[0], lines)
            assert compare(databases[0].read_schema(), goal) == ()
