"""Rows that the new code's set-up writes otherwise than the released one: settings, ui rows, permissions.

A site may have changed them since: what is updated or removed is a row that says what the release wrote,
and a row that is there already stays. Tables with foreign keys (grants) are not drafted.
"""

from __future__ import annotations

from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Dict, Iterator, List, Optional, Tuple

from ..rows.declared import CHANGED, REMOVED, Declaration
from ..rows.defaults import Row, telling_columns, unique_keys
from ..schema.model import BOOLEAN, NUMBER, Table
from ..state import State
from .fills import literal

#: Rows that each installation has of its own.
_OWN = {"users", "repositories", "groups", "users_groups"}

#: How much two names have in common that may be one.
_SIMILAR = 0.6


@dataclass(frozen=True)
class RowChange:
    """A row of the set-up before and after, as (column, value) pairs; None where there is none."""

    table: str
    before: Optional[Tuple[Tuple[str, object], ...]]
    after: Optional[Tuple[Tuple[str, object], ...]]
    key: Tuple[str, ...]

    @property
    def reversed(self) -> "RowChange":
        """The way back."""
        return RowChange(self.table, self.after, self.before, self.key)

    @property
    def text(self) -> str:
        """What is to be done, in a line."""
        name = " ".join(str(dict(self.before or self.after or ())[column]) for column in self.key)
        if self.before is None:
            return f"{self.table}: the row {name!r} is missing; a fresh set-up writes it"
        if self.after is None:
            return f"{self.table}: the row {name!r} should not be there; a fresh set-up does not write it"
        return f"{self.table}: the row {name!r} says something else than a fresh set-up writes"


def row_changes(before: State, after: State) -> Tuple[RowChange, ...]:
    """What the set-up writes otherwise than it did, in tables that both have."""
    found: List[RowChange] = []
    for name, rows in sorted(after.defaults.items()):
        left, right = before.schema.table(name), after.schema.table(name)
        if left and right and not right.foreign_keys and name not in _OWN and name in before.defaults:
            found += _of_table(left, right, before.defaults[name], rows)
    return tuple(found)


def _of_table(left: Table, right: Table, old: Tuple[Row, ...], new: Tuple[Row, ...]) -> Iterator[RowChange]:
    both = {column.name for column in telling_columns(left)}
    columns = [column for column in telling_columns(right) if column.name in both]
    names = tuple(column.name for column in columns)
    keys = [key for key in unique_keys(right) if set(key) <= set(names)]
    if not keys:
        return
    key = min(keys, key=lambda key: (len(key), names.index(key[0])))
    kinds = {column.name: column.kind for column in columns}

    def said(row: Row) -> Tuple[Tuple[str, object], ...]:
        return tuple((name, _value(row[name], kinds[name])) for name in names)

    olds = {tuple(row[name] for name in key): said(row) for row in old}
    news = {tuple(row[name] for name in key): said(row) for row in new}
    gone = [found for name, found in olds.items() if name not in news]
    for name, row in news.items():
        if name not in olds:
            # The same under another name, where that can be only one.
            twins = [one for one in gone if _is_renamed(one, row, key)]
            twin = twins[0] if len(twins) == 1 else None
            if twin:
                gone.remove(twin)
            yield RowChange(right.name, twin, row, key)
        elif olds[name] != row and not _places(olds[name], row):
            yield RowChange(right.name, olds[name], row, key)
    for row in gone:
        yield RowChange(right.name, row, None, key)


def _is_renamed(
    one: Tuple[Tuple[str, object], ...], other: Tuple[Tuple[str, object], ...], key: Tuple[str, ...]
) -> bool:
    """Whether two rows say the same under names that are alike."""
    rests = [[pair for pair in row if pair[0] not in key] for row in (one, other)]
    names = [" ".join(str(value) for name, value in row if name in key) for row in (one, other)]
    return rests[0] == rests[1] and SequenceMatcher(None, names[0], names[1]).ratio() >= _SIMILAR


def _places(one: Tuple[Tuple[str, object], ...], other: Tuple[Tuple[str, object], ...]) -> bool:
    """Whether two rows differ in folders only: each installation has its own."""
    return all(
        left == right or (str(left[1]).startswith("/") and str(right[1]).startswith("/"))
        for left, right in zip(one, other)
    )


def _value(text: str, kind: Optional[str]) -> object:
    if text == "None":
        return None
    if kind == BOOLEAN:
        return text.lower() in ("1", "true")
    return int(text) if kind == NUMBER and text.lstrip("-").isdigit() else text


def row_lines(changes: Tuple[RowChange, ...]) -> Tuple[str, ...]:
    """The lines of a function that make the rows say what they are to say."""
    lines: List[str] = []
    tables: Dict[str, None] = {}
    for change in changes:
        if change.table not in tables:
            tables[change.table] = None
            names = [name for name, _ in change.before or change.after or ()]
            columns = ", ".join(f"sa.column({name!r})" for name in names)
            lines.append(f"{change.table} = sa.table({change.table!r}, {columns})")
        lines += _lines(change)
    return tuple(lines)


def _lines(change: RowChange) -> Iterator[str]:
    table = change.table
    if change.after is None:
        yield f"op.execute({table}.delete().where({_where(table, change.before or ())}))"
        return
    key = tuple(pair for pair in change.after if pair[0] in change.key)
    values = ", ".join(f"{name!r}: {value!r}" for name, value in change.after)
    is_new = change.before is None or any(pair not in change.before for pair in key)
    statement = f"op.execute({table}.insert().values({{{values}}}))"
    if change.before is not None:
        changed = ", ".join(
            f"{name!r}: {value!r}" for name, value in change.after if (name, value) not in change.before
        )
        # Under another name it keeps what a site says there.
        old = tuple(pair for pair in change.before if pair[0] in change.key) if is_new else change.before
        statement = f"op.execute({table}.update().where({_where(table, old)}).values({{{changed}}}))"
    if is_new:
        yield f"if not op.get_bind().execute({table}.select().where({_where(table, key)})).fetchone():"
        yield f"    {statement}"
    else:
        yield statement


def _where(table: str, row: Tuple[Tuple[str, object], ...]) -> str:
    tests = [
        f"{table}.c.{name} == {'sa.null()' if value is None else repr(value)}"
        if not isinstance(value, bool)
        else f"{table}.c.{name}.is_({value})"
        for name, value in row
    ]
    return tests[0] if len(tests) == 1 else f"sa.and_({', '.join(tests)})"


def row_declarations(changes: Tuple[RowChange, ...]) -> Iterator[Declaration]:
    """What the upgrade means to do to rows that are there."""
    for change in changes:
        if change.before is None:
            continue
        condition = " AND ".join(
            f"{name} = {literal(value, 'sqlite')}" for name, value in change.before if name in change.key
        )
        if change.after is None:
            yield Declaration(change.table, "*", REMOVED, condition)
            continue
        for pair, old in zip(change.after, change.before):
            if pair != old:
                yield Declaration(change.table, pair[0], CHANGED, condition)
