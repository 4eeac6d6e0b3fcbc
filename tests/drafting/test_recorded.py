"""What SQLite tells too little of, and the recorded releases know."""

from __future__ import annotations

from dataclasses import replace

import pytest
import sqlalchemy as sa

from kallithea_dbdev.drafting.recorded import Recorded, recorded
from kallithea_dbdev.drafting.unseen import unseen
from kallithea_dbdev.schema.model import BYTES, NUMBER, Column, PrimaryKey, Table

from .test_imagined import ID, MODELS, NAME, TABLE, drafted, models


@pytest.mark.parametrize(
    ("engine", "table", "column", "type_", "there"),
    [
        ("mysql", "statistics", "commit_activity", "BLOB", Recorded("BLOB", "mediumblob", False)),
        ("mysql", "users", "user_data", "BLOB", Recorded("BLOB", "blob", False)),
        ("mysql", "users", "user_id", "INTEGER", Recorded("INTEGER", "int(11)", True)),
        ("postgresql", "users", "user_id", "INTEGER", Recorded("INTEGER", "integer", True)),
        ("postgresql", "gists", "gist_expires", "FLOAT", Recorded("FLOAT", "double precision", False)),
        # another type than in the releases; a column of which they have several; none of theirs
        ("mysql", "users", "user_data", "TEXT", None),
        ("mysql", "changeset_comments", "text", "TEXT", None),
        ("mysql", "users", "CONSTRAINT", "TEXT", None),
    ],
)
def test_a_column(engine: str, table: str, column: str, type_: str, there: object) -> None:
    assert recorded(engine, table, Column(column, type_, True)) == there


@pytest.mark.parametrize(
    ("table", "column", "type_", "code", "left"),
    [
        ("statistics", "commit_activity", "BLOB", "mysql.MEDIUMBLOB()", ""),
        ("statistics", "commit_activity_combined", "BLOB", "sa.LargeBinary()", ""),
        ("user_api_keys", "expires", "FLOAT", "sa.Float(53)", ""),
        ("t", "data", "BLOB", "sa.LargeBinary()", "mysql t.data: for how many bytes it is"),
        ("t", "data", "FLOAT", "sa.Float(53)", "mysql t.data: it may be a FLOAT or a DOUBLE"),
    ],
)
def test_a_column_that_comes_back(table: str, column: str, type_: str, code: str, left: str) -> None:
    """As the releases have it; what is none of theirs is told."""
    both = replace(TABLE, name=table, columns=(ID, Column(column, type_, True, kind=BYTES)))
    text, said = drafted(both, replace(both, columns=(ID,)), models(name=table))
    assert f"sa.Column({column!r}, {code})" in text.partition("def downgrade")[2]
    assert said == left


def test_what_numbers_its_rows_by_itself() -> None:
    """A key of one column that becomes a key of two: whether it did, SQLite does not tell."""

    def said_of(name: str, key: str) -> str:
        columns = (Column(key, "INTEGER", False, kind=NUMBER), Column("b", "INTEGER", False, kind=NUMBER))
        single = Table(name, columns, PrimaryKey((key,)), options=TABLE.options)
        both = Table(name, columns, PrimaryKey((key, "b")))
        metadata = sa.MetaData()
        sa.Table(name, metadata, *(sa.Column(c.name, sa.Integer(), primary_key=True) for c in columns))
        return drafted(single, both, metadata)[1]

    assert said_of("users", "user_id") == ""
    line = "t.id: whether it numbers its rows by itself"
    assert said_of("t", "id") == f"postgresql {line}\nmysql {line}"
    # where the key stays, the models say it
    assert drafted(TABLE, replace(TABLE, columns=(ID, replace(NAME, nullable=False))), MODELS)[1] == ""


def test_an_interval_is_a_moment_but_on_one_engine() -> None:
    metadata = sa.MetaData()
    columns = (sa.Column("a", sa.Interval()), sa.Column("b", sa.Interval(native=False)))
    sa.Table("t", metadata, *columns)
    assert unseen(metadata, ("sqlite", "mysql")) == ("t.a (Interval)",)
    assert unseen(metadata, ("postgresql",)) == ()
