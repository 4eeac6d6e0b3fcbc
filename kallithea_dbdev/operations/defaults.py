"""The server default of a column as code."""

from __future__ import annotations

import re

from ..schema.model import BOOLEAN, Column
from . import words

_STRING = re.compile(r"'((?:[^']|'')*)'(?:::[\w \"\[\]()]+)?", re.DOTALL)
#: What every server takes without brackets: a text, a number, a word, what has some already.
_PLAIN = re.compile(
    r"'.*'(?:::.*)?|[-+]?[\d.]+|[xXbB]'.*'|current_timestamp\(\d*\)|nextval\(.*\)|\w+(?:::.*)?|\(.*\)(?:::.*)?",
    re.DOTALL | re.IGNORECASE,
)
_NOW = {"now()", "current_timestamp", "current_timestamp()", "(current_timestamp)"}
_CONSTANTS = {"0": "sa.false()", "1": "sa.true()", "false": "sa.false()", "true": "sa.true()"}


def default_code(column: Column) -> str:
    """What ``server_default`` is to be: code that means the same on every engine, where there is some."""
    text = column.default
    if text is None:
        return "None"
    if column.kind == BOOLEAN and text.lower() in _CONSTANTS:
        return _CONSTANTS[text.lower()]
    if text.lower() in _NOW:
        return "sa.func.now()" if column.on_update is None else _on_update(column)
    literal = _STRING.fullmatch(text)
    if literal and "\\" not in text and "%" not in text:
        return words.string(literal.group(1).replace("''", "'"))
    return words.text_of(text if _PLAIN.fullmatch(text) else f"({text})")


def _on_update(column: Column) -> str:
    return words.text_of(f"{column.default} ON UPDATE {column.on_update}")


def is_constant(column: Column) -> bool:
    """Whether SQLite can add a column with that default without building the table anew."""
    text = column.default
    return text is None or bool(re.fullmatch(r"[-+]?[\d.]+|'(?:[^']|'')*'|NULL", text, re.IGNORECASE))


def is_read_back(column: Column) -> bool:
    """Whether SQLAlchemy writes the default of a column of SQLite's as it has read it."""
    text = column.default or ""
    return text.upper().startswith("CURRENT_") or (is_constant(column) and words.sql(text) == repr(text))
