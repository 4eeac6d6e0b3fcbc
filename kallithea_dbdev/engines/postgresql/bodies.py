"""Which functions and triggers of a PostgreSQL database name what is not there: the server is asked to prepare
each statement in their bodies, and runs none."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import Any, Dict, List, Tuple, Type

from ...schema.model import PARTS, Schema
from ...schema.names import joined
from ..bodies import ROWS, Piece, columns_of_row, declared, refused, statements
from ..server import fetch
from .home import HOME
from .script import pieces as taken_apart

_OURS = "n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema'"
_SCHEMA = f"nullif(n.nspname, {HOME}) AS schema"
_ROUTINES = f"""
SELECT p.oid, {_SCHEMA}, p.proname AS name, pg_get_function_identity_arguments(p.oid) AS arguments, p.prosrc AS body,
       l.lanname = 'plpgsql' AS block, coalesce(p.proargnames, '{{}}') AS parameters
FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace JOIN pg_language l ON l.oid = p.prolang
WHERE l.lanname IN ('plpgsql', 'sql') AND {_OURS} AND NOT EXISTS (
    SELECT 1 FROM pg_depend d WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e')"""
_TRIGGERS = f"""
SELECT g.tgname AS trigger, g.tgfoid AS function, {_SCHEMA}, c.relname AS name,
       ARRAY(SELECT a.attname::text FROM pg_attribute a WHERE a.attrelid = c.oid AND NOT a.attisdropped) AS columns
FROM pg_trigger g JOIN pg_class c ON c.oid = g.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE NOT g.tgisinternal AND {_OURS}"""
#: What is before the number of a parameter without a name.
_NUMBERED = "$"
#: There is no such column, no such table.
_NOT_THERE = ("42703", "42P01")
#: What every trigger function knows.
_OF_TRIGGERS = (
    *ROWS, "found", "tg_name", "tg_when", "tg_level", "tg_op", "tg_relid", "tg_table_name", "tg_table_schema",
)  # fmt: skip


def with_broken(cursor: Any, schema: Schema, error: Type[Exception]) -> Schema:
    """The schema with what is wrong with the bodies in it. Read-only."""
    bodies: Dict[int, List[Piece]] = {}
    wrong: Dict[int, Tuple[str, ...]] = {}
    names: Dict[str, int] = {}
    for row in fetch(cursor, _ROUTINES):
        bodies[row["oid"]] = parts = pieces(row["body"])
        names[f"{joined(row['schema'], row['name'])}({row['arguments']})"] = row["oid"]
        known = {*_OF_TRIGGERS, _NUMBERED, *row["parameters"], *declared(parts, row["block"])}
        found = statements(row["body"], parts, known)
        wrong[row["oid"]] = refused(found, lambda text: _why(cursor, text, error))
    triggers: Dict[Tuple[str, str], Tuple[str, ...]] = {}
    fired = set()
    for row in fetch(cursor, _TRIGGERS):
        table, function = joined(row["schema"], row["name"]), row["function"]
        fired.add(function)
        missing = set(columns_of_row(bodies.get(function, []))) - set(row["columns"])
        of_row = (f"{table} has no column {column}" for column in sorted(missing))
        triggers[row["trigger"], table] = (*of_row, *wrong.get(function, ()))
    # What a trigger calls is told with it.
    routines = {name: wrong[number] for name, number in names.items() if number not in fired}
    return replace(
        schema,
        routines=tuple(
            replace(item, broken=PARTS.join(routines.get(item.name, ()))) for item in schema.routines
        ),
        triggers=tuple(
            replace(item, broken=PARTS.join(triggers.get((item.name, item.table), ())))
            for item in schema.triggers
        ),
    )


def pieces(body: str) -> List[Piece]:
    """The pieces of a body, as the server compares names of columns and variables; $1 is one."""
    found: List[Piece] = []
    end = 0
    for kind, text in taken_apart(body):
        start, end = end, end + len(text)
        if kind in ("blank", "line", "comment"):
            continue
        if text.isdigit() and found and found[-1].word == _NUMBERED and found[-1].end == start:
            found[-1] = replace(found[-1], end=end)
            continue
        word = text.lower() if kind == "word" else _NUMBERED if text == _NUMBERED else None
        if text.startswith('"'):
            word = text[1:-1].replace('""', '"')
        found.append(Piece(word, text, start, end))
    return found


def _why(cursor: Any, statement: str, error: Type[Exception]) -> str:
    try:
        cursor.execute(f"PREPARE kallithea_dbdev AS {statement}")
    except error as refusal:
        first = str(refusal).splitlines()[0]
        return first if getattr(refusal, "pgcode", None) in _NOT_THERE else ""
    with suppress(error):
        cursor.execute("DEALLOCATE kallithea_dbdev")
    return ""
