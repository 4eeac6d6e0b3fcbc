"""The triggers behind a foreign key: one that is disabled looks after nothing."""

from __future__ import annotations

from typing import Any, Dict

import pytest

from kallithea_dbdev.schema.compare import compare

from ...conftest import need
from ...projects import VERSION

pytestmark = pytest.mark.skipif(VERSION != "0.7.0", reason="does not depend on the release")

CREATE = (
    "CREATE TABLE p (id integer PRIMARY KEY)",
    "CREATE TABLE c (p_id integer CONSTRAINT fk REFERENCES p (id))",
)


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ("ALTER TABLE c DISABLE TRIGGER ALL", "ENFORCED (disabled)"),
        ("ALTER TABLE p DISABLE TRIGGER ALL", "ENFORCED (disabled)"),
        ('ALTER TABLE c ENABLE REPLICA TRIGGER "{}"', "ENFORCED (on replicas)"),
        ('ALTER TABLE c ENABLE ALWAYS TRIGGER "{}"', "ENFORCED (always)"),
        ("ALTER TABLE c ENABLE TRIGGER ALL", None),
    ],
)
def test_modes_of_the_triggers(statement: str, expected: "str | None", running: Dict[str, Any]) -> None:
    server = need("postgresql", running)
    name = server.new_name()
    server.admin_sql(f"CREATE DATABASE {name}")
    server.sql(name, *CREATE)
    database = server.database(name)
    before = database.read_schema()
    triggers = database.rows("SELECT tgname FROM pg_trigger WHERE tgrelid = 'c'::regclass ORDER BY tgname")
    server.sql(name, statement.format(triggers[0]["tgname"]))
    found = compare(database.read_schema(), before)
    assert [(d.kind, d.aspect, d.migrated) for d in found] == (
        [("foreign-key-differs", "enforcement", expected)] if expected else []
    )
