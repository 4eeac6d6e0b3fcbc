"""Views, triggers and routines: in the server's own statements."""

from __future__ import annotations

from typing import Iterator, Optional

from ..schema.change import Change
from ..schema.model import Routine, Trigger, View
from . import words
from .context import Context
from .operation import Code, makes
from .phase import Phase

_KINDS = ("view", "trigger", "routine")


@makes(*(f"{kind}-missing" for kind in _KINDS))
def create(context: Context, change: Change) -> Iterator[Code]:
    """Made after the tables that it reads."""
    yield from _created(context, change.after)


@makes(*(f"{kind}-extra" for kind in _KINDS))
def drop(context: Context, change: Change) -> Iterator[Code]:
    """Gone before the tables that it reads."""
    yield from _dropped(context, change.before)


@makes(*(f"{kind}-differs" for kind in _KINDS))
def replace_object(context: Context, change: Change) -> Iterator[Code]:
    """Dropped and made anew."""
    yield from _dropped(context, change.before)
    yield from _created(context, change.after)


def _created(context: Context, item: object) -> Iterator[Code]:
    statement = creation(context, item)
    if statement:
        yield Code(Phase.CREATE_VIEWS, (words.execute(statement),), only=True)


def creation(context: Context, item: object) -> Optional[str]:
    """The statement that makes it; None where the catalogue does not say enough."""
    name = words.quoted(context.engine, getattr(item, "name", ""))
    if isinstance(item, View) and not context.sqlite:
        kind = "MATERIALIZED VIEW" if item.definition.endswith(" (materialized)") else "VIEW"
        text = item.definition[: -len(" (materialized)")] if kind != "VIEW" else item.definition
        return f"CREATE {kind} {name} AS {text.rstrip(';')}"
    if isinstance(item, Trigger) and context.mysql:
        timing, event, body = item.definition.split(" ", 2)
        table = words.quoted("mysql", item.table)
        return f"CREATE TRIGGER {name} {timing} {event} ON {table} FOR EACH ROW {body}"
    if isinstance(item, (View, Trigger, Routine)):
        return item.definition
    return None


def _dropped(context: Context, item: object) -> Iterator[Code]:
    if isinstance(item, View):
        kind = "MATERIALIZED VIEW" if item.definition.endswith(" (materialized)") else "VIEW"
        statement = f"DROP {kind} {words.quoted(context.engine, item.name)}"
    elif isinstance(item, Trigger):
        on = f" ON {words.quoted(context.engine, item.table)}" if context.postgresql else ""
        statement = f"DROP TRIGGER {words.quoted(context.engine, item.name)}{on}"
    else:
        assert isinstance(item, Routine)
        kind = item.kind or ("PROCEDURE" if "PROCEDURE" in item.definition[:40].upper() else "FUNCTION")
        # PostgreSQL's name holds what it takes.
        name = item.name if context.postgresql else words.quoted(context.engine, item.name)
        statement = f"DROP {kind} {name}"
    yield Code(Phase.DROP_VIEWS, (words.execute(statement),), only=True)
