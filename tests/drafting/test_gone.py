"""What was said to be gone, and not renamed: the draft declares it, and asks no second time."""

from __future__ import annotations

from dataclasses import replace
from typing import List, Optional

import pytest

from kallithea_dbdev.drafting.answers import Answers, completed
from kallithea_dbdev.drafting.compose import compose, sides_of
from kallithea_dbdev.drafting.imagined import Imagined
from kallithea_dbdev.drafting.tables import checks_of_before
from kallithea_dbdev.drafting.uniques import whole_tables
from kallithea_dbdev.errors import UsageError
from kallithea_dbdev.schema.change import Change
from kallithea_dbdev.schema.model import Check, Column, Index, IndexKey, Schema, Table, Unique
from kallithea_dbdev.schema.renames import Renames
from kallithea_dbdev.state import State

from .test_answers import RENAMED
from .test_imagined import ID, NAME, TABLE, TEMPLATE, models

#: A column or a whole table that could be the new one under its former name.
COLUMNS = (TABLE, replace(TABLE, columns=(ID, replace(NAME, name="login"))))
TABLES = (replace(TABLE, name="gone"), TABLE)


def draft(before: Table, after: Table, answers: Answers) -> str:
    ground = Imagined("sqlite", State((), Schema((before,)), {}), State((), Schema((after,)), {}))
    return compose(TEMPLATE, [ground], sides_of([ground], models()), answers, models())


@pytest.mark.parametrize(
    ("sides", "answers", "said"),
    [
        (COLUMNS, Answers(no_rename=True), "    ('t', 'name', 'removed'),\n"),
        (COLUMNS, Answers(gone=frozenset({("t", "name")})), "    ('t', 'name', 'removed'),\n"),
        (TABLES, Answers(no_rename=True), "    ('gone', '*', 'removed'),\n"),
        (TABLES, Answers(gone=frozenset({("gone", "")})), "    ('gone', '*', 'removed'),\n"),
        # nobody has said it, nothing could be it, or it was renamed
        (COLUMNS, Answers(), ""),
        (TABLES, Answers(), ""),
        ((TABLE, replace(TABLE, columns=(ID,))), Answers(no_rename=True), ""),
        ((TABLE, replace(TABLE, columns=(ID, Column("n", "FLOAT", True)))), Answers(no_rename=True), ""),
        (COLUMNS, Answers(renames=Renames(columns=(("t", "name", "login"),)), no_rename=True), ""),
    ],
)
def test_what_is_said_to_be_gone_is_declared(
    sides: "tuple[Table, Table]", answers: Answers, said: str
) -> None:
    text = draft(*sides, answers)
    assert ("data_changes = [\n" + said in text) if said else "data_changes" not in text


@pytest.mark.parametrize(
    ("says", "times"), [(["maybe", "", " N "], 3), (["NO"], 1), (["x", "Yes"], 2), ([""] * 3, 3), ([None], 1)]
)
def test_what_is_no_answer_is_asked_for_again(says: "List[Optional[str]]", times: int) -> None:
    asked: List[str] = []
    waiting = iter(says)

    def prompt(question: str) -> Optional[str]:
        asked.append(question)
        return next(waiting)

    last = (says[-1] or "").strip().lower()
    if last not in ("no", "n", "yes"):
        with pytest.raises(UsageError, match="nothing was written"):
            completed(Answers(), RENAMED, prompt)
    else:
        answers = completed(Answers(), RENAMED, prompt)
        assert bool(answers.renames) is (last == "yes")
        assert answers.is_gone("users", "name") is (last != "yes")
    assert len(asked) == times


def test_a_unique_index_of_mysql_in_a_table_that_is_new_or_goes() -> None:
    """It is made with the table: a foreign key needs nothing of what is not there."""
    index = Index("uq_t_name", (IndexKey("name"),), True)
    with_index = replace(TABLE, indexes=(index,))
    uniques = {("t", "uq_t_name"): ("name",)}
    there = Change("index-extra", index, None, "index", (with_index, with_index))
    changes = (
        Change("table-missing", None, with_index, "table", (None, with_index)),
        Change("table-extra", with_index, None, "table", (with_index, None)),
        there,
    )
    new, gone, other = whole_tables(changes, uniques)
    as_made = replace(TABLE, uniques=(Unique(("name",), "uq_t_name"),))
    assert (new.after, gone.before, other) == (as_made, as_made, there)
    assert whole_tables(changes[:1], {})[0].after == with_index


def test_the_check_of_a_boolean_in_a_table_that_goes() -> None:
    """PostgreSQL has none, and the models do not have the table any more."""
    checks = (Check("active in (0, 1)", "ck_t_active"), Check("id in (0, 1)"), Check("id > 0", "ck"))
    assert checks_of_before([Schema((replace(TABLE, checks=checks),))]) == {("t", "active"): "ck_t_active"}
