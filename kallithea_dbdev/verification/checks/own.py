"""What a site made itself (an index, a trigger, a view, a function) and a step loses."""

from __future__ import annotations

from typing import Iterator, Optional, Set

from ...findings import Finding
from ...migrations import StepRecord
from ...schema.change import Change
from ...schema.compare import compare
from ...schema.model import Index, Schema
from ..climb import Climb
from .differences import BEFORE_THE_STEP, finding

_OWN = {f"{kind}-missing" for kind in ("index", "trigger", "view", "sequence", "enum", "routine")}


def check(climb: Climb) -> Iterator[Finding]:
    """Objects that neither the models nor the migrations know, gone after a step up.

    An index goes with its column, and everything with its table: that is no loss of its own.
    """
    known = set().union(*map(names, known_schemas(climb)))
    for record in climb.up:
        if record.error:
            continue
        for difference in compare(record.after.schema, record.before.schema):
            if difference.kind not in _OWN or difference.object in known or _went_along(record, difference):
                continue
            yield finding(
                difference,
                climb.engine,
                BEFORE_THE_STEP,
                record,
                goal=record.before.schema,
                remark=whose(climb),
            )


def whose(climb: Climb) -> str:
    """What is said of a thing that is in none of the known schemas."""
    return "; neither the models nor the migrations know it" + (
        ": the site's own" if climb.configured else ""
    )


def known_schemas(climb: Climb) -> Iterator[Schema]:
    """What the models make, and what the migrations make of the releases: whatever is in none of them is a site's."""
    yield climb.fresh.schema
    for states in (climb.chain_states, *(way.states for way in climb.ways)):
        yield from (state.schema for state in states)


def _went_along(record: StepRecord, difference: Change) -> bool:
    """Whether the table of the object is gone, or a column that an index is on."""
    if difference.table is None:
        return False
    before, after = (state.schema.table(difference.table) for state in (record.before, record.after))
    if before is None or after is None:
        return after is None
    dropped = {column.name for column in before.columns} - {column.name for column in after.columns}
    index = difference.after
    return isinstance(index, Index) and any(key.expression in dropped for key in index.keys)


def names(schema: Schema) -> Set[Optional[str]]:
    """The names of all tables, indexes and other objects that have a name of their own."""
    found: Set[Optional[str]] = {table.name for table in schema.tables}
    found.update(index.name for table in schema.tables for index in table.indexes)
    for objects in (schema.views, schema.triggers, schema.sequences, schema.enums, schema.routines):
        found.update(item.name for item in objects)
    return found
