"""How the values of one type become those of another, where the engine does not do it right by itself.

A number is a moment as Python's clock says it: so many seconds since 1970. That is a guess.
"""

from __future__ import annotations

from typing import Mapping, Optional

from ..schema.model import BOOLEAN, BYTES, NUMBER, TEXT, TIME, Column
from ..schema.names import of_type
from . import words

#: PostgreSQL's types for texts.
_TEXTS = {"character varying", "character", "text", "citext", '"char"', "name"}

#: The first and the last second that all engines have a moment for, from the year 1 to the year 9999.
_FIRST, _LAST = -62135596800, 253402300799

#: Whole numbers that are all in between.
_SMALL = {"smallint", "integer", "int", "mediumint", "tinyint"}

#: Those that the server has casts between.
_OF_JSON = {"json", "jsonb"}


def is_guessed(before: Column, after: Column) -> bool:
    """Whether numbers become moments, or moments numbers: nobody but the application knows what they mean."""
    return {before.kind, after.kind} == {NUMBER, TIME}


def using(before: Column, after: Column) -> Optional[str]:
    """How PostgreSQL gets the values of one type from those of the other; None: by itself."""
    name = words.quoted("postgresql", before.name)
    kinds = (before.kind, after.kind)
    enums = [column.kind == TEXT and not _is_text(column) for column in (before, after)]
    if kinds == (BYTES, TEXT):
        text = f"convert_from({name}, 'UTF8')"
        return f"{text}::{words.quoted('postgresql', of_type(after.type))}" if enums[1] else text
    if kinds == (TEXT, BYTES):
        return f"convert_to({name}{'::text' * enums[0]}, 'UTF8')"
    if before.kind == after.kind == TIME:
        odd = _time_using(before, after, name)
        if odd:
            return odd
        zones = ["with time zone" in column.type for column in (before, after)]
        return f"{name} AT TIME ZONE 'UTC'" if zones in ([True, False], [False, True]) else None
    if is_guessed(before, after):
        return (
            _from_clock(before, after, name)
            if after.kind == TIME
            else f"EXTRACT(EPOCH FROM {name})::{after.type}"
        )
    if before.kind == BOOLEAN and enums[1]:
        return f"{name}::integer::text::{words.quoted('postgresql', of_type(after.type))}"
    if any(enums):
        type_ = words.quoted("postgresql", of_type(after.type)) if enums[1] else after.type
        return f"{name}::text::{type_}"
    if before.kind == after.kind and before.kind is not None and before.type not in _OF_JSON:
        return None
    if _are_strangers(before, after):
        return _through_text(before, after, name)
    if before.kind == BOOLEAN and after.type != "integer":
        # A text says 1, as on the other engines.
        return f"{name}::integer::{after.type}"
    if after.kind == BOOLEAN and before.kind == NUMBER:
        return f"{name} <> 0"
    return f"{name}::{after.type}"


def _are_strangers(before: Column, after: Column) -> bool:
    """Whether the server has no cast from one to the other, but for its own types of JSON."""
    kinds = {before.kind, after.kind}
    if TEXT in kinds or {before.type, after.type} <= _OF_JSON:
        return False
    return bool(kinds & {BYTES, None}) or kinds == {BOOLEAN, TIME}


def _through_text(before: Column, after: Column, name: str) -> str:
    """What the server has no cast for: of no row it is right, of others it says which it cannot read."""
    if before.kind == BYTES:
        return f"convert_from({name}, 'UTF8')::{after.type}"
    text = f"{name}::integer::text" if before.kind == BOOLEAN and after.kind == BYTES else f"{name}::text"
    return f"convert_to({text}, 'UTF8')" if after.kind == BYTES else f"{text}::{after.type}"


def _seconds(before: Column, number: str, larger: str, smaller: str) -> str:
    """The number, or the nearest that all engines have a moment for."""
    if before.plain_type.partition("(")[0] in _SMALL:
        return number
    return f"{larger}({smaller}({number}, {_LAST}), {_FIRST})"


def _from_clock(before: Column, after: Column, name: str) -> str:
    if after.plain_type.startswith("interval"):
        return f"{name} * INTERVAL '1 second'"
    moment = f"to_timestamp({_seconds(before, name, 'GREATEST', 'LEAST')})"
    if after.plain_type.startswith("timestamp"):
        return moment if "with time zone" in after.type else f"{moment} AT TIME ZONE 'UTC'"
    by_day = "::time" if after.plain_type == "time with time zone" else ""
    return f"({moment} AT TIME ZONE 'UTC'){by_day}::{after.type}"


