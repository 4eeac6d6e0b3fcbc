"""Two values of one column, before and after: are they the same, and if not, what happened?

Pure functions. A type change may write the same value in another way (1 and "1"); that is the
same value as long as nothing of it is lost.
"""

from __future__ import annotations

import datetime
import re
import unicodedata
from decimal import Decimal, localcontext
from typing import AnyStr, Optional, Tuple

from ..schema.model import BOOLEAN, NUMBER, Column
from ..secrets import MASK, mask, names_secret

#: What may happen to a value; the last part of the finding code ``values-...``.
CHANGED, NULL_FILLED, TRUNCATED, MANGLED, ALTERED = "changed", "filled", "truncated", "mangled", "altered"
#: The value is as it was, but longer than the column's new type says.
TOO_LONG = "too-long"
#: The value is as it was, but none of the column's new type.
MISFIT = "misfit"

_EMPTY = ("", b"", "0")


def is_empty(value: object) -> bool:
    """Whether a value is zero, or a text without anything in it; NULL is no value."""
    return value is not None and (not value or value in _EMPTY)


def can_be_written(value: object) -> bool:
    """Whether a driver can write a value that was read: a text that was none when it was read has surrogates."""
    return not (isinstance(value, str) and any("\ud800" <= character <= "\udfff" for character in value))


def identical(before: object, after: object) -> bool:
    """Whether both are the same value of a column whose type has not changed."""
    if _is_number(before) and _is_number(after):
        return before == after or (before != before and after != after)
    return type(before) is type(after) and before == after


def same(before: object, after: object) -> bool:
    """Whether both say the same, in whatever type."""
    if before is None or after is None:
        return before is after
    if identical(before, after):
        return True
    if isinstance(before, str) and isinstance(after, str):
        # One moment, written with more or fewer digits of the second.
        return bool(_MOMENT.match(before) and _MOMENT.match(after)) and canonical(before) == canonical(after)
    # "1.0" is how a floating-point number is written.
    if any(isinstance(one, float) and str(one) == other for one, other in ((before, after), (after, before))):
        return True
    return canonical(before) == canonical(after)


def is_its_beginning(day: object, moment: object) -> bool:
    """Whether one is a day without a time, and the other one its beginning: what a date becomes as a moment."""
    day, moment = (one.decode("ascii", "replace") if isinstance(one, bytes) else one for one in (day, moment))
    if not (isinstance(day, str) and isinstance(moment, str) and _DAY.match(day)):
        return False
    found = _MIDNIGHT.match(moment)
    return found is not None and found["day"] == day


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float, Decimal)) and not isinstance(value, bool)


#: A date with a time, or a time; the digits of the second's fraction that say nothing come third.
_MOMENT = re.compile(
    r"""(?P<whole> -? (?:\d{4,}-\d\d-\d\d[ T])? \d{1,3}:\d\d:\d\d )
        (?: (?P<point>\.) (?P<fraction>\d*?) 0* )?
        (?P<zone> (?:[+-]\d\d(?::\d\d)*)? (?:\ BC)? ) \Z""",
    re.VERBOSE | re.ASCII,
)
_DAY = re.compile(r"-?\d{4,}-\d\d-\d\d\Z", re.ASCII)
_MIDNIGHT = re.compile(r"(?P<day>-?\d{4,}-\d\d-\d\d)[ T]00:00:00(?:\.0*)?\Z", re.ASCII)
_UTC = re.compile(r"^[+-]00(?::00)*(?![\d:])")
_PLAIN_NUMBER = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d*[1-9])?", re.ASCII)


