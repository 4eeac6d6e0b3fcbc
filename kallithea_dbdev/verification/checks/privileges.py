"""Owners and privileges that a step loses: what is made anew has neither those of the old one."""

from __future__ import annotations

from typing import Iterator, List, Optional

from ...findings import Finding, make
from ...migrations import StepRecord
from ...schema.model import Owner, Privilege, Schema, Table
from ..climb import Climb


def check(climb: Climb) -> Iterator[Finding]:
    """Objects that are there before and after a step, and belong to others or are open to fewer."""
    for record in climb.records:
        if record.error is None:
            yield from _owners(climb, record)
            yield from _privileges(climb, record)


def _owners(climb: Climb, record: StepRecord) -> Iterator[Finding]:
    after = {owner.object: owner.name for owner in _all_owners(record.after.schema)}
    for owner in _all_owners(record.before.schema):
        name = after.get(owner.object, owner.name)
        if name != owner.name:
            yield make(
                "owner-changed",
                climb.engine,
                f"belongs to {name} after {_of(record)}, before it to {owner.name}",
                object=owner.object,
                aspect="owner",
                revision=record.step.revision,
                direction=record.step.direction,
                migrated=name,
                expected=owner.name,
            )


def _all_owners(schema: Schema) -> List[Owner]:
    return [*schema.owners, *(Owner(f"schema {n.name}", n.owner) for n in schema.namespaces)]


def _privileges(climb: Climb, record: StepRecord) -> Iterator[Finding]:
    before, after = record.before.schema, record.after.schema
    lost = [p for p in before.privileges if p not in after.privileges and _goes_on(p, before, after)]
    later = {namespace.name: namespace for namespace in after.namespaces}
    for namespace in before.namespaces:
        if namespace.name in later:
            lost += (p for p in namespace.privileges if p not in later[namespace.name].privileges)
    for privilege in lost:
        yield make(
            "privilege-lost",
            climb.engine,
            f"{privilege.grantee} has lost {privilege.what} by {_of(record)}",
            table=privilege.object,
            object=privilege.column,
            aspect=f"{privilege.what} of {privilege.grantee}",
            revision=record.step.revision,
            direction=record.step.direction,
            expected=f"{privilege.what} for {privilege.grantee}",
        )


def _of(record: StepRecord) -> str:
    return f"{record.step.direction}() of {record.step.revision}"


def _goes_on(privilege: Privilege, before: Schema, after: Schema) -> bool:
    """Whether the step leaves the thing that the privilege is on, maybe under another name."""
    old, new = before.table(privilege.object), after.table(privilege.object)
    if privilege.by_name and old is not None:
        new = new or _renamed(old, before, after)
    if old is None or new is None or privilege.column is None:
        return new is not None or any(owner.object == privilege.object for owner in after.owners)
    if new.column(privilege.column) is not None:
        return True
    return privilege.by_name and _has_renamed(privilege.column, old, new)


def _renamed(table: Table, before: Schema, after: Schema) -> Optional[Table]:
    """The table that came with all columns of one that is gone."""
    columns = {column.name for column in table.columns}
    return next(
        (
            new
            for new in after.tables
            if before.table(new.name) is None and columns <= {column.name for column in new.columns}
        ),
        None,
    )


def _has_renamed(column: str, old: Table, new: Table) -> bool:
    """Whether a new column stands where one was that is gone."""
    place = [c.name for c in old.columns].index(column)
    return place < len(new.columns) and old.column(new.columns[place].name) is None
