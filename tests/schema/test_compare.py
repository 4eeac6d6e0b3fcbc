"""Schemas as values: what differs, told once, at the right place."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Tuple

import pytest

from kallithea_dbdev.schema.compare import compare, leftovers
from kallithea_dbdev.schema.compare.columns import COLUMN_CODES
from kallithea_dbdev.schema.model import (
    Check,
    Column,
    Enum,
    ForeignKey,
    Index,
    IndexKey,
    PrimaryKey,
    Routine,
    Schema,
    Sequence,
    Table,
    Trigger,
    Unique,
    View,
)
from kallithea_dbdev.schema.text import column_text, index_text

A, B = Column("a", "INTEGER", False), Column("b", "VARCHAR(9)", True, "'x'")
TABLE = Table("t", (A, B), PrimaryKey(("a",), "pk_t"))


def told(migrated: Any, expected: Any) -> "list[Tuple[Any, ...]]":
    """Code, table, object, aspect and both sides, of schemas or of one table each."""
    left, right = (s if isinstance(s, Schema) else Schema((s,)) for s in (migrated, expected))
    return [(d.kind, d.table, d.object, d.aspect, d.migrated, d.expected) for d in compare(left, right)]


def codes(migrated: Any, expected: Any) -> "list[str]":
    return [difference[0] for difference in told(migrated, expected)]


def test_equal() -> None:
    assert told(TABLE, TABLE) == []
    assert compare(Schema(), Schema()) == ()


def test_tables() -> None:
    assert told(Schema((TABLE,)), Schema()) == [
        ("table-extra", "t", None, "table", "table of 2 columns", None)
    ]
    assert told(Schema(), Schema((TABLE,))) == [
        ("table-missing", "t", None, "table", None, "table of 2 columns")
    ]


def test_what_batch_mode_left_is_no_difference() -> None:
    left = Schema((TABLE, replace(TABLE, name="_alembic_tmp_t"), replace(TABLE, name="x_alembic_tmp_")))
    assert leftovers(left) == ("_alembic_tmp_t",)
    assert codes(left, Schema((TABLE,))) == ["table-extra"]


def test_what_could_not_be_read_is_not_compared() -> None:
    unreadable = Schema(unreadable=(("t", "odd"),))
    other = replace(TABLE, name="u")
    assert told(unreadable, Schema((TABLE,))) == told(Schema((TABLE,)), unreadable) == []
    assert codes(replace(unreadable, tables=(other,)), Schema((TABLE,))) == ["table-extra"]


def test_columns() -> None:
    less = replace(TABLE, columns=(A,))
    assert told(less, TABLE) == [("column-missing", "t", "b", "column", None, "VARCHAR(9) DEFAULT 'x'")]
    assert told(TABLE, less) == [("column-extra", "t", "b", "column", "VARCHAR(9) DEFAULT 'x'", None)]


VALUES = {
    "type": ("TEXT", "VARCHAR(9)", "type", "TEXT", "VARCHAR(9)"),
    "nullable": (False, True, "nullability", "NOT NULL", "NULL"),
    "default": (None, "'x'", "server default", None, "'x'"),
}


@pytest.mark.parametrize("attribute", COLUMN_CODES)
def test_each_attribute_of_a_column(attribute: str) -> None:
    value, before, aspect, left, right = VALUES.get(
        attribute, ("one", None, attribute.replace("_", " "), "one", None)
    )
    assert getattr(B, attribute) == before
    changed = replace(TABLE, columns=(A, replace(B, **{attribute: value})))
    assert told(changed, TABLE) == [(COLUMN_CODES[attribute], "t", "b", aspect, left, right)]
    assert told(TABLE, changed) == [(COLUMN_CODES[attribute], "t", "b", aspect, right, left)]


def test_what_follows_from_the_type_is_no_property_of_its_own() -> None:
    assert told(replace(TABLE, columns=(A, replace(B, kind="text", length=9, base="x"))), TABLE) == []


def test_a_column_that_follows_its_table_is_told_with_the_table() -> None:
    def of(charset: str, collation: str, own: str) -> Table:
        column = replace(B, charset=own, collation=own + "_ci")
        return replace(TABLE, columns=(A, column), options=(("charset", charset), ("collation", collation)))

    one, other = of("latin1", "latin1_ci", "latin1"), of("utf8", "utf8_ci", "utf8")
    assert told(one, other) == [
        ("table-option", "t", None, "charset", "latin1 COLLATE latin1_ci", "utf8 COLLATE utf8_ci")
    ]
    # one that does not follow is told by itself, once: a character set brings its collation along
    assert codes(of("utf8", "utf8_ci", "latin1"), other) == ["column-charset"]


def test_order_of_columns() -> None:
    assert told(replace(TABLE, columns=(B, A)), TABLE) == [
        ("column-order", "t", None, "column order", "b, a", "a, b")
    ]
    # only of what both have
    assert codes(replace(TABLE, columns=(Column("n", "INTEGER", True), A, B)), TABLE) == ["column-extra"]


def test_primary_keys() -> None:
    def of(key: "PrimaryKey | None") -> Table:
        return replace(TABLE, primary_key=key)

    assert told(of(None), TABLE) == [("primary-key", "t", None, "primary key", None, "(a)")]
    assert told(TABLE, of(None)) == [("primary-key", "t", None, "primary key", "(a)", None)]
    both = of(PrimaryKey(("a", "b"), "pk_t"))
    assert told(of(PrimaryKey(("b", "a"), "pk_t")), both)[0][4:] == ("(b, a)", "(a, b)")
    assert codes(of(PrimaryKey(("a",), "pk_t", ("a DESC",))), TABLE) == ["primary-key"]
    assert told(of(PrimaryKey(("a",), None)), TABLE) == [
        ("name", "t", "primary key", "name", "(none)", "pk_t")
    ]


def test_uniques() -> None:
    def of(*uniques: Unique) -> Table:
        return replace(TABLE, uniques=uniques)

    one, other = Unique(("a",), "u"), Unique(("a",), "v")
    assert told(of(one), TABLE) == [("unique-extra", "t", "u", "unique", "UNIQUE (a)", None)]
    assert told(TABLE, of(Unique(("a", "b")))) == [
        ("unique-missing", "t", "UNIQUE (a, b)", "unique", None, "UNIQUE (a, b)")
    ]
    assert told(of(one), of(other)) == [("name", "t", "UNIQUE (a)", "name", "u", "v")]
    # twice the same meaning: the same name first
    assert told(of(one, other), of(other)) == [("unique-extra", "t", "u", "unique", "UNIQUE (a)", None)]
    assert codes(of(Unique(("a",), "u")), of(Unique(("b",), "u"))) == ["unique-extra", "unique-missing"]


def test_checks() -> None:
    def of(*checks: Check) -> Table:
        return replace(TABLE, checks=checks)

    one = Check("a > 0", "ck")
    assert told(of(one), TABLE) == [("check-extra", "t", "ck", "check", "CHECK (a > 0)", None)]
    assert told(TABLE, of(Check("a > 0"))) == [
        ("check-missing", "t", "CHECK (a > 0)", "check", None, "CHECK (a > 0)")
    ]
    assert told(of(one), of(Check("a > 1", "ck"))) == [
        ("check-differs", "t", "ck", "check", "CHECK (a > 0)", "CHECK (a > 1)")
    ]
    assert told(of(one), of(Check("a > 0", "kc"))) == [("name", "t", "CHECK (a > 0)", "name", "ck", "kc")]
    assert codes(of(Check("a > 0")), of(Check("a > 1"))) == ["check-extra", "check-missing"]


@pytest.mark.parametrize("name", [None, "ck"])
def test_a_check_that_stands_twice(name: "str | None") -> None:
    """A Boolean column that a batch rebuild added: one of them is too many, not both, not none."""
    check = Check("b IN (0, 1)", name)
    twice, once = (replace(TABLE, checks=checks) for checks in ((check, check), (check,)))
    assert codes(twice, once) == ["check-extra"]
    assert codes(once, twice) == ["check-missing"]
    assert codes(twice, TABLE) == ["check-extra", "check-extra"]
    assert codes(twice, twice) == []


KEY = ForeignKey(("a",), "p", ("id",), "fk")


@pytest.mark.parametrize(
    ("change", "code", "aspect", "left", "right"),
    [
        ({"on_update": "CASCADE"}, "foreign-key-differs", "on update", "CASCADE", "NO ACTION"),
        ({"on_delete": "CASCADE"}, "foreign-key-differs", "on delete", "CASCADE", "NO ACTION"),
        ({"match": "FULL"}, "foreign-key-differs", "match", "FULL", "NONE"),
        ({"deferrable": "DEFERRABLE"}, "foreign-key-differs", "deferrable", "DEFERRABLE", "NOT DEFERRABLE"),
        ({"enforcement": "NOT VALID"}, "foreign-key-differs", "enforcement", "NOT VALID", "ENFORCED"),
        ({"name": "kf"}, "name", "name", "kf", "fk"),
    ],
)
def test_each_attribute_of_a_foreign_key(
    change: "dict[str, str]", code: str, aspect: str, left: str, right: str
) -> None:
    one, other = (replace(TABLE, foreign_keys=(key,)) for key in (replace(KEY, **change), KEY))
    thing = "fk" if code != "name" else "FOREIGN KEY (a) REFERENCES p (id)"
    assert told(one, other) == [(code, "t", thing, aspect, left, right)]


@pytest.mark.parametrize(
    "change", [{"columns": ("b",)}, {"referred_table": "q"}, {"referred_columns": ("x",)}]
)
def test_another_foreign_key(change: "dict[str, Any]") -> None:
    one, other = (replace(TABLE, foreign_keys=(key,)) for key in (replace(KEY, **change), KEY))
    assert codes(one, other) == ["foreign-key-extra", "foreign-key-missing"]
    assert told(TABLE, other) == [
        ("foreign-key-missing", "t", "fk", "foreign key", None, "FOREIGN KEY (a) REFERENCES p (id)")
    ]


INDEX = Index("ix", (IndexKey("a"), IndexKey("b")))


@pytest.mark.parametrize(
    ("change", "aspect", "left", "right"),
    [
        ({"keys": (IndexKey("b"), IndexKey("a"))}, "columns", "(b, a)", "(a, b)"),
        ({"keys": (IndexKey("a", True), IndexKey("b"))}, "order", "(a DESC, b)", "(a, b)"),
        ({"keys": (IndexKey("a"), IndexKey("b", collation="C"))}, "order", "(a, b COLLATE C)", "(a, b)"),
        ({"keys": (IndexKey("a"), IndexKey("b", prefix=9))}, "order", "(a, b(9))", "(a, b)"),
        ({"keys": (IndexKey("a"), IndexKey("b", operator_class="ops"))}, "order", "(a, b ops)", "(a, b)"),
        ({"keys": (IndexKey("a", nulls="FIRST"), IndexKey("b"))}, "order", "(a NULLS FIRST, b)", "(a, b)"),
        ({"unique": True}, "uniqueness", "unique", "not unique"),
        ({"predicate": "a > 0"}, "predicate", "a > 0", None),
        ({"method": "gin"}, "method", "gin", None),
    ],
)  # fmt: skip
def test_each_attribute_of_an_index(
    change: "dict[str, Any]", aspect: str, left: str, right: "str | None"
) -> None:
    one, other = (replace(TABLE, indexes=(index,)) for index in (replace(INDEX, **change), INDEX))
    assert told(one, other) == [("index-differs", "t", "ix", aspect, left, right)]
    # under another name it is another index
    renamed = replace(TABLE, indexes=(replace(INDEX, name="xi", **change),))
    assert codes(renamed, other) == ["index-extra", "index-missing"]


def test_an_index_under_another_name_is_one_difference() -> None:
    one, other = (replace(TABLE, indexes=(replace(INDEX, name=name),)) for name in ("ix", "xi"))
    assert told(one, other) == [("name", "t", "INDEX (a, b)", "name", "ix", "xi")]


def test_options() -> None:
    def of(**options: str) -> Table:
        return replace(TABLE, options=tuple(sorted(options.items())))

    assert told(of(engine="Aria"), of(engine="InnoDB")) == [
        ("table-option", "t", None, "engine", "Aria", "InnoDB")
    ]
    assert told(TABLE, of(autoincrement="yes")) == [
        ("autoincrement", "t", None, "autoincrement", "no", "yes")
    ]
    assert told(of(comment="x"), TABLE) == [("comment", "t", None, "comment", "x", "no")]


# -- what has a name of its own -------------------------------------------------------------------

NAMED = {
    "view": ("views", View("v", "one"), View("v", "two")),
    "trigger": ("triggers", Trigger("v", "t", "one"), Trigger("v", "t", "two")),
    "sequence": ("sequences", Sequence("v", "one"), Sequence("v", "two")),
    "enum": ("enums", Enum("v", ("a",)), Enum("v", ("b",))),
    "routine": ("routines", Routine("v", "one"), Routine("v", "two")),
}


@pytest.mark.parametrize("kind", NAMED)
def test_objects(kind: str) -> None:
    attribute, item, other = NAMED[kind]
    one, two = Schema(**{attribute: (item,)}), Schema(**{attribute: (other,)})
    table = "t" if kind == "trigger" else None
    assert [d[:3] for d in told(one, Schema())] == [(f"{kind}-extra", table, "v")]
    assert [d[:3] for d in told(Schema(), one)] == [(f"{kind}-missing", table, "v")]
    ((code, where, name, aspect, left, right),) = told(one, two)
    assert (code, where, name, aspect) == (f"{kind}-differs", table, "v", "definition")
    assert left != right
    assert told(one, one) == []


def test_triggers_of_one_name_on_two_tables() -> None:
    both = tuple(Trigger("audit", table, "AFTER INSERT") for table in ("gists", "users"))
    for lost in both:
        rest = tuple(trigger for trigger in both if trigger is not lost)
        assert [d[:3] for d in told(Schema(triggers=rest), Schema(triggers=both))] == [
            ("trigger-missing", lost.table, "audit")
        ]
        assert [d[:3] for d in told(Schema(triggers=both), Schema(triggers=rest))] == [
            ("trigger-extra", lost.table, "audit")
        ]


def test_a_function_and_a_procedure_of_one_name() -> None:
    both = Routine("f", "FUNCTION f", "FUNCTION"), Routine("f", "PROCEDURE f", "PROCEDURE")
    assert codes(Schema(routines=both[:1]), Schema(routines=both)) == ["routine-missing"]
    assert codes(Schema(routines=both), Schema(routines=both)) == []


@pytest.mark.parametrize("kind", NAMED)
def test_a_key_that_repeats_is_refused(kind: str) -> None:
    attribute, item, other = NAMED[kind]
    with pytest.raises(ValueError, match=r"'v'.* is there twice"):
        compare(Schema(**{attribute: (item, other)}), Schema())
    with pytest.raises(ValueError, match=r"'v'.* is there twice"):
        compare(Schema(), Schema(**{attribute: (item, other)}))


def test_tables_and_columns_that_repeat_are_refused() -> None:
    with pytest.raises(ValueError, match="Table t is there twice"):
        compare(Schema((TABLE, replace(TABLE, columns=()))), Schema((TABLE,)))
    with pytest.raises(ValueError, match="Column a is there twice"):
        compare(Schema((TABLE,)), Schema((replace(TABLE, columns=(A, replace(A, type="X"))),)))


def test_sequences_come_and_go_with_their_tables() -> None:
    own = Sequence("t_a_seq", "bigint", "t.a", "t")
    dotted = Sequence("s", "bigint", '"a.b".c', '"a.b"')
    assert codes(Schema(sequences=(own, dotted)), Schema((TABLE, replace(TABLE, name='"a.b"')))) == [
        "table-missing", "table-missing"
    ]  # fmt: skip
    assert codes(Schema((TABLE,), sequences=(own,)), Schema((TABLE,))) == ["sequence-extra"]
    assert told(Schema((TABLE,), sequences=(replace(own, owner=None, owner_table=None),)), Schema((TABLE,), sequences=(own,)))[0][4:] == (
        "bigint owned by nobody", "bigint owned by t.a"
    )  # fmt: skip


def test_texts() -> None:
    assert column_text(Column("a", "", True)) == "(no type)"
    full = Column("a", "TEXT", False, "'x'", "NOCASE", "(1) stored")
    assert column_text(full) == "TEXT COLLATE NOCASE GENERATED (1) stored NOT NULL DEFAULT 'x'"
    assert column_text(replace(full, charset="utf8")) == "TEXT GENERATED (1) stored NOT NULL DEFAULT 'x'"
    assert index_text(replace(INDEX, unique=True, predicate="a > 0")) == "UNIQUE INDEX (a, b) WHERE a > 0"
    key = IndexKey("a", True, "C", 9, "ops", "LAST")
    assert str(key) == "a(9) COLLATE C ops DESC NULLS LAST"


def test_the_number_of_a_row_is_never_null() -> None:
    """SQLite's ``INTEGER PRIMARY KEY`` says NOT NULL or not; another key may hold NULL there."""
    number, text = Column("a", "INTEGER", True), Column("a", "TEXT", True)
    key = PrimaryKey(("a",))
    assert codes(Table("t", (number,), key), Table("t", (replace(number, nullable=False),), key)) == []
    assert codes(Table("t", (text,), key), Table("t", (replace(text, nullable=False),), key)) == [
        "column-nullability"
    ]
    assert codes(Table("t", (number,)), Table("t", (replace(number, nullable=False),))) == [
        "column-nullability"
    ]
