"""Rows that the set-up writes otherwise than it did."""

from __future__ import annotations

from typing import Dict, Tuple

from kallithea_dbdev.drafting.row_code import row_declarations, row_lines
from kallithea_dbdev.drafting.set_up_rows import row_changes
from kallithea_dbdev.rows.declared import Declaration
from kallithea_dbdev.schema.model import Column, PrimaryKey, Schema, Table, Unique
from kallithea_dbdev.state import State

UI = Table(
    "ui",
    (
        Column("id", "INTEGER", False, kind="number"),
        Column("key", "VARCHAR(9)", False, kind="text"),
        Column("value", "VARCHAR(9)", True, kind="text"),
        Column("active", "BOOLEAN", False, kind="boolean"),
    ),
    PrimaryKey(("id",)),
    (Unique(("key",)),),
)


def state(*rows: Tuple[str, str, str], table: Table = UI) -> State:
    said: Tuple[Dict[str, str], ...] = tuple(dict(zip(("key", "value", "active"), row)) for row in rows)
    return State(("x",), Schema((table,)), {}, {table.name: said})


def test_nothing_but_folders() -> None:
    before = state(("paths", "/srv/a", "1"), ("b", "None", "0"))
    assert row_changes(before, state(("paths", "/srv/b", "1"), ("b", "None", "0"))) == ()


def test_each_kind_of_change() -> None:
    before = state(("gone", "x", "1"), ("value", "old", "1"), ("hook.update", "y", "0"))
    after = state(("value", "new", "1"), ("hook.kallithea_update", "y", "0"), ("new", "None", "1"))
    changes = row_changes(before, after)
    where = "ui.c.key == 'value', ui.c.value == 'old', ui.c.active.is_(True)"
    assert row_lines(changes) == (
        "ui = sa.table('ui', sa.column('key'), sa.column('value'), sa.column('active'))",
        "if not op.get_bind().execute(ui.select().where(ui.c.key == 'hook.kallithea_update')).fetchone():",
        "    op.execute(ui.update().where(ui.c.key == 'hook.update').values({'key': 'hook.kallithea_update'}))",
        "if not op.get_bind().execute(ui.select().where(ui.c.key == 'new')).fetchone():",
        "    op.execute(ui.insert().values({'key': 'new', 'value': None, 'active': True}))",
        f"op.execute(ui.update().where(sa.and_({where})).values({{'value': 'new'}}))",
        "op.execute(ui.delete().where(sa.and_(ui.c.key == 'gone', ui.c.value == 'x', ui.c.active.is_(True))))",
    )
    assert tuple(row_declarations(changes)) == (
        Declaration("ui", "key", "changed", "key = 'hook.update'"),
        Declaration("ui", "value", "changed", "key = 'value'"),
        Declaration("ui", "*", "removed", "key = 'gone'"),
    )
    back = tuple(change.reversed for change in reversed(changes))
    assert row_lines(back)[3].endswith(".values({'value': 'old'}))")
    assert row_lines(back)[1].startswith(
        "if not op.get_bind().execute(ui.select().where(ui.c.key == 'gone'))"
    )


def test_two_that_could_be_renamed_are_not() -> None:
    before = state(("hook.a1", "y", "0"), ("hook.a2", "y", "0"))
    kinds = [(c.before is None, c.after is None) for c in row_changes(before, state(("hook.a3", "y", "0")))]
    assert kinds == [(True, False), (False, True), (False, True)]
