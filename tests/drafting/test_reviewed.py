"""Drafts as a reviewer would have written them: one line for all engines wherever one line is right on all."""

from __future__ import annotations

from dataclasses import replace
from typing import Tuple

import pytest
import sqlalchemy as sa

from kallithea_dbdev.schema.model import (
    NUMBER,
    TEXT,
    Check,
    Column,
    ForeignKey,
    Index,
    IndexKey,
    Table,
    Unique,
)

from .test_imagined import ID, MODELS, NAME, TABLE, drafted, models

UP = Column("up_id", "INTEGER", True, kind=NUMBER)
TO_U = ForeignKey(("up_id",), "u", ("id",), "fk_t_up_id")
BARE = replace(TABLE, columns=(ID, UP, NAME), foreign_keys=(TO_U,))
PAIR = (Unique(("up_id", "name"), "uq_t_up_id"),)
INDEX = (Index("t_up_id_name_idx", (IndexKey("up_id"), IndexKey("name"))),)
HEAD = (
    "    with op.batch_alter_table('t', table_kwargs={'sqlite_autoincrement': True}) as batch_op:\n        "
)
ON_MYSQL = "    if op.get_bind().dialect.name == 'mysql':\n        "
LOOK = (
    f"\n{ON_MYSQL}if 'fk_t_up_id' in [index['name'] for index in sa.inspect(op.get_bind()).get_indexes('t')]:\n"
    "            op.drop_index('fk_t_up_id', 't')\n"
)
OF_KEY = f"{ON_MYSQL}op.create_index('fk_t_up_id', 't', ['up_id'])\n\n"


def bodies(before: Table, after: Table, metadata: sa.MetaData) -> Tuple[str, str]:
    text, said = drafted(before, after, metadata)
    assert not said
    up, _, down = text.partition("def upgrade():\n")[2].partition("\n\ndef downgrade():\n")
    return up, down


METADATA = models(sa.Column("up_id", sa.Integer()), sa.Column("name", sa.String(9), server_default="x"))
CASES = {
    "a unique constraint that serves a foreign key": (
        BARE, replace(BARE, uniques=PAIR),
        f"{HEAD}batch_op.create_unique_constraint('uq_t_up_id', ['up_id', 'name'])\n{LOOK}",
        f"{OF_KEY}{HEAD}batch_op.drop_constraint('uq_t_up_id', type_='unique')\n",
    ),
    "an index that does": (
        BARE, replace(BARE, indexes=INDEX),
        f"    op.create_index('t_up_id_name_idx', 't', ['up_id', 'name'])\n{LOOK}",
        f"{OF_KEY}    op.drop_index('t_up_id_name_idx', 't')\n",
    ),
    "a foreign key that goes with its column": (
        replace(BARE, uniques=(Unique(("up_id",), "uq_t_up_id"),)), replace(BARE, columns=(ID, NAME), foreign_keys=()),
        f"{HEAD}batch_op.drop_constraint('fk_t_up_id', type_='foreignkey')\n"
        "        batch_op.drop_constraint('uq_t_up_id', type_='unique')\n        batch_op.drop_column('up_id')\n",
        f"    op.add_column('t', sa.Column('up_id', sa.Integer()))\n\n{HEAD}"
        "batch_op.create_unique_constraint('uq_t_up_id', ['up_id'])\n"
        "        batch_op.create_foreign_key('fk_t_up_id', 'u', ['up_id'], ['id'])\n",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_a_draft(name: str) -> None:
    before, after, up, down = CASES[name]
    found = bodies(before, after, METADATA)
    assert found[0] == up
    assert found[1] == down


def test_a_text_of_the_releases_was_no_type_of_values() -> None:
    """SQLite shows that its type changes: so nothing is left open."""
    text = Column("gist_type", "VARCHAR(128)", False, kind=TEXT, length=128)
    before = replace(TABLE, name="gists", columns=(ID, text))
    after = replace(before, columns=(ID, replace(text, type="VARCHAR(7)", length=7)))
    kind = sa.Enum("public", "private", name="gist_type")
    metadata = models(sa.Column("gist_type", kind, nullable=False), name="gists")
    assert drafted(before, after, metadata)[1] == ""
    # of another table nobody knows
    one, other = (replace(table, name="t") for table in (before, after))
    metadata = models(sa.Column("gist_type", kind, nullable=False))
    assert "postgresql t.gist_type: it may not have had its Enum" in drafted(one, other, metadata)[1]


def test_a_word_of_the_server_s_is_quoted_there() -> None:
    """SQLite takes it for a name as it is."""
    user = Column("user", "INTEGER", True, kind=NUMBER)
    gone = replace(TABLE, columns=(ID, NAME, user), checks=(Check("user > 0 or name = 'user'", "ck"),))
    down = drafted(gone, replace(gone, checks=()), MODELS)[0].partition("def downgrade")[2]
    assert """sa.text('"user" > 0 or name = \\'user\\'')""" in down
    assert """sa.text("user > 0 or name = 'user'")""" in down
