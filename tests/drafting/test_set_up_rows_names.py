"""Rows that point at others, rows of each installation's own, and what is said of a row. Pure."""

from __future__ import annotations

from dataclasses import replace
from typing import Dict, List, Optional, Tuple

import pytest

from kallithea_dbdev.drafting.set_up_rows import Named, User, row_changes
from kallithea_dbdev.rows.defaults import DRAWN
from kallithea_dbdev.schema.model import (
    BOOLEAN,
    NUMBER,
    TEXT,
    Column,
    ForeignKey,
    PrimaryKey,
    Schema,
    Table,
    Unique,
)
from kallithea_dbdev.state import State

ID = Column("id", "INTEGER", False, kind=NUMBER)


def text(name: str) -> Column:
    return Column(name, "VARCHAR(9)", True, kind=TEXT)


def pointing(name: str, nullable: bool = False) -> Column:
    return Column(name, "INTEGER", nullable, kind=NUMBER)


PERMISSIONS = Table("permissions", (ID, text("name")), PrimaryKey(("id",)), (Unique(("name",)),))
USERS = Table("users", (ID, text("username")), PrimaryKey(("id",)), (Unique(("username",)),))
GRANTS = Table(
    "grants", (ID, pointing("user"), pointing("permission", True)), PrimaryKey(("id",)), (Unique(("user", "permission")),),
    foreign_keys=(ForeignKey(("user",), "users", ("id",)), ForeignKey(("permission",), "permissions", ("id",))),
)  # fmt: skip
VALUES = Table("values", (text("key"), Column("n", "INTEGER", True, kind=NUMBER), Column("b", "BOOLEAN", True, kind=BOOLEAN)),
               None, (Unique(("key",)),))  # fmt: skip
TABLES = (PERMISSIONS, USERS, GRANTS, VALUES)


def state(counts: Optional[Dict[str, int]] = None, **rows: "Tuple[Tuple[str, ...], ...]") -> State:
    names = {
        "permissions": ("name",),
        "users": ("username",),
        "grants": ("user", "permission"),
        "values": ("key", "n", "b"),
    }
    defaults = {table: tuple(dict(zip(names[table], row)) for row in found) for table, found in rows.items()}
    return State(("x",), Schema(TABLES), counts or {}, defaults)


def texts(before: State, after: State) -> List[str]:
    return [change.text for change in row_changes(before, after)]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("ga_code", "ga_codes", ["permissions: the row 'ga_code' should be 'ga_codes', as a fresh set-up writes it"]),
        ("one", "another", [
            "permissions: the row 'another' is missing; a fresh set-up writes it",
            "permissions: the row 'one' should not be there; a fresh set-up does not write it",
        ]),
    ],
)  # fmt: skip
def test_names_that_are_alike_are_one_row(old: str, new: str, expected: List[str]) -> None:
    assert texts(state(permissions=((old,),)), state(permissions=((new,),))) == expected


def test_what_a_row_says_otherwise() -> None:
    before, after = state(values=(("a", "1", "1"),)), state(values=(("a", "-2", "true"),))
    (change,) = row_changes(before, after)
    assert (change.before, change.after) == (
        (("key", "a"), ("n", 1), ("b", True)),
        (("key", "a"), ("n", -2), ("b", True)),
    )
    assert change.text == "values: the row 'a' says something else than a fresh set-up writes"
    (change,) = row_changes(state(values=()), state(values=(("a", "x", "False"), ("b", DRAWN, "1"))))
    assert change.after == (("key", "a"), ("n", "x"), ("b", False))


def test_who_may_point_at_a_row() -> None:
    (change,) = row_changes(state(permissions=()), state(permissions=(("new",),)))
    assert change.rows.users == (User("grants", "permission", True),)
    assert (change.rows.serial, change.rows.key, change.rows.is_new) == ("id", ("name",), False)


def test_a_grant_is_known_by_names_those_that_are_others_now_too() -> None:
    both = {"users": (("default",),)}
    before = state(permissions=(("repo.write",),), grants=(("default", "repo.write"),), **both)
    after = state(permissions=(("repo.writes",),), grants=(("default", "repo.writes"),), **both)
    # It is the permission that has another name.
    (change,) = row_changes(before, after)
    assert change.rows.name == "permissions"
    (grant,) = row_changes(replace(before, defaults={**before.defaults, "grants": ()}), before)
    assert grant.after == (
        ("user", Named("users", "id", "username", "default", "default")),
        ("permission", Named("permissions", "id", "name", "repo.write", "repo.write")),
    )
    assert grant.text == "grants: the row 'default repo.write' is missing; a fresh set-up writes it"


@pytest.mark.parametrize(
    ("old", "new", "one"),
    [
        ("hg.create.none", "hg.create.repository", True),
        ("hg.create.none", "hg.fork.none", False),
        ("alone", "other", False),
    ],
)
def test_rights_that_exclude_each_other_are_one_grant(old: str, new: str, one: bool) -> None:
    both = {"users": (("default",),), "permissions": ((old,), (new,))}
    changes = row_changes(
        state(grants=(("default", old),), **both), state(grants=(("default", new),), **both)
    )
    assert [(c.before is None, c.after is None) for c in changes] == (
        [(False, False)] if one else [(True, False), (False, True)]
    )


def test_an_account_of_one_installation_gets_no_grant() -> None:
    """Only accounts that both set-ups write are everywhere; their own rows are nobody's default."""
    permissions = (("a",),)
    granted = {"permissions": permissions, "grants": (("joe", "a"),)}
    assert (
        row_changes(
            state(permissions=permissions, grants=(), users=(("default",),)),
            state(users=(("joe",),), **granted),
        )
        == ()
    )
    assert (
        row_changes(
            state(permissions=permissions, grants=(), users=()),
            state(users=(("joe",),), permissions=permissions, grants=()),
        )
        == ()
    )


def test_a_table_of_which_not_all_rows_are_known_says_nothing() -> None:
    after = state(permissions=(("new",),))
    assert row_changes(state({"permissions": 900}), after) == ()
    assert len(row_changes(state({"permissions": 0}), after)) == 1
    assert len(row_changes(replace(state({"permissions": 900}), schema=Schema((USERS,))), after)) == 1
