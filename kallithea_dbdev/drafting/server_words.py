"""What SQLAlchemy says of a type on a server, in the words of that server's catalogue."""

from __future__ import annotations

import re
from typing import Any, Dict, Optional

from ..engines import ENGINES
from ..operations import words
from ..schema.model import BOOLEAN, Column
from .fills import dialect_of

#: What CREATE TABLE says -> what the catalogue says.
_WORDS: Dict[str, Dict[str, str]] = {
    "postgresql": {
        "varchar": "character varying",
        "char": "character",
        "float": "double precision",
        "decimal": "numeric",
    },
    "mysql": {
        "integer": "int(11)",
        "bigint": "bigint(20)",
        "smallint": "smallint(6)",
        "bool": "tinyint(1)",
        "numeric": "decimal",
        "double precision": "double",
        "real": "double",
    },
}

#: A number of more binary digits than this is a double one.
_SINGLE = 24

#: The sizes of MySQL's types for long texts and bytes: the first that is large enough is taken.
_SIZES = (("tiny", 2**8), ("", 2**16), ("medium", 2**24), ("long", 2**32))

#: The bytes that a character takes at most.
_WIDE = 4


def type_on(engine: str, type_: Any) -> str:
    """A type of SQLAlchemy's as the catalogue tells of it. Raises CompileError where there is none."""
    said = str(dialect_of(engine).type_compiler.process(type_))
    text = re.sub(r" (?:character set|collate) \S+", "", said, flags=re.IGNORECASE)
    if engine == "mysql" and text.upper().startswith("ENUM("):
        return f"enum{text[4:]}"
    found = re.fullmatch(r"([^()]+?)(?:\(([\d\s,]*)\))?(| with(?:out)? time zone)", text.lower())
    if found is None:
        return text.strip('"')
    name, inside, rest = found.groups()
    inside = (inside or "").replace(" ", "")
    if engine == "mysql" and name in ("text", "blob") and inside:
        size = int(inside) * (_WIDE if name == "text" else 1)
        return next(f"{word}{name}" for word, limit in _SIZES if size < limit)
    if name == "float" and inside:
        single = {"postgresql": "real", "mysql": "float"}[engine]
        return (
            single
            if int(inside) <= _SINGLE
            else {"postgresql": "double precision", "mysql": "double"}[engine]
        )
    name = _WORDS[engine].get(name, name)
    return f"{name}({inside}){rest}" if inside and "(" not in name else f"{name}{rest}"


def default_on(engine: str, column: Column, type_: str) -> Optional[str]:
    """The default of a column of SQLite's as the catalogue of a server tells of it, for a type of its own."""
    text = column.default
    if text is None:
        return None
    if text == "current_timestamp":
        return {"postgresql": "now()", "mysql": "current_timestamp()"}[engine]
    if column.kind == BOOLEAN:
        value = text.strip("'")
        return {"0": "false", "1": "true"}.get(value, text) if engine == "postgresql" else value
    if ENGINES[engine].escapes_backslashes and text.startswith("'"):
        return text.replace("\\", "\\\\")
    if engine == "postgresql" and text.startswith("'"):
        return f"{text}::{words.quoted(engine, type_) if type_.isidentifier() else type_.partition('(')[0]}"
    return text
