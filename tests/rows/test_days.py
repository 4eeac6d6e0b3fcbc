"""A day that becomes a moment, and a moment without a time that becomes a day, say what they said."""

from __future__ import annotations

import pytest

from ..servers import Server
from .test_comparison import changes, told


@pytest.mark.parametrize(
    ("types", "value", "expected"),
    [
        (("DATE", "TIMESTAMP"), "2020-02-29", []),
        (("TIMESTAMP", "DATE"), "2020-02-29 00:00:00", []),
        (("TIMESTAMP", "DATE"), "2020-02-29 00:00:01", [("t", "d", "changed", 1)]),
    ],
)
def test_a_day_and_its_beginning(
    server: Server, types: "tuple[str, str]", value: str, expected: object
) -> None:
    old, new = (kind.replace("TIMESTAMP", "DATETIME") if server.engine == "mysql" else kind for kind in types)
    alter = {"postgresql": "ALTER TABLE t ALTER d TYPE {}", "mysql": "ALTER TABLE t MODIFY d {}"}[
        server.engine
    ]
    create = [f"CREATE TABLE t (id INTEGER PRIMARY KEY, d {old})", f"INSERT INTO t VALUES (1, '{value}')"]
    assert told(changes(server.database("like"), create, [alter.format(new)])) == expected
