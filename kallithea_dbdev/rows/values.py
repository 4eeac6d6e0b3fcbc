"""Two values of one column, before and after: are they the same, and if not, what happened?

Pure functions. A type change may write the same value in another way (1 and "1"); that is the
same value as long as nothing of it is lost.
"""

from __future__ import annotations

import datetime
import re
from decimal import Decimal, InvalidOperation
from typing import Optional, Tuple

from ..secrets import MASK, mask, names_secret

#: What may happen to a value; the last part of the finding code ``values-...``.
CHANGED, NULL_FILLED, TRUNCATED, MANGLED, ALTERED = "changed", "filled", "truncated", "mangled", "altered"
#: The value is as it was, but longer than the column's new type says.
TOO_LONG = "too-long"
#: The value is as it was, but none of the column's new type.
MISFIT = "misfit"

_EMPTY = ("", b"", "0")


def same(before: object, after: object) -> bool:
    """Whether both say the same, in whatever type."""
    if before is None or after is None:
        return before is after
    if type(before) is type(after):
        return before == after
    return canonical(before) == canonical(after)


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
        return value.isoformat(" ").partition(".000000")[0]
    if isinstance(value, (datetime.date, datetime.time)):
        return value.isoformat()
    text = {"true": "1", "false": "0"}.get(str(value), str(value))
    try:
        number = Decimal(text)
    except InvalidOperation:
        # SQLite keeps dates as text, with the fraction of a second always written out.
        return text[: -len(".000000")] if text.endswith(".000000") else text
    # A text like "007" is not the number 7: something of it would be lost.
    plain = not isinstance(value, str) or text == format(number.normalize(), "f")
    return number.normalize() if plain else text


def what_happened(before: object, after: object, retyped: bool) -> str:
    """The kind of change of a value that is not the same any more."""
    if before is None:
        return NULL_FILLED if (not after or after in _EMPTY) else CHANGED
    if isinstance(before, (str, bytes)) and isinstance(after, type(before)):
        if 0 < len(after) < len(before) and before.startswith(after):  # type: ignore[arg-type]
            return TRUNCATED
        if isinstance(before, str) and isinstance(after, str) and _mangled(before, after):
            return MANGLED
    if retyped:
        return ALTERED
    return CHANGED


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
    if isinstance(value, str):
        text = repr(mask(value))
    else:
        text = "NULL" if value is None else mask(repr(value) if isinstance(value, bytes) else str(value))
    return text if len(text) <= limit else f"{text[: limit - 4]} ..."


def shown_of(name: str, value: object) -> str:
    """A value of that name as messages show it: a report is no place for a site's secrets."""
    return MASK if value is not None and names_secret(name) else shown(value)


def sort_key(value: object, as_text: bool) -> Tuple[int, object]:
    """What rows are ordered by, in the order of the databases: NULL, numbers, texts, bytes."""
    if value is None:
        return 0, 0
    if as_text:
        return 2, str(value)
    if isinstance(value, (bool, int, float, Decimal)):
        return 1, value
    if isinstance(value, str):
        return 2, value
    if isinstance(value, bytes):
        return 3, value
    return 4, value


def family(type_name: str) -> Optional[str]:
    """What kind of values a column type holds: text, number, boolean, time, bytes; None: unknown."""
    name = type_name.lower()
    for words, found in _FAMILIES:
        if any(word in name for word in words):
            return found
    return None


def longest(type_name: str) -> Optional[int]:
    """How many characters a text type holds, None where it does not say."""
    found = re.search(r"\((\d+)\)", type_name)
    return int(found.group(1)) if found and family(type_name) == "text" else None


def fits(value: object, type_name: str) -> bool:
    """Whether a column of that type may hold a value: SQLite keeps a text in a number's place."""
    kind = family(type_name)
    if kind == "number":
        return not isinstance(value, (str, bytes))
    return kind != "boolean" or value is None or value in (0, 1)


_FAMILIES = (
    (("bool", "tinyint(1)"), "boolean"),
    (("char", "text", "clob", "enum"), "text"),
    (("date", "time", "interval"), "time"),
    (("blob", "binary", "bytea"), "bytes"),
    (("int", "numeric", "decimal", "real", "double", "float", "serial"), "number"),
)
