"""Which routines and triggers of a MySQL database name what is not there: the server is asked to prepare each
statement in their bodies, and runs none."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import Any, Collection, Dict, List, Tuple, Type

from ...schema.model import PARTS, Schema
from ..bodies import ROWS, declared, refused, statements
from ..server import fetch
from .copying import all_triggers, text_of
from .naming import pieces

_ROUTINES = (
    "SELECT routine_name AS name, routine_type AS kind, routine_definition AS body, sql_mode AS mode "
    "FROM information_schema.routines WHERE routine_schema = DATABASE()"
)
_PARAMETERS = (
    "SELECT specific_name AS routine, routine_type AS kind, parameter_name AS name "
    "FROM information_schema.parameters WHERE specific_schema = DATABASE() AND parameter_name IS NOT NULL"
)
#: There is no such column, no such table.
_NOT_THERE = (1054, 1146)


def with_broken(cursor: Any, schema: Schema, database: str, error: Type[Exception]) -> Schema:
    """The schema with what is wrong with the bodies in it. The cursor may write, but nothing is written."""
    (kept,) = fetch(cursor, "SELECT @@SESSION.sql_mode AS mode")
    server = _Server(cursor, database, error)
    parameters: Dict[Tuple[str, str], List[str]] = {}
    for row in fetch(cursor, _PARAMETERS):
        parameters.setdefault((row["routine"], row["kind"]), []).append(row["name"].lower())
    routines = {
        (row["name"], row["kind"]): server.refused(
            text_of(row["body"]), row["mode"], parameters.get((row["name"], row["kind"]), [])
        )
        for row in fetch(cursor, _ROUTINES)
    }
    triggers = {
        trigger.name: server.refused(trigger.body, trigger.definition.mode, ROWS)
        for trigger in all_triggers(lambda sql: fetch(cursor, sql))
    }
    cursor.execute("SET SESSION sql_mode = %s", (kept["mode"],))
    return replace(
        schema,
        routines=tuple(
            replace(routine, broken=PARTS.join(routines.get((routine.name, routine.kind), ())))
            for routine in schema.routines
        ),
        triggers=tuple(
            replace(
                trigger,
                broken=PARTS.join([*filter(None, [trigger.broken]), *triggers.get(trigger.name, ())]),
            )
            for trigger in schema.triggers
        ),
    )


class _Server:
    def __init__(self, cursor: Any, database: str, error: Type[Exception]) -> None:
        self._cursor = cursor
        self._database = database
        self._error = error

    def refused(self, body: str, mode: str, variables: Collection[str]) -> Tuple[str, ...]:
        """What the server says, in that sql_mode, of the statements in the body of one routine or trigger."""
        parts = pieces(body)
        known = {*variables, *declared(parts)}
        self._cursor.execute("SET SESSION sql_mode = %s", (mode,))
        return refused(statements(body, parts, known), self._why)

    def _why(self, statement: str) -> str:
        try:
            self._cursor.execute("PREPARE kallithea_dbdev FROM %s", (statement,))
        except self._error as error:
            number, message, *_ = (*error.args, None, None)
            return str(message).replace(f"{self._database}.", "") if number in _NOT_THERE else ""
        with suppress(self._error):
            self._cursor.execute("DEALLOCATE PREPARE kallithea_dbdev")
        return ""
