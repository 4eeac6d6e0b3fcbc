"""Types and defaults of one dialect become generic ones."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from alembic.operations import ops
from sqlalchemy.dialects import mysql, postgresql
from sqlalchemy.schema import DefaultClause

from kallithea_dbdev.drafting.portable import generic, make_portable, render_item


@pytest.mark.parametrize(
    "reflected, expected",
    [
        (mysql.TINYINT(display_width=1), "Boolean()"),
        (mysql.TINYINT(display_width=4), "Integer()"),
        (mysql.VARCHAR(length=40, collation="utf8mb4_bin"), "String(length=40)"),
        (mysql.VARCHAR(length=40), "String(length=40)"),
        (mysql.LONGTEXT(), "UnicodeText()"),
        (mysql.INTEGER(display_width=11), "Integer()"),
        (mysql.BIGINT(), "BigInteger()"),
        (mysql.SMALLINT(), "SmallInteger()"),
        (mysql.DATETIME(fsp=6), "DateTime()"),
        (mysql.TIME(), "Time()"),
        (mysql.DOUBLE(), "Float(precision=53)"),
        (mysql.FLOAT(), "Float(precision=53)"),
        (mysql.DECIMAL(10, 2), "Numeric(precision=10, scale=2)"),
        (postgresql.TIMESTAMP(), "DateTime()"),
        (postgresql.DOUBLE_PRECISION(), "Float(precision=53)"),
        (postgresql.BYTEA(), "LargeBinary()"),
        (mysql.ENUM("a", "b"), None),
        (postgresql.INET(), None),
        (sa.DATETIME(), "DateTime()"),
        (sa.BLOB(), "LargeBinary()"),
        (sa.FLOAT(), "Float(precision=53)"),
        (sa.VARCHAR(40, collation="NOCASE"), "VARCHAR(length=40)"),
        (sa.String(40), None),
        (sa.Integer(), None),
        (sa.Boolean(), None),
    ],
    ids=repr,
)  # fmt: skip
def test_generic(reflected: Any, expected: "str | None") -> None:
    found = generic(reflected)
    if expected is None:
        assert found is reflected
    else:
        assert repr(found) == expected


def test_operations_change_in_place_however_deep() -> None:
    alter = ops.AlterColumnOp(
        "a", "b", existing_type=mysql.VARCHAR(length=9), modify_type=mysql.LONGTEXT(),
        modify_server_default=None,
    )  # fmt: skip
    flag = ops.AlterColumnOp(
        "a",
        "c",
        existing_type=mysql.TINYINT(display_width=1),
        modify_server_default=DefaultClause(sa.text("1")),
    )
    number = ops.AlterColumnOp(
        "a", "n", existing_type=sa.Integer(), modify_server_default=DefaultClause(sa.text("1"))
    )
    added = sa.Column("d", mysql.TINYINT(display_width=1), server_default=sa.text("0"))
    created = sa.Column("e", mysql.DATETIME(), server_default=sa.text("0"))
    container = ops.UpgradeOps(
        [
            ops.ModifyTableOps("a", [alter, flag, number, ops.AddColumnOp("a", added)]),
            ops.CreateTableOp("t", [created, sa.CheckConstraint("x")]),
        ]
    )
    make_portable(container)
    assert (repr(alter.existing_type), repr(alter.modify_type)) == ("String(length=9)", "UnicodeText()")
    assert isinstance(flag.existing_type, sa.Boolean)
    assert render_item("server_default", flag.modify_server_default, None) == "sa.true()"
    assert number.modify_server_default.arg.text == "1"
    assert isinstance(added.type, sa.Boolean)
    assert render_item("server_default", added.server_default, None) == "sa.false()"
    assert repr(created.type) == "DateTime()"
    assert created.server_default.arg.text == "0"


@pytest.mark.parametrize(
    "text, rendered",
    [
        ("0", "sa.false()"),
        ("1", "sa.true()"),
        ("false", "sa.false()"),
        ("TRUE", "sa.true()"),
        ("x > 1", False),
    ],
)
def test_a_booleans_default_in_every_engines_words(text: str, rendered: "str | bool") -> None:
    column = sa.Column("a", sa.Boolean(), server_default=sa.text(text))
    make_portable(ops.UpgradeOps([ops.AddColumnOp("t", column)]))
    assert render_item("server_default", column.server_default, None) == rendered


@pytest.mark.parametrize(
    "kind, item, rendered",
    [
        ("server_default", DefaultClause(sa.true()), "sa.true()"),
        ("server_default", DefaultClause(sa.func.now()), "sa.func.now()"),
        ("server_default", DefaultClause(sa.func.lower("A")), False),
        ("server_default", DefaultClause("light"), False),
        ("server_default", None, False),
        (
            "type",
            sa.Enum("a", "b", name="e", create_constraint=False),
            "sa.Enum('a', 'b', name='e', create_constraint=False)",
        ),
        ("type", sa.Enum("a", name="e", create_constraint=True), False),
        ("type", sa.Integer(), False),
        ("column", DefaultClause(sa.true()), False),
    ],
)
def test_render_item(kind: str, item: Any, rendered: "str | bool") -> None:
    assert render_item(kind, item, None) == rendered
