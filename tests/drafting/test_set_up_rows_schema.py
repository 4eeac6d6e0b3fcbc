"""Rows of the set-up in tables that the same change alters."""

from __future__ import annotations

from dataclasses import replace
from typing import Dict, Tuple

from kallithea_dbdev.drafting.row_code import row_declarations, row_lines
from kallithea_dbdev.drafting.set_up_rows import row_changes, with_new_names
from kallithea_dbdev.rows.declared import Declaration
from kallithea_dbdev.rows.defaults import DRAWN
from kallithea_dbdev.schema.model import Column, Schema, Table, Unique
from kallithea_dbdev.schema.renames import Renames, column_renamed, table_renamed
from kallithea_dbdev.state import State

from .test_set_up_rows import UI, state

NAMED = table_renamed(column_renamed(column_renamed(UI, "key", "name"), "value", "said"), "ui", "conf")
RENAMES = Renames((("ui", "conf"),), (("conf", "key", "name"), ("conf", "value", "said")))


def said(table: Table, *rows: Dict[str, str]) -> State:
    return State(("x",), Schema((table,)), {table.name: len(rows)}, {table.name: rows})


def row(*values: str) -> Dict[str, str]:
    return dict(zip(("name", "said", "active"), values))


def test_the_rows_of_what_is_renamed_are_the_same_ones() -> None:
    """They are spoken of by the new names: the code runs after the renames, and before them on the way back."""
    before = replace(state(("a", "x", "1"), ("b", "y", "1")), rows={"ui": 2})
    assert not row_changes(
        with_new_names(before, RENAMES), said(NAMED, row("a", "x", "1"), row("b", "y", "1"))
    )
    after = said(NAMED, row("a", "x", "1"), row("b", "z", "1"), row("c", "z", "1"))
    changes = row_changes(with_new_names(before, RENAMES), after)
    text = "\n".join(row_lines(changes))
    assert "conf.insert().values({'name': 'c', 'said': 'z', 'active': True})" in text
    assert "conf.c.name == 'b', conf.c.said == 'y'" in text and ".values({'said': 'z'})" in text
    assert tuple(row_declarations(changes)) == (Declaration("conf", "said", "changed", "name = 'b'"),)


def test_a_row_that_is_new_says_something_in_a_column_that_is_new() -> None:
    """It may be NOT NULL. Of rows that stay nothing is said there: they get what all rows get."""
    more = (
        Column("note", "VARCHAR(9)", False, kind="text"),
        Column("token", "VARCHAR(9)", True, kind="text"),
    )
    wider = replace(UI, columns=(*UI.columns, *more), uniques=(Unique(("key",)),))
    rows: Tuple[Dict[str, str], ...] = tuple(
        {"key": name, "value": "x", "active": "1", "note": "n", "token": DRAWN} for name in ("a", "long.new")
    )
    (change,) = row_changes(state(("a", "x", "1")), said(wider, *rows))
    values = {"key": "long.new", "value": "x", "active": True, "note": "n"}
    assert row_lines((change,))[-1] == f"    op.execute(ui.insert().values({values}))"
    back = row_lines((change.reversed,))[-1]
    assert "ui.c.note == 'n'" in back and "token" not in back
