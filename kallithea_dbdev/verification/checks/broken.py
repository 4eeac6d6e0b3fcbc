"""Views, triggers and routines that a step leaves without what they speak of.

MySQL and SQLite keep such a view, servers such a trigger or routine, and say nothing.
"""

from __future__ import annotations

from typing import Dict, Iterator, Optional, Tuple, Union

from ...findings import Finding, make
from ...schema.model import PARTS, Routine, Schema, Trigger, View
from ..climb import Climb

_Item = Union[View, Trigger, Routine]


def check(climb: Climb) -> Iterator[Finding]:
    """Those, whoever made them, that worked before a step and do not after it."""
    for record in climb.up + climb.down:
        if record.error is not None:
            continue
        before = _by_name(record.before.schema)
        for key, item in _by_name(record.after.schema).items():
            why = _begun(before[key], item) if key in before else ""
            if why:
                kind, table, name, _ = key
                yield make(
                    f"{kind}-broken",
                    climb.engine,
                    f"does not work any more after {record.step.direction}() of {record.step.revision}: {why}",
                    table=table,
                    object=name,
                    aspect=kind,
                    revision=record.step.revision,
                    direction=record.step.direction,
                )


def _begun(before: _Item, after: _Item) -> str:
    """What is wrong since the step: with a view nothing else can be, in a body each statement by itself."""
    if isinstance(after, View):
        return "" if before.broken else after.broken
    known = before.broken.split(PARTS)
    return PARTS.join(part for part in after.broken.split(PARTS) if part not in known)


def _by_name(schema: Schema) -> Dict[Tuple[str, Optional[str], str, str], _Item]:
    found: Dict[Tuple[str, Optional[str], str, str], _Item] = {}
    found.update({("view", None, view.name, ""): view for view in schema.views})
    found.update({("trigger", trigger.table, trigger.name, ""): trigger for trigger in schema.triggers})
    found.update({("routine", None, routine.name, routine.kind): routine for routine in schema.routines})
    return found
