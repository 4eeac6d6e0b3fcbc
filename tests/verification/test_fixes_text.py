"""The words of fixes, from schemas alone."""

from __future__ import annotations

from dataclasses import replace

from kallithea_dbdev.migrations import DOWNGRADE, UPGRADE, Step, StepRecord
from kallithea_dbdev.schema.change import Change
from kallithea_dbdev.schema.compare import compare
from kallithea_dbdev.schema.model import Column, ForeignKey, Index, IndexKey, PrimaryKey, Schema, Table
from kallithea_dbdev.schema.renames import Renames
from kallithea_dbdev.state import State
from kallithea_dbdev.verification.fixes import (
    NO_MIGRATION,
    before_it_can_run,
    drafted,
    in_script,
    rename,
)

ID = Column("id", "int(11)", False, identity="auto_increment", kind="number")
NAME = Column("name", "varchar(60)", False, kind="text", length=60)
TABLE = Table("t", (ID, NAME), PrimaryKey(("id",)))
U = replace(TABLE, name="u")


def state(*tables: Table) -> State:
    return State(revisions=("a",), schema=Schema(tables), rows={})


def record(before: State, after: State, direction: str = UPGRADE) -> StepRecord:
    return StepRecord(
        step=Step("b", direction, "a"), before=before, after=after, seconds=0.0, sent=(), source=""
    )


def fix(before: Table, after: Table, goal: Table, direction: str = UPGRADE) -> "list[str | None]":
    done = record(state(before, U), state(after, U), direction)
    goal_schema = Schema((goal, U))
    changes = compare(done.after.schema, goal_schema)
    return [in_script(change, "mysql", done, goal_schema) for change in changes]


def test_what_is_added_at_the_end_is_undone_at_the_beginning_of_the_way_back() -> None:
    wrong = replace(TABLE, columns=(ID, replace(NAME, type="varchar(20)")))
    (text,) = fix(wrong, wrong, TABLE)
    assert text == (
        "add at the end of upgrade():\n"
        "    with op.batch_alter_table('t') as batch_op:\n"
        "        batch_op.alter_column('name', existing_type=sa.String(20), existing_nullable=False, "
        "type_=sa.String(60))\n"
        "and at the beginning of downgrade():\n"
        "    with op.batch_alter_table('t') as batch_op:\n"
        "        batch_op.alter_column('name', existing_type=sa.String(60), existing_nullable=False, "
        "type_=sa.String(20))"
    )
    (text,) = fix(wrong, wrong, TABLE, DOWNGRADE)
    assert text is not None and "add at the end of downgrade()" in text and "beginning" not in text


def test_what_a_step_drops_is_not_made_again_empty() -> None:
    without = replace(TABLE, columns=(ID,))
    assert fix(TABLE, without, TABLE, DOWNGRADE) == ["leave out what drops it in downgrade()"]
    (text,) = fix(without, without, TABLE)
    assert text is not None and "op.add_column('t', sa.Column('name', sa.String(60)))" in text


def test_what_belongs_together_has_one_fix() -> None:
    """A column with its key and the index that MySQL made for that: none goes without the others."""
    column = Column("u_id", "int(11)", True, kind="number")
    more = replace(
        TABLE,
        columns=(ID, NAME, column),
        foreign_keys=(ForeignKey(("u_id",), "u", ("id",), "fk_t_u_id"),),
        indexes=(Index("fk_t_u_id", (IndexKey("u_id"),)),),
    )
    texts = fix(TABLE, more, TABLE)
    first = str(texts[0])
    assert first.startswith("leave out what makes it, or add at the end of upgrade():\n")
    order = [first.index(word) for word in ("drop_constraint", "drop_column", "create_foreign_key")]
    assert order == sorted(order)
    assert len(texts) == 3


def test_where_no_script_is_to_blame() -> None:
    renamed = replace(TABLE, columns=(ID, replace(NAME, name="title"), Column("n", "int(11)", True)))
    changes = compare(Schema((TABLE,)), Schema((renamed,)))
    texts = {str(change.object): drafted(change, changes) for change in changes}
    hint = f"{NO_MIGRATION}; if it is the same under another name: gearbox db-revision --rename t.name=title"
    assert texts == {"name": hint, "title": hint, "n": NO_MIGRATION}
    tables = compare(Schema((TABLE,)), Schema((U,)))
    assert {drafted(change, tables).rpartition(" ")[2] for change in tables} == {"t=u"}


def test_a_rename_of_what_is_not_there_has_no_code() -> None:
    schema = Schema((TABLE,))
    assert rename("mysql", schema, schema, Renames(columns=(("t", "x", "y"),)), UPGRADE) is None
    assert before_it_can_run("mysql", schema, schema, "name") is None


def test_a_rename_is_proposed_for_the_column_that_cannot_be_added_only() -> None:
    goal = Schema((replace(TABLE, columns=(ID, replace(NAME, name="title"))),))
    said = before_it_can_run("mysql", Schema((TABLE,)), goal, "ADD COLUMN title varchar(60) NOT NULL")
    assert said is not None and "new_column_name='title', existing_type=sa.String(60)" in said
    assert before_it_can_run("mysql", Schema((TABLE,)), goal, "ADD COLUMN titles INTEGER") is None


def test_a_change_that_is_gone_when_the_step_is_done_has_no_code() -> None:
    change = Change("index-extra", Index("ix", (IndexKey("name"),)), None, "index", (TABLE, TABLE))
    done = record(state(TABLE), state(TABLE))
    assert in_script(change, "mysql", done, Schema((TABLE,))) is None
