"""Keys that number the rows by themselves need no value."""

from __future__ import annotations

from dataclasses import replace

from kallithea_dbdev.drafting.fills import without_value
from kallithea_dbdev.schema.compare import compare
from kallithea_dbdev.schema.model import NUMBER, Column, PrimaryKey, Schema, Table

CODE = Column("code", "VARCHAR(9)", False)
ID = Column("id", "INTEGER", False, kind=NUMBER)
NATURAL = Table("t", (CODE,), PrimaryKey(("code",)))


def asked(after: Table) -> "list[tuple[str, str]]":
    return without_value(compare(Schema((NATURAL,)), Schema((after,))), {})


def test_a_key_of_numbers_instead_of_a_natural_one() -> None:
    counted = Table("t", (ID, CODE), PrimaryKey(("id",)), options=(("autoincrement", "yes"),))
    assert asked(counted) == []
    # one that nothing counts, or that is a part of the key only
    assert asked(replace(counted, options=())) == [("t", "id")]
    assert asked(replace(counted, primary_key=PrimaryKey(("id", "code")))) == [("t", "id")]
