"""What a script does when it is loaded, and no more of its text, counts where nobody runs it."""

from __future__ import annotations

import pytest

from kallithea_dbdev.memory.outline import outline

SCRIPT = '''"""A script."""
revision = "a"
from alembic import op
{head}
data_changes = [("ui", "*", "added")]

def helper():
    return {helper}

def upgrade():
    op.execute("{body}")

def downgrade(): pass
'''


def text(head: str = "", helper: str = "1", body: str = "SELECT 1") -> str:
    return SCRIPT.format(head=head, helper=helper, body=body)


def outlined(script: str) -> str:
    return outline(script, ("upgrade", "downgrade"), ("data_changes",))


def test_what_only_a_run_does_is_not_in_the_outline() -> None:
    other = text(body="SELECT 2; x").replace("pass", "op.drop_table('x')").replace('"added"', '"removed"')
    assert outlined(text()) == outlined(other + "\n# a remark\n")
    assert "SELECT" not in outlined(text()) and "added" not in outlined(text())


@pytest.mark.parametrize(
    "other",
    [
        text(head="import kallithea.model.db"),
        text(helper="2"),
        text().replace('revision = "a"', 'revision = "b"'),
        text().replace("upgrade()", "upgrade(engine=None)"),
        text() + "\nop.execute = None\n",
    ],
)
def test_what_loading_does_is_in_the_outline(other: str) -> None:
    assert outlined(text()) != outlined(other)


@pytest.mark.parametrize(
    "head",
    [
        "import atexit; atexit.register(lambda: upgrade())",
        "globals()['upgrade']()",
        "eval('upgrade()')",
        "import sys; sys.modules[__name__].upgrade()",
        "print(data_changes)",
    ],
)
def test_where_loading_may_reach_a_function_its_whole_text_counts(head: str) -> None:
    assert outlined(text(head=head)) != outlined(text(head=head, body="SELECT 2"))


def test_a_constant_that_is_computed_counts() -> None:
    script = text().replace('data_changes = [("ui", "*", "added")]', "data_changes = [f()]")
    assert "f" in outlined(script) and outlined(script) != outlined(script.replace("f()", "g()"))