def _time_using(before: Column, after: Column, name: str) -> Optional[str]:
    """What the server does not do by itself: a time gets the day of today, as on MySQL, a day midnight."""
    one, other = (column.plain_type.partition(" ")[0].partition("(")[0] for column in (before, after))
    if (one, other) == ("time", "timestamp"):
        return f"(CURRENT_DATE + {name}::time)::{after.type}"
    if (one, other) == ("time", "date"):
        return f"CASE WHEN {name} IS NOT NULL THEN CURRENT_DATE END"
    if (one, other) == ("date", "time"):
        return f"{name}::timestamp::time::{after.type}"
    if "time with time zone" in (before.plain_type, after.plain_type) and one != other:
        return f"{name}::time::{after.type}"
    if one == "interval" and other in ("timestamp", "date"):
        # As the other engines keep an interval: the moment so long after the beginning of 1970.
        return f"(TIMESTAMP '1970-01-01 00:00:00' + {name})::{after.type}"
    if one in ("timestamp", "date") and other == "interval":
        return f"{name}::timestamp - TIMESTAMP '1970-01-01 00:00:00'"
    return None


def _is_text(column: Column) -> bool:
    """Whether a type of PostgreSQL's for texts is none of its own, such as an Enum."""
    return column.plain_type.partition("(")[0] in _TEXTS


def on_sqlite(before: Column, after: Column) -> Optional[str]:
    """How SQLAlchemy's texts for a time become those of another kind of time, or numbers, and back."""
    name = words.quoted("sqlite", after.name)
    one, other = (column.type.replace("TIMESTAMP", "DATETIME") for column in (before, after))
    if before.kind == NUMBER:
        return _texts_of_clock(name, _seconds(before, name, "max", "min")).get(other)
    if after.kind == NUMBER:
        return _clock_of_texts(name, is_whole="INT" in other).get(one)
    return {
        ("DATE", "DATETIME"): f"{name} || ' 00:00:00.000000'",
        ("DATETIME", "DATE"): f"substr({name}, 1, 10)",
        ("DATETIME", "TIME"): f"substr({name}, 12)",
        # As the servers do: the day of today, and midnight.
        ("TIME", "DATETIME"): f"date('now') || ' ' || {name}",
        ("TIME", "DATE"): f"substr(date('now') || {name}, 1, 10)",
        ("DATE", "TIME"): f"substr('00:00:00.000000' || {name}, 1, 15)",
    }.get((one, other))


def _texts_of_clock(name: str, seconds: str) -> Mapping[str, str]:
    # The fraction as text: SQLite's own has three digits only.
    fraction = f"substr(printf('%.6f', {name}), -7)"
    return {
        "DATETIME": f"datetime({seconds}, 'unixepoch') || {fraction}",
        "DATE": f"date({seconds}, 'unixepoch')",
        "TIME": f"time({seconds}, 'unixepoch') || {fraction}",
    }


def _clock_of_texts(name: str, is_whole: bool) -> Mapping[str, str]:
    def seconds(moment: str, length: int) -> str:
        whole = f"CAST(strftime('%s', {moment}) AS INTEGER)"
        return whole if is_whole else f"{whole} + CAST('0' || substr({name}, {length + 1}) AS REAL)"

    return {
        "DATETIME": seconds(name, 19),
        "DATE": seconds(name, 10),
        "TIME": seconds(f"'1970-01-01 ' || {name}", 8),
    }


def on_mysql(before: Column, after: Column) -> str:
    """How the text of a number becomes that of a time, or back: the server would read 20260131 as a day."""
    name = words.quoted("mysql", after.name)
    type_ = (after if before.kind == NUMBER else before).plain_type.partition("(")[0]
    if before.kind == NUMBER:
        seconds = _seconds(before, f"CAST({name} AS DECIMAL(65, 6))", "GREATEST", "LEAST")
        moment = f"TIMESTAMP '1970-01-01 00:00:00' + INTERVAL {seconds} SECOND"
        return moment if type_ in ("datetime", "timestamp") else f"{type_.upper()}({moment})"
    if type_ == "time":
        return f"TIME_TO_SEC({name})"
    if "int" in after.plain_type:
        return f"TIMESTAMPDIFF(SECOND, '1970-01-01', {name})"
    return f"TIMESTAMPDIFF(MICROSECOND, '1970-01-01', {name}) * 0.000001"