def canonical(value: object) -> object:
    """What a value says, whatever type says it: numbers as Decimal, times as text."""
    if isinstance(value, bytes):
        try:
            return canonical(value.decode("utf-8"))
        except UnicodeDecodeError:
            return value
    if isinstance(value, bool):
        return Decimal(int(value))
    if isinstance(value, datetime.timedelta):
        return value.total_seconds()
    if isinstance(value, datetime.datetime):
        return canonical(value.isoformat(" "))
    if isinstance(value, (datetime.date, datetime.time)):
        return canonical(value.isoformat())
    if _is_number(value):
        number = Decimal(str(value))
        # A number that is none equals nothing, not even itself.
        return "NaN" if number.is_nan() else _exact(number)
    text = {"true": "1", "false": "0"}.get(str(value), str(value))
    # A text like "007" is not the number 7: something of it would be lost.
    if _PLAIN_NUMBER.fullmatch(text) and text != "-0":
        return _exact(Decimal(text))
    moment = _MOMENT.match(text)
    if moment:
        # SQLite keeps dates as text, with the fraction of a second always written out.
        fraction = f".{moment['fraction']}" if moment["fraction"] else ""
        # A time without a zone is taken for one in UTC.
        return f"{moment['whole']}{fraction}{_UTC.sub('', moment['zone'])}"
    return text


def _exact(number: Decimal) -> Decimal:
    """Without zeros that say nothing, of whatever size: ``normalize`` alone rounds to 28 digits."""
    with localcontext() as context:
        context.prec = max(len(number.as_tuple().digits), 1)
        return number.normalize(context)


def what_happened(before: object, after: object, retyped: bool) -> str:
    """The kind of change of a value that is not the same any more."""
    if before is None:
        return NULL_FILLED if is_empty(after) else CHANGED
    if retyped and _moment(before):
        return ALTERED  # a date is no text that is cut short
    if isinstance(before, (str, bytes)) and isinstance(after, type(before)):
        if 0 < len(after) < len(before) and before.startswith(after):  # type: ignore[arg-type]
            return TRUNCATED
        if isinstance(before, str) and isinstance(after, str) and _mangled(before, after):
            return MANGLED
    if retyped:
        return ALTERED
    return CHANGED


def _moment(value: object) -> Optional[str]:
    """The text of a date with a time, or of a time; None for anything else. MySQL writes them as bytes."""
    if isinstance(value, bytes) and value.isascii():
        value = value.decode()
    return value if isinstance(value, str) and _MOMENT.match(value) else None


def _mangled(before: str, after: str) -> bool:
    """Whether only the non-ASCII characters became others: "?" or the bytes of another charset."""
    if before.isascii():
        return False
    if after.replace("\N{REPLACEMENT CHARACTER}", "?") == "".join(c if c.isascii() else "?" for c in before):
        return True
    for wrong in ("latin-1", "cp1252"):
        for one, other in ((before, after), (after, before)):
            if one.encode("utf-8", "replace").decode(wrong, "replace") == other:
                return True
    # One "?" per byte, or one per UTF-16 unit: compare what is ASCII on both sides.
    return (
        after.isascii()
        and "?" in after
        and (after.replace("?", "") == "".join(c for c in before if c.isascii() and c != "?"))
    )


def shown(value: object, limit: int = 40) -> str:
    """A value as messages show it, without the password of a URL in it."""
    # Masked before it is cut: half a URL can no longer be told from other texts.
    value = _moment(value) or value
    if isinstance(value, str):
        text = repr(mask(value))
    else:
        text = "NULL" if value is None else mask(repr(value) if isinstance(value, bytes) else str(value))
    return text if len(text) <= limit else f"{text[: limit - 4]} ..."


def shown_of(name: str, value: object) -> str:
    """A value of that name as messages show it: a report is no place for a site's secrets."""
    return MASK if value is not None and names_secret(name) else shown(value)


def became(name: str, before: object, after: object) -> str:
    """What a value of that name was and is, as messages show it: so that both do not look the same."""
    old, new = shown_of(name, before), shown_of(name, after)
    if old != MASK and _look(old) == _look(new):
        if isinstance(before, str) and isinstance(after, str) and mask(before) != mask(after):
            old, new = _from_difference(mask(before), mask(after))
        elif isinstance(before, bytes) and isinstance(after, bytes) and mask(repr(before)) == repr(before):
            old, new = _from_difference(before, after)
    return f"{old} became {new}"


