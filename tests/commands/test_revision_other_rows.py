"""db-revision: what becomes stricter for rows that the development database has none of is no proof."""

from __future__ import annotations

import re
from typing import Tuple

import pytest

from ..projects import VERSION, Project
from .test_revision import DRAFT, change

pytestmark = pytest.mark.skipif(VERSION != "0.7.0", reason="does not depend on the release")

INDEX = "        Index('u_username_idx', 'username'),"
COLUMN = "    user_id = Column(Integer(), primary_key=True)\n    username = "
CASES = {
    # An expression of which the values may be the same; another comparison.
    "expression": ((INDEX, f"{INDEX}\n        Index('u_lower_idx', sqlalchemy.text('lower(username)'), unique=True),"), ()),
    "collation": (
        ("username = Column(String(255), nullable=False, unique=True)",
         "username = Column(String(255, collation='NOCASE'), nullable=False, unique=True)"), (),
    ),
    # What one said of the rows of this database.
    "fill": (
        (COLUMN, COLUMN.replace("    username", "    contact = Column(String(255), nullable=False, default=lambda context: 'x')\n    username")),
        ("--fill", "users.contact=email"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_rows_of_other_sites(project: Project, name: str) -> None:
    texts, words = CASES[name]
    pair: Tuple[str, str] = texts
    project.sql("UPDATE users SET email = username || '@x.org'")
    change(project, pair)
    done = project.gearbox(*DRAFT, "--stdout", *words)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "# TODO: " in done.stdout and "rows-refused" in done.stderr, done.stderr
    # The lines that are named are those of the script as it is written, with the TODOs in it.
    named = re.findall(r"at \w+\.py:(\d+)", " ".join(done.stderr.split()))
    lines = done.stdout.splitlines()
    assert all(
        lines[int(number) - 1].strip().startswith(("op.", "with op.", "batch_op.")) for number in named
    )
    assert named
