"""Where in the source a finding is."""

from __future__ import annotations

from typing import Optional

import pytest

from kallithea_dbdev.findings import make
from kallithea_dbdev.verification.places import Source, Sources, line_in_models, line_in_script

SCRIPT = """\
import sqlalchemy as sa
users = sa.table('users')


def upgrade():
    with op.batch_alter_table('users') as batch_op:
        batch_op.add_column(sa.Column('theme', sa.String(40)))
    op.execute("UPDATE ui SET ui_value = 'x'")


def downgrade():
    with op.batch_alter_table('users') as batch_op:
        batch_op.drop_column('theme')
"""
MODELS = """\
class Setting(Base):
    __tablename__ = 'settings'
    value = Column('app_settings_value', String(4096))


class Ui(Base):
    __tablename__ = 'ui'
    __table_args__ = (Index('ui_index', 'ui_section'),)
    ui_id = Column(Integer())
    ui_section = Column(String(255))
"""


@pytest.mark.parametrize(
    ("direction", "names", "line"),
    [
        ("upgrade", ("theme", "users"), 7),
        ("upgrade", ("users",), 6),
        ("upgrade", ("ui",), 8),
        ("upgrade", ("ui_value", "ui"), 8),
        ("upgrade", ("nobody",), 5),
        # part of a word is no name
        ("upgrade", ("user", "ui"), 8),
        ("upgrade", (), 5),
        ("downgrade", ("theme", "users"), 13),
        ("downgrade", ("ui",), 11),
    ],
)
def test_the_line_of_a_script(direction: str, names: "tuple[str, ...]", line: int) -> None:
    assert line_in_script(SCRIPT, direction, names) == line


@pytest.mark.parametrize("text", ["", "upgrade = None\n", "def upgrade(:\n", "\0"])
def test_a_script_without_that_function(text: str) -> None:
    assert line_in_script(text, "upgrade", ("users",)) == 1


@pytest.mark.parametrize(
    ("table", "thing", "line"),
    [
        ("ui", "ui_section", 8),
        ("ui", "ui_id", 9),
        ("ui", "ui_index", 8),
        ("ui", "", 6),
        ("ui", "nothing", 6),
        ("settings", "app_settings_value", 3),
        ("users", "x", None),
    ],
)
def test_the_line_of_the_models(table: str, thing: str, line: Optional[int]) -> None:
    assert line_in_models(MODELS, table, thing) == line
    assert line_in_models("class X(:", table, thing) is None


def test_a_finding_gets_both_where_they_are_known() -> None:
    sources = Sources({"abc": Source("versions/abc.py", SCRIPT)}, Source("model/db.py", MODELS))
    of_step = make("autoincrement", "sqlite", "x", table="users", revision="abc", direction="downgrade")
    of_script = make("script-commits", "sqlite", "x", revision="abc")
    of_model = make("column-type", "sqlite", "x", table="ui", object="ui_id")
    of_column = make(
        "column-extra", "sqlite", "x", table="users", object="theme", revision="abc", direction="upgrade"
    )
    assert [f.line for f in sources.placed((of_column,))] == [7]
    unknown = make("table-extra", "sqlite", "x", table="old")
    other = make("upgrade-fails", "sqlite", "x", revision="other")
    placed = sources.placed((of_step, of_script, of_model, unknown, other))
    assert [(f.file, f.line) for f in placed] == [
        ("versions/abc.py", 12), ("versions/abc.py", 5), ("model/db.py", 9), (None, None), (None, None),
    ]  # fmt: skip
    assert sources.placed(placed) == placed
    raised = make("upgrade-fails", "sqlite", "x", revision="abc", direction="upgrade", line=8)
    assert [(f.file, f.line) for f in sources.placed([raised])] == [("versions/abc.py", 8)]
    assert Sources({}).placed((of_model,)) == (of_model,)
