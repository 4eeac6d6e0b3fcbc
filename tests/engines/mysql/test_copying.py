"""Rows that a table would not take any more are in its copy all the same."""

from __future__ import annotations

from typing import Any, Dict

import pytest

from ...conftest import need
from ...servers import Server
from ..lab import laboratory


def test_rows_from_where_no_check_is_looked_at(running: Dict[str, Any]) -> None:
    server: Server = need("mysql", running)
    if not server.knows("Aria"):
        pytest.skip("only MariaDB can be told not to look")
    name = server.create()
    server.sql(
        name,
        "CREATE TABLE t (a INT, CONSTRAINT ck CHECK (a > 0))",
        "SET check_constraint_checks = 0", "INSERT INTO t VALUES (-1)",
    )  # fmt: skip
    with laboratory() as lab:
        copy = lab.copy(server.database(name), "copy")
        assert list(copy.stream("SELECT a FROM t")) == [(-1,)]
