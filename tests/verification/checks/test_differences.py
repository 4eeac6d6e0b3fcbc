"""What differs is said in one line, whatever somebody wrote. Pure."""

from __future__ import annotations

from kallithea_dbdev.schema.compare import compare
from kallithea_dbdev.schema.model import Routine, Schema, Table, View
from kallithea_dbdev.verification.checks.differences import MODELS, sentence

BODY = "CREATE FUNCTION f()\r\n  RETURNS text AS\n\n$$ SELECT 'a  b' $$\n"


def test_one_line() -> None:
    tables = [
        Table("t", (), options=(("rules", rules),))
        for rules in ("ON INSERT\n  DO NOTHING", "ON UPDATE\nDO NOTHING")
    ]
    one = Schema((tables[0],), routines=(Routine("f", BODY),), views=(View("v", "SELECT\n\t1"),))
    other = Schema((tables[1],), views=(View("v", "SELECT\n\t2"),))
    assert sorted(sentence(difference, MODELS) for difference in compare(one, other)) == [
        "definition is SELECT 1; the models give SELECT 2",
        "rules is ON INSERT DO NOTHING; the models give ON UPDATE DO NOTHING",
        "should not be there: CREATE FUNCTION f() RETURNS text AS $$ SELECT 'a  b' $$ ; the models do not have it",
    ]
