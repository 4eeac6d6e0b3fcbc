"""Python and SQL in a script: literals, names, statements."""

from __future__ import annotations

import re
from typing import Iterable, Optional, Tuple

from sqlalchemy.dialects import mysql, postgresql, sqlite

from ..engines import ENGINES

_PREPARERS = {
    "sqlite": sqlite.dialect().identifier_preparer,
    "postgresql": postgresql.dialect().identifier_preparer,
    "mysql": mysql.dialect().identifier_preparer,
}

#: What ``sa.text`` takes for a parameter, or for a colon that was escaped.
_PARAMETER = re.compile(r"(?<![:\w\\]):(?=\w+(?!:))|\\(?=:[\w$]*(?![:\w$]))")

#: The CHECK of an Enum.
_LISTED = re.compile(r"[\"`]?(\w+)[\"`]? in \('.*'\)", re.IGNORECASE | re.DOTALL)
_VALUE = re.compile(r"'((?:[^']|'')*)'")


def listed_column(check: str) -> Optional[str]:
    """The column that a CHECK allows a list of texts in; None where it says something else."""
    found = _LISTED.fullmatch(check)
    return found.group(1) if found else None


def listed_values(sql: str) -> Tuple[str, ...]:
    """The texts in a list of SQL's."""
    return tuple(value.replace("''", "'") for value in _VALUE.findall(sql))


def string(text: str) -> str:
    """A Python literal; in double quotes where that reads better."""
    return repr(text)


def names(found: Iterable[str]) -> str:
    """A list of names."""
    return f"[{', '.join(map(string, found))}]"


def quoted(engine: str, name: str) -> str:
    """A name in SQL."""
    text: str = _PREPARERS[engine].quote(name)
    return text


def literal(engine: str, text: str) -> str:
    """A text in SQL."""
    return ENGINES[engine].literal(text)


def moment_after(engine: str, type_: str, number: str) -> Optional[str]:
    """SQL for as many days or seconds after 2000 as a number says; None for a time of no day."""
    word = type_.partition("(")[0].partition(" ")[0].strip()
    unit = {"date": "day", "datetime": "second", "timestamp": "second"}.get(word)
    return ENGINES[engine].moment_after(unit, number) if unit else None


def sql(text: str) -> str:
    """SQL as the literal that ``sa.text`` or ``op.execute`` takes."""
    return string(_PARAMETER.sub(r"\\\g<0>", text))


def text_of(text: str) -> str:
    """SQL as an expression of SQLAlchemy's."""
    return f"sa.text({sql(text)})"


def execute(statement: str) -> str:
    """A line that runs a statement."""
    return f"op.execute({sql(statement)})"


def arguments(*given: str, **named: object) -> str:
    """Arguments of a call; None is left out, any other value is a piece of code."""
    return ", ".join([*given, *(f"{name}={value}" for name, value in named.items() if value is not None)])
