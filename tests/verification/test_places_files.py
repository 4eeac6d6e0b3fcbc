"""The files that places are looked up in: scripts of a chain, scripts of none, the models."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Optional, Tuple

import pytest

from kallithea_dbdev.findings import make
from kallithea_dbdev.verification.places import (
    Source,
    Sources,
    line_in_models,
    line_in_script,
    place_of_script,
)

TEXTS = {
    "one.py": '"""m"""\nrevision = "a"\n\ndown_revision = "b"\n',
    "typed.py": 'revision: str = "a"\ndown_revision: str = "b"\n',
    "odd.py": 'a = b = 1\nx.down_revision = revision = "a"\n',
    "broken.py": "x = (\n",
}


@pytest.mark.parametrize(
    ("name", "line", "variable", "expected"),
    [
        ("one.py", None, "down_revision", ("kallithea/alembic/versions/one.py", 4)),
        ("one.py", None, "revision", ("kallithea/alembic/versions/one.py", 2)),
        ("one.py", None, "labels", ("kallithea/alembic/versions/one.py", 1)),
        ("one.py", 3, "revision", ("kallithea/alembic/versions/one.py", 3)),
        ("typed.py", None, "down_revision", ("kallithea/alembic/versions/typed.py", 2)),
        ("odd.py", None, "b", ("kallithea/alembic/versions/odd.py", 1)),
        ("odd.py", None, "revision", ("kallithea/alembic/versions/odd.py", 2)),
        ("broken.py", None, "revision", ("kallithea/alembic/versions/broken.py", 1)),
        ("elsewhere.py", None, "revision", ("elsewhere.py", 1)),
        ("elsewhere.py", 7, "revision", ("elsewhere.py", 7)),
        (None, None, "revision", (None, None)),
    ],
)  # fmt: skip
def test_a_script_that_is_no_part_of_a_chain(
    tmp_path: Path,
    name: Optional[str],
    line: Optional[int],
    variable: str,
    expected: "Tuple[Optional[str], Optional[int]]",
) -> None:
    package = tmp_path / "kallithea"
    versions = package / "alembic" / "versions"
    versions.mkdir(parents=True)
    for file, text in TEXTS.items():
        (versions / file).write_text(text)
    assert place_of_script(name, line, variable, versions.parent, package) == expected
    # Names begin at the checkout; what is beside it is named by its whole path.
    if name == "one.py":
        found, _ = place_of_script(name, line, variable, versions.parent, tmp_path / "x" / "y")
        assert found == str(versions / "one.py")


MODELS = "class A:\n    x = __tablename__ = 'b'\n    __tablename__: str = 'c'\n    size = 7\n    __tablename__ = 'a'\n    n = C('m')\n"


def test_the_class_of_a_table_is_told_by_its_name_alone() -> None:
    assert [line_in_models(MODELS, table) for table in ("a", "b", "c", "7")] == [1, None, None, None]
    assert line_in_models(MODELS, "a", "m") == 6


@pytest.mark.parametrize(
    "statement", ["INSERT INTO t(a) VALUES (1)", 'UPDATE "t" SET a = 1', "DROP TABLE `t`", "t"]
)
def test_a_statement_speaks_of_a_table(statement: str) -> None:
    assert line_in_script(f"def upgrade():\n    pass\n    run({statement!r})\n", "upgrade", ("t",)) == 3


def test_what_has_a_place_keeps_it_and_what_has_none_gets_none() -> None:
    sources = Sources({"a": Source("a.py", "def upgrade():\n    x('t')\n")}, Source("db.py", MODELS))
    plain = make("column-type", "sqlite", "m", table="t", revision="a")
    known, line = replace(plain, file="other.py", line=9), replace(plain, line=7)
    gone, none = replace(plain, revision=None), replace(plain, revision=None, table=None)
    placed = [(f.file, f.line) for f in sources.placed((plain, known, line, gone, none))]
    assert placed == [("a.py", 2), ("other.py", 9), ("a.py", 7), (None, None), (None, None)]
    assert sources.placed((replace(gone, table="a", object="m"),))[0].line == 6
