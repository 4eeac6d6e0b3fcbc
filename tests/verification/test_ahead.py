"""A fresh database that is begun before it is known whether it is needed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ..projects import VERSION, Project, run

pytestmark = pytest.mark.skipif(VERSION != "0.7.0", reason="does not depend on the release")

#: What a command does, told step by step.
SCRIPT = """
import json, sys
from contextlib import ExitStack
from pathlib import Path
from kallithea_dbdev.memory.memory import Memory
with ExitStack() as stack:
    memory = Memory.opened(Path("development.ini"))
    from kallithea_dbdev.application.instance import load
    from kallithea_dbdev.verification import ahead
    begun = ahead.begin(load(Path("development.ini")), False, memory, stack)
    told = {"begun": begun.child is not None, "models": "kallithea.model.db" in sys.modules}
    if begun.child:
        state = begun.child.result()
        told["tables"] = sorted(table.name for table in state.schema.tables)
        told["revisions"] = list(state.revisions)
    print(json.dumps(told))
"""


def _run(project: Project, tmp_path: Path) -> "dict[str, object]":
    script = tmp_path / "begin.py"
    script.write_text(SCRIPT)
    # A memory of its own: what other tests use meanwhile makes it begin nothing.
    cache = str(tmp_path / "cache")
    done = run("python", script, cwd=project.instance, checkout=project.checkout, XDG_CACHE_HOME=cache)
    assert done.returncode == 0, done.stderr
    found: "dict[str, object]" = json.loads(done.stdout.splitlines()[-1])
    return found


def test_it_is_begun_once(project: Project, tmp_path: Path) -> None:
    project.models.write_text(project.models.read_text() + "\n# as nobody has them\n")
    first = _run(project, tmp_path)
    assert first["begun"] and first["models"]
    assert {"users", "settings"} <= set(first["tables"])  # type: ignore[call-overload]
    assert len(first["revisions"]) == 1  # type: ignore[arg-type]
    # What is known is not made again, and nothing is imported for it.
    assert _run(project, tmp_path) == {"begun": False, "models": False}


def test_models_that_cannot_be_imported_are_told_in_their_turn(project: Project, tmp_path: Path) -> None:
    project.models.write_text(project.models.read_text() + "\nhalf = nobody\n")
    assert _run(project, tmp_path)["begun"] is False
    done = project.gearbox("db-verify", "-c", "development.ini")
    assert done.returncode == 2 and "nobody" in done.stderr and "db.py" in done.stderr
    assert "already defined" not in done.stderr
