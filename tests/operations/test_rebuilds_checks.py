"""What a rebuild is told of CHECKs: by name in the batch, or as arguments. Pure."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kallithea_dbdev.operations.context import Context
from kallithea_dbdev.operations.rebuilds import batch_arguments, check_lines
from kallithea_dbdev.schema.model import Check, Column, ForeignKey, Schema, Table

N, ON = Column("n", "INTEGER", True), Column("on", "BOOLEAN", True)
NAMED, OTHER, NAMELESS, TWIN = (
    Check("n > 0", "ck"),
    Check("n > 1", "other"),
    Check("n > 2"),
    Check("n > 3", "ck"),
)
OF_TYPE = Check("on in (0, 1)", "ck_on")
BARE = Table("t", (N,))
MAKE, DROP = "batch_op.create_check_constraint({!r}, ", "batch_op.drop_constraint({!r}, type_='check')"


def table(*checks: Check) -> Table:
    return replace(BARE, checks=checks)


def context(engine: str, one: Table, other: Table) -> Context:
    return Context(engine, Schema((one,)), Schema((other,)))


def lines(
    before: Table, after: Table, *new: Check, engine: str = "sqlite", early: bool = False
) -> "list[str]":
    return check_lines(context(engine, before, after), before, after, new, early)


def test_one_that_stays_is_made_again_under_its_name() -> None:
    (line,) = lines(table(NAMED, NAMELESS), table(NAMED, NAMELESS))
    assert line.startswith(MAKE.format("ck")) and "n > 0" in line


def test_one_that_goes_is_made_as_anything_first_and_one_that_comes_is_made_elsewhere() -> None:
    assert lines(table(NAMED, OTHER), table(), OTHER) == [
        "batch_op.create_check_constraint('ck', '0 = 0')",
        DROP.format("ck"),
    ]
    assert lines(table(), table(NAMED), NAMED) == []
    # One that has another expression now takes the place of the old one.
    assert lines(table(NAMED), table(TWIN), TWIN) == []


def test_where_a_name_tells_none_apart_it_is_an_argument() -> None:
    both = table(NAMED, TWIN)
    (arguments,) = batch_arguments(context("sqlite", both, both), both, both)
    assert arguments.startswith("table_args=(") and "n > 0" in arguments and "n > 3" in arguments


def test_arguments_hold_what_has_no_name_and_with_named_all() -> None:
    both = table(NAMED, NAMELESS)
    (arguments,) = batch_arguments(context("sqlite", both, both), both, both)
    assert "n > 2" in arguments and "n > 0" not in arguments
    (arguments,) = batch_arguments(context("sqlite", both, both), both, both, named=True)
    assert "n > 2" in arguments and "n > 0" in arguments
    assert batch_arguments(context("sqlite", both, both), both, both, (NAMELESS,)) == ()


def test_the_check_of_a_type_comes_with_it() -> None:
    typed = Table("t", (ON,), checks=(OF_TYPE,))
    assert batch_arguments(context("sqlite", typed, typed), typed, typed, named=True) == (
        "reflect_args=[sa.Column('on', sa.Boolean(name='ck_on'))]",
    )
    plain = replace(typed, checks=())
    assert batch_arguments(context("sqlite", plain, plain), plain, plain) == (
        "reflect_args=[sa.Column('on', sa.Boolean(create_constraint=False))]",
    )


@pytest.mark.parametrize(
    "change",
    [
        {"foreign_keys": (ForeignKey(("n",), "u", ("n",), deferrable="DEFERRABLE"),)},
        {"foreign_keys": (ForeignKey(("n",), "u", ("n",), match="FULL"),)},
        {"columns": (replace(N, generated="(1) stored"),)},
    ],
)
def test_what_no_argument_keeps_is_written_down_as_a_whole(change: "dict[str, object]") -> None:
    whole = replace(table(NAMED), **change)  # type: ignore[arg-type]
    (arguments,) = batch_arguments(context("sqlite", whole, whole), whole, whole)
    assert arguments.startswith("copy_from=sa.Table(") and "n > 0" in arguments
    assert lines(whole, whole) == []


def test_early_and_on_a_server() -> None:
    one = table(NAMED, NAMELESS)
    assert batch_arguments(context("sqlite", one, one), one, one, early=True)[0].startswith(
        "copy_from=sa.Table("
    )
    assert lines(one, one, early=True) == lines(one, one, engine="mysql") == []
    assert batch_arguments(context("postgresql", one, one), one, one) == ()
