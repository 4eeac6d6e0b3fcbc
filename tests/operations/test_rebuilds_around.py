"""What a rebuild loses beside the table: triggers, indexes that Alembic cannot read, computed columns. Pure."""

from __future__ import annotations

from dataclasses import replace

from kallithea_dbdev.operations.context import Context
from kallithea_dbdev.operations.rebuilds import around, batch_arguments, computed_again
from kallithea_dbdev.schema.model import Check, Column, Index, IndexKey, Schema, Table, Trigger

A, TWICE = Column("a", "INTEGER", True), Column("twice", "INTEGER", True, generated="(a * 2) stored")
PLAIN, PARTIAL = Index("ix_a", (IndexKey("a"),)), Index("ix_some", (IndexKey("a"),), predicate="a > 0")
TABLE = Table("t", (A,), indexes=(PLAIN, PARTIAL))
TRIGGER = Trigger("tr", "t", "CREATE TRIGGER tr ...")


def context(engine: str = "sqlite", expected: Table = TABLE, *triggers: Trigger) -> Context:
    return Context(engine, Schema((TABLE,), triggers=triggers), Schema((expected,)))


def test_indexes_that_only_the_models_know() -> None:
    before, then = around(context(), TABLE, ())
    assert (
        before == [] and "DROP INDEX IF EXISTS ix_some" in then[0] and "ix_some" in then[1] and len(then) == 2
    )
    # One of the site's own nobody could make again in the words of the models.
    assert around(context("sqlite", replace(TABLE, indexes=(PLAIN,))), TABLE, ()) == ([], [])
    assert around(context("sqlite", Table("other")), TABLE, ()) == ([], [])
    assert around(context("mysql"), TABLE, ()) == ([], [])


def test_triggers_but_those_that_go() -> None:
    bare = replace(TABLE, indexes=())
    before, then = around(context("sqlite", bare, TRIGGER), bare, ())
    assert "WHERE type = 'trigger' AND tbl_name = 't'" in before[0]
    assert then == ["for (statement,) in triggers:", "    op.get_bind().execute(statement)"]
    assert around(context("sqlite", bare, TRIGGER), bare, (TRIGGER,)) == ([], [])
    assert around(context("sqlite", bare, replace(TRIGGER, table="u")), bare, ()) == ([], [])


def test_columns_that_are_computed_in_both() -> None:
    one, other = (
        Table("t", (A, replace(TWICE, generated=said))) for said in ("(a * 2) stored", "(a * 3) stored")
    )
    drop, add = computed_again(context(), one, other)
    assert drop == "batch_op.drop_column('twice')" and "a * 3" in add
    assert (
        computed_again(context(), Table("t", (A,)), other)
        == computed_again(context(), one, Table("t", (A,)))
        == []
    )
    assert computed_again(context(), Table("t", (A, replace(TWICE, generated=None))), other) == []
    assert computed_again(context("mysql"), one, other) == []


def test_a_table_that_counts_and_a_column_with_a_collation() -> None:
    counting = replace(TABLE, options=(("autoincrement", "yes"),))
    assert batch_arguments(context(), TABLE, counting) == ("table_kwargs={'sqlite_autoincrement': True}",)
    assert batch_arguments(context(), counting, TABLE) == ()
    text = Column("s", "VARCHAR(9)", True, collation="NOCASE", kind="text", length=9)
    (arguments,) = batch_arguments(context(), Table("t", (text,)), Table("t", (text,)))
    assert arguments.startswith("reflect_args=[sa.Column('s', sa.String(") and "NOCASE" in arguments
    # It is read as it will be.
    plain = replace(text, collation=None)
    assert batch_arguments(context(), Table("t", (text,)), Table("t", (plain,))) == ()
    assert batch_arguments(context(), Table("t", (plain,)), Table("t", (text,))) == (arguments,)


def test_a_table_that_is_written_down_has_its_plain_indexes() -> None:
    whole = replace(
        TABLE, columns=(A, TWICE), indexes=(PLAIN, PARTIAL, replace(PLAIN, name="uq_a", unique=True))
    )
    (arguments,) = batch_arguments(context(), whole, whole)
    assert "sa.Index('ix_a', 'a')," in arguments and "sa.Index('uq_a', 'a', unique=True)," in arguments
    assert "ix_some" not in arguments


def test_long_lists_have_a_line_for_each() -> None:
    columns = tuple(Column(f"a_long_name_{n}", "BOOLEAN", False, "0") for n in range(3))
    (arguments,) = batch_arguments(context(), Table("t", columns), Table("t", columns))
    lines = arguments.split("\n")
    assert (lines[0], lines[-1], len(lines)) == ("reflect_args=[", "]", 5)
    assert all(
        line.startswith("    sa.Column('a_long_name_") and "nullable=False" in line for line in lines[1:-1]
    )


def test_a_column_that_goes_and_one_of_an_odd_type_are_said_as_they_are() -> None:
    gone = Column("gone", "VARCHAR(9)", True, collation="NOCASE", kind="text", length=9)
    (arguments,) = batch_arguments(context(), Table("t", (A, gone)), Table("t", (A,)))
    assert "'gone'" in arguments and "NOCASE" in arguments
    odd = Table("t", (Column("odd", "NOTE", True),))
    (arguments,) = batch_arguments(context(), odd, odd)
    assert (
        arguments.startswith("reflect_args=[") and "sa.Column('odd', " in arguments and "'NOTE'" in arguments
    )


def test_a_boolean_has_the_check_that_is_its_own() -> None:
    on = Column("on", "BOOLEAN", True)
    checks = (Check("n > 0", "ck_n"), Check("on in (0, 1)"), Check("on in (0, 1)", "ck_on"))
    table = Table("t", (on,), checks=checks)
    assert "sa.Boolean(name='ck_on')" in batch_arguments(context(), table, table, named=True)[0]
