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
    variant = "users.number (with_variant)"
    assert unseen(metadata, "sqlite") == (
        "users (comment)",
        "users.mood (Enum)",
        "users.at (time zone)",
        "users.at (comment)",
        variant,
        "users.data (length)",
    )
    assert unseen(metadata, "postgresql") == (variant, "users.data (length)")
    assert unseen(metadata, "mysql") == ("users.at (time zone)", variant)
