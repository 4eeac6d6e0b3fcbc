"""JSON on MariaDB, which tells of it as of a long text with a CHECK: the type that the models have."""

from __future__ import annotations

from dataclasses import replace

from ..schema.model import Check, Column, Schema, Table
from ..schema.names import json_check

_TYPE = "longtext"


def with_json(schema: Schema) -> Schema:
    """The schema with columns of that type; their CHECKs come and go with it, by no statement of their own."""
    return replace(schema, tables=tuple(map(_of_table, schema.tables)))


def _of_table(table: Table) -> Table:
    own = {column.name: check for column in table.columns for check in table.checks if _is_of(column, check)}
    return replace(
        table,
        columns=tuple(_of_column(column) if column.name in own else column for column in table.columns),
        checks=tuple(check for check in table.checks if check not in own.values()),
    )


def _is_of(column: Column, check: Check) -> bool:
    is_named_so = check.name == column.name and check.expression == json_check(column.name)
    return is_named_so and column.type == _TYPE


def _of_column(column: Column) -> Column:
    return replace(column, type="json", kind=None, charset=None, collation=None)
