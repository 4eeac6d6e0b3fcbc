"""Rows: nothing lost, nothing changed that was not meant, and what a downgrade brings back."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Dict, Iterable, Iterator, Mapping, Optional, Tuple

from ...engines.comparing import ROWS
from ...findings import Finding, make
from ...migrations import DOWNGRADE, StepRecord
from ...rows.changes import BEFORE, KEYS, Change, RowChanges, RowKey, Vanished
from ...rows.declared import ADDED, CHANGED, REMOVED, line
from ...rows.values import MISFIT, NULL_FILLED, TOO_LONG
from ...schema.renames import Renames
from ..climb import Climb
from ..fixes import rename

#: What was told already of a table, a column and a kind of change.
Told = Dict[Tuple[str, str, str], Change]


def check(climb: Climb) -> Iterator[Finding]:
    """What each step did to rows beyond what it declares and what a fresh set-up writes."""
    ups = {record.step.revision: record for record in climb.again}
    ups.update((record.step.revision, record) for record in climb.up)
    told: Told = {}
    for record in climb.records:
        if record.error:
            continue
        yield from _of_the_database(climb, record, told)
        if record.declaration_error:
            yield _finding(climb, record, "declaration-broken", None, record.declaration_error)
        if record.not_undone is not None:
            found = _against_recorded(climb, record, ups[record.step.revision], told)
        elif record.step.direction == DOWNGRADE:
            found = _below_start(climb, record, ups.get(record.step.revision))
        else:
            found = _step(climb, record)
        yield from found


def _of_the_database(climb: Climb, record: StepRecord, told: Told) -> Iterator[Finding]:
    """Values that did not fit before, either: once, and no step's fault."""
    for change in record.rows.changes:
        key = change.table, change.column, BEFORE
        if change.accepted == BEFORE and key not in told:
            told[key] = change
            found = _finding(
                climb, record, "values-misfit-before", change,
                f"{_many(change, 'value')} did not fit the column before, either {_where(change)}",
            )  # fmt: skip
            yield replace(found, revision=None, direction=None)


def _step(climb: Climb, record: StepRecord) -> Iterator[Finding]:
    """One step up, by itself."""
    for change in record.rows.changes:
        if not change.accepted:
            yield _undeclared(climb, record, change)
    for gone in record.rows.vanished:
        whole = (d for d in record.declared if d.condition is None)
        if gone.moved_to or gone.declared or any(d.covers(gone.table, gone.column, REMOVED) for d in whole):
            continue
        if gone.instead:
            yield _renamed(climb, record, gone)
        else:
            yield _dropped(climb, record, gone)


def _against_recorded(climb: Climb, record: StepRecord, up: StepRecord, told: Told) -> Iterator[Finding]:
    """A step down, by what was there before the upgrade; each difference at the first step."""
    assert record.not_undone is not None
    for change in _merged(record.not_undone.changes):
        kind = f"{change.kind} {change.how == NULL_FILLED}"
        above = told.get((*_above(up.rows, change), kind))
        if above is None:
            told[change.table, change.column, kind] = change
            yield _not_undone(climb, record, up.rows, change)
        elif change.count > above.count:
            told[change.table, change.column, kind] = replace(change, keys=change.keys + above.keys)
            yield _not_undone(climb, record, up.rows, _rest(change, above))
    for gone in record.not_undone.vanished:
        # What the upgrade dropped was told at the upgrade.
        places = {(gone.table, gone.column), (up.rows.called_now(gone.table), gone.column)}
        dropped = any((v.table, v.column) in places for v in up.rows.vanished)
        key = (gone.table, gone.column, "vanished")
        if not dropped and key not in told:
            yield _renamed(climb, record, gone) if gone.instead else _loses(climb, record, gone)
        told[key] = Change(gone.table, gone.column, REMOVED, "", None, gone.count)


def _above(up: RowChanges, change: Change) -> Tuple[str, str]:
    """What the table and the column of a change are called above the step."""
    table = up.called_now(change.table)
    moved = (v.moved_to for v in up.vanished if (v.table, v.column) == (table, change.column) and v.moved_to)
    return table, next(moved, change.column)


def _rest(change: Change, above: Change) -> Change:
    """What is left of a change where so many of its rows were told of a step above."""
    rows, count = change.beyond([above]) or {}, change.count - above.count
    if len(rows) == count:
        return _of_rows(change, rows)
    keys = tuple(key for key in change.keys if key not in above.keys)
    return replace(change, count=count, keys=keys, example="", rows={})


def _others(change: Change, touched: Iterable[Change]) -> Optional[Change]:
    """What a change does to other rows than the upgrade has touched; None: nothing. Where nobody knows which rows
    those are, all of it, if it is of more than that."""
    touched = [one for one in touched if one.accepted != BEFORE]
    rows = change.beyond(touched)
    if rows is None:
        return change if change.count > _count(touched) else None
    return _of_rows(change, rows) if rows else None


