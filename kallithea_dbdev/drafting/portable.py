"""Make a draft from one engine run on all of them: no types of a single dialect.

Autogenerate writes what it reflects, such as ``mysql.VARCHAR(collation='utf8mb4_...')``, into
downgrades. The generic type of the same meaning is right on every engine; whether it really is
the same on this one is what the run of the draft shows.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import types as sa
from sqlalchemy.dialects import mysql


def make_portable(container: Any) -> None:
    """Replace the types of one dialect in all operations of a (nested) list, in place."""
    for operation in container.ops:
        if hasattr(operation, "ops"):
            make_portable(operation)
        for attribute in ("existing_type", "modify_type"):
            if getattr(operation, attribute, None) is not None:
                setattr(operation, attribute, generic(getattr(operation, attribute)))
        columns = [getattr(operation, "column", None), *getattr(operation, "columns", ())]
        for column in columns:
            if hasattr(column, "type"):
                column.type = generic(column.type)


def generic(type_: Any) -> Any:
    """The generic SQLAlchemy type of a dialect's own; any other type as it is."""
    if not type(type_).__module__.startswith("sqlalchemy.dialects."):
        # A collation that was reflected belongs to its engine.
        if isinstance(type_, sa.String) and type_.collation and type(type_).__module__.endswith("sqltypes"):
            return type(type_)(length=type_.length)
        return type_
    if isinstance(type_, mysql.TINYINT) and type_.display_width == 1:
        return sa.Boolean()
    if isinstance(type_, sa.Enum):
        return type_
    if isinstance(type_, sa.Text) or (isinstance(type_, sa.String) and type_.length is None):
        return sa.UnicodeText()
    if isinstance(type_, sa.String):
        return sa.String(type_.length)
    for kind in (sa.BigInteger, sa.SmallInteger, sa.Integer, sa.DateTime, sa.Date, sa.Time):
        if isinstance(type_, kind):
            return kind()
    if isinstance(type_, sa.Float) or type(type_).__name__ in ("DOUBLE", "DOUBLE_PRECISION"):
        return sa.Float(53)
    if isinstance(type_, sa.Numeric):
        return sa.Numeric(type_.precision, type_.scale)
    if isinstance(type_, sa._Binary) or type(type_).__name__ == "BYTEA":
        return sa.LargeBinary()
    return type_
