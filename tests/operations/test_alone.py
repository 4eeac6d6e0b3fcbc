"""What code that SQLite alone was asked for says of the other engines."""

from __future__ import annotations

from dataclasses import replace
from typing import Tuple

import pytest

from kallithea_dbdev.operations import Context, downgrade_lines, operations_for, upgrade_lines
from kallithea_dbdev.schema.compare import compare
from kallithea_dbdev.schema.model import BOOLEAN, BYTES, NUMBER, TEXT, TIME, Check, Column, Schema, Table

ON = "op.get_bind().dialect.name"
ID = Column("id", "INTEGER", False, kind=NUMBER)
TABLE = Table("t", (ID, Column("n", "INTEGER", True, kind=NUMBER)))


def drafted(before: Table, after: Table, alone: bool = True) -> Tuple[str, str]:
    left, right = Schema((before,)), Schema((after,))
    context = Context("sqlite", left, right, alone=alone)
    operations = operations_for(compare(left, right), "sqlite", left, right, alone=alone)
    up, down = upgrade_lines(operations, context), downgrade_lines(operations, context)
    return "\n".join(up), "\n".join(down)


@pytest.mark.parametrize(
    ("expression", "guard"),
    [("n > 0", "!= 'sqlite'"), ("n in (0, 1)", "== 'mysql'"), ("n IN ('a', 'b')", "")],
)
def test_a_check_that_goes(expression: str, guard: str) -> None:
    """Only SQLite's rebuild drops it by itself; of a type only some have one."""
    with_check = replace(TABLE, checks=(Check(expression, "ck"),))
    for text in (drafted(with_check, TABLE)[0], drafted(TABLE, with_check)[1]):
        line = f"if {ON} {guard}:\n        batch_op.drop_constraint('ck', type_='check')"
        assert (line in text) is bool(guard), text
        assert guard or "drop_constraint" not in text
    assert "drop_constraint" not in drafted(with_check, TABLE, alone=False)[0]


@pytest.mark.parametrize(
    ("before", "after", "using"),
    [
        (("VARCHAR(9)", TEXT), ("INTEGER", NUMBER), "n::integer"),
        (("BOOLEAN", BOOLEAN), ("INTEGER", NUMBER), "n::integer"),
        (("BLOB", BYTES), ("TEXT", TEXT), "convert_from(n, \\'UTF8\\')"),
        (("VARCHAR(9)", TEXT), ("DATE", TIME), "n::date"),
        (("DATE", TIME), ("DATETIME", TIME), ""),
        (("VARCHAR(9)", TEXT), ("VARCHAR(20)", TEXT), ""),
    ],
)
def test_a_type(before: Tuple[str, str], after: Tuple[str, str], using: str) -> None:
    """PostgreSQL is told how it gets the values, where it must be."""
    one, other = (
        replace(TABLE, columns=(ID, Column("n", type_, True, kind=kind))) for type_, kind in (before, after)
    )
    text = drafted(one, other)[0]
    assert "type_=sa." in text
    said = text.partition("postgresql_using=")[2].split(")\n")[0].strip(")'\"")
    assert said.replace("\\'", "'") == using.replace("\\'", "'").strip(")'\""), text
