"""What may be the same thing under another name, and what is left to do when it is."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kallithea_dbdev.schema.compare import compare
from kallithea_dbdev.schema.model import (
    Check,
    Column,
    ForeignKey,
    Index,
    IndexKey,
    PrimaryKey,
    Schema,
    Sequence,
    Table,
)
from kallithea_dbdev.schema.renames import Renames, candidates, changes_with

ID = Column("id", "INTEGER", False)
NAME = Column("name", "VARCHAR(60)", False)
NOTE = Column("note", "VARCHAR(60)", True)
TABLE = Table("t", (ID, NAME), PrimaryKey(("id",), "pk_t"))


def between(before: Table, after: Table) -> Renames:
    return candidates(compare(Schema((before,)), Schema((after,))))


def columns(*more: Column) -> Table:
    return replace(TABLE, columns=(ID, *more))


@pytest.mark.parametrize(
    ("before", "after", "pairs"),
    [
        ((NAME,), (replace(NAME, name="title"),), [("name", "title")]),
        ((NAME,), (replace(NAME, name="title", nullable=True),), [("name", "title")]),
        ((NAME,), (Column("title", "TEXT", False),), []),
        # The same definition wins over the same type.
        ((NAME, NOTE), (replace(NAME, name="a"), replace(NOTE, name="b")), [("name", "a"), ("note", "b")]),
        ((NAME,), (replace(NAME, name="a"), replace(NOTE, name="b")), [("name", "a")]),
        # Of two that are equally good none is.
        ((NAME,), (replace(NAME, name="a"), replace(NAME, name="b")), []),
        ((NAME, replace(NAME, name="other")), (replace(NAME, name="a"),), []),
        ((NAME,), (NAME,), []),
    ],
)
def test_columns_by_their_definition(before, after, pairs) -> None:  # type: ignore[no-untyped-def]
    assert between(columns(*before), columns(*after)).columns == tuple(("t", *pair) for pair in pairs)


def test_tables_by_their_columns() -> None:
    other = replace(TABLE, name="u")
    assert between(TABLE, other) == Renames((("t", "u"),))
    assert not between(
        TABLE, replace(other, columns=(ID, Column("x", "TEXT", True), Column("y", "TEXT", True)))
    )


def test_what_a_rename_takes_along() -> None:
    """Keys, CHECKs and indexes speak of the column by its new name; their own names are left to change."""
    old = replace(
        columns(NAME),
        checks=(Check("length(name) > 0 AND 'name' <> 'a.name'", "ck"),),
        foreign_keys=(ForeignKey(("name",), "t", ("name",), "fk_t_name"),),
        indexes=(Index("ix_t_name", (IndexKey("name"),)),),
    )
    new = replace(
        columns(replace(NAME, name="title")),
        checks=(Check("length(title) > 0 AND 'name' <> 'a.name'", "ck"),),
        foreign_keys=(ForeignKey(("title",), "t", ("title",), "fk_t_title"),),
        indexes=(Index("ix_t_title", (IndexKey("title"),)),),
    )
    found = changes_with(Schema((old,)), Schema((new,)), Renames(columns=(("t", "name", "title"),)))
    assert [(c.kind, c.migrated, c.expected) for c in found[1:]] == [
        (
            "reference-renamed",
            "FOREIGN KEY (title) REFERENCES t (name)",
            "FOREIGN KEY (title) REFERENCES t (title)",
        ),
        ("name", "fk_t_name", "fk_t_title"),
        ("name", "ix_t_name", "ix_t_title"),
    ]
    assert (found[0].kind, found[0].before, found[0].after) == ("column-renamed", NAME, new.columns[1])
    assert found[0].reversed.before == new.columns[1]


def test_a_table_takes_its_sequence_along() -> None:
    def schema(name: str) -> Schema:
        column = replace(ID, default=f"nextval('{name}_id_seq'::regclass)")
        table = Table(name, (column,), PrimaryKey(("id",), f"pk_{name}"))
        return Schema((table,), sequences=(Sequence(f"{name}_id_seq", "integer", f"{name}.id", name),))

    found = changes_with(schema("t"), schema("u"), Renames((("t", "u"),)))
    assert [change.kind for change in found] == ["table-renamed", "sequence-renamed", "name"]
    assert changes_with(schema("t"), schema("t"), Renames()) == ()


def test_a_rename_of_nothing_is_none() -> None:
    schema = Schema((TABLE,))
    nothing = Renames((("x", "y"),), (("t", "x", "y"), ("z", "x", "y")))
    assert nothing and changes_with(schema, schema, nothing) == ()
