"""Changes of models, one table each (or two): what they were and what they are, for every engine."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, Dict, FrozenSet, List, Tuple

import sqlalchemy as sa
from sqlalchemy.dialects import mysql, postgresql

from kallithea_dbdev.schema.renames import Renames

ENGINES = ("sqlite", "postgresql", "mysql")

#: As in kallithea/model/meta.py.
CONVENTION = {
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
    "ix": "ix_%(column_0_label)s",
    "ck": "ck_%(table_name)s_%(column_0_name)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
}
OPTIONS = {
    "sqlite_autoincrement": True,
    "mysql_engine": "InnoDB",
    "mysql_charset": "utf8mb4",
    "mysql_collate": "utf8mb4_unicode_ci",
}


@dataclass(frozen=True)
class Case:
    """What stands between the key and the end of a table, before and after; "" is no table.

    ``rows`` are values of the first column after the key; ``first`` and ``then`` are more tables.
    """

    name: str
    before: str
    after: str
    rows: Tuple[str, ...] = ()
    engines: FrozenSet[str] = frozenset(ENGINES)
    first: Dict[str, str] = field(default_factory=dict)
    then: Dict[str, str] = field(default_factory=dict)
    options: Tuple[Dict[str, Any], Dict[str, Any]] = ({}, {})
    #: Statements for both databases.
    more: Tuple[str, ...] = ()
    renames: Renames = field(default_factory=Renames)
    #: What rows get that do not fit: SQL by column.
    mends: Dict[str, str] = field(default_factory=dict)
    #: What the first column of those rows holds after the way up, as text.
    values: Tuple[str, ...] = ()

    def belongs(self, *names: object) -> bool:
        """Whether a thing is this case's."""
        return any(re.match(rf"{self.name}_([tuv](_|$)|mood)", str(name)) for name in names)


class Odd(sa.types.UserDefinedType):  # type: ignore[misc]
    """A word that SQLite takes for a type, and SQLAlchemy does not know."""

    def __init__(self, word: str) -> None:
        self.word = word

    def get_col_spec(self, **_: Any) -> str:
        return self.word


def table(metadata: sa.MetaData, name: str, text: str, **options: Any) -> None:
    """A table as Kallithea's models make it, with a key of its own."""
    names = {**vars(sa), "sa": sa, "mysql": mysql, "postgresql": postgresql, "Odd": Odd}
    elements = eval(f"[{text}]", names)
    key = [] if "primary_key=True" in text else [sa.Column("id", sa.Integer(), primary_key=True)]
    sa.Table(name, metadata, *key, *elements, **{**OPTIONS, **options})


def models(cases: List[Case], after: bool) -> sa.MetaData:
    """The models of all cases, before or after."""
    metadata = sa.MetaData(naming_convention=CONVENTION)
    for case in cases:
        for name, text in (case.then if after else case.first).items():
            table(metadata, f"{case.name}_{name}", text.replace("{t}", f"{case.name}_"))
        text = case.after if after else case.before
        if text:
            text = text.replace("{t}", f"{case.name}_")
            table(metadata, f"{case.name}_t", text, **case.options[after])
    return metadata


def case(name: str, before: str, after: str, *rows: str, engines: str = "", **more: Any) -> Case:
    return Case(name, before, after, rows, frozenset(engines.split() or ENGINES), **more)


NAME = "Column('name', String(60))"
BOTH = "Column('active', Boolean(), nullable=False), Column('name', String(60))"
REFERRED = {"u": "Column('code', String(20), unique=True)"}


def same(**tables: str) -> Dict[str, Any]:
    """Other tables that do not change."""
    return {"first": tables, "then": tables}


