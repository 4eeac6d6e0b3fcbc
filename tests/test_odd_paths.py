"""Folders and names with characters that ini files and URLs trip over."""

from __future__ import annotations

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
