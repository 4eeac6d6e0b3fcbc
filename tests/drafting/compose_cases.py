"""Changes of models that are drafted for all engines as one script, as tests/operations/cases.py has them."""

from __future__ import annotations

from typing import List

from kallithea_dbdev.schema.renames import Renames

from ..operations.cases import NAME, REFER, REFERRED, Case, case, same


def columns(name: str, *renamed: str) -> Renames:
    """Renames of columns of a case's table: "old new"."""
    return Renames(columns=tuple((f"{name}_t", *words.split()) for words in renamed))  # type: ignore[misc]


DAY, MOMENT = "'2021-03-01'", "'2021-03-01 12:00:00'"
ENUM = "Column('m', Enum('a', 'b', name='{t}mood'), nullable=False, server_default='b')"
PLAIN_ENUM = "Column('m', Enum('a', 'b', name='{t}m', native_enum=False), nullable=False)"
LATIN = {"mysql_charset": "latin1", "mysql_collate": "latin1_swedish_ci"}
AB = "Column('a', String(9)), Column('b', String(20))"
CASES: List[Case] = [
    # Names that are taken.
    case("swapped", AB, "Column('b', String(9)), Column('a', String(20))", "'x'", values=("x",), renames=columns("swapped", "a b", "b a")),
    case("chained", AB, "Column('b', String(9)), Column('c', String(20))", "'x'", values=("x",), renames=columns("chained", "a b", "b c")),
    case("chained_keys", "Column('a', String(9), unique=True), Column('b', String(9), unique=True), Column('c', Integer(), index=True), Column('d', Integer(), index=True)",
         "Column('b', String(9), unique=True), Column('a', String(9), unique=True), Column('d', Integer(), index=True), Column('e', Integer(), index=True)",
         "'x'", values=("x",), renames=columns("chained_keys", "a b", "b a", "c d", "d e")),
    case("replaced", AB, "Column('b', String(9))", "'x'", values=("x",), renames=columns("replaced", "a b")),
    case("tables_chained", "Column('n', Integer())", "", first={"u": AB}, then={"u": "Column('n', Integer())", "v": AB},
         renames=Renames((("tables_chained_t", "tables_chained_u"), ("tables_chained_u", "tables_chained_v")))),
    # What refers to a column that has another name now.
    case("referred", "Column('u_code', String(20), ForeignKey('{t}u.code')), " + REFER,
         "Column('u_code', String(20), ForeignKey('{t}v.key')), " + REFER.replace("{t}u", "{t}v"), "NULL",
         first={"u": "Column('code', String(20), unique=True), Column('up', String(20), ForeignKey('{t}u.code'))"},
         then={"v": "Column('key', String(20), unique=True), Column('up', String(20), ForeignKey('{t}v.key'))"},
         renames=Renames((("referred_u", "referred_v"),), (("referred_v", "code", "key"),))),
    case("unique_name", NAME + ", UniqueConstraint('name', name='unique_name_a')", NAME + ", UniqueConstraint('name', name='unique_name_b')", "'x'"),
    case("key_name", REFER.replace(".id'", ".id', name='key_name_a'"), REFER.replace(".id'", ".id', name='key_name_b'"), "NULL", **same(**REFERRED)),
    case("all_names", NAME + ", UniqueConstraint('name', name='all_names_a'), Column('b', Boolean(name='all_names_c'))",
         NAME + ", UniqueConstraint('name', name='all_names_b'), Column('b', Boolean(name='all_names_d'))", "'x'"),
    case("generated_source", "Column('n', Integer()), Column('m', Integer(), Computed('n + 1', persisted=True))",
         "Column('k', Integer()), Column('m', Integer(), Computed('k + 1', persisted=True))", "4", values=("4",),
         renames=columns("generated_source", "n k")),
    case("bits", "", "Column('n', Integer()), CheckConstraint('n in (0, 1)', name='bits_a'), Column('User', Boolean(), nullable=False), Column('Admin', Boolean())"),
    case("self_renamed", "", "Column('up', Integer(), ForeignKey('{t}t.id')), Column('b', Boolean())",
         first={"u": "Column('up', Integer(), ForeignKey('{t}u.id')), Column('c', Boolean())"},
         renames=Renames((("self_renamed_u", "self_renamed_t"),), (("self_renamed_t", "c", "b"),))),
    # A value between two types.
    case("filled_new", NAME, NAME + ", Column('m', String(9), nullable=False, server_default='light'), Column('k', Integer())", "'x'",
         values=("x",), mends={"m": "'dark'", "k": "7"}),
    case("filled_number", "Column('m', String(3))", "Column('m', Integer(), nullable=False)", "NULL", values=("12",), mends={"m": "12"}),
    case("filled_day", "Column('d', DateTime())", "Column('d', Date(), nullable=False)", "NULL", values=("2020-01-02",), mends={"d": "'2020-01-02'"}),
    # Types.
    case("enum_default", ENUM, ENUM.replace("'b', name", "'c', name").replace("default='b'", "default='a'"), "'a'", values=("a",)),
    case("enum_in_front", ENUM, ENUM.replace("'a', 'b', name", "'n', 'm', 'a', 'b', name"), "'a'", values=("a",)),
    case("joined_default", NAME, NAME + ", Column('label', String(40), nullable=False, server_default=text(\"('a' || 'b')\"))", "'x'",
         engines="sqlite postgresql"),
    case("gone_time", "Column('at', Time(), nullable=False), " + NAME, NAME, "'10:20:30'"),
    case("enum_less", ENUM.replace("'b', name", "'b', 'c', name"), ENUM, "'c'", "'a'", values=("b", "a"), mends={"m": "'b'"}),
    case("enum_said", "Column('m', String(20), nullable=False)", ENUM.replace(", server_default='b'", ""), "'other'", "'a'", values=("b", "a"), mends={"m": "'b'"}),
    case("plain_enum", NAME, NAME + ", " + PLAIN_ENUM, "'x'", mends={"m": "'a'"}),
    case("plain_enum_value", PLAIN_ENUM, PLAIN_ENUM.replace("'b'", "'b', 'long'"), "'b'", values=("b",)),
    case("plain_enum_from", ENUM, PLAIN_ENUM.replace("{t}m'", "{t}mo'"), "'b'", values=("b",)),
    case("enum_from_boolean", "Column('m', Boolean())", "Column('m', Enum('0', '1', name='{t}mood'))", "{true}", values=("1",)),
    case("boolean_text", "Column('b', Boolean())", "Column('b', String(5))", "{true}", values=("1",)),
    case("day_of_time", "Column('d', Time())", "Column('d', DateTime())", "NULL", "'12:00:00'"),
    case("time_of_moment", "Column('d', DateTime())", "Column('d', Time())", "NULL", MOMENT, values=("None", "12:00:00"), engines="sqlite postgresql"),
    case("time_of_day", "Column('d', Date())", "Column('d', Time())", "NULL", DAY, values=("None", "00:00:00"), engines="postgresql"),
    case("time_of_day_as_text", "Column('d', Date())", "Column('d', Time())", "NULL", DAY, values=("None", "00:00:00.000000"), engines="sqlite"),
    case("referred_type", "Column('u_code', Integer(), ForeignKey('{t}u.id'))", "Column('u_code', BigInteger(), ForeignKey('{t}u.id'))", "NULL",
         first={"u": "Column('id', Integer(), primary_key=True)"}, then={"u": "Column('id', BigInteger().with_variant(Integer(), 'sqlite'), primary_key=True)"}),
    # Numbers are moments of Python's clock, unless somebody says what they are.
    case("number_to_day", "Column('n', Integer(), index=True)", "Column('n', Date(), index=True)", "NULL", "1600000000", values=("None", "2020-09-13")),
    case("moment_to_number", "Column('at', DateTime(), nullable=False)", "Column('at', BigInteger(), nullable=False)", MOMENT, values=("1614600000",)),
    case("number_said", "Column('n', Float(53), nullable=False)", "Column('n', Date(), nullable=False)", "7", mends={"n": "'2020-01-02'"}, values=("2020-01-02",)),
    case("interval_to_moment", "Column('d', Interval())", "Column('d', DateTime())", "'1 day'", values=("1970-01-02 00:00:00",), engines="postgresql"),
    # JSON, which is a text with a CHECK on MariaDB.
    case("json", NAME + ", Column('a', JSON()), Column('b', JSON()), Column('c', JSON(), nullable=False), Column('d', Text())",
         NAME + ", Column('e', JSON()), Column('b', JSON(), nullable=False), Column('d', JSON()), Column('f', JSON())",
         renames=columns("json", "a e")),
    # Texts.
    case("percents", NAME, NAME + ", CheckConstraint(\"name NOT LIKE '50%'\", name='percents_a'), CheckConstraint('length(name) % 2 = 1', name='percents_b')", "'x'"),
    case("check_of_list", NAME, NAME + ", CheckConstraint(sa.column('name').in_(['x', 'b:c', '5%']), name='check_of_list_a')", "'x'"),
    case("list_gone", NAME + ", CheckConstraint(\"name IN ('x', 'y')\", name='list_gone_a')", NAME, "'x'"),
    case("colon_kept", "Column('name', String(30), server_default=':x')", "Column('name', String(40), server_default=':x')", "'a'"),
    case("call_kept", "Column('n', Integer()), Column('d', String(30), server_default=sa.text(\"(lower('A:B%'))\"))",
         "Column('n', BigInteger()), Column('d', String(30), server_default=sa.text(\"(lower('A:B%'))\"))", "4", engines="sqlite"),
    case("call_added", NAME, NAME + ", Column('d', String(30), server_default=sa.text(\"(lower('A'))\")), Column('e', String(30), server_default=sa.text(\"(upper('a'))\"))", "'a'"),
    case("other_now", NAME, NAME + ", Column('at', DateTime(), nullable=False, server_default=sa.func.current_timestamp())", "'a'"),
    # Keys.
    case("surrogate_gone", REFER + ", Column('v_id', Integer(), ForeignKey('{t}v.id')), Column('n', Integer())",
         REFER.replace("))", "), primary_key=True)") + ", Column('v_id', Integer(), ForeignKey('{t}v.id'), primary_key=True), Column('n', Integer())",
         **same(u=NAME, v=NAME), options=({}, {"sqlite_autoincrement": False})),
    case("text_key", "Column('code', String(40), nullable=False, unique=True)", "Column('code', String(40), primary_key=True)", "'a'", "'b'",
         options=({}, {"sqlite_autoincrement": False})),
    case("circle", "Column('n', Integer())", "Column('n', Integer())",
         then={"u": "Column('v_id', Integer(), ForeignKey('{t}v.id', use_alter=True))", "v": "Column('u_id', Integer(), ForeignKey('{t}u.id'), index=True)"}),
    case("circle_gone", "Column('n', Integer())", "Column('n', Integer())",
         first={"u": "Column('v_id', Integer(), ForeignKey('{t}v.id', use_alter=True))", "v": "Column('u_id', Integer(), ForeignKey('{t}u.id'), index=True)"}),
    case("enum_gone", NAME + ", Column('m', Enum('a', 'b', name='{t}mood'), nullable=False)", NAME),
    case("enum_of_text", "Column('m', String(20), nullable=False, server_default='b')", ENUM, "'a'", values=("a",)),
    case("text_of_enum", ENUM, "Column('m', String(20), nullable=False, server_default='b')", "'a'", values=("a",)),
    case("default_kept", "Column('n', String(9), nullable=False, server_default='7')", "Column('n', Integer(), nullable=False, server_default='7')", "'4'", values=("4",)),
    case("number_kept", "Column('n', Integer(), server_default='0')", "Column('n', BigInteger(), server_default='0')", "4", values=("4",)),
    case("key_of_pair", "Column('up', Integer(), ForeignKey('{t}t.id')), Column('n', Integer()), UniqueConstraint('up', 'n')",
         "Column('up', Integer(), ForeignKey('{t}t.id')), Column('n', Integer()), UniqueConstraint('n', 'up')", "NULL"),
    case("key_renamed", "Column('up', Integer(), ForeignKey('{t}t.id'), index=True), Column('flag', Boolean())",
         "Column('above', Integer(), ForeignKey('{t}t.id'), index=True), Column('sign', Boolean())", "NULL",
         renames=columns("key_renamed", "up above", "flag sign")),
    # Names that need quotes.
    case("keyword", "Column('n', Integer()), Column('b', Boolean(), nullable=False, default=False), CheckConstraint(sa.column('n') > 0, name='keyword_a'), "
         "Index('keyword_t_i', 'b', sqlite_where=sa.column('n') > 1, postgresql_where=sa.column('n') > 1)",
         "Column('order', Integer()), Column('window', Boolean(), nullable=False, default=False), CheckConstraint(sa.column('order') > 0, name='keyword_a'), "
         "Index('keyword_t_i', 'window', sqlite_where=sa.column('order') > 1, postgresql_where=sa.column('order') > 1)",
         renames=columns("keyword", "n order", "b window")),
    case("capital", "Column('isOk', Boolean(), nullable=False, default=False), Column('upId', Integer(), ForeignKey('{t}t.id'), index=True), Column('n', Integer()), "
         "Column('Twice', Integer(), Computed('n * 2', persisted=True))",
         "Column('isFine', Boolean(), nullable=False, default=False), Column('aboveId', Integer(), ForeignKey('{t}t.id', ondelete='CASCADE'), index=True), Column('n', BigInteger()), "
         "Column('Twice', Integer(), Computed('n * 2', persisted=True))",
         renames=columns("capital", "isOk isFine", "upId aboveId")),
    case("capital_key_gone", NAME + ", Column('upId', Integer(), ForeignKey('{t}t.id'))", NAME, "'x'"),
    case("capital_type", NAME + ", Column('m', Enum('a', 'b', name='{t}mOod'), nullable=False, server_default='a')",
         NAME + ", Column('m', Enum('a', 'c', name='{t}mOod'), nullable=False, server_default='a')", "'x'", engines="postgresql"),
    # Columns of unique constraints come back: each row gets another value.
    case("days_back", NAME + ", Column('d', Date(), nullable=False, unique=True), Column('at', DateTime(), nullable=False, unique=True)", NAME),
    case("pair_back", NAME + ", Column('n', Integer(), nullable=False), Column('k', String(9), nullable=False), UniqueConstraint('n', 'k')", NAME),
    case("unique_key_gone", REFER.replace("))", "), unique=True)"), NAME, **same(**REFERRED)),
    # What is computed.
    case("generated_both", NAME, NAME + ", Column('z', Integer()), Column('c', Integer(), Computed('z + 1', persisted=True))", "'a'"),
    case("generated_gone", NAME + ", Column('c', Integer()), Column('z', Integer(), Computed('c + 1', persisted=True))", NAME, "'a'"),
    # MySQL's tables.
    case("row_format", NAME, NAME, "'a'", engines="mysql", options=({"mysql_row_format": "COMPRESSED"}, {})),
    case("charset_of_key", "Column('c', String(20), unique=True), Column('up', String(20), ForeignKey('{t}t.c'))",
         "Column('c', String(20), unique=True), Column('up', String(20), ForeignKey('{t}t.c'))", "'a'", engines="mysql", options=(LATIN, {})),
]  # fmt: skip
