"""What the tests of the readers ask of a schema."""

from __future__ import annotations

from typing import Sequence

from kallithea_dbdev.schema.model import Schema, Table

from ..servers import Server


def schema_after(server: Server, statements: Sequence[str]) -> Schema:
    """What is read of a new database on which these were run."""
    name = server.create()
    server.sql(name, *statements)
    return server.database(name).read_schema()


def table(schema: Schema, name: str) -> Table:
    """A table that is there."""
    found = schema.table(name)
    assert found
    return found
