"""What the tests of the readers ask of a schema."""

from __future__ import annotations

from kallithea_dbdev.schema.model import Schema, Table


def table(schema: Schema, name: str) -> Table:
    """A table that is there."""
    found = schema.table(name)
    assert found
    return found
