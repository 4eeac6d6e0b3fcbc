"""Every command line in the documentation is run, in order, in a project with a model change."""

from __future__ import annotations

import importlib
import json
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any, Dict, List, Tuple

import pytest

from kallithea_dbdev.reports import Look, page_of, render

from .commands.test_revision import COLUMN, LONGER, TABLE, change
from .conftest import need
from .projects import VERSION, Project, environment, run, run_forked
from .reports.examples import REPORT
from .servers import ENGINES

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.rst", *sorted((ROOT / "docs").glob("*.rst"))]
WITH_COMMANDS = [page for page in PAGES if "$ " in page.read_text(encoding="utf-8")]


def command_lines(page: Path) -> List[Tuple[str, int, List[str]]]:
    """The lines after ``$``, the exit status that each must have, and the lines that stand below it."""
    found: List[Tuple[str, int, List[str]]] = []
    below: List[str] = []
    for line in page.read_text(encoding="utf-8").splitlines():
        command = re.match(r"\s+\$ (.*)", line)
        status = re.match(r"\s+\(exit status (\d)\)", line)
        if command:
            below = []
            found.append((command.group(1), 0, below))
        elif status:
            found[-1] = (found[-1][0], int(status.group(1)), below)
        elif line and not line.startswith(" "):
            below = []  # the end of the block
        elif line:
            below.append(line)
    return found


def skeleton(line: str) -> str:
    """A line without what is another in each run: folders, revisions, numbers."""
    line = re.sub(r"\b(?=[a-f]*\d)[0-9a-f]{12}(?=\b|_)", "REV", re.sub(r"[^\s]*/", "", line.strip()))
    return " ".join(re.sub(r"\d+(\.\d+)*", "N", line).split())


@pytest.mark.parametrize("page", WITH_COMMANDS, ids=lambda page: page.name)
def test_every_command_line_does_what_the_page_says(
    project: Project, page: Path, running: Dict[str, Any]
) -> None:
    change(project, COLUMN, LONGER, TABLE)
    for command, status, below in command_lines(page):
        for engine in ENGINES:
            if engine in command:
                need(engine, running)
        done = run_forked(*shlex.split(command), cwd=project.instance, checkout=project.checkout)
        assert done.returncode == status, f"{command}\n{done.stdout}{done.stderr}"
        if VERSION == "0.7.0":
            lines = [skeleton(line) for line in done.stdout.splitlines()]
            # The drivers that are installed end one of them.
            missing = [b for b in below if not any(found.startswith(skeleton(b)) for found in lines)]
            assert not missing, f"{command}\n{missing}\n{done.stdout}"


def test_all_three_commands_and_all_their_options_are_documented() -> None:
    from kallithea_dbdev.commands import revision, throwaway, verify

    for name, cls in {
        "throwaway": throwaway.ThrowawayCommand,
        "revision": revision.RevisionCommand,
        "verify": verify.VerifyCommand,
    }.items():
        text = (ROOT / "docs" / f"{name}.rst").read_text(encoding="utf-8")
        for action in cls(None, None).get_parser(f"gearbox db-{name}")._actions:
            assert action.help
            assert action.option_strings[-1] in text or action.option_strings[0] in text, action


@pytest.mark.parametrize("name", ["throwaway", "revision", "verify"])
def test_the_page_and_the_help_name_options_and_defaults_alike(name: str) -> None:
    module = importlib.import_module(f"kallithea_dbdev.commands.{name}")
    command = getattr(module, f"{name.capitalize()}Command")(None, None)
    text = (ROOT / "docs" / f"{name}.rst").read_text(encoding="utf-8")
    for action in command.get_parser(f"gearbox db-{name}")._actions:
        metavar = f"[{action.metavar}]" if action.nargs == "?" else action.metavar
        written = [
            f"``{option} {metavar}" if metavar else f"``{option}``" for option in action.option_strings
        ]
        assert any(option in text for option in written), written
        for default in re.findall(r"\(default: ([\w.]+|standard output)\)", action.help or ""):
            assert default in text, (written, default)


def test_make_targets_in_the_documentation_exist() -> None:
    targets = {
        t for page in PAGES for t in re.findall(r"``?make (\w+)|^\s+make (\w+)", page.read_text(), re.M)
    }
    names = {name for pair in targets for name in pair if name}
    assert {"demo", "test", "lint", "docs", "bench"} <= names
    done = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, env=environment())
    for name in names:
        assert re.search(rf"^{name}\s", done.stdout, re.MULTILINE), name


def test_the_json_page_names_every_key() -> None:
    text = (ROOT / "docs" / "json.rst").read_text(encoding="utf-8")
    report = json.loads(render(page_of(REPORT), "json", Look()))
    parts = [report, *report["engines"], *report["steps"], *report["findings"], *report["accepted"]]
    parts += [statement for step in report["steps"] for statement in step["longest"]]
    parts += [lock for step in report["steps"] for lock in step["locks"]]
    assert len(parts) > 5
    for key in {key for part in parts for key in part}:
        assert f"``{key}``" in text, key


def test_the_findings_page_can_be_generated(tmp_path: Path) -> None:
    code = f"import runpy; print(runpy.run_path({str(ROOT / 'docs' / 'conf.py')!r})['findings_page']())"
    done = run(sys.executable, "-c", code, cwd=tmp_path)
    assert "``upgrade-again-fails``" in done.stdout
