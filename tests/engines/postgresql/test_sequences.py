"""Which number a sequence gives next, however somebody has set it."""

from __future__ import annotations

from typing import Any, Dict

import pytest

from kallithea_dbdev.engines.database import Counter

from ...conftest import need


@pytest.mark.parametrize(
    ("statement", "following"),
    [
        ("SELECT nextval('\"se.q %s\"')", 14),
        ("SELECT setval('\"se.q %s\"', 100)", 104),
        ("SELECT setval('\"se.q %s\"', 100, false)", 100),
        ('ALTER SEQUENCE "se.q %s" RESTART WITH 2', 2),
        ('ALTER SEQUENCE "se.q %s" RESTART', 10),
        ("SELECT 1", 10),
    ],
)
def test_the_next_number(running: Dict[str, Any], statement: str, following: int) -> None:
    server = need("postgresql", running)
    name = server.create()
    server.sql(
        name,
        'CREATE SEQUENCE "se.q %s" START 10 INCREMENT 4 MINVALUE 1',
        "CREATE TABLE t (a int PRIMARY KEY DEFAULT nextval('\"se.q %s\"'), b int GENERATED ALWAYS AS IDENTITY)",
        "INSERT INTO t VALUES (3)",
        statement,
    )
    database = server.database(name)
    assert database.counters() == {
        "t.a": Counter("t", following, 3, "a"),
        "t.b": Counter("t", 2, 1, "b"),
    }
    server.sql(name, "INSERT INTO t DEFAULT VALUES")
    assert server.sql(name, "SELECT max(a) FROM t") == [(max(following, 3),)]
