"""What a site may have in a column, though the row at hand has not. Pure."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Iterator, List, Optional, Sequence, Tuple

from ..schema.model import BOOLEAN, BYTES, NUMBER, TEXT, TIME, Column, Table
from .probe import NULL
from .samples import LONG
from .stricter import new_key

#: Longer than the longest of the smaller types of servers.
_LONGER = 70000


def oddities(
    column: Column, later: Optional[Table], usual: object, values: Sequence[object], points: bool
) -> Iterator[Tuple[str, object]]:
    """Each value that is not ``usual``, with its name; ``values`` are those of all kinds that the column holds.

    ``later`` is the table after the step. ``points``: the column points at another table.
    """
    if column.nullable and usual is not None:
        yield NULL, None
    if usual is None and values and (points or column.kind in (NUMBER, TIME, BOOLEAN)):
        yield str(values[0]), values[0]
    if points:
        return
    if column.kind == TEXT and not _is_code(usual):
        yield from _texts(column, usual, values, _is_retyped(column, later))
    elif column.kind == NUMBER:
        yield from _numbers(column, later, values)
    elif column.kind == BOOLEAN and usual is not None:
        yield ("yes", True) if not usual else ("no", False)
    elif column.kind == BYTES and _is_retyped(column, later):
        yield f"{_LONGER} bytes", b"x" * _LONGER
        if usual is None:
            yield "bytes that are no UTF-8", b"\x00\xff\n"


def _texts(
    column: Column, usual: object, values: Sequence[object], retyped: bool
) -> Iterator[Tuple[str, object]]:
    limit = column.length or LONG
    if "x" * limit not in values:  # only some texts are allowed
        yield from ((repr(value), value) for value in values if value != usual)
        return
    if retyped and column.length is None:
        limit = _LONGER
    yield f"a text of {limit} characters", "x" * limit
    yield "an empty text", ""
    if usual is None:
        yield repr("plain"), "plain"
    beyond: List[str] = [value for value in values if isinstance(value, str) and not value.isascii()]
    yield from ((repr(value), value) for value in beyond[-1:])


def _numbers(
    column: Column, later: Optional[Table], values: Sequence[object]
) -> Iterator[Tuple[str, object]]:
    pointing = new_key(column, later)
    numbers = sorted(set(values), key=lambda value: Decimal(str(value)))
    target = f", which no row of {pointing.referred_table} has" if pointing else ""
    yield from ((f"{value}{target}", value) for value in numbers[:1] + numbers[1:][-1:])


def _is_retyped(column: Column, later: Optional[Table]) -> bool:
    new = later.column(column.name) if later else None
    return new is not None and new.type != column.type


def _is_code(value: object) -> bool:
    """Whether a text is written in a language: no site has any text there."""
    if not isinstance(value, str) or value[:1] not in ("{", "["):
        return False
    try:
        json.loads(value)
    except ValueError:
        return False
    return True
