"""A result stands alone on standard output, whatever Kallithea's own code prints."""

from __future__ import annotations

import ast
import json
import os
from typing import Tuple

import pytest

from kallithea_dbdev.aside import said_aside

from .commands.test_revision import DRAFT, LONGER, change
from .projects import VERSION, Project

pytestmark = pytest.mark.skipif(VERSION != "0.7.0", reason="does not depend on the release")

#: Ways to speak: through Python, past it, by a program, and to where Python would.
SPEAKING = 'print("chatter 1"); os.write(1, b"chatter 2\\n"); os.system("echo chatter 3"); sys.__stdout__.write("chatter 4")'


def test_the_outermost_turns_it_away_and_back(capfd: pytest.CaptureFixture[str]) -> None:
    with said_aside():
        with said_aside():
            print("1")
        os.system("echo 2")
    print("said by us")
    said = capfd.readouterr()
    assert (said.out, sorted(said.err.split())) == ("said by us\n", ["1", "2"])


@pytest.mark.parametrize("where", ["import", "set-up"])
@pytest.mark.parametrize(
    "words",
    [
        ("db-verify", "-c", "development.ini", "--format", "json", "--no-cache"),
        (*DRAFT, "--no-cache", "--stdout"),
        ("db-throwaway", "-c", "temp.ini"),
        ("db-throwaway", "-c", "temp.ini", "--from", "development.ini"),
    ],
    ids=lambda words: f"{words[0]} {words[-1]}",
)
def test_what_the_models_print(project: Project, words: Tuple[str, ...], where: str) -> None:
    change(project, LONGER)
    text = project.models.read_text()
    if where == "import":
        text = f"{text}\nimport os, sys\n{SPEAKING}\n"
    else:
        line = next(line for line in text.splitlines() if "def __init__(self, key=''" in line)
        text = text.replace(line, f"{line}\n        import os, sys\n        {SPEAKING}", 1)
    project.models.write_text(text)
    done = project.executable(*words)
    assert "chatter" not in done.stdout and "chatter 1\n" in done.stderr
    if "json" in words:
        json.loads(done.stdout)
    elif "--stdout" in words:
        ast.parse(done.stdout)
    else:
        assert done.stdout.startswith("database: ")
