"""What is compared of a table, and the changes of one."""

from __future__ import annotations

from kallithea_dbdev.engines.comparing import Shared
from kallithea_dbdev.rows.changes import NOTHING, NOTHING_KNOWN, Change, Pair, RowChanges
from kallithea_dbdev.schema.model import Column, Table


def column(name: str, type_: str = "INTEGER") -> Column:
    return Column(name, type_, True)


BEFORE = Table("people", (column("id"), column("name"), column("age"), column("gone")))
AFTER = Table("users", (column("id"), column("name", "TEXT"), column("age"), column("new")))


def pair(key: "tuple[str, ...]" = ("id",), *retyped: str) -> Pair:
    return Pair(BEFORE, AFTER, key, ("name", "age"), frozenset(retyped))


def test_the_server_compares_what_has_kept_its_type_as_it_is_after() -> None:
    assert pair(("id",), "name").shared == Shared("people", "users", (column("id"),), (column("age"),))
    assert pair().shared.columns == (column("name", "TEXT"), column("age"))


def test_a_key_of_another_type_tells_nothing() -> None:
    assert not pair(("id",), "name").key_retyped
    assert pair(("age", "name"), "name").key_retyped
    assert not pair((), "name").key_retyped


def test_columns_that_came_and_went() -> None:
    assert pair().vanished == (column("gone"),)
    assert pair().appeared == (column("new"),)


def test_the_changes_of_one_table() -> None:
    changes = tuple(Change(table, "x", "added", "", None, 1) for table in ("a", "b", "a"))
    assert RowChanges(changes).of("a") == (changes[0], changes[2])
    assert RowChanges(changes).of("c") == ()
    assert (changes[0].keys, changes[0].example, changes[0].reversible) == ((), "", False)
    assert (NOTHING.changes, NOTHING.vanished) == ((), ())
    assert (NOTHING_KNOWN.fresh(), NOTHING_KNOWN.released()) == ({}, ())
