"""Functions of a script that Alembic passes over without a word."""

from __future__ import annotations

from typing import List

import pytest

from kallithea_dbdev.verification.source import never_run

from ..projects import VERSION, Project

TWICE = "def upgrade():\n    pass\n\ndef downgrade():\n    pass\n\ndef upgrade():\n    pass\n"


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (TWICE, ["upgrade 1 line 7 defines it again, and only that is run"]),
        ("async def downgrade():\n    pass\n", ["downgrade 1 async def only makes a coroutine, which nobody awaits"]),
        ("x = 1\ndef upgrade():\n    for a in ():\n        yield a\n",
         ["upgrade 2 with a yield in it it is a generator, which nobody asks for anything"]),
        ("def upgrade():\n    def rows():\n        yield 1\n    f = lambda: (yield)\n    async def g(): pass\n", []),
        ("def helper():\n    yield 1\ndef helper():\n    pass\ndef upgrade():\n    pass\ndef downgrade():\n    pass\n", []),
        ("if 1:\n    def upgrade():\n        pass\nelse:\n    def upgrade():\n        pass\n", []),
    ],
)  # fmt: skip
def test_what_is_never_run(source: str, expected: List[str]) -> None:
    assert [f"{name} {line} {why}" for name, line, why in never_run(source)] == expected


@pytest.mark.skipif(VERSION != "0.7.0", reason="does not depend on the release")
def test_what_a_merge_has_left_twice(project: Project) -> None:
    path = project.write_script("op.execute('UPDATE users SET lastname = 1')")
    path.write_text(path.read_text() + "\n\ndef upgrade():\n    pass\n")
    (finding,) = project.verify(status=1)["findings"]
    assert (finding["code"], finding["direction"], finding["line"]) == ("function-never-runs", "upgrade", 9)
    assert finding["message"] == "upgrade() is never run: line 17 defines it again, and only that is run"