def _of_rows(change: Change, rows: Mapping[RowKey, str]) -> Change:
    """The change, but of some of its rows only; whose the example is nobody knows then."""
    example = change.example if len(rows) == change.count else ""
    return replace(change, count=len(rows), keys=tuple(rows.values())[:KEYS], example=example, rows=rows)


#: What is told of a value beside its being another one.
_BESIDE = (TOO_LONG, MISFIT)


def _merged(changes: Iterable[Change]) -> Tuple[Change, ...]:
    """One change per table, column and kind: how does not matter for what is not undone, but where
    there was no value at all."""
    merged: Dict[Tuple[str, str, str, bool], Change] = {}
    changes = tuple(changes)
    changed = {(c.table, c.column) for c in changes if c.how not in _BESIDE}
    for change in changes:
        if change.how in _BESIDE and (change.table, change.column) in changed:
            continue  # a row of which something else is told, too
        key = (change.table, change.column, change.kind, change.how == NULL_FILLED)
        first = merged.setdefault(key, change)
        if first is not change:
            merged[key] = replace(
                first,
                count=first.count + change.count,
                keys=(first.keys + change.keys)[:KEYS],
                rows={**first.rows, **change.rows},
            )
    return tuple(merged.values())


def _not_undone(climb: Climb, record: StepRecord, up: RowChanges, change: Change) -> Finding:
    """Whose fault a difference after the downgrade is, and whether it could be undone at all."""
    after = f"after the downgrade of {record.step.revision}"
    where = f"{_where(change)} {after}"
    table = up.called_now(change.table)
    done = up.of(table)
    if change.kind == CHANGED:
        gone = next((v for v in up.vanished if (v.table, v.column) == (table, change.column)), None)
        moved = gone.moved_to if gone is not None else None
        column = moved or change.column
        filled = any(c.column == column and c.how == NULL_FILLED for c in done)
        if change.how == NULL_FILLED and not filled:
            # No upgrade did that: whatever it did, NULL can be written.
            message = f"empty or zero where there was no value: {_many(change, 'row')} {where}"
            return _finding(climb, record, "not-restored", change, message)
        if gone is not None and moved and not any(c.column == moved for c in done):
            return _renamed(climb, record, Vanished(change.table, moved, gone.count, None, gone.column))
        if gone is not None and not moved:
            message = (
                f"the values of {change.count} rows are not there any more {where}: the upgrade drops them"
            )
            return _finding(climb, record, "cannot-restore", change, message)
        undone = [c for c in done if c.kind == CHANGED and c.column == column]
        removed = [c for c in done if c.kind == REMOVED]
        # What it took away may have come back as something else: at once, too.
        if undone or change.beyond(removed) == {}:
            others = _others(change, [*undone, *removed])
            if others:
                message = f"not as before the upgrade: {_many(others, 'value')} {_where(others)} {after}"
                message += f"; the upgrade changes {'none' if others.rows else _count(undone)} of them"
                return _finding(climb, record, f"values-{change.how}", others, message)
            message = f"not as before the upgrade: {_many(change, 'value')} {where}"
            code = "not-restored" if undone and all(c.reversible for c in undone) else "cannot-restore"
            return _finding(climb, record, code, change, message)
    dropped = any((v.table, v.column) == (change.table, ROWS) for v in up.vanished)
    alike = [c for c in done if c.kind == change.kind]
    if change.kind != CHANGED and (dropped or alike):
        others = _others(change, alike)
        if change.kind == REMOVED and not dropped and others:
            return _undeclared(climb, record, others)
        if change.kind == REMOVED:
            message = f"gone, for the upgrade removes them: {_many(change, 'row')} {where}"
            return _finding(climb, record, "cannot-restore", change, message)
        message = f"still there, though the upgrade added them: {_many(change, 'row')} {where}"
        return _finding(climb, record, "not-restored", change, message)
    return _undeclared(climb, record, change)


def _below_start(climb: Climb, record: StepRecord, up: Optional[StepRecord]) -> Iterator[Finding]:
    """A step down from where the way began: nobody saw the rows below it before."""
    for change in record.rows.changes:
        alike = [
            c for c in record.rows.of(change.table) if (c.column, c.kind) == (change.column, change.kind)
        ]
        done = up.rows.of(up.rows.called_now(change.table)) if up is not None else ()
        undone = [c for c in done if (c.column, c.kind) == (change.column, _REVERSE[change.kind])]
        # What the upgrade does not do again is gone for good.
        more = change.kind != ADDED and _count(alike) > _count(undone)
        if not change.accepted and (not undone or more):
            yield _undeclared(climb, record, change)
    for gone in record.rows.vanished:
        if gone.moved_to or (up is not None and _is_added_by(up, gone)):
            continue
        yield _renamed(climb, record, gone) if gone.instead else _loses(climb, record, gone)


def _count(changes: Iterable[Change]) -> int:
    """How many rows, but for those of which the value did not fit before."""
    return sum(change.count for change in changes if change.accepted != BEFORE)


