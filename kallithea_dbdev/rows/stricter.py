"""Where a table takes fewer rows after a step than before it, and which probing row is likely to show it. Pure."""

from __future__ import annotations

from typing import Iterable, List, Optional, Set, Tuple

from ..schema.model import Column, ForeignKey, Index, Schema, Table
from ..schema.names import speaks_of
from .defaults import unique_keys
from .probe import ALIKE, NULL, PLAIN, SAME, Probe

Key = Tuple[str, ...]


def keys_of(table: Table) -> List[Key]:
    """The primary key and the unique ones."""
    keys = [table.primary_key.columns] if table.primary_key else []
    return list(dict.fromkeys((*keys, *unique_keys(table))))


def keys_to_come(before: Table, after: Optional[Table]) -> List[Key]:
    """The columns of each unique key that comes with a step, those that an expression or a predicate
    speaks of, too, be it that of a generated column that comes with it."""
    if after is None:
        return []
    names = [column.name for column in before.columns]
    found: List[Key] = []
    for key in keys_of(after):
        parts = [_origins(before, after, name) for name in key]
        if key not in keys_of(before) and all(parts):
            found.append(tuple(dict.fromkeys(name for part in parts for name in part)))
    for index in new_uniques(before, after):
        spoken_of = tuple(
            name for name in names if any(speaks_of(key.expression, name) for key in index.keys)
        )
        found += [spoken_of] if spoken_of and spoken_of not in found else []
    return found


def _origins(before: Table, after: Table, name: str) -> Key:
    """The columns that rows have before the step and which decide what they hold in a column after it."""
    if before.column(name):
        return (name,)
    column = after.column(name)
    text = (column.generated if column else None) or ""
    return tuple(one.name for one in before.columns if speaks_of(text, one.name))


def compared_anew(before: Table, after: Optional[Table], column: Column) -> bool:
    """Whether values of a column that were different may be the same for a unique key after the step."""
    later = after.column(column.name) if after else None
    if after is None or later is None:
        return False
    keys = {name for key in (*keys_of(before), *keys_of(after)) for name in key}
    kept = (column.type, column.charset, column.collation) == (later.type, later.charset, later.collation)
    if not kept and column.name in keys:
        return True
    coming = {name for key in keys_of(after) for name in key if not before.column(name)}
    if any(column.name in _origins(before, after, name) for name in coming):
        return True
    parts = [key for index in new_uniques(before, after) for key in index.keys]
    return any(
        (key.expression != column.name or key.prefix or key.collation)
        and speaks_of(key.expression, column.name)
        for key in parts
    )


def new_key(column: Column, after: Optional[Table]) -> Optional[ForeignKey]:
    """The foreign key that the column has after the step."""
    return next((key for key in after.foreign_keys if key.columns == (column.name,)), None) if after else None


def tightened(before: Table, after: Table) -> bool:
    """Whether a table takes fewer rows after a step, or holds their values in another way."""
    if refuses(before, after):
        return True
    pairs = ((before.column(column.name), column) for column in after.columns)
    return any(
        old and (old.type, old.charset, old.collation) != (new.type, new.charset, new.collation)
        for old, new in pairs
    )


def refuses(before: Table, after: Table) -> bool:
    """Whether a table takes fewer rows after a step, though it holds values in the same way."""
    for column in after.columns:
        old = before.column(column.name)
        if old and old.nullable and not column.nullable:
            return True
    if set(keys_of(after)) - set(keys_of(before)) or new_uniques(before, after):
        return True
    if new_checks(before, after):
        return True
    return bool({_target(key) for key in after.foreign_keys} - {_target(key) for key in before.foreign_keys})


def new_uniques(before: Table, after: Table) -> List[Index]:
    """The unique indexes that come with a step."""
    old = {(index.keys, index.predicate) for index in before.indexes if index.unique}
    return [index for index in after.indexes if index.unique and (index.keys, index.predicate) not in old]


def new_checks(before: Table, after: Table) -> Set[str]:
    """What the CHECKs say that come with a step."""
    return {check.expression for check in after.checks} - {check.expression for check in before.checks}


def _target(key: ForeignKey) -> Tuple[object, ...]:
    return key.columns, key.referred_table, key.referred_columns, key.enforcement


def suspects(probes: Iterable[Probe], before: Schema, after: Schema, message: str) -> List[Probe]:
    """The probes that are likely to be why a step fails with that message, the likeliest first."""
    found = []
    for probe in probes:
        old, new = before.table(probe.table), after.table(probe.table)
        named = probe.column is not None and speaks_of(message, probe.column)
        fits = old is not None and new is not None and _hits(probe, old, new)
        if named or fits:
            found.append((-2 * fits - named, probe))
    return [probe for _, probe in sorted(found, key=lambda item: item[0])]


def _hits(probe: Probe, before: Table, after: Table) -> bool:
    """Whether the step makes stricter what the probe is about."""
    if probe.column is None or probe.what == SAME:
        return probe.what != PLAIN and bool(
            set(keys_of(after)) - set(keys_of(before)) or new_uniques(before, after)
        )
    old, new = before.column(probe.column), after.column(probe.column)
    if old is None or new is None:
        return False
    if probe.what == NULL:
        return old.nullable and not new.nullable
    if probe.what == ALIKE or any(speaks_of(check, probe.column) for check in new_checks(before, after)):
        return True
    return old.plain_type != new.plain_type or new_key(old, after) != new_key(old, before)
