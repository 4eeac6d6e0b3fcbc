"""A difference holds the two objects, and can be turned round."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kallithea_dbdev.schema.change import Change
from kallithea_dbdev.schema.compare import compare
from kallithea_dbdev.schema.model import (
    Check,
    Column,
    Enum,
    ForeignKey,
    Index,
    IndexKey,
    Item,
    PrimaryKey,
    Routine,
    Schema,
    Sequence,
    Table,
    Trigger,
    Unique,
    View,
)

A, B = Column("a", "INTEGER", False), Column("b", "VARCHAR(9)", True, "'x'")
TABLE = Table("t", (A, B), PrimaryKey(("a",), "pk_t"))
OTHER = replace(TABLE, name="u")

IN_TABLE = {
    "columns": (Column("c", "DATE", True),),
    "uniques": (Unique(("b",), "uq_t_b"),),
    "checks": (Check("a > 0", "ck_t_a"),),
    "foreign_keys": (ForeignKey(("a",), "u", ("a",), "fk_t_a"),),
    "indexes": (Index("ix_t_b", (IndexKey("b"),)),),
}
BESIDE = {
    "tables": (OTHER,),
    "views": (View("v", "SELECT 1"),),
    "triggers": (Trigger("tr", "t", "CREATE TRIGGER tr ..."),),
    "sequences": (Sequence("s", "bigint"),),
    "enums": (Enum("e", ("one", "two")),),
    "routines": (Routine("f", "CREATE FUNCTION f ...", "function"),),
}
CHANGED = {
    "column": replace(TABLE, columns=(A, replace(B, type="TEXT", nullable=False, default=None))),
    "column order": replace(TABLE, columns=(B, A)),
    "primary key": replace(TABLE, primary_key=PrimaryKey(("b",), "pk_t")),
    "name of it": replace(TABLE, primary_key=PrimaryKey(("a",), None)),
    "option": replace(TABLE, options=(("autoincrement", "yes"), ("engine", "MyISAM"))),
}


def only(migrated: Schema, expected: Schema) -> Change:
    (found,) = compare(migrated, expected)
    return found


@pytest.mark.parametrize("attribute", IN_TABLE)
def test_what_only_one_table_has_is_held_with_both_tables(attribute: str) -> None:
    items = IN_TABLE[attribute]
    grown = replace(TABLE, **{attribute: (*getattr(TABLE, attribute), *items)})
    added = only(Schema((TABLE, OTHER)), Schema((grown, OTHER)))
    assert (added.before, added.after, added.tables) == (None, items[0], (TABLE, grown))
    assert added.reversed == only(Schema((grown, OTHER)), Schema((TABLE, OTHER)))
    assert (added.reversed.before, added.reversed.tables) == (items[0], (grown, TABLE))


@pytest.mark.parametrize("attribute", BESIDE)
def test_what_only_one_schema_has_is_held(attribute: str) -> None:
    (item,) = BESIDE[attribute]
    schema = Schema((TABLE,))
    grown = replace(schema, **{attribute: (*getattr(schema, attribute), item)})
    added = only(schema, grown)
    assert (added.before, added.after) == (None, item)
    assert added.reversed == only(grown, schema)
    assert added.table == {"tables": "u", "triggers": "t"}.get(attribute)


@pytest.mark.parametrize("changed", CHANGED)
def test_what_differs_is_held_as_it_is_on_both_sides(changed: str) -> None:
    there, back = (
        compare(Schema((one,)), Schema((two,)))
        for one, two in ((TABLE, CHANGED[changed]), (CHANGED[changed], TABLE))
    )
    assert [change.reversed for change in there] == list(back)
    for one, two in zip(there, back):
        assert (one.before, one.after) == (two.after, two.before)
        assert {type(item) for item in (one.before, one.after)} <= {Table, Column, PrimaryKey}


def test_equal_is_what_reads_alike() -> None:
    """Which step made a difference is decided by it: what else became of the column does not matter."""
    moved = [
        only(Schema((replace(TABLE, columns=(A, replace(B, type=of))),)), Schema((TABLE,)))
        for of in ("TEXT", "TEXT", "DATE")
    ]
    later = Change("column-type", replace(B, type="TEXT", nullable=False), B, "type", (TABLE, TABLE))
    assert moved[0] == moved[1] == later != moved[2]
    assert len({*moved, later}) == 2
    assert moved[0] != ("column-type", "t", "b", "type", "TEXT", "VARCHAR(9)")


def test_both_sides_are_objects_of_one_type() -> None:
    item: Item = View("v", "SELECT 1")
    other = View("v", "SELECT 2")
    change = only(Schema(views=(item,)), Schema(views=(other,)))
    assert (change.item, change.migrated, change.expected) == (item, "SELECT 1", "SELECT 2")
