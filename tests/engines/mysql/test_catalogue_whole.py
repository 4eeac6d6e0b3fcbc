"""What MariaDB can say of a table, each of it once, and what the reader makes of it."""

from __future__ import annotations

from typing import Any, Dict

import pytest

from kallithea_dbdev.schema.model import (
    Check,
    Column,
    ForeignKey,
    Index,
    IndexKey,
    PrimaryKey,
    Schema,
    Trigger,
    View,
)

from ...conftest import need
from ..reading import schema_after, table

LIKE_KALLITHEA = "ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci"
TEXT = {"collation": "utf8mb4_unicode_ci", "charset": "utf8mb4"}
SETUP = (
    f"CREATE TABLE p (id INT AUTO_INCREMENT, b INT, c TEXT, d INT, PRIMARY KEY (id), UNIQUE KEY u (b, d)) {LIKE_KALLITHEA}",
    "CREATE TABLE columns (a INT NOT NULL COMMENT 'told', b VARCHAR(7) DEFAULT 'it''s', c TIMESTAMP NULL DEFAULT "
    "CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP, d INT AS (a * 2) STORED, e INT AS (a + 1), f INT INVISIBLE, "
    f"g VARCHAR(9) CHARACTER SET latin1 COLLATE latin1_bin NOT NULL DEFAULT '', PRIMARY KEY (a, b)) {LIKE_KALLITHEA}",
    "CREATE TABLE keys_ (a INT, b INT, c INT, e INT, CONSTRAINT f1 FOREIGN KEY (a) REFERENCES p (id) ON UPDATE CASCADE ON "
    "DELETE SET NULL, CONSTRAINT f2 FOREIGN KEY (b, c) REFERENCES p (b, d) ON DELETE RESTRICT, "
    f"CONSTRAINT ck CHECK (e > 0), CONSTRAINT before_it CHECK (e > 0), CONSTRAINT z CHECK (1 < e)) {LIKE_KALLITHEA}",
    "CREATE TABLE options (a INT) ENGINE=MyISAM DEFAULT CHARSET=latin1 COLLATE=latin1_bin COMMENT 'told, too' "
    "ROW_FORMAT=DYNAMIC",
    f"CREATE TABLE versions (a INT) {LIKE_KALLITHEA} WITH SYSTEM VERSIONING",
    "CREATE INDEX i1 ON p (c(10), b)",
    "CREATE FULLTEXT INDEX i2 ON p (c)",
    "CREATE INDEX i3 ON p (d) IGNORED",
    "CREATE VIEW v AS SELECT id FROM p",
    "CREATE ALGORITHM = MERGE SQL SECURITY INVOKER VIEW w AS SELECT id FROM p WHERE id > 0 WITH LOCAL CHECK OPTION",
    "CREATE VIEW x AS SELECT a FROM options",
    "ALTER TABLE options CHANGE a b INT",
    "CREATE TRIGGER t2 BEFORE INSERT ON p FOR EACH ROW SET NEW.b = 1",
    "ALTER TABLE p ADD nope INT",
    "CREATE TRIGGER t1 AFTER UPDATE ON p FOR EACH ROW SET @a = OLD.nope",
    "ALTER TABLE p DROP nope",
    "CREATE FUNCTION f() RETURNS INT DETERMINISTIC RETURN 1",
    "CREATE PROCEDURE q() SELECT 1",
    "CREATE SEQUENCE s START WITH 5",
)  # fmt: skip


@pytest.fixture(scope="module")
def schema(running: Dict[str, Any]) -> Schema:
    server = need("mysql", running)
    if not server.is_as_recorded():
        pytest.skip("the words are those of MariaDB 10.11")
    return schema_after(server, SETUP)


def test_columns(schema: Schema) -> None:
    found = table(schema, "columns")
    assert found.columns == (
        Column("a", "int(11)", nullable=False, comment="told"),
        Column("b", "varchar(7)", nullable=False, default="'it''s'", **TEXT),
        Column(
            "c", "timestamp", nullable=True, default="current_timestamp()", on_update="current_timestamp()"
        ),
        Column("d", "int(11)", nullable=True, generated="(`a` * 2) stored"),
        Column("e", "int(11)", nullable=True, generated="(`a` + 1) virtual"),
        Column("f", "int(11) INVISIBLE", nullable=True),
        Column("g", "varchar(9)", nullable=False, default="''", collation="latin1_bin", charset="latin1"),
    )
    assert found.primary_key == PrimaryKey(("a", "b"))
    assert table(schema, "p").columns[0] == Column("id", "int(11)", nullable=False, identity="auto_increment")


def test_keys(schema: Schema) -> None:
    found = table(schema, "keys_")
    assert (found.primary_key, found.uniques) == (None, ())
    assert found.foreign_keys == (
        ForeignKey(("a",), "p", ("id",), "f1", "CASCADE", "SET NULL"),
        ForeignKey(("b", "c"), "p", ("b", "d"), "f2"),
    )
    assert found.checks == (Check("1 < `e`", "z"), Check("`e` > 0", "before_it"), Check("`e` > 0", "ck"))


def test_indexes(schema: Schema) -> None:
    assert table(schema, "p").indexes == (
        Index("i1", (IndexKey("c", prefix=10), IndexKey("b"))),
        Index("i2", (IndexKey("c"),), method="FULLTEXT"),
        Index("i3", (IndexKey("d"),), method="BTREE (ignored)"),
        Index("u", (IndexKey("b"), IndexKey("d")), unique=True),
    )


def test_options(schema: Schema) -> None:
    assert dict(table(schema, "p").options) == {
        "charset": "utf8mb4", "collation": "utf8mb4_unicode_ci", "engine": "InnoDB",
    }  # fmt: skip
    assert dict(table(schema, "options").options) == {
        "charset": "latin1", "collation": "latin1_bin", "engine": "MyISAM", "comment": "told, too",
        "create options": "row_format=DYNAMIC",
    }  # fmt: skip
    assert dict(table(schema, "versions").options)["system versioning"] == "yes"


def test_views(schema: Schema) -> None:
    v, w, x = schema.views
    assert (v, v.broken) == (View("v", "select `p`.`id` AS `id` from `p`"), "")
    assert w == View(
        "w", "select `p`.`id` AS `id` from `p` where `p`.`id` > 0 ALGORITHM = MERGE SQL SECURITY INVOKER "
        "WITH LOCAL CHECK OPTION",
    )  # fmt: skip
    assert x.name == "x" and x.broken.startswith("View 'x' references invalid table(s) or column(s)")


def test_triggers_routines_and_sequences(schema: Schema) -> None:
    assert schema.triggers == (
        Trigger("t1", "p", "AFTER UPDATE SET @a = OLD.nope"),
        Trigger("t2", "p", "BEFORE INSERT SET NEW.b = 1"),
    )
    assert [trigger.broken for trigger in schema.triggers] == ["p has no column nope", ""]
    assert [(routine.name, routine.kind) for routine in schema.routines] == [
        ("f", "FUNCTION"),
        ("q", "PROCEDURE"),
    ]
    assert [routine.definition.partition("(")[0] for routine in schema.routines] == [
        "CREATE FUNCTION `f`",
        "CREATE PROCEDURE `q`",
    ]
    (sequence,) = schema.sequences
    assert sequence.name == "s" and "start with 5 " in sequence.definition
