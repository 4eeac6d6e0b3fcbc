"""CHECKs in the words of the models."""

from __future__ import annotations

import sqlalchemy as sa

from kallithea_dbdev.drafting.model_checks import in_models_words, model_checks
from kallithea_dbdev.schema.compare import compare
from kallithea_dbdev.schema.model import Check, Schema, Table

from ..operations.cases import CONVENTION


def metadata() -> sa.MetaData:
    found = sa.MetaData(naming_convention=CONVENTION)
    sa.Table(
        "users",
        found,
        sa.Column("age", sa.Integer()),
        sa.Column("dark", sa.Boolean()),
        sa.Column("order", sa.Boolean()),
        sa.CheckConstraint("length(name) > 0", name="ck_users_name"),
        sa.CheckConstraint(sa.column("age") > 5, name="Odd name"),
        sa.CheckConstraint("1 = 1"),
    )
    return found


def test_what_the_models_say() -> None:
    for engine in ("sqlite", "postgresql", "mysql"):
        assert model_checks(metadata(), engine) == {
            ("users", "ck_users_name"): "length(name) > 0",
            ("users", "Odd name"): "age > 5",
            ("users", "ck_users_"): "1 = 1",
        }


def schema(*expressions: str, table: str = "users") -> Schema:
    return Schema((Table(table, (), None, (), tuple(Check(e, "ck_users_name") for e in expressions)),))


def test_one_text_in_both_where_nothing_changes() -> None:
    texts = {("users", "ck_users_name"): "length(name) > 0"}
    before, after = in_models_words(schema("(length(name) > 0)"), schema("(length(name) > 0)"), texts)
    assert before == after == schema("length(name) > 0")
    before, after = in_models_words(schema("(x)"), schema("(length(name) > 0)"), texts)
    assert (before, after) == (schema("(x)"), schema("length(name) > 0"))
    assert [change.kind for change in compare(before, after)] == ["check-differs"]
    # Under another name it is the same, too.
    before, _ = in_models_words(schema("(length(name) > 0)", table="u"), schema("(length(name) > 0)"), texts)
    assert before == schema("length(name) > 0", table="u")


def test_the_check_of_a_boolean_on_mysql() -> None:
    before, after = in_models_words(schema("`dark` in (0,1)"), schema("`order` in (0,1)"), {})
    assert (before, after) == (schema("dark in (0, 1)"), schema("`order` in (0,1)"))


def test_another_name_for_the_same() -> None:
    texts = {("u", "ck_u_name"): "length(name) > 0"}
    later = Schema((Table("u", (), None, (), (Check("(length(name) > 0)", "ck_u_name"),)),))
    before, _ = in_models_words(schema("(length(name) > 0)"), later, texts)
    assert before == schema("length(name) > 0")
