"""What a draft on SQLite alone says for the servers."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Dict, List, Tuple

import pytest
import sqlalchemy as sa

from kallithea_dbdev.drafting.answers import Answers
from kallithea_dbdev.drafting.compose import compose, sides_of
from kallithea_dbdev.drafting.imagined import Imagined, composed, imagined, undrafted
from kallithea_dbdev.drafting.server_words import default_on, type_on
from kallithea_dbdev.drafting.translation import translated
from kallithea_dbdev.findings import Finding
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
    Table,
    Unique,
)
from kallithea_dbdev.schema.renames import Renames
from kallithea_dbdev.state import State

from ..operations.cases import CONVENTION, OPTIONS

ON = "if op.get_bind().dialect.name"
TEMPLATE = '"""m"""\n\nfrom alembic import op\n\n\ndef upgrade():\n    pass\n'
ID = Column("id", "INTEGER", False, kind=NUMBER)
NAME = Column("name", "VARCHAR(9)", True, "'x'", kind=TEXT, length=9)
TABLE = Table("t", (ID, NAME), PrimaryKey(("id",)), options=(("autoincrement", "yes"),))


def models(*elements: Any, name: str = "t", **options: Any) -> sa.MetaData:
    metadata = sa.MetaData(naming_convention=CONVENTION)
    key = sa.Column("id", sa.Integer(), primary_key=True)
    sa.Table(name, metadata, key, *elements, **{**OPTIONS, **options})
    return metadata


MODELS = models(sa.Column("name", sa.String(9), server_default="x"))


def drafted_on(grounds: List[Imagined], metadata: sa.MetaData) -> Tuple[str, List[Finding], List[str]]:
    """The text of a draft for all engines, what it leaves open on those that were not asked, and these."""
    sides = sides_of(grounds, metadata)
    others, theirs = imagined(grounds, sides, Answers(), metadata)
    text = compose(TEMPLATE, [*grounds, *others], [*sides, *theirs], Answers(), metadata)
    return text, list(undrafted(others, sides, Answers(), "x")), [other.engine for other in others]


def drafted(before: Table, after: Table, metadata: sa.MetaData) -> Tuple[str, str]:
    ground = Imagined("sqlite", State((), Schema((before,)), {}), State((), Schema((after,)), {}))
    text, found, _ = drafted_on([ground], metadata)
    return text, "\n".join(f"{f.engine} {f.where}: {f.message}" for f in found)


@pytest.mark.parametrize(
    ("expression", "engines"), [("id > 0", "postgresql mysql"), ("id in (0, 1)", "mysql")]
)
def test_a_check_that_goes(expression: str, engines: str) -> None:
    """Only SQLite's rebuild drops it by itself; of a Boolean PostgreSQL has none."""
    with_check = replace(TABLE, checks=(Check(expression, "ck"),))
    text, said = drafted(with_check, TABLE, MODELS)
    up = text.partition("def downgrade")[0]
    assert "drop_constraint('ck', type_='check')" in up
    assert (f"{ON} != 'mysql'" in up) is ("postgresql" in engines)
    assert (f"{ON} == 'sqlite':\n        with" in up) is ("postgresql" not in engines)
    assert f"{ON} == 'mysql':\n        op.execute('ALTER TABLE t DROP CONSTRAINT ck')" in up
    assert not said


def test_what_may_be_an_enum_is_told() -> None:
    """A list of values is a type on the servers, or a CHECK: SQLite has the same for both."""
    with_check = replace(TABLE, checks=(Check("name in ('abcdefghi', 'b')", "mood"),))
    dropped = replace(TABLE, columns=(ID,))
    metadata = models()
    for before, after in (
        (with_check, dropped),
        (replace(with_check, name="gone"), replace(dropped, name="t")),
    ):
        _, said = drafted(before, after, metadata)
        line = f"{before.name}.name: it may be an Enum of the server's own"
        assert said == f"postgresql {line}\nmysql {line}"
    # one that stays is what it is, and of what does not change nothing is told
    assert drafted(with_check, with_check, MODELS)[1] == ""


def test_what_the_models_say_of_a_new_index_on_servers_is_told() -> None:
    """In words that only the server has; where, using and length are written."""
    index = sa.Index(
        "i", "name", postgresql_ops={"name": "varchar_pattern_ops"}, postgresql_with={"fillfactor": 50},
        postgresql_using="btree", mysql_prefix="FULLTEXT", mysql_length=5, postgresql_concurrently=False,
    )  # fmt: skip
    after = replace(TABLE, indexes=(Index("i", (IndexKey("name"),)),))
    metadata = models(sa.Column("name", sa.String(9), server_default="x"), index)
    _, said = drafted(TABLE, after, metadata)
    assert said == "postgresql t.i: what it is with its ops, with\nmysql t.i: what it is with its prefix"
    # Of one that stays that is told of the models as a whole.
    assert drafted(after, after, metadata)[1] == ""


def test_what_sqlite_does_not_show_of_a_changed_column_is_told() -> None:
    """Whether it had the comment before, nobody knows; of a new column nothing is left open."""
    longer = replace(TABLE, columns=(ID, replace(NAME, type="VARCHAR(20)", length=20)))
    metadata = models(sa.Column("name", sa.String(20), server_default="x", comment="it"))
    _, said = drafted(TABLE, longer, metadata)
    line = "t.name: it may not have had its comment"
    assert said == f"postgresql {line}\nmysql {line}"
    of_time = replace(TABLE, columns=(ID, Column("at", "DATETIME", True, kind=TIME)))
    required = replace(of_time, columns=(ID, Column("at", "DATETIME", False, kind=TIME)))
    with_zone = models(sa.Column("at", sa.DateTime(timezone=True), nullable=False))
    assert drafted(of_time, required, with_zone)[1] == "postgresql t.at: it may not have had its time zone"
    text, said = drafted(replace(TABLE, columns=(ID,)), longer, metadata)
    assert "comment='it'" in text and not said


