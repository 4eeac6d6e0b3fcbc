"""Views and triggers that a step leaves without what they speak of.

MySQL and SQLite keep such a view, MySQL such a trigger, and say nothing.
"""

from __future__ import annotations

from typing import Dict, Iterator, Optional, Tuple, Union

from ...findings import Finding, make
from ...schema.model import Schema, Trigger, View
from ..climb import Climb


def check(climb: Climb) -> Iterator[Finding]:
    """Those, whoever made them, that worked before a step and do not after it."""
    for record in climb.up + climb.down:
        if record.error is not None:
            continue
        before = _by_name(record.before.schema)
        for key, item in _by_name(record.after.schema).items():
            if item.broken and key in before and not before[key].broken:
                kind, table, name = key
                yield make(
                    f"{kind}-broken",
                    climb.engine,
                    f"does not work any more after {record.step.direction}() of {record.step.revision}: "
                    f"{item.broken}",
                    table=table,
                    object=name,
                    aspect=kind,
                    revision=record.step.revision,
                    direction=record.step.direction,
                )


def _by_name(schema: Schema) -> Dict[Tuple[str, Optional[str], str], Union[View, Trigger]]:
    found: Dict[Tuple[str, Optional[str], str], Union[View, Trigger]] = {}
    found.update({("view", None, view.name): view for view in schema.views})
    found.update({("trigger", trigger.table, trigger.name): trigger for trigger in schema.triggers})
    return found
