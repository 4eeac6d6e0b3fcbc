"""How to mend a difference, as code for the script that makes it.

The code is made by ``operations`` from what the server's catalogue says. A fix is a sentence; code
stands under it, each line indented, just as it goes into the function.
"""

from __future__ import annotations

import re
from typing import Callable, FrozenSet, Iterable, List, Optional, Sequence, Tuple

from ..migrations import UPGRADE, StepRecord
from ..operations import Context, downgrade_lines, operations_for, upgrade_lines
from ..schema.change import EXTRA, Change
from ..schema.compare import compare
from ..schema.model import Check, Column, ForeignKey, Index, PrimaryKey, Schema, Unique
from ..schema.model import Sequence as SequenceObject
from ..schema.renames import Renames, candidates, changes_with

_INDENT = "    "

#: Where no script makes what the models want.
NO_MIGRATION = "no script makes it: gearbox db-revision drafts one"


def in_script(
    change: Change, engine: str, record: StepRecord, goal: Schema, undo: bool = True
) -> Optional[str]:
    """Code for the step that is to blame, so that what it makes is as in ``goal``; None where there is none.

    What is mended at the end of upgrade() is undone at the beginning of downgrade(), which then finds
    what it has found so far; not so what was there before the step (``undo`` False).
    """
    migrated = record.after.schema
    if _was_there(change, record.before.schema):
        return f"leave out what drops it in {record.step.direction}()"
    related = _together(change, compare(migrated, goal))
    operations = operations_for(related, engine, migrated, goal)
    context = Context(engine, migrated, goal)
    there = upgrade_lines(operations, context)
    if not there:
        return None
    direction = record.step.direction
    only_extra = all(other.kind.endswith(EXTRA) for other in related)
    instead = "leave out what makes it, or " if only_extra else ""
    text = lines_at(f"{instead}add at the end of", direction, there)
    back = downgrade_lines(operations, context) if undo and direction == UPGRADE else ()
    return f"{text}\nand at the beginning of downgrade():{code(back)}" if back else text


def dropping(table: str, column: str, engine: str, record: StepRecord, goal: Schema) -> Optional[str]:
    """Code for the step that leaves a column in a table which ``goal`` does not have; None where there is none."""
    migrated = record.after.schema
    changes = compare(migrated, goal)
    wanted = ("column-extra", table, column)
    change = next((c for c in changes if (c.kind, c.table, c.object) == wanted), None)
    if change is None:
        return None
    operations = operations_for(_together(change, changes), engine, migrated, goal)
    lines = upgrade_lines(operations, Context(engine, migrated, goal))
    if not lines:
        return None
    return lines_at(
        "give it a server default in upgrade(), or drop it: add at the end of", record.step.direction, lines
    )


def _was_there(change: Change, before: Schema) -> bool:
    """Whether a step drops what it should keep: made again, it is empty."""
    table = before.table(change.table or "")
    if change.kind == "column-missing" and table is not None:
        return table.column(change.object or "") is not None
    return change.kind == "table-missing" and table is not None


def lines_at(place: str, function: str, lines: Iterable[str]) -> str:
    """A sentence that names the place, and the code that belongs there."""
    return f"{place} {function}():{code(lines)}"


def code(lines: Iterable[str]) -> str:
    """Lines of code under a sentence."""
    return "".join(f"\n{_INDENT}{part}" for line in lines for part in line.split("\n"))


def drafted(change: Change, changes: Sequence[Change]) -> str:
    """What to do about a change of the models that no script makes; ``changes``: all of them."""
    found = candidates(changes)
    options = [
        f"--rename {table}.{old}={new}"
        for table, old, new in found.columns
        if change.table == table and change.object in (old, new)
    ]
    options += [f"--rename-table {old}={new}" for old, new in found.tables if change.table in (old, new)]
    if not options:
        return NO_MIGRATION
    return f"{NO_MIGRATION}; if it is the same under another name: gearbox db-revision {options[0]}"


