"""A script that goes for the file of the configured database gets an error, and the file stays."""

from __future__ import annotations

from typing import Any, Dict, Tuple

import pytest

from ..commands.test_revision import DRAFT
from ..conftest import need
from ..projects import VERSION, Project

pytestmark = pytest.mark.skipif(VERSION != "0.7.0", reason="does not depend on the release")

GOES_FOR_IT = {
    "opens it": "open({path!r}, 'w').close()",
    "removes it": "import os\nos.remove({path!r})",
    "moves its folder": "import os\nos.rename(os.path.dirname({path!r}), {path!r} + '-old')",
}


@pytest.mark.parametrize("how", GOES_FOR_IT)
def test_a_step(project: Project, how: str) -> None:
    before = project.snapshot()
    project.write_script(GOES_FOR_IT[how].format(path=str(project.database)))
    report = project.verify(status=1)
    (failure,) = (f for f in report["findings"] if f["code"] == "upgrade-fails")
    assert "a migration may not write to the configured database" in failure["message"]
    assert failure["fix"].startswith("leave the files of the database alone: ")
    assert [f["code"] for f in report["findings"] if f["code"] == "original-changed"] == []
    assert project.snapshot() == before


def test_a_script_that_does_so_when_it_is_loaded(project: Project) -> None:
    before = project.snapshot()
    project.write_script("pass", head=f"open({str(project.database)!r}, 'w').close()")
    for words in (
        ("db-verify",), ("db-verify", "--no-cache"), ("db-verify", "--release", "0.7.0"), DRAFT, (*DRAFT, "--no-cache"),
    ):  # fmt: skip
        done = project.gearbox(*words)
        assert done.returncode in (1, 2)
        said = " ".join((done.stdout + done.stderr).split())
        assert "a migration may not write to the configured database" in said
        assert project.snapshot() == before


@pytest.mark.parametrize("words", [("--release", "0.5.2"), ("--engine", "postgresql")])
def test_with_whatever_a_walk_begins(
    project: Project, running: Dict[str, Any], words: Tuple[str, ...]
) -> None:
    if "postgresql" in words:
        need("postgresql", running)
    before = project.snapshot()
    project.write_script(GOES_FOR_IT["opens it"].format(path=str(project.database)))
    done = project.gearbox("db-verify", *words)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "may not write to the configured database" in " ".join(done.stdout.split())
    assert project.snapshot() == before
