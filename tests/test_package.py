"""The package in gearbox: entry points, help, quick starts, a missing or foreign Kallithea."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from .projects import Project, one_line, run

COMMANDS = ("db-throwaway", "db-revision", "db-verify")


def test_gearbox_lists_the_commands(tmp_path: Path) -> None:
    done = run("gearbox", "help", cwd=tmp_path)
    for command in COMMANDS:
        assert re.search(rf"^  {command} +\S", done.stdout, re.MULTILINE)
    assert "Could not load" not in done.stdout


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_has_help_with_examples(tmp_path: Path, command: str) -> None:
    done = run("gearbox", "help", command, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert f"gearbox {command} -c " in done.stdout
    assert "exit status: 0 =" in done.stdout


@pytest.mark.parametrize(
    "words", [("help",), ("help", "db-verify"), ("help", "db-revision"), ("help", "db-throwaway")]
)
def test_help_imports_neither_kallithea_nor_alembic(tmp_path: Path, words: "tuple[str, ...]") -> None:
    code = (
        "import sys; from gearbox.main import GearBox\n"
        "try: GearBox().run(sys.argv[1:])\n"
        "except SystemExit: pass\n"
        "print('IMPORTED', sorted({'kallithea', 'alembic', 'sqlalchemy', 'mako'} & set(sys.modules)))"
    )
    done = run(sys.executable, "-c", code, *words, cwd=tmp_path)
    # gearbox up to 0.4.1 comes with a command of its own that needs no more than itself
    assert done.stdout.splitlines()[-1] == "IMPORTED []"


def test_no_option_begins_like_one_of_gearbox() -> None:
    """gearbox swallows its options and their abbreviations anywhere on the line."""
    import argparse

    from kallithea_dbdev.commands import revision, throwaway, verify

    theirs = ("--verbose", "--quiet", "--version", "--log-file", "--debug", "--relative", "--help")
    for cls in (throwaway.ThrowawayCommand, revision.RevisionCommand, verify.VerifyCommand):
        parser: argparse.ArgumentParser = cls(None, None).get_parser("gearbox db-x")
        for action in parser._actions:
            for option in action.option_strings:
                assert not any(their.startswith(option) for their in theirs), option
                assert option not in ("-v", "-q", "-h")


def test_kallithea_missing(project: Project) -> None:
    hide = project.root / "hide"
    hide.mkdir()
    (hide / "sitecustomize.py").write_text(
        "import sys\n"
        "class Hide:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        if name.split('.')[0] == 'kallithea':\n"
        "            raise ModuleNotFoundError('No module named kallithea', name='kallithea')\n"
        "sys.meta_path.insert(0, Hide())\n"
    )
    done = run("gearbox", "db-verify", "-c", "development.ini", cwd=project.instance, checkout=hide)
    assert done.returncode == 2
    one_line(done.stderr, r"Kallithea is not installed for .*python.*; install Kallithea there")


@pytest.mark.parametrize("version", [(0, 5, 0), (0, 6, 2), (0, 8, 0), (1, 0, 0)])
def test_kallithea_of_another_version(project: Project, version: "tuple[int, ...]") -> None:
    other = project.root / "other" / "kallithea"
    other.mkdir(parents=True)
    dotted = ".".join(map(str, version))
    (other / "__init__.py").write_text(f"VERSION = {version}\n__version__ = '{dotted}'\n")
    done = run("gearbox", "db-verify", "-c", "development.ini", cwd=project.instance, checkout=other.parent)
    assert done.returncode == 2
    one_line(
        done.stderr, rf"Kallithea {re.escape(dotted)} is not supported: this version works with 0\.6\.3 up to"
    )


def test_the_development_tip_is_supported(project: Project) -> None:
    init = project.checkout / "kallithea" / "__init__.py"
    text = init.read_text()
    init.unlink()  # it is a link to the installed file
    init.write_text(re.sub(r"^VERSION = .*$", "VERSION = (0, 7, 99)", text, flags=re.MULTILINE))
    done = project.gearbox("db-verify", "-c", "development.ini")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("Kallithea 0.7.99,")
