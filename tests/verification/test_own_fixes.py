"""What to do about what one database only has or lacks: nothing that a script could do at every site."""

from __future__ import annotations

import pytest

from kallithea_dbdev.findings import ERROR, NOTE, WARNING, Finding
from kallithea_dbdev.schema.model import Column, Index, IndexKey, Routine, Schema, Table, Trigger, View
from kallithea_dbdev.state import State
from kallithea_dbdev.verification.checks import fresh
from kallithea_dbdev.verification.climb import Climb
from kallithea_dbdev.verification.ground import Way

NAME = Column("name", "VARCHAR(9)", nullable=True)
RIGHT = Schema((Table("users", (NAME,), indexes=(Index("ix", (IndexKey("name"),)),)),))
OWN = {
    "view": Schema(RIGHT.tables, views=(View("site_view", "SELECT 1"),)),
    "trigger": Schema(RIGHT.tables, triggers=(Trigger("site_t", "users", "BEGIN END"),)),
    "routine": Schema(RIGHT.tables, routines=(Routine("site_f()", "SELECT 1"),)),
    "table": Schema((*RIGHT.tables, Table("audit", (NAME,)))),
}


def found(start: Schema) -> Finding:
    state, right = State(("d",), start, {}), State(("d",), RIGHT, {})
    ways = (Way("0.7.0", (right,)),)
    climb = Climb("sqlite", state, right, (), (), (), "d", True, (right,), ways=ways)
    (finding,) = fresh.check(climb)
    return finding


@pytest.mark.parametrize("start", OWN.values(), ids=OWN)
def test_a_site_keeps_what_is_its_own(start: Schema) -> None:
    finding = found(start)
    assert (finding.severity, finding.fix.split(":")[0]) == (NOTE, "nothing to do")


def test_what_one_site_lacks_is_created_there() -> None:
    finding = found(Schema((Table("users", (NAME,)),)))
    assert (finding.severity, finding.fix.split(":")[0]) == (ERROR, "create it on that site")


def test_what_one_site_has_otherwise_is_mended_there() -> None:
    other = Column("name", "VARCHAR(9)", nullable=False)
    finding = found(Schema((Table("users", (other,), indexes=RIGHT.tables[0].indexes),)))
    assert (finding.severity, finding.fix.split(":")[0]) == (ERROR, "mend it on that site")
    commented = Column("name", "VARCHAR(9)", nullable=True, comment="x")
    finding = found(Schema((Table("users", (commented,), indexes=RIGHT.tables[0].indexes),)))
    assert (finding.severity, finding.fix.split(";")[0]) == (WARNING, "keep it if that site means it")
