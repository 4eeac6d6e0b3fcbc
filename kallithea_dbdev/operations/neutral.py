"""What a column that is new and NOT NULL has in the rows that are there, where nobody says more."""

from __future__ import annotations

from ..schema.model import BYTES, NUMBER, TEXT, TIME, Column

_BY_KIND = {TEXT: "''", NUMBER: "0", TIME: "CURRENT_TIMESTAMP", BYTES: "''"}

#: Values of types that are of no kind, by the word of the type; of one that is not there the empty text is tried.
_BY_WORD = {
    "date": "CURRENT_DATE",
    "time": "CURRENT_TIME",
    "time without time zone": "LOCALTIME",
    "time with time zone": "CURRENT_TIME",
    "interval": "'0'",
    "json": "'null'",
    "jsonb": "'null'",
    "uuid": "'00000000-0000-0000-0000-000000000000'",
    "inet": "'0.0.0.0'",
    "cidr": "'0.0.0.0/0'",
    "macaddr": "'00:00:00:00:00:00'",
    "macaddr8": "'00:00:00:00:00:00:00:00'",
    "inet4": "'0.0.0.0'",
    "inet6": "'::'",
    "money": "0",
    "year": "0",
    "oid": "0",
    "point": "'(0,0)'",
}


def neutral(column: Column) -> str:
    """A value of the column's type, in SQL that any engine reads which has the type."""
    word = column.plain_type.lower().partition("(")[0].strip()
    if column.plain_type.endswith("[]"):
        return "'{}'"
    if word.endswith("range"):
        return "'empty'"
    if word == "bit":
        length = column.plain_type.partition("(")[2].rstrip(")")
        return f"B'{'0' * int(length or 1)}'"
    return _BY_WORD.get(word) or _BY_KIND.get(column.kind or "", "''")
