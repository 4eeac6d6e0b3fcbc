"""What a change of the schema is in a migration script: complete Alembic code, up and down.

One module per kind of object makes the code one way; the way back is that of the reversed change.
Code is made for one engine, from what is in its catalogue; what is right there only stands under
``if op.get_bind().dialect.name == ...``.
"""

from __future__ import annotations

from typing import Dict, FrozenSet, Iterable, Iterator, List, Mapping, Optional, Sequence, Tuple

from ..schema.change import Change
from ..schema.model import Column, Schema
from ..schema.renames import COLUMN_RENAMED, SEQUENCE_RENAMED, TABLE_RENAMED, Renames
from . import alterations, checks, columns, enums, indexes, keys, objects, options, sequences, tables
from .columns import new_columns
from .context import Context
from .misfits import Misfit, mended, misfits, new_tables, unpaired
from .operation import MAKERS, Code, Operation
from .phase import Phase
from .rebuilds import dropped_check_lines
from .script import lines_of, ordered, rebuild_head

__all__ = [
    "Code",
    "Context",
    "Misfit",
    "Operation",
    "Phase",
    "downgrade_lines",
    "dropped_check_lines",
    "misfits",
    "new_columns",
    "new_tables",
    "operations_for",
    "rebuild_head",
    "unpaired",
    "upgrade_lines",
]

#: The modules that have registered what they make.
KINDS = (tables, columns, alterations, keys, checks, indexes, options, enums, sequences, objects)

#: What may have the former name of another thing.
_NAMES = (TABLE_RENAMED, COLUMN_RENAMED, SEQUENCE_RENAMED)


def operations_for(
    changes: Iterable[Change],
    engine: str,
    migrated: Schema,
    expected: Schema,
    fills: Optional[Mapping[Tuple[str, str], str]] = None,
    kept: FrozenSet[Tuple[str, str]] = frozenset(),
    mends: Optional[Mapping[Tuple[str, str], str]] = None,
    alone: bool = False,
    renames: Optional[Renames] = None,
    undone: FrozenSet[Tuple[str, str]] = frozenset(),
) -> Tuple[Operation, ...]:
    """The operations that make ``expected`` of ``migrated`` as far as ``changes`` say, in the order of
    the way up.

    ``fills``: (table, column) -> SQL for the value of rows that are there. ``kept``: (table, column) of
    ``new_columns`` that the way back leaves. ``mends``: (table, column) -> SQL for rows that do not fit
    what becomes stricter, or whose values mean nothing to the new type. ``alone``: no other engine is
    asked for its code. ``renames``: what has another name in ``expected``, as ``changes`` say. ``undone``:
    those of ``mends`` that the way back takes away again. What no code can be made for (``column-order``) is left out.
    """
    changes = _once(changes)
    new = new_tables(changes)
    named = renames or Renames()
    up = Context(
        engine, migrated, expected, fills or {}, mends or {}, undone, kept=kept, alone=alone, named=named
    )
    down = up.reversed
    found = []
    for group in _together(changes):
        back = tuple(change.reversed for change in group)
        before = [code for change in group for code in mended(up, change, new)]
        operation = Operation(tuple(group), (*before, *_codes(up, group)), tuple(_codes(down, back)))
        if operation.upgrade or operation.downgrade:
            found.append(operation)
    return tuple(sorted(found, key=lambda operation: operation.phase))


def upgrade_lines(operations: Sequence[Operation], context: Context) -> Tuple[str, ...]:
    """The lines of ``upgrade()``, without its indentation."""
    codes = ordered(context, (code for operation in operations for code in operation.upgrade))
    return lines_of(context, codes, (change for operation in operations for change in operation.changes))


def downgrade_lines(operations: Sequence[Operation], context: Context) -> Tuple[str, ...]:
    """The lines of ``downgrade()``; ``context`` is that of the way up."""
    back = context.reversed
    codes = ordered(back, (code for operation in _backwards(operations) for code in operation.downgrade))
    return lines_of(
        back, codes, (change.reversed for operation in operations for change in operation.changes)
    )


def _backwards(operations: Sequence[Operation]) -> Iterator[Operation]:
    """What was renamed last is renamed back first: its new name may be another one's former name."""
    renames = [op for op in operations if op.changes[0].kind in _NAMES]
    yield from reversed(renames)
    yield from (operation for operation in operations if operation not in renames)


def _once(changes: Iterable[Change]) -> Tuple[Change, ...]:
    """Without the renaming of what is made anew under its new name by another change."""
    found = tuple(changes)
    anew = {(c.table, c.before, c.after) for c in found if c.kind in ("foreign-key-differs", "index-differs")}
    return tuple(c for c in found if c.kind != "name" or (c.table, c.before, c.after) not in anew)


def _together(changes: Iterable[Change]) -> List[List[Change]]:
    """Changes of one column at once; those of one foreign key or index; any other by itself."""

    def same(change: Change) -> Tuple[object, ...]:
        both = change.before is not None and change.after is not None
        if isinstance(change.item, Column) and both and change.kind != COLUMN_RENAMED:
            return "column", change.table, change.item.name
        if change.kind in ("foreign-key-differs", "index-differs"):
            return change.kind, change.table, change.object
        return (id(change),)

    groups: Dict[Tuple[object, ...], List[Change]] = {}
    for change in changes:
        groups.setdefault(same(change), []).append(change)
    return list(groups.values())


def _codes(context: Context, changes: Sequence[Change]) -> Iterable[Code]:
    first = changes[0]
    if len(changes) > 1 and isinstance(first.item, Column):
        table = first.tables[0]
        assert isinstance(first.before, Column) and table is not None
        goal = first.before
        for change in changes:
            goal = alterations.with_aspect(goal, change)
        return alterations.alter_column(context, table, first.before, goal, Phase.ALTER_COLUMNS)
    maker = MAKERS.get(first.kind)
    return maker(context, first) if maker else ()
