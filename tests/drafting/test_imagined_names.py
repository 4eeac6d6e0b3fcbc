"""Names that need quotes in what SQLite tells of engines that were not asked."""

from __future__ import annotations

from dataclasses import replace

from kallithea_dbdev.schema.model import BOOLEAN, NUMBER, Check, Column, Index, IndexKey

from .test_imagined import ID, MODELS, NAME, TABLE, drafted

TOO = Column("nN", "INTEGER", True, kind=NUMBER)


def test_sql_of_what_goes_has_the_capitals_of_its_columns() -> None:
    """SQLite's catalogue has none, and PostgreSQL tells them apart."""
    text = "nn > 0 AND \"order\" <> 'nn'"
    order = Column("order", "INTEGER", True, kind=NUMBER)
    gone = replace(
        TABLE,
        columns=(ID, NAME, TOO, order),
        checks=(Check(text, "ck"),),
        indexes=(Index("ix", (IndexKey("name"),), predicate="nn > 1"),),
    )
    downgrade = drafted(gone, TABLE, MODELS)[0].partition("def downgrade")[2]
    assert """sa.text('"nN" > 0 AND "order" <> \\'nn\\'')""" in downgrade
    assert """sa.text("`nN` > 0 AND `order` <> 'nn'")""" in downgrade
    assert "postgresql_where=sa.text('\"nN\" > 1')" in downgrade


def test_a_boolean_whose_name_has_a_blank() -> None:
    """It has no CHECK on PostgreSQL."""
    both = [
        replace(
            TABLE,
            columns=(ID, NAME, Column("a b", "BOOLEAN", False, kind=BOOLEAN)),
            checks=(Check('"a b" in (0, 1)', name),),
        )
        for name in ("ck_a", "ck_b")
    ]
    assert "RENAME CONSTRAINT" not in drafted(both[0], both[1], MODELS)[0]
