"""What of the models one engine alone does not show: a draft for it cannot know of a change there."""

from __future__ import annotations

from typing import Any, Iterator, Tuple

from sqlalchemy import DateTime, Enum, LargeBinary, Time
from sqlalchemy.types import Variant

#: The engines that show a comment, a length of bytes.
_COMMENTS, _BYTES = ("postgresql", "mysql"), ("mysql",)

#: What the models of the recorded releases have of it, and so is no change.
_RELEASED = {"statistics.commit_activity (length 1000000)", "statistics.languages (length 1000000)"}


def unseen(metadata: Any, engine: str) -> Tuple[str, ...]:
    """Names of columns and tables, with what of them shows on other engines only, and is not so in the
    recorded releases."""
    found = []
    for name in sorted(metadata.tables):
        table = metadata.tables[name]
        if table.comment and engine not in _COMMENTS:
            found.append(f"{name} (comment)")
        for column in table.columns:
            found += [f"{name}.{column.name} ({what})" for what in unseen_of(column, engine)]
    return tuple(found)


def unseen_of(column: Any, engine: str) -> Tuple[str, ...]:
    """What of a column of the models it is."""
    name = f"{column.table.name}.{column.name}"
    return tuple(what for what in _of_column(column, engine) if f"{name} ({what})" not in _RELEASED)


def _of_column(column: Any, engine: str) -> Iterator[str]:
    type_ = column.type
    if isinstance(type_, Variant):
        yield "with_variant"
    elif isinstance(type_, Enum) and type_.native_enum and engine == "sqlite":
        yield "Enum"
    elif isinstance(type_, (DateTime, Time)) and type_.timezone and engine != "postgresql":
        yield "time zone"
    elif isinstance(type_, LargeBinary) and type_.length and engine not in _BYTES:
        yield f"length {type_.length}"
    if column.comment and engine not in _COMMENTS:
        yield "comment"
