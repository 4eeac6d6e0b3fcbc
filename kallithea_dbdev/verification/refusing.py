"""Triggers of a site's own that refuse what the application does, whatever the scripts are."""

from __future__ import annotations

from typing import Dict, List, Tuple

from ..engines.database import Scratch
from ..engines.lab import Lab
from ..schema.model import Schema
from .course import Problems, use_models


def refusing(
    copy: Scratch, lab: Lab, before: Schema, after: Schema, problems: Problems
) -> Tuple[Tuple[str, Tuple[str, ...]], ...]:
    """(table, triggers) where the models can be used without the triggers that no step has touched.

    ``before`` and ``after`` are the schemas around the steps; ``copy`` is only read.
    """
    tables = {table for table, _ in problems}
    kept: Dict[str, List[str]] = {}
    for trigger in after.triggers:
        if trigger in before.triggers and trigger.table in tables:
            kept.setdefault(trigger.table, []).append(trigger.name)
    if not kept or lab.single:
        return ()
    with lab.copied(copy, "without triggers") as other:
        other.execute(other.drop_trigger(table, name) for table, names in kept.items() for name in names)
        rest = {table for table, _ in use_models(other)}
    return tuple((table, tuple(names)) for table, names in kept.items() if table not in rest)
