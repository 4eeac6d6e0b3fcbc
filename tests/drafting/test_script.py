"""The text of a migration script."""

from __future__ import annotations

import ast

import pytest

from kallithea_dbdev.drafting.script import asking, dated, filled, in_docstring, shortened, tidy, with_todos

TEMPLATE = '''\
# License

"""area: what and why

Revision ID: abc
Revises: def
Create Date: 2026-11-26 05:20:31.123456

"""

# The following
revision = 'abc'
down_revision = 'def'

from alembic import op
import sqlalchemy as sa


def upgrade():
    pass


def downgrade():
    pass
'''


def test_the_template_filled_in() -> None:
    text = filled(TEMPLATE, {"upgrade": "op.a(sa.b)\n\nif x:\n    op.c()", "downgrade": ""}, [])
    head = TEMPLATE[: TEMPLATE.index("from alembic")]
    assert text == (
        f"{head}import sqlalchemy as sa\nfrom alembic import op\n\n\n"
        "def upgrade():\n    op.a(sa.b)\n\n    if x:\n        op.c()\n\n\ndef downgrade():\n    pass\n"
    )
    ast.parse(text)


def test_only_what_is_used_is_imported() -> None:
    text = filled(
        TEMPLATE, {"upgrade": "op.a('b')", "downgrade": "pass"}, ["from x.y import z"], "d = [\n]\n"
    )
    assert (
        "from alembic import op\nfrom x.y import z\n\n\nd = [\n]\n\n\ndef upgrade():\n    op.a('b')\n" in text
    )
    assert "import sqlalchemy" not in text


@pytest.mark.parametrize("message", ["a", 'a "b"', 'a """b"""', '"', "a\\", "C:\\new", '\\"""', "é\nb"])
def test_a_message_in_a_docstring(message: str) -> None:
    module = ast.parse(f'"""{in_docstring(message)}\n\n"""')
    assert ast.get_docstring(module, clean=False) == f"{message}\n\n"


def test_dated() -> None:
    assert "Create Date: 2026-11-26 00:00:00\n" in dated(TEMPLATE, None)
    assert "Create Date: 2020-01-02 03:04\n" in dated(TEMPLATE, "2020-01-02 03:04")


def test_tidy() -> None:
    assert tidy("a  \n\n\n\n\ndef b():\n    pass\n\n\n") == "a\n\n\ndef b():\n    pass\n"


def test_todos_stand_at_the_top_of_their_function() -> None:
    text = with_todos(TEMPLATE, {"downgrade": ["a b", "c"]})
    assert text.endswith("def downgrade():\n    # TODO: a b\n    # TODO: c\n    pass\n")
    assert text.count("TODO") == 2


def test_shortened() -> None:
    assert shortened("a b c", 5) == "a b c"
    assert shortened("a b c d e", 6) == "a ..."


def test_lines_that_ask_the_database() -> None:
    text = (
        "data_changes = []\n\n\ndef upgrade():\n    if op.get_bind().dialect.name == 'sqlite':\n        pass\n"
        "    if 'a' not in sa.inspect(op.get_bind()).get_columns('b'):\n        op.x()\n\n\n"
        "def downgrade():\n    pass\n"
    )
    lines = ["if 'a' not in sa.inspect(op.get_bind()).get_columns('b'):"]
    assert asking(text) == {"upgrade": lines, "downgrade": []}
