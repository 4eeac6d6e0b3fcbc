"""Foreign code that leaves the process without a word: the place is told, and its own children may."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from kallithea_dbdev.folders import PREFIX
from kallithea_dbdev.foreign import ExitCalledError, foreign_code

from .projects import Project, codes

LEAVING = ["import os; os._exit(0)", "from os import _exit; _exit(0)"]


@pytest.mark.parametrize("code", LEAVING)
def test_the_place_is_told(tmp_path: Path, code: str) -> None:
    path = tmp_path / "script.py"
    path.write_text(f"\n{code}\n")
    with pytest.raises(ExitCalledError, match=r"script\.py:2 wants to end the process \(exit status 0\)"):
        with foreign_code(), foreign_code():
            exec(compile(path.read_text(), str(path), "exec"), {})


def test_afterwards_it_is_what_it_was() -> None:
    before = os._exit
    with foreign_code():
        with foreign_code():
            pass
        assert os._exit is not before
    assert os._exit is before


def test_a_child_of_foreign_code_leaves() -> None:
    with foreign_code():
        pid = os.fork()
        if not pid:
            os._exit(7)
    assert os.WEXITSTATUS(os.waitpid(pid, 0)[1]) == 7


def test_in_a_step_it_is_an_error_of_the_step(project: Project) -> None:
    project.write_script(LEAVING[0])
    report = project.verify(status=1)
    assert codes(report) == ["upgrade-fails"]
    assert "feedc0ffee00_by_hand.py:10 wants to end the process (exit status 0)" in str(report["findings"])


@pytest.mark.parametrize("after", ["pass", "raise OSError('in the child')"], ids=["comes back", "fails"])
def test_what_a_script_has_forked_makes_no_report(project: Project, after: str) -> None:
    body = f"import os\nchild = os.fork()\nif child:\n    os.waitpid(child, 0)\nelse:\n    {after}"
    project.write_script(body)
    # Servers of other tests have their folders there, too.
    before = sorted(Path(os.environ["TMPDIR"]).glob(f"{PREFIX}*"))
    done = project.gearbox("db-verify", "-c", "development.ini", "--format", "json", "--no-accept")
    assert len(json.loads(done.stdout)["engines"]) == 1
    assert done.returncode in (0, 1)
    assert sorted(Path(os.environ["TMPDIR"]).glob(f"{PREFIX}*")) == before
