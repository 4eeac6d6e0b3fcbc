"""Rows of two sides that belong together, read side by side in the order of their keys.

The server sorts. That its order is the one by which rows are matched is looked at with each row:
a row that comes too late would be told as lost.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Callable, Dict, Iterable, Iterator, List, Optional, Sequence, Tuple

from .values import canonical


class DisorderError(Exception):
    """The rows do not come in the order of their keys."""


class RepeatedKeyError(Exception):
    """Two rows of one side have the same key: it tells nobody which rows belong together."""


@dataclass(frozen=True)
class Row:
    """One row: its key, what it is ordered by, the compared values, what it says, and for each
    declaration whether its condition holds."""

    key: Tuple[object, ...]
    order: Tuple[object, ...]
    values: Tuple[object, ...]
    says: Tuple[Optional[str], ...] = ()
    flags: Tuple[bool, ...] = ()


def matched(
    before: Iterable[Row], after: Iterable[Row], unique: bool
) -> Iterator[Tuple[Optional[Row], Optional[Row]]]:
    """The rows of both sides, those with the same order together; None where one side has none.

    ``unique``: there are no two rows with one key. Raises DisorderError and RepeatedKeyError; what
    was given until then is not to be relied upon.
    """
    left, right = _in_order(before, unique), _in_order(after, unique)
    one, other = next(left, None), next(right, None)
    while one is not None or other is not None:
        if other is None or (one is not None and one.order < other.order):
            yield one, None
            one = next(left, None)
        elif one is None or other.order < one.order:
            yield None, other
            other = next(right, None)
        else:
            yield one, other
            one, other = next(left, None), next(right, None)


def matched_by_name(
    gone: Iterable[Row], come: Iterable[Row], name_of: Callable[[Row], Tuple[Optional[str], ...]]
) -> Iterator[Tuple[Optional[Row], Optional[Row]]]:
    """Rows of two sides that have no key in common, by what they say and by what names them.

    None where the other side has none; rows that say the same are left out.
    """
    left = list(gone)
    right: Dict[Tuple[Optional[str], ...], List[Row]] = {}
    for row in come:
        right.setdefault(row.says, []).append(row)
    left = [row for row in left if not (row.says and right.get(row.says) and right[row.says].pop())]
    named: Dict[Tuple[Optional[str], ...], List[Row]] = {}
    nameless: List[Row] = []
    for rows in right.values():
        for row in rows:
            name = name_of(row)
            (named.setdefault(name, []) if name else nameless).append(row)
    for row in left:
        others = named.get(name_of(row))
        yield row, (others.pop() if others else None)
    for row in nameless + [row for rows in named.values() for row in rows]:
        yield None, row


def _in_order(rows: Iterable[Row], unique: bool) -> Iterator[Row]:
    previous: Optional[Row] = None
    for row in rows:
        if previous is not None:
            if row.order < previous.order:
                raise DisorderError
            if unique and row.order == previous.order:
                raise RepeatedKeyError
        previous = row
        yield row


def put_in_order(rows: Iterable[Row], retyped: Sequence[bool]) -> Iterator[Row]:
    """The rows sorted by ourselves: all of them are held in memory.

    ``retyped`` says for each part of the key whether its type changes, so that the same may be
    written in two ways.
    """
    found = (
        replace(row, order=tuple(_sortable(value, r) for value, r in zip(row.key, retyped))) for row in rows
    )
    return iter(sorted(found, key=lambda row: row.order))


def _sortable(value: object, retyped: bool) -> str:
    """A text for a value: the same for the same, another for any other."""
    if value is None:
        return ""
    if retyped or (isinstance(value, (int, float)) and not isinstance(value, bool)):
        # 1 and 1.0 are one value to every server.
        value = canonical(value)
    return f"{type(value).__name__} {value!r}"
