"""CHECKs in the words of the models: what a server keeps of them is another text on each engine."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Callable, Dict, Mapping, Tuple

from sqlalchemy import CheckConstraint

from ..schema.model import Check, Schema
from .fills import dialect_of

#: (table, name) -> the text of the models.
Texts = Mapping[Tuple[str, str], str]


def model_checks(metadata: Any, engine: str) -> Texts:
    """What the models say of each CHECK that has a name; those of types are the types' own."""
    dialect = dialect_of(engine)
    found: Dict[Tuple[str, str], str] = {}
    for table in metadata.tables.values():
        for constraint in table.constraints:
            if isinstance(constraint, CheckConstraint) and not constraint._type_bound:
                name = dialect.identifier_preparer.format_constraint(constraint)
                text = constraint.sqltext.compile(dialect=dialect, compile_kwargs={"literal_binds": True})
                if name:
                    found[table.name, name.strip('"`')] = str(text)
    return found


def in_models_words(before: Schema, after: Schema, texts: Texts) -> Tuple[Schema, Schema]:
    """Both schemas with the texts of the models; a CHECK that does not change has one text in both."""
    words: Dict[Check, Check] = {}

    def told(table: str, check: Check) -> Check:
        text = texts.get((table, check.name or ""))
        if text is None:
            return check
        words[check] = replace(check, expression=text)
        return words[check]

    later = _with_checks(after, told)
    return _with_checks(before, lambda _, check: words.get(check, check)), later


def _with_checks(schema: Schema, told: Callable[[str, Check], Check]) -> Schema:
    tables = (
        replace(table, checks=tuple(told(table.name, check) for check in table.checks))
        for table in schema.tables
    )
    return replace(schema, tables=tuple(tables))