_REVERSE = {ADDED: REMOVED, REMOVED: ADDED, CHANGED: CHANGED}


def _is_added_by(up: StepRecord, gone: Vanished) -> bool:
    before, after = (state.schema.table(gone.table) for state in (up.before, up.after))
    if gone.column == ROWS:
        return before is None and after is not None
    return (
        after is not None
        and after.column(gone.column) is not None
        and (before is None or before.column(gone.column) is None)
    )


# -- one finding each -------------------------------------------------------------------------------


def _undeclared(climb: Climb, record: StepRecord, change: Change) -> Finding:
    rows = _many(change, "row")
    if change.kind == ADDED:
        code, message = "rows-added", f"{rows} added"
    elif change.kind == REMOVED:
        deleted = any(_deletes_from(statement, change.table) for statement in record.statements)
        code = "rows-lost"
        message = f"{rows} deleted" if deleted else f"{rows} lost without a DELETE"
    else:
        code = f"values-{change.how}"
        message = f"{HOW[change.how]} in {rows}"
    kind = change.kind
    if record.step.direction == DOWNGRADE:
        kind = _REVERSE[kind]
    entry = line(change.table, change.column, kind)
    message += f" {_where(change)} by {record.step.direction}() of {record.step.revision}"
    return _finding(
        climb, record, code, change, message,
        fix=f"mend the statement, or, if it is meant, declare it in the script: {entry}",
    )  # fmt: skip


#: What happened to values, in words.
HOW = {
    "changed": "values are changed",
    "filled": "NULL became empty or zero",
    "truncated": "text is cut short",
    "mangled": "non-ASCII text is mangled",
    "altered": "values are altered by the change of type",
    "too-long": "values are longer than the column is now",
    "misfit": "values are not of the column's new type",
}


def _many(change: Change, noun: str) -> str:
    return f"{change.count} {noun}{'s' * (change.count != 1)}"


def _where(change: Change) -> str:
    """Which rows, and what became of the first of them."""
    parts = []
    if change.keys:
        more = ", ..." if change.count > len(change.keys) else ""
        parts.append(f"({'; '.join(change.keys)}{more})")
    if change.example:
        parts.append(f"({change.example})")
    return " ".join(parts)


def _renamed(climb: Climb, record: StepRecord, gone: Vanished) -> Finding:
    if gone.column == ROWS:
        message = f"is dropped with {gone.count} rows, and {gone.instead} of the same kind is made empty"
        fix = _rename(climb, record, Renames(tables=((gone.table, gone.instead or ""),)))
        return _finding(climb, record, "rename-lost", None, message, fix, gone.table)
    message = (
        f"is dropped with {gone.count} values, and {gone.instead} of a fitting type is added without them"
    )
    fix = _rename(climb, record, Renames(columns=((gone.table, gone.column, gone.instead or ""),)))
    if fix:
        fix += f"\nif the two have nothing to do with each other: {line(gone.table, gone.column, REMOVED)}"
    return _finding(climb, record, "rename-lost", None, message, fix, gone.table, gone.column)


def _rename(climb: Climb, record: StepRecord, renames: Renames) -> Optional[str]:
    around = record.before.schema, record.after.schema
    return rename(climb.engine, *around, renames, record.step.direction)


def _dropped(climb: Climb, record: StepRecord, gone: Vanished) -> Finding:
    if gone.column == ROWS:
        message = f"is dropped with {gone.count} rows by {record.step.revision}"
        return _finding(climb, record, "table-dropped-with-rows", None, message, None, gone.table)
    message = f"is dropped with {gone.count} values by {record.step.revision}"
    return _finding(climb, record, "column-dropped-with-values", None, message, None, gone.table, gone.column)


def _loses(climb: Climb, record: StepRecord, gone: Vanished) -> Finding:
    what = "rows" if gone.column == ROWS else "values"
    message = f"is dropped with {gone.count} {what} that were there before the upgrade"
    return _finding(
        climb, record, "downgrade-loses-data", None, message, None, gone.table,
        None if gone.column == ROWS else gone.column,
    )  # fmt: skip


def _finding(
    climb: Climb,
    record: StepRecord,
    code: str,
    change: Optional[Change],
    message: str,
    fix: Optional[str] = None,
    table: Optional[str] = None,
    column: Optional[str] = None,
) -> Finding:
    if change is not None:
        table = change.table
        column = None if change.column == ROWS else change.column
    if table in climb.sampled:
        message += "; the table was empty: these are sample rows"
    return make(
        code,
        climb.engine,
        " ".join(message.split()),
        table=table,
        object=column,
        aspect="values" if column else "rows",
        revision=record.step.revision,
        direction=record.step.direction,
        fix=fix,
    )


def _deletes_from(statement: str, table: str) -> bool:
    match = re.match(r"DELETE FROM [\"`\[]?([^\s\"`\]]+)", statement, re.IGNORECASE)
    return bool(match) and match.group(1) == table  # type: ignore[union-attr]
