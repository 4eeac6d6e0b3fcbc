"""What the columns of a draft need beside themselves: operations in, operations out."""

from __future__ import annotations

import datetime
from typing import Any, List

import pytest
import sqlalchemy as sa
from alembic.autogenerate import renderers
from alembic.operations import ops

from kallithea_dbdev.drafting.columns import (
    DropTypeCheck,
    EnumType,
    FillColumn,
    TypeCheck,
    finish_columns,
)

CONVENTION = {"ck": "ck_%(table_name)s_%(column_0_name)s"}


def finished(*operations: Any, convention: "dict[str, str]" = CONVENTION) -> List[Any]:
    container = ops.UpgradeOps([ops.ModifyTableOps("users", list(operations))])
    finish_columns(container, convention)
    return list(container.ops)


def rendered(operation: Any) -> Any:
    return renderers.dispatch(operation)(None, operation)


def names(operations: List[Any]) -> List[str]:
    return [type(operation).__name__ for operation in operations]


def added(column: Any) -> Any:
    return ops.AddColumnOp("users", column)


@pytest.mark.parametrize(
    "column",
    [
        sa.Column("a", sa.Integer(), nullable=True, default=3),
        sa.Column("a", sa.Integer(), nullable=False),
        sa.Column("a", sa.Integer(), nullable=False, default=3, server_default="3"),
        sa.Column("a", sa.DateTime(), nullable=False, default=datetime.datetime.now),
        sa.Column("a", sa.DateTime(), nullable=False, default=datetime.datetime(2020, 1, 1)),
        sa.Column("not a name", sa.Integer(), nullable=False, default=3),
    ],
    ids=str,
)
def test_a_column_that_needs_nothing_is_added_as_it_is(column: Any) -> None:
    (table,) = finished(added(column))
    (operation,) = table.ops
    assert operation.column.nullable is column.nullable
    assert operation.column is not column, "the models' own column is not touched"


@pytest.mark.parametrize("value", [3, "light", True, 1.5, b"x"])
def test_a_default_of_the_models_fills_the_rows_before_the_column_is_narrowed(value: object) -> None:
    kinds = {int: sa.Integer(), str: sa.String(40), bool: sa.Boolean(create_constraint=False), float: sa.Float(),
             bytes: sa.LargeBinary()}  # fmt: skip
    column = sa.Column("theme", kinds[type(value)], nullable=False, default=value)
    table, fill, narrow = finished(added(column))
    assert column.nullable is False
    assert table.ops[0].column.nullable is True
    assert isinstance(fill, FillColumn)
    assert rendered(fill) == (
        f"op.execute(sa.table('users', sa.column('theme', sa.{column.type!r})).update().values(theme={value!r}))"
    )
    (alter,) = narrow.ops
    assert (alter.table_name, alter.column_name, alter.modify_nullable) == ("users", "theme", False)
    assert alter.existing_type is column.type


def test_the_check_of_a_boolean_is_made_with_its_name_beside_the_column() -> None:
    column = sa.Column("active", sa.Boolean(create_constraint=True), nullable=True)
    (table,) = finished(added(column))
    operation, check = table.ops
    assert operation.column.type.create_constraint is False
    assert column.type.create_constraint is True
    assert isinstance(check, TypeCheck)
    assert rendered(check) == [
        "if not op.get_bind().dialect.supports_native_boolean:",
        "batch_op.create_check_constraint('ck_users_active', sa.column('active').in_([0, 1]))",
        "",
    ]


def test_the_type_and_the_check_of_an_enum() -> None:
    column = sa.Column(
        "kind", sa.Enum("a", "b", name="kinds", create_constraint=True), nullable=False, default="a"
    )
    create, table, fill, narrow = finished(added(column))
    assert isinstance(create, EnumType)
    assert rendered(create).endswith(".create(op.get_bind(), checkfirst=True)")
    assert names(table.ops) == ["AddColumnOp"]
    assert isinstance(fill, FillColumn)
    # after the column was narrowed: a second rebuild would lose it
    assert names(narrow.ops) == ["AlterColumnOp", "TypeCheck"]
    check = narrow.ops[1]
    assert (check.name, check.values, check.native) == ("kinds", ["a", "b"], "supports_native_enum")
    (_, table) = finished(added(sa.Column("kind", sa.Enum("a", name="kinds", create_constraint=True))))
    assert names(table.ops) == ["AddColumnOp", "TypeCheck"]


def test_no_check_without_a_name_and_none_where_the_type_makes_none() -> None:
    column = sa.Column("active", sa.Boolean(create_constraint=True))
    (table,) = finished(added(column), convention={})
    assert names(table.ops) == ["AddColumnOp"]
    assert table.ops[0].column.type.create_constraint is True
    (table,) = finished(added(sa.Column("active", sa.Boolean(create_constraint=False))))
    assert names(table.ops) == ["AddColumnOp"]


def test_a_dropped_column_takes_its_check_and_its_type_along() -> None:
    column = sa.Column("kind", sa.Enum("a", name="kinds", create_constraint=True))
    flag = sa.Column("active", sa.Boolean(create_constraint=True))
    drops = [ops.DropColumnOp.from_column_and_tablename(None, "users", c) for c in (column, flag)]
    table, drop = finished(*drops)
    assert names(table.ops) == ["DropTypeCheck", "DropColumnOp", "DropTypeCheck", "DropColumnOp"]
    assert isinstance(table.ops[0], DropTypeCheck)
    assert [rendered(o) for o in table.ops[::2]] == [
        "drop_check(batch_op, 'users', 'kinds')",
        "drop_check(batch_op, 'users', 'ck_users_active')",
    ]
    assert isinstance(drop, EnumType)
    assert rendered(drop).endswith(".drop(op.get_bind(), checkfirst=True)")


def test_a_dropped_table_takes_the_types_of_its_columns_along() -> None:
    table = sa.Table(
        "t", sa.MetaData(), sa.Column("kind", sa.Enum("a", name="kinds")), sa.Column("b", sa.Integer())
    )
    container = ops.UpgradeOps([ops.DropTableOp.from_table(table)])
    finish_columns(container, CONVENTION)
    assert names(container.ops) == ["DropTableOp", "EnumType"]


def test_an_enum_that_is_no_type_of_its_own_is_a_text() -> None:
    (table,) = finished(added(sa.Column("kind", sa.Enum("a", name="kinds", native_enum=False))))
    assert names(table.ops) == ["AddColumnOp"]
    (table,) = finished(added(sa.Column("kind", sa.Enum("a"))))  # without a name there is no such type
    assert names(table.ops) == ["AddColumnOp", "TypeCheck"]


def test_other_operations_stay_in_their_places() -> None:
    alter = ops.AlterColumnOp("users", "a", modify_nullable=True)
    column = sa.Column("n", sa.Integer(), nullable=False, default=1)
    table, _, narrow = finished(alter, added(column), ops.DropIndexOp("i", "users"))
    assert names(table.ops) == ["AlterColumnOp", "AddColumnOp", "DropIndexOp"]
    assert names(narrow.ops) == ["AlterColumnOp"]
