"""Columns, their attributes, and the order in which they stand."""

from __future__ import annotations

from typing import Iterator

from ..change import Change
from ..model import Column, Table
from .matching import pairs

#: Attribute of Column -> code of the difference.
COLUMN_CODES = {
    "type": "column-type",
    "nullable": "column-nullability",
    "default": "column-default",
    "collation": "column-collation",
    "generated": "column-generated",
    "charset": "column-charset",
    "on_update": "column-on-update",
    "identity": "column-identity",
    "comment": "comment",
}

#: Attributes of columns that are options of the table, too.
_TABLE_WIDE = ("charset", "collation")
_ASPECTS = {"nullable": "nullability", "default": "server default", "on_update": "on update"}


def compare_columns(migrated: Table, expected: Table) -> Iterator[Change]:
    """Columns of one side only, and each attribute that differs."""
    both = (migrated, expected)
    for ours, theirs in pairs(migrated.columns, expected.columns, lambda column: column.name):
        if theirs is None:
            yield Change("column-extra", ours, None, "column", both)
        elif ours is None:
            yield Change("column-missing", None, theirs, "column", both)
        else:
            for attribute, code in COLUMN_CODES.items():
                left, right = getattr(ours, attribute), getattr(theirs, attribute)
                # A column that follows its table is told once, with the table.
                follows = attribute in _TABLE_WIDE and (left, right) == (
                    dict(migrated.options).get(attribute),
                    dict(expected.options).get(attribute),
                )
                # A character set brings its collation along.
                follows = follows or (attribute == "collation" and ours.charset != theirs.charset)
                if attribute == "nullable":
                    follows = _numbers_rows(migrated, ours) and _numbers_rows(expected, theirs)
                if left != right and not follows:
                    yield Change(code, ours, theirs, _ASPECTS.get(attribute, attribute), both)
    # Only the order of what both have is a difference of its own.
    left_order = [c.name for c in migrated.columns if expected.column(c.name)]
    right_order = [c.name for c in expected.columns if migrated.column(c.name)]
    if left_order != right_order:
        yield Change("column-order", migrated, expected, "column order", both)


def _numbers_rows(table: Table, column: Column) -> bool:
    """Whether a column is SQLite's number of the row: that is never NULL, whether its table says so or not.
    On servers no column of a primary key may be NULL."""
    key = table.primary_key
    return key is not None and key.columns == (column.name,) and column.type.upper() == "INTEGER"
