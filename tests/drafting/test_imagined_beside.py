"""What a server that was asked tells of one that was not, beside SQLite."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Tuple

import sqlalchemy as sa

from kallithea_dbdev.drafting.imagined import Imagined
from kallithea_dbdev.schema.model import (
    NUMBER,
    TEXT,
    Check,
    Column,
    Enum,
    Index,
    IndexKey,
    PrimaryKey,
    Schema,
    Table,
    Unique,
)
from kallithea_dbdev.state import State

from .test_imagined import MODELS, NAME, TABLE, drafted, drafted_on, models

#: The same as SQLite's in the words of PostgreSQL.
THERE = replace(
    TABLE,
    columns=(
        Column("id", "integer", False, "nextval('t_id_seq'::regclass)", kind=NUMBER),
        Column("name", "character varying(9)", True, "'x'::character varying", kind=TEXT, length=9),
    ),
    primary_key=PrimaryKey(("id",), "pk_t"),
    options=(),
)


def drafted_with(
    before: Tuple[Table, Table], after: Tuple[Table, Table], metadata: Any, *enums: Enum
) -> Tuple[str, str]:
    """The text of a draft on SQLite and PostgreSQL for MySQL, too, and what it leaves open."""
    grounds = [
        Imagined(
            engine,
            *(State((), Schema((tables[number],), enums=enums * number), {}) for tables in (before, after)),
        )
        for number, engine in enumerate(("sqlite", "postgresql"))
    ]
    text, found, others = drafted_on(grounds, metadata)
    assert others == ["mysql"]
    return text, "\n".join(f"{f.where}: {f.message}" for f in found)


def test_comments_of_before() -> None:
    def with_comment(table: Table, text: str) -> Table:
        columns = (table.columns[0], replace(table.columns[1], comment=text))
        return replace(table, columns=columns, options=(*table.options, ("comment", f"{text} table")))

    longer = replace(TABLE, columns=(TABLE.columns[0], replace(NAME, type="VARCHAR(20)", length=20)))
    long_there = replace(THERE.columns[1], type="character varying(20)", length=20)
    there = replace(THERE, columns=(THERE.columns[0], long_there))
    metadata = models(
        sa.Column("name", sa.String(20), server_default="x", comment="new"), comment="new table"
    )
    text, said = drafted_with(
        (TABLE, with_comment(THERE, "old")), (longer, with_comment(there, "new")), metadata
    )
    assert said == ""
    assert "existing_comment='old'" in text and ", comment='new')" in text
    assert "op.create_table_comment('t', 'old table'" in text


def test_a_type_of_before() -> None:
    """The list of values of a CHECK is an Enum on MySQL where it is one on PostgreSQL."""
    with_check = replace(
        TABLE,
        columns=(TABLE.columns[0], replace(NAME, default=None)),
        checks=(Check("name in ('abcdefghi', 'b')", "mood"),),
    )
    mood = replace(THERE.columns[1], type="mood", default=None, length=None)
    dropped = tuple(replace(table, columns=table.columns[:1]) for table in (TABLE, THERE))
    before = (with_check, replace(THERE, columns=(THERE.columns[0], mood)))
    text, said = drafted_with(before, dropped, models(), Enum("mood", ("abcdefghi", "b")))  # type: ignore[arg-type]
    assert (said, "it may be an Enum" in drafted(with_check, dropped[0], models())[1]) == ("", True)
    assert "sa.Enum('abcdefghi', 'b', create_constraint=False)" in text


def test_what_numbers_the_rows() -> None:
    """SQLite shows no difference where a key of one number counts by itself no more."""
    plain = replace(THERE, columns=(replace(THERE.columns[0], default=None), THERE.columns[1]))
    metadata = models(sa.Column("name", sa.String(9), server_default="x"))
    metadata.tables["t"].c.id.autoincrement = False
    text, _ = drafted_with((TABLE, THERE), (TABLE, plain), metadata)
    assert "autoincrement=False" in text


def test_a_unique_constraint_is_one_thing() -> None:
    """What PostgreSQL calls a constraint is one on MySQL, too: one line is for both."""
    unique = Unique(("name",), "uq_t_name")
    text, _ = drafted_with(
        tuple(replace(table, uniques=(unique,)) for table in (TABLE, THERE)),
        (TABLE, THERE),
        MODELS,  # type: ignore[arg-type]
    )
    assert "batch_op.drop_constraint('uq_t_name', type_='unique')" in text and "drop_index" not in text


def test_an_index_that_goes() -> None:
    """Its condition, and how much of a text it is of, each engine has in words of its own."""
    named = Index("ix", (IndexKey("name"),))
    text = replace(NAME, type="TEXT", length=None)
    table = replace(TABLE, columns=(TABLE.columns[0], text))
    metadata = models(sa.Column("name", sa.UnicodeText(), server_default="x"))
    said = drafted(replace(table, indexes=(replace(named, predicate="id = 1"),)), table, metadata)[1]
    assert (
        said
        == "postgresql t.ix: its condition in other words than id = 1\nmysql t.ix: of how much of each text it is"
    )
    assert (
        drafted(
            replace(TABLE, indexes=(named,)),
            TABLE,
            MODELS,
        )[1]
        == ""
    )


def test_a_sequence_of_the_models() -> None:
    """SQLite has none, and PostgreSQL may have it already."""
    number = Column("n", "INTEGER", True, kind=NUMBER)
    counted = sa.Column("n", sa.Integer(), sa.Sequence("numbers"))
    wider = replace(TABLE, columns=(*TABLE.columns, number))
    said = drafted(TABLE, wider, models(sa.Column("name", sa.String(9), server_default="x"), counted))[1]
    assert said == "postgresql t.n: the sequence numbers of its values"


def test_a_check_of_what_may_be_a_type() -> None:
    """Where only the list of values goes, the column is changed on the servers."""
    with_check = replace(TABLE, checks=(Check("name in ('abcdefghi', 'b')", "mood"),))
    said = drafted(with_check, TABLE, MODELS)[1]
    assert said.splitlines()[0] == "postgresql t.name: it may be an Enum of the server's own"
