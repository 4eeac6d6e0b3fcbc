"""What of the models the engines that were asked do not show: a draft for them cannot know of a change there."""

from __future__ import annotations

from collections import Counter
from typing import Any, Collection, Iterator, Sequence, Set, Tuple

from sqlalchemy import DateTime, Enum, Interval, LargeBinary, Time
from sqlalchemy.types import Variant

from ..engines import ENGINES

#: The engines that show a comment, an Enum as a type, a length of bytes, a time zone, an interval as no moment.
_COMMENTS, _ENUMS, _BYTES, _ZONES, _INTERVALS = (
    ("postgresql", "mysql"),
    ("postgresql", "mysql"),
    ("mysql",),
    ("postgresql",),
    ("postgresql",),
)

#: What the models of the recorded releases have of it, and so is no change.
_RELEASED = {"statistics.commit_activity (length 1000000)", "statistics.languages (length 1000000)"}


def unseen(metadata: Any, engines: Collection[str]) -> Tuple[str, ...]:
    """Names of columns, indexes and tables, with what of them shows on other engines than these only, and
    is not so in the recorded releases."""
    found = []
    usual = Counter(option for table in metadata.tables.values() for option in table.kwargs.items())
    for name in sorted(metadata.tables):
        table = metadata.tables[name]
        if table.comment and not _shown(_COMMENTS, engines):
            found.append(f"{name} (comment)")
        for option, value in table.kwargs.items():
            # What most of the tables have the releases have, too.
            if usual[option, value] * 2 <= len(metadata.tables) and _is_of_another(option, engines):
                found.append(f"{name} ({option})")
        for column in table.columns:
            found += [f"{name}.{column.name} ({what})" for what in unseen_of(column, engines)]
        for index in sorted(table.indexes, key=lambda index: str(index.name)):
            options = sorted(option for option in index.dialect_kwargs if _is_of_another(option, engines))
            found += [f"{name}.{index.name} ({option})" for option in options]
    return tuple(found)


def unseen_of(column: Any, engines: Collection[str]) -> Tuple[str, ...]:
    """What of a column of the models it is."""
    name = f"{column.table.name}.{column.name}"
    return tuple(what for what in _of_column(column, engines) if f"{name} ({what})" not in _RELEASED)


def _shown(by: Sequence[str], engines: Collection[str]) -> bool:
    return any(engine in engines for engine in by)


def _is_of_another(option: str, engines: Collection[str]) -> bool:
    return option.partition("_")[0] in set(ENGINES) - {*engines}


def _of_column(column: Any, engines: Collection[str]) -> Iterator[str]:
    type_ = column.type
    if isinstance(type_, Variant):
        own = set(type_.mapping)
        others: Set[str] = set(ENGINES) - {*engines}
        if others & own or (others and own.issuperset(engines)):
            yield "with_variant"
    elif isinstance(type_, Enum) and not _shown(_ENUMS, engines):
        # One that is a list of texts may have been a type.
        yield "Enum"
    elif isinstance(type_, (DateTime, Time)) and type_.timezone and not _shown(_ZONES, engines):
        yield "time zone"
    elif isinstance(type_, Interval) and type_.native and not _shown(_INTERVALS, engines):
        yield "Interval"
    elif isinstance(type_, LargeBinary) and type_.length and not _shown(_BYTES, engines):
        yield f"length {type_.length}"
    if column.comment and not _shown(_COMMENTS, engines):
        yield "comment"