def test_an_odd_word_is_told() -> None:
    odd = replace(TABLE, columns=(ID, replace(NAME, type="NOTE")))
    assert "what NOTE is there" in drafted(odd, replace(TABLE, columns=(ID,)), models())[1]


@pytest.mark.parametrize(
    ("type_", "postgresql", "mysql"),
    [
        (sa.String(40), "character varying(40)", "varchar(40)"),
        (sa.String(40, collation="de"), "character varying(40)", "varchar(40)"),
        (sa.UnicodeText(), "text", "text"),
        (sa.Boolean(), "boolean", "tinyint(1)"),
        (sa.Float(53), "double precision", "double"),
        (sa.Float(20), "real", "float"),
        (sa.Numeric(8, 2), "numeric(8,2)", "decimal(8,2)"),
        (sa.DateTime(timezone=True), "timestamp with time zone", "datetime"),
        (sa.BigInteger().with_variant(sa.Integer(), "sqlite"), "bigint", "bigint(20)"),
        (sa.LargeBinary(1000000), "bytea", "mediumblob"),
        (sa.Enum("a", "B", name="mood"), "mood", "enum('a','B')"),
    ],
)
def test_a_type(type_: Any, postgresql: str, mysql: str) -> None:
    assert (type_on("postgresql", type_), type_on("mysql", type_)) == (postgresql, mysql)


@pytest.mark.parametrize(
    ("kind", "default", "type_", "postgresql"),
    [
        (BOOLEAN, "0", "boolean", "false"),
        (BOOLEAN, "'1'", "boolean", "true"),
        (TIME, "current_timestamp", "timestamp", "now()"),
        (NUMBER, "'0'", "bigint", "'0'::bigint"),
        (TEXT, "'it''s'", "character varying(9)", "'it''s'::character varying"),
        (TEXT, "lower('A')", "text", "lower('A')"),
    ],
)
def test_a_default(kind: str, default: str, type_: str, postgresql: str) -> None:
    column = Column("c", "X", True, default, kind=kind)
    assert default_on("postgresql", column, type_) == postgresql


def test_what_only_a_server_has() -> None:
    """Sequences, names of keys, types of values, the index of a foreign key, unique indexes."""
    up = ForeignKey(("up",), "users", ("id",), "fk_t_up")
    table = replace(
        TABLE,
        columns=(
            ID,
            Column("up", "INTEGER", True, kind=NUMBER),
            Column("m", "VARCHAR(1)", True, "'a'", kind=TEXT),
        ),
        checks=(Check("m in ('a', 'b')", "mood"),),
        uniques=(Unique(("m",), "uq_t_m"),),
        foreign_keys=(up,),
    )
    column = sa.Column("m", sa.Enum("a", "b", name="mood"), unique=True)
    metadata = models(sa.Column("up", sa.Integer()), column, name="t")
    long = "x" * 70
    both = Schema((table, replace(TABLE, name=long)))
    found: Dict[str, Schema] = {
        engine: translated(both, both, metadata, engine, Renames()).after
        for engine in ("postgresql", "mysql")
    }
    first, second = found["postgresql"].tables
    assert found["postgresql"].enums == (Enum("mood", ("a", "b")),)
    assert [column.default for column in first.columns] == [
        "nextval('t_id_seq'::regclass)",
        None,
        "'a'::mood",
    ]
    assert (first.primary_key, first.checks) == (PrimaryKey(("id",), "pk_t"), ())
    assert [(s.name, s.owner) for s in found["postgresql"].sequences] == [
        ("t_id_seq", "t.id"), (f"{'x' * 56}_id_seq", f"{long}.id"),
    ]  # fmt: skip
    # as SQLAlchemy shortens it
    assert second.primary_key == PrimaryKey(("id",), f"pk_{'x' * 52}_9267")
    on_mysql = found["mysql"].tables[0]
    assert on_mysql.indexes == (
        Index("fk_t_up", (IndexKey("up"),)), Index("uq_t_m", (IndexKey("m"),), True)
    )  # fmt: skip
    assert [c.type for c in on_mysql.columns] == ["int(11)", "int(11)", "enum('a','b')"]
    assert dict(on_mysql.options)["charset"] == "utf8mb4" and on_mysql.uniques == ()


class Odd(sa.types.TypeDecorator):
    """A type of the models that cannot say what it is elsewhere."""

    impl = sa.String
    cache_ok = True

    def load_dialect_impl(self, dialect: Any) -> Any:
        if dialect.name != "sqlite":
            raise KeyError(dialect.name)
        return sa.String(9)


def test_what_cannot_be_told_of_the_others_takes_no_draft_away() -> None:
    metadata = models(sa.Column("name", Odd()))
    bare = replace(TABLE, columns=(ID,))
    ground = Imagined("sqlite", State((), Schema((bare,)), {}), State((), Schema((TABLE,)), {}))
    remarks: List[str] = []
    text, others = composed(
        TEMPLATE, [ground], sides_of([ground], metadata), Answers(), metadata, remarks.append
    )
    assert others == (), text
    assert "add_column('t', sa.Column('name', " in text
    (remark,) = remarks
    assert remark.startswith("written for sqlite alone: ") and "'postgresql'" in remark
