"""The triggers of a throwaway that is being replaced, written down before they go.

A table that has a trigger stays in its database, so they are dropped before all tables are moved out by one
statement. Where a kill comes between the two, the next run makes them again from what stands in the database
that was to take the tables.
"""

from __future__ import annotations

from contextlib import suppress
from typing import Any, Iterable, List, Tuple, Type

from ...schema.model import MARK_TABLE
from ..server import fetch
from .copying import Definition, Trigger, make

NOTES = f"{MARK_TABLE}_triggers"


def note(cursor: Any, target: str, triggers: Iterable[Trigger]) -> None:
    """Write down the triggers of the database ``target`` in that of the cursor."""
    cursor.execute(
        f"CREATE TABLE {NOTES} (place INT PRIMARY KEY AUTO_INCREMENT, target VARCHAR(64) NOT NULL, "
        "name VARCHAR(64) NOT NULL, body LONGTEXT, what TEXT, mode TEXT, text LONGTEXT) "
        "ENGINE=InnoDB CHARACTER SET utf8mb4"
    )
    for trigger in triggers:
        made = trigger.definition
        cursor.execute(
            f"INSERT INTO {NOTES} (target, name, body, what, mode, text) VALUES (%s, %s, %s, %s, %s, %s)",
            (target, trigger.name, trigger.body, made.what, made.mode, made.text),
        )


def noted(cursor: Any) -> Tuple[str, List[Trigger]]:
    """What was written down in the database of the cursor: for which one, and its triggers."""
    rows = fetch(cursor, f"SELECT target, name, body, what, mode, text FROM {NOTES} ORDER BY place")
    triggers = [
        Trigger(row["name"], row["body"], Definition(row["what"], row["mode"], row["text"])) for row in rows
    ]
    return (rows[0]["target"] if rows else "", triggers)


def make_missing(
    cursor: Any, triggers: Iterable[Trigger], names: Iterable[str], *refused: Type[Exception]
) -> None:
    """Make those triggers in the database of the cursor that are not among ``names``; an error that is
    ``refused`` leaves one out."""
    known = set(names)
    for trigger in triggers:
        if trigger.name not in known:
            with suppress(*refused):
                make(cursor, trigger.definition)
