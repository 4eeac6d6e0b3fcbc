"""Unique constraints on MySQL."""

from __future__ import annotations

import sqlalchemy as sa

from kallithea_dbdev.drafting.uniques import as_constraints, known_uniques
from kallithea_dbdev.schema.model import ForeignKey, Index, IndexKey, Schema, Table, Unique

from ..operations.cases import CONVENTION


def table(*indexes: Index, keys: "tuple[ForeignKey, ...]" = ()) -> Schema:
    return Schema((Table("users", (), None, (), (), keys, indexes),))


def index(name: str, *columns: str, unique: bool = True) -> Index:
    return Index(name, tuple(map(IndexKey, columns)), unique)


def test_those_of_the_models_and_of_other_engines() -> None:
    metadata = sa.MetaData(naming_convention=CONVENTION)
    sa.Table("users", metadata, sa.Column("email", sa.String(9), unique=True))
    other = Schema((Table("users", uniques=(Unique(("a", "b"), "uq_gone"),)),))
    uniques = known_uniques(metadata, (other,))
    assert uniques == {("users", "uq_users_email"): ("email",), ("users", "uq_gone"): ("a", "b")}
    email, gone = index("uq_users_email", "email"), index("uq_gone", "a", "b")
    rest = (index("uq_own", "c"), index("uq_users_email", "email", unique=False), index("uq_gone", "b", "a"))
    before, after = as_constraints(table(email, gone, *rest), table(email), uniques)
    assert before.tables[0].uniques == (Unique(("email",), "uq_users_email"), Unique(("a", "b"), "uq_gone"))
    assert before.tables[0].indexes == rest
    assert (after.tables[0].uniques, after.tables[0].indexes) == (before.tables[0].uniques[:1], ())


def test_what_a_foreign_key_needs_stays_an_index() -> None:
    email = index("uq_users_email", "email")
    uniques = {("users", "uq_users_email"): ("email",)}
    key = ForeignKey(("email",), "mails", ("email",))
    # On one side is enough: it is one thing on both.
    assert as_constraints(table(email, keys=(key,)), table(email), uniques) == (
        table(email, keys=(key,)),
        table(email),
    )
