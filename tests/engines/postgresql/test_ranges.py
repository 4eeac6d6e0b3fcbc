"""A range type is one thing, whatever functions it brings."""

from __future__ import annotations

from typing import Any, Dict

from kallithea_dbdev.schema.model import Routine

from ...conftest import need
from ...servers import Server


def test_range_types(running: Dict[str, Any]) -> None:
    server: Server = need("postgresql", running)
    name = server.create()
    server.sql(
        name,
        "CREATE TYPE span AS RANGE (subtype = float8, subtype_diff = float8mi)",
        "CREATE SCHEMA app",
        'CREATE TYPE app.words AS RANGE (subtype = text, collation = "C")',
        # Of the same name as what a range type brings.
        "CREATE FUNCTION span(a int) RETURNS int LANGUAGE SQL AS 'SELECT a'",
    )
    routines = server.database(name).read_schema().routines
    assert [routine.name for routine in routines] == ["span(a integer)", "type app.words", "type span"]
    assert routines[1:] == (
        Routine("type app.words", "CREATE TYPE app.words AS RANGE (subtype = text, collation = C)"),
        Routine(
            "type span", "CREATE TYPE span AS RANGE (subtype = double precision, subtype_diff = float8mi)"
        ),
    )