def _look(text: str) -> str:
    """What a reader sees of a text: no signs without a width, and one blank for many."""
    plain = unicodedata.normalize("NFKC", text)
    return " ".join("".join(c for c in plain if unicodedata.category(c) != "Cf").split())


#: How much is shown of two texts from shortly before the place where they differ.
_BEFORE_DIFFERENCE, _FROM_DIFFERENCE = 8, 24


def _from_difference(before: AnyStr, after: AnyStr) -> Tuple[str, str]:
    """The places of two texts where they differ, in letters that look different."""
    shorter = min(len(before), len(after))
    equal = next((n for n in range(shorter) if before[n] != after[n]), shorter)
    start = max(equal - _BEFORE_DIFFERENCE, 0)
    return _piece(before, start), _piece(after, start)


def _piece(text: "str | bytes", start: int) -> str:
    end = start + _BEFORE_DIFFERENCE + _FROM_DIFFERENCE
    piece = re.sub("  +", lambda blanks: r"\x20" * len(blanks[0]), ascii(text[start:end]))
    return f"{'... ' if start else ''}{piece}{' ...' if end < len(text) else ''}"


def fits(value: object, column: Column) -> bool:
    """Whether a column may hold a value: SQLite keeps a text in a number's place, and any number."""
    if column.kind == NUMBER:
        if isinstance(value, (int, float, Decimal)) and not isinstance(value, bool):
            return _in_range(value, column.plain_type)
        return not isinstance(value, (str, bytes))
    return column.kind != BOOLEAN or value is None or value in (0, 1)


#: Types of days and moments; and how SQLAlchemy reads those that are texts.
_MOMENTS = re.compile(r"(datetime|timestamp|date)(?:\(\d+\))?(?: with(?:out)? time zone)?")
_DAY = re.compile(r"(\d+)-(\d+)-(\d+)(?: (\d+):(\d+):(\d+)(?:\.\d+)?)?")


def is_no_moment(value: object, column: Column) -> bool:
    """Whether a column of days or moments holds what the application cannot read as one. A server's own spellings
    ("infinity") are none of Python's, either: to be asked where a database keeps whatever was written."""
    return value is not None and bool(_MOMENTS.fullmatch(column.plain_type)) and not _is_moment(value)


def _is_moment(value: object) -> bool:
    """Whether a value is a day or a moment of Python's calendar, or a text that begins with one."""
    text = value.decode("ascii", "replace") if isinstance(value, bytes) else value
    if not isinstance(text, str):
        return not isinstance(text, (int, float, Decimal))
    found = _DAY.match(text)
    if found is None:
        return False
    year, month, day, hour, minute, second = (int(part or 0) for part in found.groups())
    try:
        datetime.datetime(year, month, day, hour, minute, second)
    except ValueError:
        return False
    return True


#: Bits of the whole numbers that servers keep; SQLite takes larger ones under the same names.
_BITS = {"tinyint": 8, "smallint": 16, "mediumint": 24, "integer": 32, "int": 32}


def _in_range(value: "int | float | Decimal", type_name: str) -> bool:
    if isinstance(value, int):
        bits = _BITS.get(type_name)
        return bits is None or -(2 ** (bits - 1)) <= value < 2 ** (bits - 1)
    digits = re.match(r"(?:numeric|decimal)\((\d+)(?:, ?(\d+))?\)", type_name)
    # PostgreSQL keeps a number that is none (it is not even like itself) in any of them.
    return not digits or value != value or abs(value) < 10 ** (int(digits[1]) - int(digits[2] or 0))


def misfit(name: str, value: object, column: Column, anything: bool = False) -> Optional[Tuple[str, str]]:
    """What is wrong with a value in a column, TOO_LONG or MISFIT, and an example; None: nothing.

    ``name`` is what the value is called: it may be a secret. ``anything``: the database keeps whatever was written.
    """
    if column.length is not None and isinstance(value, str) and len(value) > column.length:
        return TOO_LONG, f"{len(value)} characters, the column has {column.length}"
    if not fits(value, column) or (anything and is_no_moment(value, column)):
        return MISFIT, f"{shown_of(name, value)} is no {column.type}"
    return None
