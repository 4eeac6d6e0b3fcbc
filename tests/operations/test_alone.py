"""What code that MySQL alone was asked for says of PostgreSQL."""

from __future__ import annotations

from dataclasses import replace
from typing import Tuple

import pytest

from kallithea_dbdev.operations import Context, operations_for, upgrade_lines
from kallithea_dbdev.schema.compare import compare
from kallithea_dbdev.schema.model import BOOLEAN, BYTES, NUMBER, TEXT, TIME, Column, Schema, Table

ID = Column("id", "int(11)", False, kind=NUMBER)
TABLE = Table("t", (ID, Column("n", "int(11)", True, kind=NUMBER)))


def drafted(before: Table, after: Table) -> str:
    left, right = Schema((before,)), Schema((after,))
    context = Context("mysql", left, right, alone=True)
    operations = operations_for(compare(left, right), "mysql", left, right, alone=True)
    return "\n".join(upgrade_lines(operations, context))


@pytest.mark.parametrize(
    ("before", "after", "using"),
    [
        (("varchar(9)", TEXT), ("int(11)", NUMBER), "n::integer"),
        (("tinyint(1)", BOOLEAN), ("int(11)", NUMBER), "n::integer"),
        (("blob", BYTES), ("text", TEXT), "convert_from(n, \\'UTF8\\')"),
        (("varchar(9)", TEXT), ("date", TIME), "n::date"),
        (("date", TIME), ("datetime", TIME), ""),
        (("varchar(9)", TEXT), ("varchar(20)", TEXT), ""),
    ],
)
def test_a_type(before: Tuple[str, str], after: Tuple[str, str], using: str) -> None:
    """PostgreSQL is told how it gets the values, where it must be."""
    one, other = (
        replace(TABLE, columns=(ID, Column("n", type_, True, kind=kind))) for type_, kind in (before, after)
    )
    text = drafted(one, other)
    assert "type_=sa." in text
    said = text.partition("postgresql_using=")[2].split(")\n")[0].strip(")'\"")
    assert said.replace("\\'", "'") == using.replace("\\'", "'").strip(")'\""), text
