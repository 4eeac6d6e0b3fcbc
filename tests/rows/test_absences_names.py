"""Rows that are not taken away or renamed, whatever a script says of them. Pure, but for quoting."""

from __future__ import annotations

from dataclasses import replace
from typing import List

from kallithea_dbdev.engines import open_database
from kallithea_dbdev.rows.absences import absences_for
from kallithea_dbdev.schema.model import Column, ForeignKey, Schema, Table, Unique

from .test_absences import ID, NAME, UI, USERS

POINTING = Table(
    "x", (ID, Column("to", "INTEGER", True)), foreign_keys=(ForeignKey(("to",), "users", ("id",)),)
)


def absences(table: Table, row: "dict[str, str]", *others: Table) -> List[str]:
    database = open_database("sqlite:///none.db")
    found = absences_for(database, Schema((table, *others)), table, [row], "it is admin", ("admin",))
    return [absence.statement.split()[0] for absence in found]


def test_only_what_one_unique_column_names_gets_another_name() -> None:
    row = {"name": "admin"}
    assert absences(USERS, row) == ["DELETE"]
    assert absences(USERS, row, POINTING) == ["UPDATE"]
    # The name is no key, or is not all of it, or there is none: others point at the row, so it stays.
    called = Column("username", "TEXT", True, kind="text")
    assert absences(replace(USERS, columns=(ID, called), uniques=()), {"username": "admin"}, POINTING) == []
    pair = replace(UI, name="users", uniques=(Unique(("section", "key")),))
    assert absences(pair, {"section": "a", "key": "admin"}, POINTING) == []
    assert absences(replace(USERS, columns=(ID,), uniques=()), {"id": "admin"}) == []
    assert NAME in USERS.columns
