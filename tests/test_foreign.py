"""Code that is not ours does not end our process: what it raises is an error with a place."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Tuple

import pytest

from kallithea_dbdev.foreign import ExitCalledError, foreign_code

from .projects import Project, codes, one_line

#: Ways to end a process; none of them may be ours.
EXITS = ["sys.exit(0)", "raise SystemExit('text')", "raise KeyboardInterrupt", "exit()"]


@pytest.mark.parametrize("code", EXITS)
def test_the_place_is_told(tmp_path: Path, code: str) -> None:
    path = tmp_path / "script.py"
    path.write_text(f"import sys\n\ndef work():\n    {code}\n")
    names: "dict[str, object]" = {}
    exec(compile(path.read_text(), str(path), "exec"), names)
    with pytest.raises(ExitCalledError) as caught, foreign_code():
        names["work"]()  # type: ignore[operator]
    assert str(caught.value).startswith("script.py:4 wants to end the process")
    assert any(frame.path == path for frame in caught.traceback)


def test_an_error_stays_what_it_is() -> None:
    with pytest.raises(KeyError), foreign_code():
        raise KeyError


@pytest.mark.parametrize("code", EXITS)
@pytest.mark.parametrize("direction", ["upgrade", "downgrade"])
def test_in_a_step_it_is_an_error_of_the_step(project: Project, direction: str, code: str) -> None:
    bodies = {"upgrade": "pass", "downgrade": "pass", direction: f"import sys\n{code}"}
    project.write_script(**bodies)
    report = project.verify(status=1)
    assert f"{direction}-fails" in codes(report)
    (finding,) = (found for found in report["findings"] if found["code"] == f"{direction}-fails")
    assert "feedc0ffee00_by_hand.py:" in f"{finding}"
    assert "wants to end the process" in f"{finding}"


#: When a step loads the script afresh, and not before.
AGAIN = "import inspect\nif any(f.function == 'run_step' for f in inspect.stack()):\n    raise SystemExit(0)"


@pytest.mark.parametrize(
    ("file", "code", "place", "status"),
    [
        ("script", "import sys; sys.exit(0)", r"feedc0ffee00_by_hand\.py:7", 1),
        ("script", AGAIN, r"feedc0ffee00_by_hand\.py:9", 1),
        ("models", "import sys; sys.exit(0)", r"db\.py:\d+", 2),
        ("models", "raise SystemExit('text')", r"db\.py:\d+", 2),
        ("environment", "import sys; sys.exit(0)", r"env\.py:\d+", 2),
    ],
)
def test_at_load_time_the_place_is_told(
    project: Project, file: str, code: str, place: str, status: int
) -> None:
    path = project.write_script("pass", head=code) if file == "script" else {
        "models": project.models, "environment": project.versions.parent / "env.py",
    }[file]  # fmt: skip
    if file != "script":
        path.write_text(f"{path.read_text()}\n\n{code}\n")
    done = project.gearbox("db-verify")
    assert done.returncode == status, done.stdout + done.stderr
    assert re.search(rf"{place} wants to end the process", " ".join((done.stdout + done.stderr).split()))
    if status == 2:
        one_line(done.stderr, place)


@pytest.mark.parametrize("words", [("db-throwaway", "-c", "temp.ini"), ("db-verify",)], ids=lambda w: w[0])
def test_in_the_set_up_the_place_is_told(project: Project, words: Tuple[str, ...]) -> None:
    text = project.models.read_text()
    line = next(line for line in text.splitlines() if "def __init__(self, key=''" in line)
    project.models.write_text(text.replace(line, f"{line}\n        raise SystemExit(0)", 1))
    before = project.snapshot()
    done = project.gearbox(*words)
    assert done.returncode == 2, done.stdout + done.stderr
    one_line(done.stderr, r"set-up failed.*db\.py:\d+ wants to end the process")
    assert project.snapshot() == before
