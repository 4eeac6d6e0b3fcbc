"""Columns that a draft adds, so that it runs on tables with rows, and on every engine.

Autogenerate renders ``add_column`` with the column as the models have it. That is not enough where

* the column is NOT NULL and has its default in the models only: rows that are there have no value;
* its type stands as a CHECK where the engine has no such type (Boolean, Enum): a batch rebuild on
  SQLite makes that constraint twice, and without the name that the naming convention gives;
* its type is an object of its own (an Enum on PostgreSQL): only ``create_table`` makes it, and
  nothing drops it.
"""

from __future__ import annotations

from typing import Any, Iterator, List, Mapping, Optional

from alembic.autogenerate import renderers
from alembic.operations import ops
from sqlalchemy import types as sa

#: What a driver takes as it is.
_SCALARS = (bool, int, float, str, bytes)


class FillColumn(ops.MigrateOperation):  # type: ignore[misc]
    """Give every row a value in one column."""

    def __init__(self, table: str, column: str, type_: Any, value: object) -> None:
        self.table, self.column, self.type, self.value = table, column, type_, value


class TypeCheck(ops.MigrateOperation):  # type: ignore[misc]
    """The CHECK that stands for a type where the engine does not have it; in batch mode.

    ``native``: the attribute of SQLAlchemy's dialect that says whether it has.
    """

    def __init__(self, name: str, column: str, values: List[object], native: str) -> None:
        self.name, self.column, self.values, self.native = name, column, values, native


class DropTypeCheck(ops.MigrateOperation):  # type: ignore[misc]
    """Drop the CHECK that stands for a type, if there is one; in batch mode."""

    def __init__(self, table: str, name: str) -> None:
        self.table, self.name = table, name


class EnumType(ops.MigrateOperation):  # type: ignore[misc]
    """Create or drop the type of an Enum, where that is an object of its own."""

    def __init__(self, type_: Any, action: str) -> None:
        self.type, self.action = type_, action


@renderers.dispatch_for(FillColumn)  # type: ignore[untyped-decorator]
def _render_fill(_context: Any, fill: FillColumn) -> str:
    column = f"sa.column({fill.column!r}, sa.{fill.type!r})"
    return f"op.execute(sa.table({fill.table!r}, {column}).update().values({fill.column}={fill.value!r}))"


@renderers.dispatch_for(TypeCheck)  # type: ignore[untyped-decorator]
def _render_check(_context: Any, check: TypeCheck) -> List[str]:
    return [
        f"if not op.get_bind().dialect.{check.native}:",
        f"batch_op.create_check_constraint({check.name!r}, sa.column({check.column!r}).in_({check.values!r}))",
        "",
    ]


@renderers.dispatch_for(DropTypeCheck)  # type: ignore[untyped-decorator]
def _render_drop_check(_context: Any, check: DropTypeCheck) -> str:
    return f"drop_check(batch_op, {check.table!r}, {check.name!r})"


@renderers.dispatch_for(EnumType)  # type: ignore[untyped-decorator]
def _render_enum(_context: Any, enum: EnumType) -> str:
    return f"sa.{enum.type!r}.{enum.action}(op.get_bind(), checkfirst=True)"


def finish_columns(container: Any, convention: Mapping[str, str]) -> None:
    """Add to a list of operations, in place, what its columns need beside themselves.

    ``convention`` is the naming convention of the models' metadata.
    """
    finished: List[Any] = []
    for operation in container.ops:
        changes = operation.ops if isinstance(operation, ops.ModifyTableOps) else [operation]
        added = [change.column for change in changes if isinstance(change, ops.AddColumnOp)]
        finished.extend(EnumType(type_, "create") for type_ in _enums(added))
        finished.append(operation)
        if isinstance(operation, ops.ModifyTableOps):
            finished.extend(_finished(operation, convention))
        finished.extend(EnumType(type_, "drop") for type_ in _enums(_dropped(changes)))
    container.ops[:] = finished


def _finished(table: Any, convention: Mapping[str, str]) -> List[Any]:
    """Finish the columns of one table that are added or dropped; the operations that come after that."""
    inside: List[Any] = []
    fills: List[Any] = []
    narrowed: List[Any] = []
    enum_checks: List[Any] = []
    for operation in table.ops:
        if isinstance(operation, ops.DropColumnOp):
            gone = _type_check(table.table_name, operation.to_column(), convention)
            inside.extend([DropTypeCheck(table.table_name, gone.name)] if gone else [])
        inside.append(operation)
        if not isinstance(operation, ops.AddColumnOp):
            continue
        type_ = operation.column.type
        fill = _filling(table.table_name, operation.column)
        check = _type_check(table.table_name, operation.column, convention)
        # A copy, the type included: these are the models' own columns.
        column = operation.column = operation.column.copy()
        if check:
            column.type.create_constraint = False
            (enum_checks if _is_enum(type_) else inside).append(check)
        if fill:
            column.nullable = True
            fills.append(fill)
            narrowed.append(
                ops.AlterColumnOp(table.table_name, column.name, existing_type=type_, modify_nullable=False)
            )
    # A second rebuild on SQLite takes a Boolean's CHECK along, but an Enum is a mere text by then.
    last = narrowed if fills else inside
    last.extend(enum_checks)
    table.ops[:] = inside
    return [*fills, ops.ModifyTableOps(table.table_name, narrowed)] if fills else []


def _filling(table: str, column: Any) -> Optional[FillColumn]:
    """What gives the rows that are there the value that the models would give them."""
    default = column.default
    if column.nullable or column.server_default is not None or default is None or not default.is_scalar:
        return None
    named_by_repr = type(column.type).__module__ == sa.Boolean.__module__
    if not (named_by_repr and isinstance(default.arg, _SCALARS) and column.name.isidentifier()):
        return None
    return FillColumn(table, column.name, column.type, default.arg)


def _type_check(table: str, column: Any, convention: Mapping[str, str]) -> Optional[TypeCheck]:
    type_ = column.type
    if not getattr(type_, "create_constraint", False):
        return None
    name = type_.name or convention.get("ck", "") % {"table_name": table, "column_0_name": column.name}
    if name and isinstance(type_, sa.Boolean):
        return TypeCheck(name, column.name, [0, 1], "supports_native_boolean")
    if name and _is_enum(type_):
        return TypeCheck(name, column.name, list(type_.enums), "supports_native_enum")
    return None


def _dropped(changes: List[Any]) -> Iterator[Any]:
    """The columns that operations drop."""
    for change in changes:
        if isinstance(change, ops.DropColumnOp):
            yield change.to_column()
        elif isinstance(change, ops.DropTableOp):
            yield from change.to_table().columns


def _enums(columns: Any) -> Iterator[Any]:
    """The types of those columns that are objects of their own on some engine."""
    return (column.type for column in columns if _is_enum(column.type) and column.type.name)


def _is_enum(type_: Any) -> bool:
    return isinstance(type_, sa.Enum) and bool(type_.native_enum)
