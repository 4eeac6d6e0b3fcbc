"""What scripts say without being loaded, and which of them may be left unloaded."""

from __future__ import annotations

from pathlib import Path

import pytest

from kallithea_dbdev.links import Links, is_loaded, stands_alone
from kallithea_dbdev.migrations import Chain, Scripts

QUIET = '''"""script {revision}"""
revision = {revision!r}
down_revision = {below!r}
branch_labels = None
depends_on = None
'''


def chain_of(folder: Path, texts: "dict[str, str]") -> Scripts:
    """A folder with these scripts, file -> text."""
    (folder / "versions").mkdir(parents=True)
    (folder / "env.py").write_text("")
    for name, text in texts.items():
        (folder / "versions" / name).write_text(text)
    return Scripts(folder)


def test_a_chain_of_known_headers_is_the_same(tmp_path: Path) -> None:
    below = {"a": None, "b": "a", "c": "a", "d": ("b", "c")}
    texts = {f"{name}.py": QUIET.format(revision=name, below=under) for name, under in below.items()}
    scripts = chain_of(tmp_path, texts)
    real = Chain(scripts)
    links = real.links()
    assert Links("d.py", "d", ("b", "c"), (), (), "script d") in links and len(links) == 4
    # What they say now is of no interest any more: they are not loaded.
    for name in texts:
        (tmp_path / "versions" / name).write_text("raise RuntimeError")
    known = Chain(scripts, links)
    assert known.head == real.head and known.between(None, "d") == real.between(None, "d")
    assert [script.doc for script in known.directory.walk_revisions()] == [
        script.doc for script in real.directory.walk_revisions()
    ]
    assert not any(is_loaded(script) for script in known.directory.walk_revisions())


def test_a_script_is_loaded_when_it_is_run(tmp_path: Path) -> None:
    alone = QUIET + "KALLITHEA_DBDEV = []\nfrom alembic import op\n"
    texts = {
        "a.py": QUIET.format(revision="a", below=None),
        "b.py": alone.format(revision="b", below="a"),
        "c.py": (QUIET + "import kallithea\n").format(revision="c", below="b"),
    }
    scripts = chain_of(tmp_path, texts)
    chain = Chain(scripts, Chain(scripts).links())
    assert chain.reloaded("b").module.op and chain.declared("b") == ()
    assert [is_loaded(chain.script(name)) for name in "abc"] == [False, True, False]
    # What may use what the others import has them loaded, as at a site.
    chain.reloaded("c")
    assert all(is_loaded(chain.script(name)) for name in "abc")


@pytest.mark.parametrize(
    "more",
    [
        "import os\nos.environ['A'] = 'b'\n",
        "import sqlalchemy\nsqlalchemy.String.length = 3\n",
        "print('loaded')\n",
        "for i in range(3):\n    pass\n",
        "branch_labels = {1: 2}\n",
        "revision = 'a' + ''\n",
        "depends_on = tuple([])\n",
    ],
)
def test_what_does_more_than_define_is_loaded_each_time(tmp_path: Path, more: str) -> None:
    text = QUIET.format(revision="a", below=None) + more
    assert Chain(chain_of(tmp_path, {"a.py": text})).links() == ()


@pytest.mark.parametrize(
    ("source", "alone"),
    [
        ("from alembic import op\nimport sqlalchemy as sa\nfrom sqlalchemy.sql import table", True),
        ("import datetime, json", True),
        ("def upgrade():\n    from kallithea.model import db", False),
        ("import kallithea", False),
        ("from kallithea import model", False),
        ("from . import other", False),
        ("import os", False),
        ("def upgrade():\n    __import__('kallithea.model.db')", False),
    ],
)
def test_who_stands_alone(source: str, alone: bool) -> None:
    assert stands_alone(source) is alone
