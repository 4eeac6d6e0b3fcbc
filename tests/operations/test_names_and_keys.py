"""Names that need quotes, what is computed, and values of unique columns that come back, as text."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kallithea_dbdev.schema.model import (
    BOOLEAN,
    NUMBER,
    TEXT,
    TIME,
    Check,
    Column,
    Enum,
    ForeignKey,
    Index,
    IndexKey,
    PrimaryKey,
    Schema,
    Sequence,
    Table,
    Unique,
)

from .test_combined import ENGINES, ID, KEY, T, U, came_back, lines


def both(engine: str, before: Table, after: Table, *others: Table) -> "tuple[str, str]":
    up, down = lines(engine, Schema((before, *others)), Schema((after, *others)))
    return "\n".join(up), "\n".join(down)


def test_a_sequence_of_a_table_that_needs_quotes() -> None:
    owned = Sequence("Tt_id_seq", "integer start 1 increment 1", "Tt.id", "Tt")
    table = replace(T, name="Tt")
    up, _ = lines("postgresql", Schema((table,)), Schema((table,), sequences=(owned,)))
    assert 'ALTER SEQUENCE "Tt_id_seq" OWNED BY "Tt".id' in up[-1]


def test_a_type_that_needs_quotes() -> None:
    """The server quotes it where it tells of a column."""
    feeling = Column("feeling", '"Mood"', True, kind=TEXT)
    text = replace(feeling, type="text")
    tables = [Schema((replace(T, columns=(ID, column)),), enums=enums) for column, enums in (
        (feeling, (Enum("Mood", ("a", "b")),)),
        (feeling, (Enum("Mood", ("a", "c")),)),
        (text, (Enum("Mood", ("a", "c")),)),
    )]  # fmt: skip
    up, _ = lines("postgresql", tables[0], tables[1])
    assert any('ALTER COLUMN feeling TYPE "Mood" USING feeling::text::"Mood"' in line for line in up)
    up, _ = lines("postgresql", tables[2], tables[1])
    assert "postgresql_using='feeling::text::\"Mood\"'" in "".join(up)


@pytest.mark.parametrize("name", ["fk_T_u_id", "fk_t-u_id"])
def test_a_foreign_key_whose_name_needs_quotes(name: str) -> None:
    """SQLAlchemy does not read the name from SQLite: the table is written down whole."""
    number = Column("u_id", "INTEGER", True, kind=NUMBER)
    table = replace(T, columns=(ID, number), foreign_keys=(ForeignKey(("u_id",), "u", ("id",), name),))
    up, _ = both("sqlite", table, replace(table, foreign_keys=()), U)
    assert "copy_from=" in up and f"name='{name}'" in up
    plain = replace(table, foreign_keys=(replace(table.foreign_keys[0], name="fk_t_u_id"),))
    assert "copy_from" not in both("sqlite", plain, replace(table, foreign_keys=()), U)[0]


def test_what_may_be_null_is_no_key_any_more() -> None:
    """MySQL says that all of a key is NOT NULL."""
    number = Column("n", "int(11)", False, kind=NUMBER)
    with_key = Table("t", (number,), PrimaryKey(("n",), "PRIMARY"))
    without = Table("t", (replace(number, nullable=True),))
    up, down = both("mysql", with_key, without)
    assert up.index("DROP PRIMARY KEY") < up.index("nullable=True")
    assert down.index("nullable=False") < down.index("ADD PRIMARY KEY")


MOMENTS = {
    ("sqlite", "DATE"): "date('2000-01-01', id || ' days')",
    ("sqlite", "DATETIME"): "datetime('2000-01-01', id || ' seconds') || '.000000'",
    ("postgresql", "date"): "DATE '2000-01-01' + id",
    ("postgresql", "timestamp without time zone"): (
        "TIMESTAMP '2000-01-01 00:00:00' + id * INTERVAL '1 second'"
    ),
    ("mysql", "date"): "DATE '2000-01-01' + INTERVAL id DAY",
    ("mysql", "datetime(6)"): "TIMESTAMP '2000-01-01 00:00:00' + INTERVAL id SECOND",
}


@pytest.mark.parametrize(("engine", "type_"), MOMENTS)
def test_days_and_moments_that_come_back(engine: str, type_: str) -> None:
    with_day = replace(T, columns=(ID, Column("d", type_, False, kind=TIME)), uniques=(Unique(("d",), "uq"),))
    assert f'SET d = {MOMENTS[engine, type_]}")' in both(engine, with_day, T)[1]
    usual = "CURRENT_DATE" if type_.lower() == "date" else "CURRENT_TIMESTAMP"
    assert f"SET d = {usual}')" in both(engine, replace(with_day, uniques=()), T)[1]


@pytest.mark.parametrize("engine", ENGINES)
def test_one_of_several_that_are_unique_together_comes_back(engine: str) -> None:
    pair = replace(T, columns=(ID, Column("k", "integer", False)), uniques=(Unique(("k", "n"), "uq"),))
    assert came_back(engine, Column("n", "integer", False, kind=NUMBER), pair).startswith("id")
    assert came_back(engine, Column("n", "boolean", False, kind=BOOLEAN), pair)[0] in "f0"


def test_what_is_computed_from_a_column_of_another_type() -> None:
    """PostgreSQL alters no type under it: it goes with all that is on it, once, and comes back."""
    one, other = (Column(name, "integer", True, kind=NUMBER) for name in "ab")
    sum_ = Column("c", "integer", True, generated="(a + b) stored", kind=NUMBER)
    before = Table(
        "t", (ID, one, other, sum_), KEY, (Unique(("c",), "uq"),), (Check("(c > 0)", "ck"),), (),
        (Index("ix", (IndexKey("c"),)), Index("ix_a", (IndexKey("a"),))),
    )  # fmt: skip
    after = replace(before, columns=(ID, *(replace(c, type="bigint") for c in (one, other)), sum_))
    for text in both("postgresql", before, after):
        places = [text.index(f"batch_op.{word}('{name}'") for word, name in (
            ("drop_column", "c"), ("alter_column", "a"), ("alter_column", "b"),
        )]  # fmt: skip
        places += [text.index(word) for word in ("add_column", "op.create_index('ix', ", "check_constraint")]
        assert places == sorted(places)
        assert "unique_constraint('uq'" in text and "ix_a" not in text
        assert (text.count("drop_column"), text.count("add_column")) == (1, 1)
    assert "drop_column" not in "".join(both("mysql", before, after))
