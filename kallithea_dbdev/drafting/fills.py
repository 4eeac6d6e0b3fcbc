"""Values for the rows that are there, as SQL: what the models give to a new row, where SQL can say it."""

from __future__ import annotations

import datetime
from decimal import Decimal
from functools import cache
from typing import Any, Dict, List, Mapping, Optional, Sequence, Tuple

from sqlalchemy import Boolean
from sqlalchemy.dialects import mysql, postgresql, sqlite
from sqlalchemy.schema import ColumnDefault
from sqlalchemy.sql.expression import SelectBase

from ..operations import words
from ..operations.elements import is_only_key
from ..schema.change import Change
from ..schema.model import Column, Table

#: (table, column) -> SQL.
Fills = Mapping[Tuple[str, str], str]

_DIALECTS = {"sqlite": sqlite.dialect, "postgresql": postgresql.dialect, "mysql": mysql.dialect}
#: What a function of the models gives, as SQL: (what it belongs to, its name).
_FUNCTIONS = {
    (datetime.datetime, "now"): "CURRENT_TIMESTAMP",
    (datetime.datetime, "utcnow"): "CURRENT_TIMESTAMP",
    (datetime.date, "today"): "CURRENT_DATE",
}


def model_fills(metadata: Any, engine: str) -> Fills:
    """What the models give by themselves to a column of a new row, where SQL can say it."""
    found: Dict[Tuple[str, str], str] = {}
    for table in metadata.tables.values():
        for column in table.columns:
            sql = default_sql(column.default, column.type, engine)
            if sql is not None:
                found[table.name, column.name] = sql
    return found


def default_sql(default: Any, type_: Any, engine: str) -> Optional[str]:
    """A default of the models as SQL; None where there is none, or where only Python knows it."""
    if not isinstance(default, ColumnDefault):
        return None
    dialect = dialect_of(engine)
    if default.is_callable:
        function = getattr(default.arg, "__wrapped__", default.arg)
        place = (getattr(function, "__self__", None), getattr(function, "__name__", ""))
        return next((sql for known, sql in _FUNCTIONS.items() if known == place), None)
    if default.is_clause_element:
        # As a value a query needs its brackets.
        value = default.arg.as_scalar() if isinstance(default.arg, SelectBase) else default.arg
        return str(value.compile(dialect=dialect, compile_kwargs={"literal_binds": True}))
    processor = type_.dialect_impl(dialect).bind_processor(dialect)
    value = processor(default.arg) if processor else default.arg
    return literal(bool(value) if isinstance(type_, Boolean) else value, engine)


@cache
def dialect_of(engine: str) -> Any:
    """SQLAlchemy's dialect of an engine; what it says is a text, in which a percent sign is one."""
    return _DIALECTS[engine](paramstyle="named")


def literal(value: object, engine: str) -> Optional[str]:
    """A value of Python's in SQL; None where it has none."""
    if isinstance(value, bool):
        return "true" if value else "false"  # all three engines know the words
    if isinstance(value, int):
        return str(int(value))  # it may be a member of an enum
    if isinstance(value, (float, Decimal)):
        return str(value) if Decimal(value).is_finite() else None  # not all engines have a word for others
    if isinstance(value, bytes):
        return f"decode('{value.hex()}', 'hex')" if engine == "postgresql" else f"X'{value.hex()}'"
    if isinstance(value, datetime.timedelta):
        return words.literal(engine, f"{value.total_seconds()} seconds")
    if isinstance(value, (str, datetime.date, datetime.time, datetime.datetime)):
        return words.literal(engine, str.__str__(value) if isinstance(value, str) else str(value))
    return None


def without_value(changes: Sequence[Change], fills: Fills) -> List[Tuple[str, str]]:
    """New columns for which rows that are there have no value: NOT NULL, and nobody says one."""
    found = []
    for change in changes:
        column, table = change.after, change.tables[1]
        if change.kind == "column-missing" and isinstance(column, Column) and isinstance(table, Table):
            by_itself = not column.needs_value or column.identity
            # SQLite numbers the rows by the key that the table counts with.
            counts = dict(table.options).get("autoincrement") and is_only_key(column, table)
            if not (by_itself or counts) and (table.name, column.name) not in fills:
                found.append((table.name, column.name))
    return found
