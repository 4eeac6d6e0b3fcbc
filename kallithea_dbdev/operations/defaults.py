"""The server default of a column as code."""

from __future__ import annotations

import re

from ..schema.model import BOOLEAN, Column
from . import words

_STRING = re.compile(r"'((?:[^']|'')*)'(?:::[\w \"\[\]()]+)?", re.DOTALL)
#: What every server takes without brackets: a text, a number, a word.
_PLAIN = re.compile(
    r"(?:[xXbB]?'(?:[^']|'')*'|\w+)(?:::[^'|()]*(?:\(\d+(?:,\d+)?\))?[^'|()]*)?|[-+]?[\d.]+|current_timestamp\(\d*\)|"
    r"nextval\([^()]*\)",
    re.IGNORECASE,
)
#: The rest of what has brackets already, behind them.
_CAST = re.compile(r"(?:::.*)?", re.DOTALL)
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
    plain = _PLAIN.fullmatch(text) or _has_brackets(text)
    return words.text_of(text if plain else f"({text})")


def _has_brackets(text: str) -> bool:
    """Whether one pair of brackets is around all of it, but for a cast."""
    depth = 0
    # What a text holds is none of it.
    blind = re.sub(r"'(?:[^']|'')*'", lambda found: "_" * len(found[0]), text)
    for place, sign in enumerate(blind if text.startswith("(") else ""):
        depth += (sign == "(") - (sign == ")")
        if not depth:
            return bool(_CAST.fullmatch(text, place + 1))
    return False


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
