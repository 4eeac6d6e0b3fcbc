"""New tables in the words of all engines."""

from __future__ import annotations

import sqlalchemy as sa

from kallithea_dbdev.drafting.tables import for_all_engines, usual_options, with_native_types

OPTIONS = {"": {"mysql_engine": "InnoDB", "sqlite_autoincrement": True}, "odd": {}}


def table(name: str, *rows: str) -> "list[str]":
    return [f"op.create_table({name!r},", *(f"    {row}" for row in rows), ")"]


def test_one_table_is_the_same_from_each_engine() -> None:
    column = "sa.Column('warm', sa.Boolean(create_constraint=False), nullable=False),"
    sqlite = table(
        "weather", column, "sa.PrimaryKeyConstraint('id'),",
        "sa.CheckConstraint('warm in (0, 1)', name='ck_weather_warm'),", "sqlite_autoincrement=True",
    )  # fmt: skip
    postgresql = table("weather", column, "sa.PrimaryKeyConstraint('id', name='pk_weather')")
    mysql = table(
        "weather", column, "sa.PrimaryKeyConstraint('id'),",
        "sa.CheckConstraint('`warm` in (0,1)', name='ck_weather_warm'),", "mysql_engine='InnoDB',",
        "mysql_collate='utf8mb4_unicode_ci'",
    )  # fmt: skip
    expected = table(
        "weather", "sa.Column('warm', sa.Boolean(name='ck_weather_warm'), nullable=False),",
        "sa.PrimaryKeyConstraint('id'),", "mysql_engine='InnoDB',", "sqlite_autoincrement=True",
    )  # fmt: skip
    assert for_all_engines(["op.a()", *sqlite, "op.b()"], OPTIONS) == ("op.a()", *expected, "op.b()")
    assert for_all_engines(mysql, OPTIONS) == tuple(expected)
    # PostgreSQL has no CHECK that says how the others call it
    assert for_all_engines(postgresql, OPTIONS)[2:] == tuple(expected)[2:]


def test_other_checks_and_options_stay() -> None:
    lines = table("odd", "sa.Column('a', sa.Integer()),", "sa.CheckConstraint('a in (0, 1, 2)', name='x')")
    assert for_all_engines(lines, OPTIONS) == tuple(lines)


def test_a_check_that_no_boolean_has_stays() -> None:
    bit = "sa.CheckConstraint('n in (0, 1)', name='bit')"
    lines = table("odd", "sa.Column('n', sa.Integer()),", bit)
    assert for_all_engines(lines, OPTIONS) == tuple(lines)
    column = "sa.Column('User', sa.Boolean(create_constraint=False)),"
    own, other = (f"sa.CheckConstraint('user in (0, 1)', name='{name}')" for name in ("ck_own", "ck_other"))
    expected = table("odd", "sa.Column('User', sa.Boolean(name='ck_own')),", f"{bit},", other)
    assert for_all_engines(table("odd", column, f"{bit},", f"{own},", other), OPTIONS) == tuple(expected)


def test_usual_options() -> None:
    metadata = sa.MetaData()
    for name in "ab":
        sa.Table(name, metadata, mysql_engine="InnoDB")
    sa.Table("c", metadata, mysql_engine="MyISAM")
    usual = usual_options(metadata)
    assert (usual[""], usual["c"]) == ({"mysql_engine": "InnoDB"}, {"mysql_engine": "MyISAM"})
    assert usual_options(sa.MetaData()) == {"": {}}


def test_checks_of_booleans() -> None:
    one, other = (
        f"    batch_op.create_check_constraint('ck_{name}', sa.text('{name} in (0, 1)'))" for name in "ab"
    )
    body = f"with x as batch_op:\n{one}\n{other}\n    batch_op.c()"
    assert with_native_types(body) == (
        "with x as batch_op:\n    if op.get_bind().dialect.name != 'postgresql':\n"
        f"    {one}\n    {other}\n    batch_op.c()"
    )
