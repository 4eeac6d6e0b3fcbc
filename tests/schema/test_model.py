"""What a schema is asked for, and what counts when its objects are compared. Pure."""

from __future__ import annotations

from dataclasses import replace

from kallithea_dbdev.schema.model import Column, ForeignKey, Schema, Table

A = Column("a", "VARCHAR(9)", True)
USERS, GISTS = Table("users", (A,)), Table("gists", (A,), foreign_keys=(ForeignKey(("a",), "users", ("a",)),))
SCHEMA = Schema((GISTS, USERS))


def test_what_follows_from_the_type_does_not_count() -> None:
    assert replace(A, kind="text") == replace(A, length=9) == replace(A, base="x") == A
    assert replace(A, type="TEXT") != A


def test_the_type_as_values_see_it() -> None:
    assert (A.plain_type, replace(A, type="email", base="VARCHAR(40)").plain_type) == (
        "varchar(9)",
        "varchar(40)",
    )


def test_a_table_by_its_name() -> None:
    assert (SCHEMA.table("users"), SCHEMA.table("gists"), SCHEMA.table("nowhere")) == (USERS, GISTS, None)
    assert (USERS.column("a"), USERS.column("b")) == (A, None)


def test_what_is_pointed_at() -> None:
    assert [SCHEMA.points_at(name) for name in ("users", "gists", "nowhere")] == [True, False, False]
