"""Unique constraints of tables that are new or go as a whole, and what a Boolean's CHECK is called. Pure."""

from __future__ import annotations

from dataclasses import replace

import pytest
import sqlalchemy as sa

from kallithea_dbdev.drafting.tables import boolean_checks, checks_of_before
from kallithea_dbdev.drafting.uniques import known_uniques, whole_tables
from kallithea_dbdev.schema.change import Change
from kallithea_dbdev.schema.model import Check, ForeignKey, Index, IndexKey, Schema, Table, Unique

from ..operations.cases import CONVENTION

EMAIL = Index("uq", (IndexKey("email"),), True)
USERS = Table("users", indexes=(EMAIL,), foreign_keys=(ForeignKey(("email",), "mails", ("email",)),))
UNIQUES = {("users", "uq"): ("email",)}


@pytest.mark.parametrize("kind", ["table-missing", "table-extra", "index-missing"])
def test_a_whole_table_has_constraints_though_a_foreign_key_needs_one(kind: str) -> None:
    told = replace(USERS, indexes=(), uniques=(Unique(("email",), "uq"),))
    there, back = (
        Change(kind, USERS, None, "table", (USERS, None)),
        Change(kind, None, USERS, "table", (None, USERS)),
    )
    found = whole_tables((there, back, Change(kind, EMAIL, None, "index")), UNIQUES)
    expected = USERS if kind == "index-missing" else told
    assert [(change.before, change.after) for change in found] == [
        (expected, None),
        (None, expected),
        (EMAIL, None),
    ]
    # What it has beside them stays.
    more = replace(USERS, uniques=(Unique(("a",), "more"),))
    (change,) = whole_tables((Change("table-missing", None, more, "table"),), UNIQUES)
    assert isinstance(change.after, Table) and change.after.uniques == (
        Unique(("a",), "more"),
        Unique(("email",), "uq"),
    )


def test_constraints_without_a_name() -> None:
    metadata = sa.MetaData()
    sa.Table("t", metadata, sa.Column("a", sa.Integer()), sa.UniqueConstraint("a"))
    assert known_uniques(metadata, (Schema((Table("u", uniques=(Unique(("b",)),)),)),)) == {
        ("t", ""): ("a",),
        ("u", ""): ("b",),
    }


def test_what_the_check_of_a_boolean_is_called() -> None:
    metadata = sa.MetaData(naming_convention=CONVENTION)
    sa.Table(
        "t", metadata, sa.Column("warm", sa.Boolean()), sa.Column("mood", sa.Enum("a", name="mood")),
        sa.Column("n", sa.Integer()), sa.CheckConstraint("n > 0", name="own"),
    )  # fmt: skip
    assert boolean_checks(metadata) == {("t", "warm"): "ck_t_warm"}
    nameless = sa.MetaData()
    sa.Table("t", nameless, sa.Column("warm", sa.Boolean()))
    assert boolean_checks(nameless) == {}


def test_what_it_was_called_before() -> None:
    checks = (
        Check("warm in (0, 1)", "ck_warm"),
        Check("cold in (0, 1)"),
        Check("n in (0, 1, 2)", "ck_n"),
        Check("`wet` in (0,1)", "ck_wet"),
    )
    schema = Schema((Table("t", checks=checks), Table("u", checks=(Check("warm in (0, 1)", "x"),))))
    assert checks_of_before((Schema(), schema)) == {
        ("t", "warm"): "ck_warm",
        ("t", "wet"): "ck_wet",
        ("u", "warm"): "x",
    }
