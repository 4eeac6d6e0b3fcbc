"""Which column is another name for the number that SQLite gives each row. Pure."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kallithea_dbdev.engines.sqlite.catalogue import is_row_number
from kallithea_dbdev.schema.model import Column, PrimaryKey, Table

ID = Column("id", "INTEGER", False)
TABLE = Table("t", (ID, Column("a", "INTEGER", True)), PrimaryKey(("id",)))


@pytest.mark.parametrize(
    ("table", "column", "expected"),
    [
        (TABLE, ID, True),
        (replace(TABLE, options=(("strict", "yes"),)), ID, True),
        (replace(TABLE, options=(("without rowid", "yes"),)), ID, False),
        (TABLE, TABLE.columns[1], False),
        (TABLE, replace(ID, type="INT"), False),
        (replace(TABLE, primary_key=None), ID, False),
        (replace(TABLE, primary_key=PrimaryKey(("id", "a"))), ID, False),
        # With DESC it is a key like any other.
        (replace(TABLE, primary_key=PrimaryKey(("id",), None, ("id DESC",))), ID, False),
    ],
)
def test_is_row_number(table: Table, column: Column, expected: bool) -> None:
    assert is_row_number(table, column) is expected
