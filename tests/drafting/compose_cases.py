"""Changes of models that are drafted for all engines as one script, as tests/operations/cases.py has them."""

from __future__ import annotations

from typing import List

from kallithea_dbdev.schema.renames import Renames

from ..operations.cases import NAME, REFER, REFERRED, Case, case, same


def columns(name: str, *renamed: str) -> Renames:
    """Renames of columns of a case's table: "old new"."""
    return Renames(columns=tuple((f"{name}_t", *words.split()) for words in renamed))  # type: ignore[misc]


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
]  # fmt: skip
