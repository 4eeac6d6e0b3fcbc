"""CHECKs in the words of the models: what a server keeps of them is another text on each engine."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any, Callable, Dict, Mapping, Optional, Tuple

from sqlalchemy import CheckConstraint, Enum

from ..schema.model import Check, Schema
from .fills import dialect_of

#: (table, name) -> the text of the models.
Texts = Mapping[Tuple[str, str], str]


def model_checks(metadata: Any, engine: str) -> Texts:
    """What the models say of each CHECK that has a name; those of Booleans are the types' own, those of
    Enums where the engine has such a type."""
    dialect = dialect_of(engine)
    found: Dict[Tuple[str, str], str] = {}
    for table in metadata.tables.values():
        for constraint in table.constraints:
            if isinstance(constraint, CheckConstraint) and not _is_of_type(constraint):
                name = dialect.identifier_preparer.format_constraint(constraint)
                how = {"literal_binds": True, "include_table": False}
                text = constraint.sqltext.compile(dialect=dialect, compile_kwargs=how)
                if name:
                    found[table.name, name.strip('"`')] = str(text)
    return found


def _is_of_type(constraint: Any) -> bool:
    plain_enum = any(isinstance(c.type, Enum) and not c.type.native_enum for c in constraint.columns)
    return bool(constraint._type_bound) and not plain_enum


def in_models_words(before: Schema, after: Schema, texts: Texts) -> Tuple[Schema, Schema]:
    """Both schemas with the texts of the models; a CHECK that does not change, but perhaps for its name,
    has one text in both."""
    words: Dict[Check, str] = {}
    of_expressions: Dict[str, str] = {}

    def told(table: str, check: Check) -> Check:
        text = texts.get((table, check.name or "")) or _of_boolean(check)
        if text is None:
            return check
        words[check] = of_expressions[check.expression] = text
        return replace(check, expression=text)

    def told_before(_: str, check: Check) -> Check:
        text = words.get(check) or of_expressions.get(check.expression) or _of_boolean(check)
        return replace(check, expression=text or check.expression)

    later = _with_checks(after, told)
    return _with_checks(before, told_before), later


def _of_boolean(check: Check) -> Optional[str]:
    """The CHECK of a Boolean on MySQL as SQLite has it, where no name needs quotes."""
    found = re.fullmatch(r"`(\w+)` in \(0,1\)", check.expression)
    if found is None:
        return None
    column = found.group(1)
    is_plain = dialect_of("mysql").identifier_preparer.quote(column) == column
    return f"{column} in (0, 1)" if is_plain else None


def _with_checks(schema: Schema, told: Callable[[str, Check], Check]) -> Schema:
    tables = (
        replace(table, checks=tuple(told(table.name, check) for check in table.checks))
        for table in schema.tables
    )
    return replace(schema, tables=tuple(tables))
