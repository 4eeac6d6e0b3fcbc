"""What of the models one engine alone does not show."""

from __future__ import annotations

import sqlalchemy as sa

from kallithea_dbdev.drafting.unseen import unseen


def test_what_shows_on_other_engines_only() -> None:
    metadata = sa.MetaData()
    sa.Table(
        "users",
        metadata,
        sa.Column("mood", sa.Enum("good", "bad", name="mood")),
        sa.Column("text_mood", sa.Enum("good", "bad", native_enum=False)),
        sa.Column("at", sa.DateTime(timezone=True), comment="when"),
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite")),
        sa.Column("data", sa.LargeBinary(40)),
        sa.Column("name", sa.String(40)),
        comment="people",
    )
    # As in the recorded releases, and otherwise.
    sa.Table(
        "statistics",
        metadata,
        sa.Column("commit_activity", sa.LargeBinary(1000000)),
        sa.Column("languages", sa.LargeBinary(2000000)),
    )
    longer = "statistics.languages (length 2000000)"
    variant = "users.number (with_variant)"
    assert unseen(metadata, ("sqlite",)) == (
        longer,
        "users (comment)",
        "users.mood (Enum)",
        "users.text_mood (Enum)",
        "users.at (time zone)",
        "users.at (comment)",
        variant,
        "users.data (length 40)",
    )
    assert unseen(metadata, ("postgresql",)) == (longer, variant, "users.data (length 40)")
    assert unseen(metadata, ("mysql",)) == ("users.at (time zone)", variant)


def test_what_one_of_several_engines_shows() -> None:
    """Options of other engines, too, but not what most tables have."""
    metadata = sa.MetaData()
    usual = {"mysql_engine": "InnoDB", "sqlite_autoincrement": True}
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    text = sa.Text().with_variant(sa.String(9), "mysql")
    at = sa.Column("at", sa.DateTime(timezone=True), comment="when")
    sa.Table("a", metadata, sa.Column("number", number), sa.Column("text", text), at, **usual)
    sa.Table("b", metadata, sa.Column("data", sa.LargeBinary(4)), **usual)
    options = {"mysql_length": 3, "sqlite_where": sa.text("x = 1")}
    odd = sa.Table("c", metadata, sa.Column("x", sa.Text()), **{**usual, "mysql_engine": "MyISAM"})
    sa.Index("ix", odd.c.x, **options)
    on_mysql = ("c (mysql_engine)", "c.ix (mysql_length)")
    assert unseen(metadata, ("postgresql", "sqlite")) == (
        "a.text (with_variant)", "b.data (length 4)", *on_mysql
    )  # fmt: skip
    assert unseen(metadata, ("mysql", "sqlite")) == ("a.at (time zone)",)
    assert unseen(metadata, ("mysql", "postgresql")) == ("a.number (with_variant)", "c.ix (sqlite_where)")
    assert unseen(metadata, ("sqlite", "postgresql", "mysql")) == ()
