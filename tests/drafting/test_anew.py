"""What a script that is drafted anew loses."""

from __future__ import annotations

import pytest

from kallithea_dbdev.drafting.anew import lost_lines

BEFORE = """\
def upgrade():
    # TODO: ui.ui_value: becomes NOT NULL
    op.a()
    op.b()

    if odd(
        1,
    ):
        # by hand
        op.a()
"""


@pytest.mark.parametrize(
    ("after", "lost"),
    [
        (BEFORE, ()),
        ("", ("def upgrade():", "    op.a()", "    op.b()", "    if odd(", "        1,", "        # by hand", "        op.a()")),
        # moved, indented otherwise, once less
        (BEFORE.replace("    op.a()\n    op.b()", "    if x:\n        op.b()\n        op.a()"), ()),
        (BEFORE.replace("        op.a()\n", ""), ("        op.a()",)),
    ],
)  # fmt: skip
def test_lost_lines(after: str, lost: "tuple[str, ...]") -> None:
    assert lost_lines(BEFORE, after) == lost
