"""The values by which a statement looks for the rows that it changes or removes. Pure.

Where no row has them, nobody sees what the statement would do: so a probing row gets them.
"""

from __future__ import annotations

import re
from contextlib import suppress
from itertools import count
from typing import Any, Dict, Optional, Tuple

#: For one statement: its columns, each with a text or a number that is looked for there, as a text.
Sought = Tuple[Tuple[str, str], ...]

_TEXT = r"'(?:[^']|'')*'"
_NUMBER = r"(?:-?\d+|true|false)\b"
#: A text of SQL, or a place for a parameter in any of the drivers' styles.
_PLACE = re.compile(rf"{_TEXT}|(?P<mark>\?|%s|%\((?P<name>\w+)\)s)")
_CHANGES = re.compile(
    r"\s*(?:UPDATE\s+(?P<updated>.+?)\s+SET\b|DELETE\s+FROM\s+(?P<deleted>\S+))", re.I | re.S
)
_CONDITION = re.compile(
    rf"""(?<![\w.`"])(?:[\w`"]+\.)?(?:[\w`"]+\.)?[`"]?(?P<column>\w+)[`"]?\s*\)*\s*
    (?:=\s*ANY\s*\(+ARRAY\[|=|(?P<like>\bI?LIKE\b|(?<!!)~~\*?)|\bIN\s*\()\s*
    (?P<values>(?:{_TEXT}|{_NUMBER})(?:\s*,\s*(?:{_TEXT}|{_NUMBER}))*)""",
    re.I | re.X,
)
_VALUE = re.compile(rf"{_TEXT}|{_NUMBER}")
#: Texts that are put together, as SQLAlchemy does around what a text contains or ends with; or one by itself.
_TEXTS = re.compile(rf"{_TEXT}(?:\s*\|\|\s*{_TEXT})*|\bconcat\s*\(\s*{_TEXT}(?:\s*,\s*{_TEXT})*\s*\)", re.I)
_ONE_TEXT = re.compile(_TEXT)
_PART = re.compile(r"""[^\s.`"]+""")
#: Where a table is that is called by its plain name.
_USUAL_SCHEMAS = ("main", "public")
_REPLACES = re.compile(rf"\breplace\s*\([^,]+,\s*({_TEXT})\s*,\s*({_TEXT})\s*\)", re.I)
_TRIMS = re.compile(r"\b[lrb]?trim\s*\(", re.I)
_PLAIN_NUMBER = re.compile(r"-?[0-9]{1,18}")
_LITERAL = re.compile(rf"{_TEXT}|(?<!\w)-?\d+\b")
#: What servers write around values where they are asked for an expression: PostgreSQL's casts, MySQL's character sets.
_AROUND = re.compile(rf"({_TEXT})|::[a-z][a-z ]*(?:\(\d+\))?(?:\[\])?|\b_[a-z0-9]+(?=')", re.I)
_INTRODUCED = re.compile(r"\b_[a-z0-9]+\\'", re.I)
#: So many values of one list are looked for, in so many characters.
_MOST, _LONGEST = 4, 10_000


def changes_rows_of(sql: str, table: str) -> bool:
    """Whether a statement changes or removes rows of a table, as the schema calls it."""
    found = _CHANGES.match(sql)
    said = _PART.findall((found["updated"] or found["deleted"]).split()[0]) if found else []
    return ".".join(said) in (table, *(f"{schema}.{table}" for schema in _USUAL_SCHEMAS))


def sought(sql: str, parameters: Any = ()) -> Tuple[Sought, ...]:
    """What a statement looks for: rows that have all of it, one for each value of a list.

    ``parameters`` are those that the driver gets; of several sets the first one is looked at.
    """
    if not _CHANGES.match(sql):
        return ()
    statement = _written_out(sql, parameters)
    return looked_for(statement[_where(statement) :][:_LONGEST])


def made_one(assignments: str) -> Tuple[Tuple[str, str], ...]:
    """Ends of two texts that an expression makes one: a blank and nothing for trim(), both texts of a replace()."""
    found = [("", " ")] if _TRIMS.search(assignments) else []
    found += [
        (_unquoted(one, like=False), _unquoted(other, like=False))
        for one, other in _REPLACES.findall(assignments)
    ]
    return tuple(dict.fromkeys(found))


def looked_for(condition: str) -> Tuple[Sought, ...]:
    """What a row has that meets a condition, as far as that asks for values; as ``sought``."""
    found: Dict[str, Tuple[str, ...]] = {}
    for one in _CONDITION.finditer(_put_together(_bare(condition))):
        values = [_unquoted(value, bool(one["like"])) for value in _VALUE.findall(one["values"])]
        found.setdefault(one["column"], tuple(value for value in values[:_MOST] if value))
    named = {column: values for column, values in found.items() if values}
    rows = range(max(map(len, named.values()), default=0))
    return tuple(tuple((c, values[min(row, len(values) - 1)]) for c, values in named.items()) for row in rows)


def literals(expression: str) -> Tuple[str, ...]:
    """The texts and numbers in an expression, each once; of a pattern what a text may be that fits it."""
    found = (_unquoted(value, like=True) for value in _LITERAL.findall(_bare(expression)))
    return tuple(dict.fromkeys(value for value in found if value))


def _bare(expression: str) -> str:
    if _INTRODUCED.search(expression):
        # MySQL 8 tells of an expression as it would stand in a text.
        expression = _INTRODUCED.sub("'", expression).replace("\\'", "'")
    return _AROUND.sub(lambda found: found[1] or "", expression)


def _put_together(expression: str) -> str:
    """The expression with texts as one that it puts together."""

    def whole(texts: "re.Match[str]") -> str:
        return "'" + "".join(text[1:-1] for text in _ONE_TEXT.findall(texts[0])) + "'"

    # What is around a text may be around it twice.
    return _TEXTS.sub(whole, _TEXTS.sub(whole, expression))


def _where(sql: str) -> int:
    """Where the condition of a statement begins: behind the first WHERE that is no part of a text."""
    found = (one for one in re.finditer(rf"{_TEXT}|\bWHERE\b", sql, re.I) if one[0][0] != "'")
    first = next(found, None)
    return first.end() if first else len(sql)


def _written_out(sql: str, parameters: Any) -> str:
    """The statement with its parameters in their places, as far as they are texts or numbers."""
    if (
        isinstance(parameters, (list, tuple))
        and parameters
        and isinstance(parameters[0], (list, tuple, dict))
    ):
        parameters = parameters[0]
    if not parameters:
        return sql
    number = count()

    def value(place: "re.Match[str]") -> str:
        if not place["mark"]:
            return place[0].replace("%%", "%")
        with suppress(KeyError, IndexError, TypeError):
            given = parameters[place["name"] or next(number)]
            if isinstance(given, str):
                return "'" + given.replace("'", "''") + "'"
            if isinstance(given, int):
                return str(int(given))
        return place[0]

    return _PLACE.sub(value, sql)


def number_in(text: str) -> Optional[int]:
    """The number that a text is, as far as an engine may hold it."""
    return int(text) if _PLAIN_NUMBER.fullmatch(text) else None


def _unquoted(text: str, like: bool) -> str:
    plain = text[1:-1].replace("''", "'") if text.startswith("'") else text
    return plain.replace("%", "") if like else plain
