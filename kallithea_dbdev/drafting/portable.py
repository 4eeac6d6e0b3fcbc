"""Make a draft from one engine run on all of them: no types and no defaults of a single dialect.

Autogenerate writes what it reflects, such as ``mysql.VARCHAR(collation='utf8mb4_...')``, into
downgrades. The generic type of the same meaning is right on every engine; whether it really is
the same on this one is what the run of the draft shows.
"""

from __future__ import annotations

from typing import Any, Union

from sqlalchemy import false, true
from sqlalchemy import types as sa
from sqlalchemy.dialects import mysql
from sqlalchemy.schema import Column, DefaultClause
from sqlalchemy.sql.elements import False_, TextClause, True_
from sqlalchemy.sql.functions import FunctionElement


def make_portable(container: Any) -> None:
    """Replace types and defaults of one dialect in all operations of a (nested) list, in place."""
    for operation in container.ops:
        if hasattr(operation, "ops"):
            make_portable(operation)
        for attribute in ("existing_type", "modify_type"):
            if getattr(operation, attribute, None) is not None:
                setattr(operation, attribute, generic(getattr(operation, attribute)))
        columns = [getattr(operation, "column", None), *getattr(operation, "columns", ())]
        for column in columns:
            if isinstance(column, Column):
                column.type = generic(column.type)
                if isinstance(column.type, sa.Boolean):
                    column.server_default = _boolean_default(column.server_default)
        default = getattr(operation, "modify_server_default", None)
        if default and isinstance(operation.modify_type or operation.existing_type, sa.Boolean):
            operation.modify_server_default = _boolean_default(default)


#: What SQLite's reflection says in SQL's words, which not every engine has.
_REFLECTED = {sa.DATETIME: sa.DateTime(), sa.BLOB: sa.LargeBinary(), sa.FLOAT: sa.Float(53)}


def generic(type_: Any) -> Any:
    """The generic SQLAlchemy type of a dialect's own; any other type as it is."""
    if not type(type_).__module__.startswith("sqlalchemy.dialects."):
        # A collation that was reflected belongs to its engine.
        if isinstance(type_, sa.String) and type_.collation and type(type_).__module__.endswith("sqltypes"):
            return type(type_)(length=type_.length)
        return _REFLECTED.get(type(type_), type_)
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


def _boolean_default(default: Any) -> Any:
    """A Boolean's server default that was reflected as the engine's text, as SQLAlchemy's constant."""
    if isinstance(default, DefaultClause) and isinstance(default.arg, TextClause):
        constant = {"0": false(), "1": true(), "false": false(), "true": true()}.get(default.arg.text.lower())
        return default if constant is None else DefaultClause(constant)
    return default


def render_item(kind: str, item: Any, _context: Any) -> Union[str, bool]:
    """Alembic's hook: a type or a server default in SQLAlchemy's words; False: as Alembic renders it.

    Alembic compiles a default for the engine at hand: ``sa.false()`` becomes 0, which is no Boolean
    on PostgreSQL. What an Enum says of itself leaves ``create_constraint`` out.
    """
    if kind == "type" and isinstance(item, sa.Enum) and not item.create_constraint:
        return f"sa.{item!r}"[:-1] + ", create_constraint=False)"
    if kind != "server_default" or not isinstance(item, DefaultClause):
        return False
    if isinstance(item.arg, (True_, False_)):
        return f"sa.{item.arg}()"
    if isinstance(item.arg, FunctionElement) and not len(item.arg.clauses):
        return f"sa.func.{item.arg.name}()"
    return False