REFER = "Column('u_id', Integer(), ForeignKey('{t}u.id'))"
CASES = [
    case("length", NAME, "Column('name', String(80))", "'a'", values=("a",)),
    case("shorter", NAME, "Column('name', String(20), nullable=False)", "'a'"),
    case("longtext", NAME, "Column('name', UnicodeText())", "'a'", values=("a",)),
    case("nullable", NAME, "Column('name', String(60), nullable=False)", "'a'"),
    case("not_null", "Column('name', String(60), nullable=False)", NAME, "'a'"),
    case("default", NAME, "Column('name', String(60), server_default=\"it's 5% of a:b\")", "'a'"),
    case("number_default", "Column('n', Integer(), server_default='7')", "Column('n', Integer())", "1"),
    case("boolean_default", "Column('b', Boolean())", "Column('b', Boolean(), server_default=sa.true())", "NULL"),
    case("now", "Column('at', DateTime())", "Column('at', DateTime(), server_default=sa.func.now())", "NULL"),
    case("everything", BOTH, "Column('active', Boolean(), nullable=False), Column('name', String(80), nullable=False, "
         "server_default='x', comment='its name')", first={}),
    case("keeps_all", BOTH + ", Column('x', Integer()), CheckConstraint('x > 0', name='ck_keeps_all_x'), "
         "UniqueConstraint('name'), Index('ix_keeps_all_x', 'x'), Index('ix_keeps_all_desc', sa.text('name DESC'))",
         BOTH.replace("60", "90") + ", Column('x', Integer()), CheckConstraint('x > 0', name='ck_keeps_all_x'), "
         "UniqueConstraint('name'), Index('ix_keeps_all_x', 'x'), Index('ix_keeps_all_desc', sa.text('name DESC'))"),
    case("collation", NAME, "Column('name', String(60, collation='NOCASE'))", "'a'", engines="sqlite"),
    case("collation_pg", NAME, "Column('name', String(60, collation='C'))", "'a'", engines="postgresql"),
    case("collation_my", NAME, "Column('name', String(60, collation='utf8mb4_bin'))", "'a'", engines="mysql"),
    case("collation_kept", "Column('name', String(60, collation='NOCASE')), Column('n', Integer())",
         "Column('name', String(60, collation='NOCASE')), Column('n', BigInteger())", "'a'", engines="sqlite"),
    case("charset", NAME, "Column('name', mysql.VARCHAR(60, charset='latin1'))", "'a'", engines="mysql"),
    case("table_charset", NAME, NAME, "'a'", engines="mysql", options=({"mysql_charset": "utf8", "mysql_collate": "utf8_bin"}, {})),
    case("engine", NAME, NAME, "'a'", engines="mysql", options=({"mysql_engine": "MyISAM"}, {})),
    case("comment", NAME, "Column('name', String(60), comment=\"its % name\")", "'a'", engines="postgresql mysql"),
    case("table_comment", NAME, NAME, engines="postgresql mysql", options=({}, {"comment": "all of them"})),
    case("autoincrement", NAME, NAME, "'a'", engines="sqlite", options=({"sqlite_autoincrement": False}, {})),
    case("integer", "Column('n', Integer())", "Column('n', BigInteger())", "5", values=("5",)),
    case("to_number", "Column('n', String(20))", "Column('n', Integer())", "'5'", values=("5",)),
    case("to_text", "Column('n', Integer())", "Column('n', String(20))", "5", values=("5",)),
    case("numeric", "Column('n', Numeric(8, 2))", "Column('n', Numeric(10, 2), nullable=False)", "1.25"),
    case("boolean", "Column('b', Boolean())", "Column('b', Integer())", "{true}", values=("1",)),
    case("bytes", "Column('d', LargeBinary())", "Column('d', UnicodeText())", "{bytes}", values=("abc",)),
    case("date", "Column('d', Date())", "Column('d', DateTime())", "'2021-03-01'", engines="postgresql mysql", values=("2021-03-01 00:00:00",)),
    case("date_as_text", "Column('d', Date())", "Column('d', DateTime())", "'2021-03-01'", engines="sqlite", values=("2021-03-01 00:00:00.000000",)),
    case("zone", "Column('d', DateTime())", "Column('d', DateTime(timezone=True))", "'2021-03-01 12:00:00'",
         engines="postgresql"),
    case("time_from_text", "Column('d', String(40))", "Column('d', DateTime())", "'2021-03-01 12:00:00'", values=("2021-03-01 12:00:00",)),
    case("long", "Column('d', UnicodeText())", "Column('d', mysql.LONGTEXT())", "'a'", engines="mysql"),
    case("add", NAME, NAME + ", Column('more', Integer())", "'a'"),
    case("add_default", NAME, NAME + ", Column('more', Integer(), nullable=False, server_default='3')", "'a'"),
    case("add_now", NAME, NAME + ", Column('at', DateTime(), nullable=False, server_default=sa.func.now())", "'a'"),
    case("add_filled", NAME, NAME + ", Column('more', String(20), nullable=False), Column('b', Boolean(), nullable=False)", "'a'"),
    case("add_boolean", NAME, NAME + ", Column('active', Boolean())", "'a'"),
    case("add_boolean_beside", BOTH, BOTH + ", Column('admin', Boolean(), nullable=False, server_default=sa.false())"),
    case("add_unique", NAME, NAME + ", Column('code', String(20), unique=True)", "'a'"),
    case("add_indexed", NAME, NAME + ", Column('code', String(20), index=True)", "'a'"),
    case("add_reference", NAME, NAME + ", " + REFER, "'a'", **same(**REFERRED)),
    case("add_reference_indexed", NAME, NAME + ", Column('u_id', Integer(), ForeignKey('{t}u.id', ondelete='CASCADE'), index=True)",
         "'a'", **same(**REFERRED)),
    case("add_generated", "Column('n', Integer())", "Column('n', Integer()), Column('m', Integer(), Computed('n * 2'))", "2",
         engines="mysql"),
    case("keyword", NAME, NAME + ", Column('class', Integer()), Column('Select', String(9), index=True)", "'a'"),
    case("unique", NAME, "Column('name', String(60), unique=True)", "'a'"),
    case("unique_two", NAME + ", Column('n', Integer())", NAME + ", Column('n', Integer()), UniqueConstraint('n', 'name')", "'a'"),
    case("check", "Column('n', Integer())", "Column('n', Integer()), CheckConstraint('n > 0', name='ck_check_n')", "1"),
    case("check_differs", "Column('n', Integer()), CheckConstraint('n > 0', name='ck_check_differs_n')",
         "Column('n', Integer()), CheckConstraint(\"n > 1 OR n IN (0, 7)\", name='ck_check_differs_n')", "7"),
    case("check_text", NAME, NAME + ", CheckConstraint(\"name <> 'a:b' AND name NOT LIKE '5%'\", name='ck_check_text_n')", "'a'"),
    case("check_two", BOTH + ", CheckConstraint('length(name) > 0', name='ck_check_two_a')",
         BOTH + ", CheckConstraint('length(name) > 0', name='ck_check_two_a'), CheckConstraint('length(name) < 50', name='ck_check_two_b')"),
    case("primary_key", NAME, "Column('id', Integer(), primary_key=True, autoincrement=False), Column('name', String(60), primary_key=True)",
         engines="sqlite postgresql", options=({"sqlite_autoincrement": False}, {"sqlite_autoincrement": False})),
    case("key_type", "Column('id', Integer(), primary_key=True)", "Column('id', BigInteger(), primary_key=True)", engines="postgresql mysql"),
    case("reference", "Column('u_id', Integer())", REFER, "NULL", **same(**REFERRED)),
    case("reference_differs", REFER, "Column('u_id', Integer(), ForeignKey('{t}u.id', ondelete='SET NULL'))", "NULL", **same(**REFERRED)),
    case("reference_deferred", "Column('u_id', Integer(), ForeignKey('{t}u.id', deferrable=True, initially='DEFERRED')), Column('n', Integer())",
         "Column('u_id', Integer(), ForeignKey('{t}u.id', deferrable=True, initially='DEFERRED')), Column('n', BigInteger())",
         "NULL", engines="sqlite postgresql", **same(**REFERRED)),
    case("reference_gets_index", REFER, "Column('u_id', Integer(), ForeignKey('{t}u.id'), index=True)", "NULL", **same(**REFERRED)),
    case("index", NAME, "Column('name', String(60), index=True)", "'a'"),
    case("index_differs", "Column('name', String(60)), Column('n', Integer()), Index('ix_index_differs_x', 'name')",
         "Column('name', String(60)), Column('n', Integer()), Index('ix_index_differs_x', 'n', 'name', unique=True)", "'a'"),
    case("index_order", NAME, NAME + ", Index('ix_index_order_x', sa.text('name DESC'))", "'a'"),
    case("index_expression", NAME, NAME + ", Index('ix_index_expression_x', sa.text('lower(name)'))", "'a'",
         engines="sqlite postgresql"),
    case("index_part", "Column('n', Integer())", "Column('n', Integer()), Index('ix_index_part_x', 'n', "
         "sqlite_where=sa.text('n > 1'), postgresql_where=sa.text('n > 1'))", "1", engines="sqlite postgresql"),
    case("index_prefix", "Column('d', UnicodeText())", "Column('d', UnicodeText()), Index('ix_index_prefix_x', 'd', mysql_length=20)",
         "'a'", engines="mysql"),
    case("index_gin", "Column('d', postgresql.JSONB())", "Column('d', postgresql.JSONB()), "
         "Index('ix_index_gin_x', 'd', postgresql_using='gin')", engines="postgresql"),
    case("part_kept", "Column('n', Integer()), Index('ix_part_kept_x', 'n', sqlite_where=sa.text('n > 1'))",
         "Column('n', BigInteger()), Index('ix_part_kept_x', 'n', sqlite_where=sa.text('n > 1'))", "1", engines="sqlite"),
    case("table", "", BOTH + ", Column('at', DateTime(), server_default=sa.func.now()), CheckConstraint('length(name) > 0', name='ck_table_n'), "
         "UniqueConstraint('name', 'at'), " + REFER + ", Index('ix_table_x', 'name', 'active')", **same(**REFERRED)),
    case("tables", "", REFER, first={}, then={"u": "Column('t_name', String(20), index=True)", "v": "Column('u_id', Integer(), ForeignKey('{t}u.id'), index=True)"}),
    case("circle", "", "Column('u_id', Integer(), ForeignKey('{t}u.id', use_alter=True))",
         first={}, then={"u": "Column('t_id', Integer(), ForeignKey('{t}t.id'))"}),
    case("enum", NAME, NAME + ", Column('mood', Enum('good', 'bad', name='enum_mood'))", "'a'"),
    case("enum_kept", "Column('mood', Enum('good', 'bad', name='enum_kept_mood')), Column('n', Integer())",
         "Column('mood', Enum('good', 'bad', name='enum_kept_mood')), Column('n', BigInteger())", "'bad'"),
    case("enum_value", "Column('mood', Enum('good', 'bad', name='enum_value_mood'))",
         "Column('mood', Enum('good', 'so', 'bad', name='enum_value_mood'))", "'bad'"),
    case("enum_table", "", "Column('mood', Enum('good', 'bad', name='enum_table_mood'), nullable=False), Column('other', Enum('good', 'bad', name='enum_table_mood'))"),
    case("json", NAME, NAME + ", Column('d', JSON())", "'a'", engines="sqlite postgresql"),
    case("jsonb", NAME, NAME + ", Column('d', JSON().with_variant(postgresql.JSONB(), 'postgresql'), server_default='{\"a\":null,\"b\":12}')", "'a'",
         engines="sqlite postgresql"),
    case("timestamp", NAME, NAME + ", Column('at', TIMESTAMP(), server_default=sa.text('CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP'))", "'a'", engines="mysql"),
    case("renamed", NAME, "Column('title', String(60))", "'a'", values=("a",),
         renames=Renames(columns=(("renamed_t", "name", "title"),))),
    case("renamed_more", "Column('name', String(60), nullable=False, server_default='x', index=True, unique=False), Column('b', Boolean(), nullable=False, server_default=sa.true()), "
         "Column('code', String(20), unique=True), CheckConstraint('length(name) > 0', name='ck_renamed_more_n')",
         "Column('title', String(90), nullable=False, server_default='x', index=True), Column('b', Boolean(), nullable=False, server_default=sa.true()), "
         "Column('codes', String(20), unique=True), CheckConstraint('length(title) > 0', name='ck_renamed_more_n')", "'a'", values=("a",),
         renames=Renames(columns=(("renamed_more_t", "name", "title"), ("renamed_more_t", "code", "codes")))),
    case("renamed_key", REFER, "Column('v_id', Integer(), ForeignKey('{t}u.id'))", "NULL", **same(**REFERRED),
         renames=Renames(columns=(("renamed_key_t", "u_id", "v_id"),))),
    case("renamed_table", REFER, REFER.replace("{t}u", "{t}v"), "NULL", first={"u": "Column('code', String(20), unique=True, index=True), Column('self_id', Integer(), ForeignKey('{t}u.id'))"},
         then={"v": "Column('code', String(20), unique=True, index=True), Column('self_id', Integer(), ForeignKey('{t}v.id'))"},
         renames=Renames(tables=(("renamed_table_u", "renamed_table_v"),))),
    case("odd_type", "Column('m', Odd('MONEY(3)')), Column('n', Integer())", "Column('m', Odd('MONEY(4)')), Column('n', BigInteger())", "7",
         engines="sqlite", values=("7",)),
    case("odd_added", NAME, NAME + ", Column('m', Odd('MONEY(3)'), nullable=False, server_default='1')", "'a'", engines="sqlite"),
    case("generated_kept", "Column('n', Integer()), Column('m', Integer(), Computed('n * 2')), Column('o', Integer())",
         "Column('n', Integer()), Column('m', Integer(), Computed('n * 2')), Column('o', BigInteger())", "7", engines="sqlite", values=("7",)),
    case("triggered", "Column('n', Integer())", "Column('n', BigInteger())", "7", engines="sqlite", values=("7",), more=(
        "CREATE TRIGGER triggered_t_tr AFTER INSERT ON triggered_t WHEN new.n > 9 BEGIN SELECT 1; END",
        "CREATE VIEW triggered_t_v AS SELECT n FROM triggered_t",
    )),
    case("mend_length", NAME, "Column('name', String(3))", "'ab'", "'abcdef'", values=("ab", "abc"), mends={"name": "substr(name, 1, 3)"}),
    case("mend_number", "Column('n', BigInteger())", "Column('n', Integer())", "7", "8589934592", values=("7", "-1"), mends={"n": "-1"},
         engines="postgresql mysql"),
    case("mend_digits", "Column('n', Numeric(12, 2))", "Column('n', Numeric(6, 2))", "7", "123456", values=("7.00", "9.00"), mends={"n": "9"}, engines="postgresql mysql"),
    case("mend_unique", NAME, "Column('name', String(60), unique=True)", "'a'", "'b'", "NULL", "'a'", "NULL", values=("a", "b", "None", "a4", "None"),
         mends={"name": "concat(name, id)"}, engines="postgresql mysql"),
    case("mend_unique_index", NAME, NAME + ", Index('ix_mend_unique_index_x', 'name', unique=True)", "'a'", "'a'", values=("a", "a2"),
         mends={"name": "name || id"}, engines="sqlite"),
    case("mend_check", "Column('class', Integer())", "Column('class', Integer()), CheckConstraint(sqltext='\"class\" > 0', name='ck_mend_check_c')", "-4", "NULL", "4",
         values=("4", "None", "4"), mends={"class": "4"}, engines="sqlite postgresql"),
    case("mend_reference", "Column('u_id', Integer())", REFER, "NULL", "77", values=("None", "None"), mends={"u_id": "NULL"}, **same(**REFERRED)),
    case("mend_self", "Column('up', Integer())", "Column('up', Integer(), ForeignKey('{t}t.id'))", "1", "1", "9", values=("1", "1", "1"), mends={"up": "1"}),
    case("mend_new_table", "Column('u_id', Integer())", REFER, "NULL", "77", values=("None", "None"), mends={"u_id": "NULL"}, first={}, then=REFERRED),
    case("dropped", NAME + ", Column('code', String(20), unique=True), Column('b', Boolean(), nullable=False, server_default=sa.true()), " + REFER, NAME, "'a'", **same(**REFERRED)),
    # What was wrong once, and combinations.
    case("ren_type", "Column('n', Integer())", "Column('m', String(20))", "5", values=("5",), renames=Renames(columns=(("ren_type_t","n","m"),))),
    case("ren_notnull", NAME, "Column('title', String(80), nullable=False, server_default='x', unique=True)", "'a'", values=("a",), renames=Renames(columns=(("ren_notnull_t","name","title"),))),
    case("circ_drop", "Column('u_id', Integer(), ForeignKey('{t}u.id', use_alter=True))", "", first={"u": "Column('t_id', Integer(), ForeignKey('{t}t.id'))"}, then={}),
    case("shared_enum_gone", "Column('a', Enum('x','y',name='shared_enum_gone_mood')), Column('b', Enum('x','y',name='shared_enum_gone_mood'))", "Column('n', Integer())"),
    case("enum_less", "Column('a', Enum('x','y','z',name='enum_less_mood'), nullable=False, server_default='x')", "Column('a', Enum('x','z',name='enum_less_mood'), nullable=False, server_default='z')", "'x'", values=("x",)),
    case("enum_from_text", "Column('a', String(3))", "Column('a', Enum('x','yyy',name='enum_from_text_mood'))", "'x'", values=("x",)),
    case("enum_to_text", "Column('a', Enum('x','yyy',name='enum_to_text_mood'), nullable=False)", "Column('a', String(30), nullable=False)", "'x'", values=("x",)),
    case("comm_add", NAME, NAME + ", Column('x', Integer(), comment='it\\'s \"5%\" a\\\\\\\\b :x')", "'a'", engines="postgresql mysql"),
    case("comm_gone", "Column('name', String(60), comment='it\\'s a\\\\\\\\b')", "Column('name', String(60))", "'a'", engines="postgresql mysql"),
    case("def_back", "Column('name', String(60), server_default='a\\\\\\\\b')", "Column('name', String(80), server_default='a\\\\\\\\b')", "'a'"),
    case("selfref", "", "Column('up', Integer(), ForeignKey('{t}t.id', ondelete='CASCADE'), index=True), Column('name', String(9), nullable=False, unique=True)"),
    case("selfref_drop", "Column('up', Integer(), ForeignKey('{t}t.id')), Column('name', String(9))", ""),
    case("composite", "", "Column('a', Integer(), primary_key=True, autoincrement=False), Column('b', String(20), primary_key=True), Column('c', Integer(), ForeignKey('{t}u.id'))", options=({"sqlite_autoincrement": False}, {"sqlite_autoincrement": False}), **same(**REFERRED)),
    case("composite_ref", "Column('n', Integer())", "Column('n', Integer()), Column('m', String(20)), ForeignKeyConstraint(['n', 'm'], ['composite_ref_u.a', 'composite_ref_u.b'])", first={}, then={"u": "Column('a', Integer(), primary_key=True, autoincrement=False), Column('b', String(20), primary_key=True)"}, engines="postgresql mysql"),
    case("drop_ref_col", REFER + ", " + NAME, NAME, "NULL", first=REFERRED, then={}),
    case("uq_pk", "Column('id', Integer(), primary_key=True), Column('code', String(20), nullable=False, unique=True)", "Column('id', Integer(), nullable=False), Column('code', String(20), primary_key=True)", options=({"sqlite_autoincrement": False}, {"sqlite_autoincrement": False})),
    case("numprec", "Column('n', Numeric(8, 2), nullable=False, server_default='1.50')", "Column('n', Numeric(12, 4), nullable=False, server_default='2.25')", "1.25"),
    case("binlen", "Column('d', LargeBinary(100))", "Column('d', LargeBinary(100000))", "{bytes}", engines="mysql"),
    case("bool_drop", "Column('n', Integer()), Column('b', Boolean(), nullable=False, server_default=sa.false()), CheckConstraint('n > 0', name='ck_bool_drop_n')", "Column('n', Integer())", "1"),
    case("def_gone", "Column('at', DateTime(), server_default=sa.func.now(), nullable=False)", "Column('at', DateTime(), nullable=False)", "'2021-01-01 00:00:00'"),
    case("def_expr", "Column('n', Integer())", "Column('n', Integer(), server_default=sa.text('(1 + 2)'))", "1"),
    case("def_bool", "Column('b', Boolean(), server_default=sa.true())", "Column('b', Boolean(), server_default=sa.false())", "{true}"),
    case("def_colon", NAME, NAME + ", Column('d', String(30), nullable=False, server_default='a:b::c %(x)s %s \\\\\\\\:d')", "'a'"),
    case("def_nl", NAME, NAME + ", Column('d', String(30), nullable=False, server_default='a\\nb')", "'a'"),
    case("fk_ren", REFER, "Column('owner', Integer(), ForeignKey('{t}u.id', ondelete='CASCADE'), index=True)", "NULL", renames=Renames(columns=(("fk_ren_t","u_id","owner"),)), **same(**REFERRED)),
    case("two_fk", "Column('u_id', Integer(), ForeignKey('{t}u.id'))", "Column('u_id', Integer(), ForeignKey('{t}v.id'))", "NULL", first=REFERRED, then={"v": "Column('k', Integer())"}),
    case("uq_comp", "Column('a', Integer()), Column('b', Integer()), UniqueConstraint('a','b')", "Column('a', Integer()), Column('b', Integer()), UniqueConstraint('b','a'), Index('ix_uq_comp_x', 'a')", "1"),
    case("uq_fk", REFER.replace("ForeignKey('{t}u.id')", "ForeignKey('{t}u.id'), unique=True"), REFER, "NULL", **same(**REFERRED)),
    case("uq_idx", "Column('name', String(60), unique=True)", "Column('name', String(60)), Index('ix_uq_idx_name', 'name', unique=True)", "'a'"),
    case("str_text", "Column('name', String(60), nullable=False, server_default='x', index=True)", "Column('name', UnicodeText())", "'a'", values=("a",)),
    case("tabren", "", "Column('n', BigInteger()), Column('name', String(9), unique=True)", first={"u": "Column('n', Integer()), Column('title', String(9), unique=True)"}, then={}, renames=Renames(tables=(("tabren_u","tabren_t"),), columns=(("tabren_t","title","name"),))),
    case("kw_bool", NAME, NAME + ", Column('order', Boolean(), nullable=False, server_default=sa.true())", "'a'"),
    case("arr_table", "", "Column('a', postgresql.ARRAY(Integer), nullable=False), Column('t', postgresql.MACADDR())", engines="postgresql"),
    case("enum_ren", "Column('a', Enum('x','y',name='enum_ren_mood'), nullable=False)", "Column('b', Enum('x','y','z',name='enum_ren_mood'), nullable=False, server_default='x')", "'x'", values=("x",), renames=Renames(columns=(("enum_ren_t","a","b"),))),
    case("intervals", "", "Column('i', Interval()), Column('p', PickleType())"),
    case("longname", NAME, NAME + ", Column('a_very_long_column_name_that_is_long_indeed_and_then_some', Integer(), ForeignKey('{t}u.id'))", "'a'", **same(**REFERRED)),
    case("umlaut", NAME, NAME + ", Column('größe', Integer(), index=True)", "'a'"),
    case("fkpart", "Column('a', Integer(), ForeignKey('{t}u.id')), Column('b', Integer())", "Column('a', Integer(), ForeignKey('{t}u.id')), Column('b', Integer()), UniqueConstraint('a', 'b')", "NULL", **same(**REFERRED)),
    case("fkpart_drop", "Column('a', Integer(), ForeignKey('{t}u.id')), Column('b', Integer()), UniqueConstraint('a', 'b')", "Column('a', Integer(), ForeignKey('{t}u.id')), Column('b', Integer())", "NULL", **same(**REFERRED)),
    case("dropcol_comp", "Column('a', Integer(), ForeignKey('{t}u.id')), Column('b', Integer()), UniqueConstraint('a', 'b'), Index('ix_dropcol_comp', 'b', 'a')", "Column('b', Integer())", "NULL", **same(**REFERRED)),
    case("on_update_comment", "Column('name', String(60)), Column('at', TIMESTAMP(), server_default=sa.text('CURRENT_TIMESTAMP'), comment='a')",
         "Column('name', String(60)), Column('at', TIMESTAMP(), server_default=sa.text('CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP'), comment='it\\'s a\\\\b')", "'a'", engines="mysql"),
    case("generated_type", "Column('n', Integer()), Column('m', Integer(), Computed('n * 2', persisted=True), index=True, comment='twice')",
         "Column('n', BigInteger()), Column('m', BigInteger(), Computed('n * 2', persisted=True), index=True, comment='twice')",
         "4", values=("4",)),
    case("generated_other", "Column('n', Integer()), Column('m', Integer(), Computed('n * 2', persisted=True), index=True)",
         "Column('n', BigInteger()), Column('m', Integer(), Computed('n * 3', persisted=True), index=True)", "4", values=("4",)),
    case("generated_renamed", "Column('n', Integer()), Column('m', Integer(), Computed('n * 2', persisted=True), index=True)",
         "Column('n', Integer()), Column('k', Integer(), Computed('n * 2', persisted=True), index=True)", "4", values=("4",), renames=Renames(columns=(("generated_renamed_t", "m", "k"),))),
]  # fmt: skip
