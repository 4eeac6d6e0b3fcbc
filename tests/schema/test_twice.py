"""What is there twice is said to be there twice, not to be unknown."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kallithea_dbdev.operations.rebuilds import READS_NAMED_CHECKS
from kallithea_dbdev.schema.compare import compare
from kallithea_dbdev.schema.model import Check, Column, ForeignKey, Index, IndexKey, Schema, Table, Unique
from kallithea_dbdev.verification.checks.differences import BEFORE_THE_STEP, MODELS, sentence

from ..projects import VERSION, Project

TABLE = Table(
    "t",
    (Column("a", "INTEGER", False),),
    uniques=(Unique(("a",), "uq"),),
    checks=(Check("a > 0", "ck"),),
    foreign_keys=(ForeignKey(("a",), "p", ("id",), "fk"),),
    indexes=(Index("ix", (IndexKey("a"),)),),
)
MORE = {
    "unique-extra": ({"uniques": (*TABLE.uniques, Unique(("a",), "more"))}, "UNIQUE (a)"),
    "check-extra": ({"checks": (*TABLE.checks, Check("a > 0", "more"))}, "CHECK (a > 0)"),
    "foreign-key-extra": (
        {"foreign_keys": (*TABLE.foreign_keys, ForeignKey(("a",), "p", ("id",), "more"))},
        "FOREIGN KEY (a) REFERENCES p (id)",
    ),
    "index-extra": ({"indexes": (*TABLE.indexes, Index("more", (IndexKey("a"),)))}, "INDEX (a)"),
}


@pytest.mark.parametrize("code", MORE)
def test_a_second_one_is_told_as_such(code: str) -> None:
    change, text = MORE[code]
    (difference,) = compare(Schema((replace(TABLE, **change),)), Schema((TABLE,)))
    assert (difference.kind, difference.object) == (code, "more")
    assert sentence(difference, MODELS) == f"is there too often: {text}, twice; the models give {text}, once"
    told = f"is there too often: {text}, twice; before the step it was {text}, once"
    assert sentence(difference, BEFORE_THE_STEP) == told


@pytest.mark.parametrize("code", MORE)
def test_the_only_one_is_told_as_before(code: str) -> None:
    change, text = MORE[code]
    bare = Table("t", TABLE.columns)
    alone = replace(bare, **{name: items[-1:] for name, items in change.items()})  # type: ignore[attr-defined]
    (difference,) = compare(Schema((alone,)), Schema((bare,)))
    assert sentence(difference, MODELS) == f"should not be there: {text}; the models do not have it"


def test_three_for_two() -> None:
    def table(number: int) -> Schema:
        return Schema((replace(TABLE, checks=tuple(Check("a > 0") for _ in range(number))),))

    (difference,) = compare(table(3), table(2))
    told = "is there too often: CHECK (a > 0), 3 times; the models give CHECK (a > 0), twice"
    assert sentence(difference, MODELS) == told


@pytest.mark.skipif(VERSION != "0.7.0", reason="does not depend on the release")
@pytest.mark.skipif(READS_NAMED_CHECKS, reason="Alembic 1.7 and later make others twice")
def test_the_check_of_a_boolean_that_a_rebuild_makes_twice(project: Project) -> None:
    project.change_models((
        "    lastname = Column(Unicode(255), nullable=False)\n",
        "    lastname = Column(Unicode(255), nullable=False)\n    bold = Column(Boolean(), nullable=True)\n",
    ))  # fmt: skip
    project.write_script(
        "with op.batch_alter_table('users', recreate='always', table_kwargs={'sqlite_autoincrement': True}) as b:\n"
        "    b.add_column(sa.Column('bold', sa.Boolean(), nullable=True))",
        "with op.batch_alter_table('users', table_kwargs={'sqlite_autoincrement': True}) as b:\n"
        "    b.drop_column('bold')",
    )
    report = project.verify(status=1)
    (message,) = (f["message"] for f in report["findings"] if f["code"] == "check-extra")
    assert "CHECK (bold in (0, 1)), twice; the models give CHECK (bold in (0, 1)), once" in message
