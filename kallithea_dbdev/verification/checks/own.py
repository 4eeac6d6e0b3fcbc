"""What a site made itself (an index, a trigger, a view) and a step loses."""

from __future__ import annotations

from typing import Iterator, Optional, Set

from ...findings import Finding
from ...schema.compare import compare
from ...schema.model import Schema
from ..climb import Climb
from .differences import BEFORE_THE_STEP, finding

_OWN = {"index-missing", "trigger-missing", "view-missing"}


def check(climb: Climb) -> Iterator[Finding]:
    """Objects that neither the models nor the migrations know, gone after a step up.

    An index goes with its column, and everything with its table: that is no loss of its own.
    """
    known = names(climb.fresh.schema)
    for state in climb.chain_states:
        known |= names(state.schema)
    for record in climb.up:
        if record.error:
            continue
        for difference in compare(record.after.schema, record.before.schema):
            table = record.after.schema.table(difference.table or "")
            gone = difference.table is not None and table is None
            if difference.code not in _OWN or difference.object in known or gone:
                continue
            before = record.before.schema.table(difference.table or "")
            index = next((i for i in before.indexes if i.name == difference.object), None) if before else None
            if difference.code == "index-missing" and index is not None and table is not None:
                columns = {column.name for column in table.columns}
                dropped = {c.name for c in before.columns if c.name not in columns} if before else set()
                if dropped & {key.expression for key in index.keys}:
                    continue
            yield finding(
                difference,
                climb.engine,
                BEFORE_THE_STEP,
                record,
                remark="; neither the models nor the migrations know it: the site's own",
            )


def names(schema: Schema) -> Set[Optional[str]]:
    """The names of all tables, indexes, views and triggers."""
    found: Set[Optional[str]] = {table.name for table in schema.tables}
    found.update(index.name for table in schema.tables for index in table.indexes)
    found.update(view.name for view in schema.views)
    found.update(trigger.name for trigger in schema.triggers)
    return found
