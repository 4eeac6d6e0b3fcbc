"""Folders and names with characters that ini files and URLs trip over."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from kallithea_dbdev import config

from .projects import VERSION, Project, head_status, one_line

pytestmark = pytest.mark.skipif(VERSION != "0.7.0", reason="does not depend on the release")


@pytest.fixture
def odd(template: Project, tmp_path: Path) -> Project:
    """A development instance in such a folder; nobody writes to its checkout."""
    root = tmp_path / "50% off #1 %(here)s é"
    root.mkdir()
    shutil.copytree(template.instance, root / "instance")
    (root / "checkout").symlink_to(template.checkout)
    return Project(root)


def test_the_commands_work_in_a_folder_with_a_percent_sign(odd: Project) -> None:
    before = odd.snapshot()
    done = odd.gearbox("db-verify")
    assert (done.returncode, done.stderr) == (head_status("sqlite"), "")
    done = odd.gearbox("db-revision", "--check")
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    assert "no migration is needed" in done.stdout
    done = odd.gearbox("db-throwaway", "-c", "100%temp%%.ini", "--repos", odd.instance / "repos")
    assert done.returncode == 0, done.stderr
    assert odd.sql("SELECT count(*) FROM users", path=odd.instance / "100%temp%%.db") == [(2,)]
    # As often as you like, and from one another.
    done = odd.gearbox("db-throwaway", "-c", "100%temp%%.ini")
    assert done.returncode == 0, done.stderr
    done = odd.gearbox("db-throwaway", "-c", "other.ini", "--from", "100%temp%%.ini")
    assert done.returncode == 0, done.stderr
    assert [found.url for found in config.databases(odd.instance / "100%temp%%.ini")] == [
        f"sqlite:///{odd.instance}/100%temp%%.db?timeout=60"
    ]
    for name in ("100%temp%%.ini", "other.ini"):
        done = odd.gearbox("db-throwaway", "-c", name, "--drop")
        assert done.returncode == 0, done.stderr
    assert odd.snapshot() == before


def test_a_name_with_which_nothing_would_work_gets_one_line(odd: Project) -> None:
    before = odd.snapshot()
    for name, message in (
        ("what?.ini", r"what\?\.ini: .*cannot hold '\?'"),
        ("a#b.ini", r"a#b\.ini: .*'#' in its name"),
    ):
        done = odd.gearbox("db-throwaway", "-c", name)
        assert done.returncode == 2
        one_line(done.stderr, f"{message}.*; use another name")
    assert odd.snapshot() == before


@pytest.mark.parametrize(("name", "typed"), [("./-x.ini", "./-x.ini"), ("a b.ini", "'a b.ini'")])
def test_a_name_is_told_as_one_types_it(project: Project, name: str, typed: str) -> None:
    """What is said to go on with works."""
    done = project.gearbox("db-throwaway", "-c", name)
    assert done.returncode == 0, done.stderr
    assert f"go on with:    gearbox serve -c {typed}\n" in done.stdout
    project.change_models(("ui_value = Column(String(255)", "ui_value = Column(String(1000)"))
    done = project.gearbox("db-revision", "-c", name, "-m", "x")
    assert f"gearbox db-verify -c {typed}), alembic -c {typed} upgrade head" in done.stdout, done.stderr
    done = project.gearbox("db-revision", "-c", name, "-m", "y")
    one_line(done.stderr, f"alembic -c {typed} upgrade head")


def test_a_script_whose_name_is_no_utf_8(project: Project) -> None:
    """Python reads it like any other, and each report names it."""
    path = project.write_script("op.drop_table('not_there')")
    path.rename(path.with_name(os.fsdecode(b"caf\xe9.py")))
    reports = [("sarif", "report.sarif"), ("json", "report.json"), ("html", "report.html")]
    words = [word for name, file in reports for word in ("--format", name, "--output", file)]
    for _ in range(2):  # made, and remembered
        done = project.gearbox("db-verify", *words, "--format", "text")
        assert (done.returncode, done.stderr) == (1, "")
        assert r"at kallithea/alembic/versions/caf\udce9.py:10" in done.stdout
    assert "versions/caf%E9.py" in (project.instance / "report.sarif").read_text()
    assert r"versions/caf\udce9.py" in (project.instance / "report.json").read_text()
