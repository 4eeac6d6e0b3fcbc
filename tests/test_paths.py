"""Folders with names that URLs, ini files, Alembic and shells trip over: everything works in them."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from .projects import VERSION, Project, head_status, one_line, run_forked

pytestmark = pytest.mark.skipif(VERSION != "0.7.0", reason="does not depend on the release")


@pytest.mark.parametrize(
    "name",
    [
        'a b\'s "é" #;$HOME[x]{y}*\\ 数据库',
        "50% off",
        "50%20off %% %(here)s",
    ],
)
def test_everything_works_in_a_folder_of_any_name(template: Project, tmp_path: Path, name: str) -> None:
    folder = tmp_path / name
    folder.mkdir()
    for file in ("development.ini", "kallithea.db"):
        shutil.copyfile(template.instance / file, folder / file)
    for status, words in (
        (head_status("sqlite"), ("db-verify", "-c", "development.ini")),
        (0, ("db-revision", "-c", "development.ini", "--check")),
        (0, ("db-throwaway", "-c", "temp.ini")),
        (0, ("db-throwaway", "-c", "temp.ini")),
        (0, ("db-throwaway", "-c", "temp.ini", "--drop")),
    ):
        done = run_forked("gearbox", *words, cwd=folder, checkout=template.checkout)
        assert (done.returncode, done.stderr) == (status, ""), words
        assert str(folder) in done.stdout or "--check" in words
    assert sorted(path.name for path in folder.iterdir()) == ["development.ini", "kallithea.db"]


def test_everything_works_with_a_temporary_folder_of_any_name(project: Project, tmp_path: Path) -> None:
    """Kallithea and Alembic are handed URLs of databases there."""
    temporary = tmp_path / "50% off? #;"
    temporary.mkdir()
    for status, words in (
        (head_status("sqlite"), ("db-verify", "-c", "development.ini")),
        (0, ("db-revision", "-c", "development.ini", "--check")),
        (0, ("db-throwaway", "-c", "temp.ini")),
    ):
        done = project.gearbox(*words, TMPDIR=str(temporary))
        assert (done.returncode, done.stderr) == (status, ""), words
    assert not list(temporary.iterdir())


@pytest.mark.parametrize("name", ["what?", "two\nlines"])
def test_a_path_that_no_url_can_hold_is_refused(template: Project, tmp_path: Path, name: str) -> None:
    (tmp_path / name).mkdir()
    done = run_forked(
        "gearbox", "db-throwaway", "-c", f"{name}/temp.ini", cwd=tmp_path, checkout=template.checkout
    )
    assert (done.returncode, done.stdout) == (2, "")
    one_line(done.stderr, r"temp\.ini: a database URL cannot hold '\?' or a line break; use another folder")
    assert [path.name for path in tmp_path.rglob("*")] == [name]


def test_a_path_that_no_ini_file_can_hold_is_refused(template: Project, tmp_path: Path) -> None:
    done = run_forked(
        "gearbox", "db-throwaway", "-c", "caf\udce9.ini", cwd=tmp_path, checkout=template.checkout
    )
    assert (done.returncode, done.stdout) == (2, "")
    one_line(
        done.stderr, r"caf\\udce9\.ini: the path is not UTF-8: an ini file cannot name it; use another name"
    )
    assert not list(tmp_path.iterdir())