def rename(engine: str, before: Schema, after: Schema, renames: Renames, direction: str) -> Optional[str]:
    """Code that renames instead of dropping one thing and adding another; None where there is none.

    ``before`` and ``after`` are the schemas around the step.
    """
    names = {name for _, name in renames.tables} | {table for table, _, _ in renames.columns}
    changes = [
        change
        for change in changes_with(before, after, renames)
        if change.kind.endswith("-renamed") or _concerns_renamed(change, renames, names)
    ]
    if not any(change.kind.endswith("-renamed") for change in changes):
        return None
    operations = operations_for(changes, engine, before, after)
    context = Context(engine, before, after)
    text = f"rename it, instead of dropping the one and adding the other; in {direction}():"
    text += code(upgrade_lines(operations, context))
    if direction == UPGRADE:
        text += f"\nand in downgrade():{code(downgrade_lines(operations, context))}"
    return text


def before_it_can_run(engine: str, before: Schema, goal: Schema, statement: str) -> Optional[str]:
    """The rename that a script may mean that cannot add a column, since rows have no value for it."""
    found = candidates(compare(before, goal))
    meant = [triple for triple in found.columns if re.search(rf"\b{re.escape(triple[2])}\b", statement)]
    return rename(engine, before, goal, Renames(columns=tuple(meant)), UPGRADE) if meant else None


def _concerns_renamed(change: Change, renames: Renames, names: "set[str]") -> bool:
    """Whether a difference is in what was renamed: in the table, or in what is over the column."""
    if change.table not in names:
        return False
    if change.table in {name for _, name in renames.tables}:
        return True
    columns = {new for table, _, new in renames.columns if table == change.table}
    return bool(columns & _columns(change))


def _together(change: Change, changes: Sequence[Change]) -> List[Change]:
    """The change itself, and what can be mended with it only."""
    found = [other for other in changes if other == change]
    if change.kind in ("column-extra", "column-missing"):
        name = change.object or ""
        found += _others(found, changes, lambda c: c.table == change.table and name in _columns(c))
    elif (
        change.kind == "sequence-extra"
        or change.kind == "sequence-missing"
        or isinstance(change.item, Column)
    ):
        found += _others(found, changes, lambda c: _counts_with(change, c, changes))
    elif isinstance(change.item, (Index, ForeignKey)):
        # MySQL's index of a foreign key has the key's name.
        found += _others(
            found,
            changes,
            lambda c: (
                c.table == change.table
                and c.object == change.object
                and isinstance(c.item, (Index, ForeignKey))
            ),
        )
    return found


def _counts_with(change: Change, other: Change, changes: Sequence[Change]) -> bool:
    """Whether both are about one column that begins or ends to count by itself."""
    owner = _counter(change)
    counting = {_counter(c) for c in changes if c.kind == "column-identity"}
    return owner is not None and owner in counting and owner == _counter(other)


def _counter(change: Change) -> Optional[str]:
    if isinstance(change.item, SequenceObject):
        return change.item.owner
    return f"{change.table}.{change.object}" if isinstance(change.item, Column) else None


def _others(
    found: Sequence[Change], changes: Sequence[Change], wanted: Callable[[Change], bool]
) -> List[Change]:
    return [other for other in changes if other not in found and wanted(other)]


def _columns(change: Change) -> FrozenSet[str]:
    """The columns that an object is, or is over."""
    found: List[Tuple[str, ...]] = []
    for item in (change.before, change.after):
        if isinstance(item, Column):
            found.append((item.name,))
        elif isinstance(item, (PrimaryKey, Unique, ForeignKey)):
            found.append(item.columns)
        elif isinstance(item, Index):
            found.append(tuple(key.expression for key in item.keys))
        elif isinstance(item, Check):
            found.append(tuple(re.findall(r"\w+", item.expression)))
    return frozenset(name for names in found for name in names)
