"""db-revision --base and db-throwaway --at: databases of other changesets, made by their own code."""

from __future__ import annotations

import os
import signal
import subprocess
from pathlib import Path

import pytest

from .. import repositories
from ..projects import HEAD, Project, environment
from ..test_processes import wait_for
from .test_revision import COLUMN, DRAFT, LONGER, change

#: A table that the models of a changeset have, and that no script makes.
ONCE = ("class UserLog(", "this is no Python\n\nclass UserLog(")


@pytest.mark.parametrize("program", ["git", "hg"])
def test_a_draft_from_another_changeset(project: Project, program: str) -> None:
    change(project, LONGER)  # without a script: from now on old drift
    repositories.new(program, project.checkout)
    first = repositories.tool(
        program,
        *{"git": ("rev-parse", "HEAD"), "hg": ("id", "--id", "--debug")}[program],
        folder=project.checkout,
    )
    change(project, COLUMN)
    words = ("--base",) if program == "git" else ("--base", first[:12])
    done = project.gearbox(*DRAFT, "--stdout", *words)
    assert done.returncode == 0, done.stderr
    assert "op.add_column('users', sa.Column('theme'" in done.stdout
    assert "ui_value" not in done.stdout
    assert (
        f"before {first[:12]} the models and the scripts differed, which is no part of the draft: ui.ui_value: "
        f"type is VARCHAR(255); {first[:12]} gives VARCHAR(1000)\n"
    ) in done.stderr
    assert done.stderr.count("ui_value") == 1
    # without it, both are what every site lacks
    done = project.gearbox("db-revision", "--check")
    assert done.returncode == 1
    assert "ui.ui_value: type is VARCHAR(255); the models give VARCHAR(1000)" in done.stdout
    if program == "hg":
        return
    # the change is committed: what it began with is its parent
    second = repositories.commit(program, project.checkout)
    done = project.gearbox("db-revision", "--check", "--base")
    assert (done.returncode, done.stdout.splitlines()[0].split(":")[0]) == (1, "users.theme")
    done = project.gearbox("db-revision", "--check", "--base", second)
    assert (done.returncode, done.stdout) == (0, "no migration is needed\n")


def test_changesets_that_make_no_database(project: Project) -> None:
    text = project.models.read_text()
    change(project, ONCE)
    repositories.new("git", project.checkout)
    broken = repositories.tool("git", "rev-parse", "HEAD", folder=project.checkout)
    project.models.write_text(text)
    done = project.gearbox(*DRAFT, "--base", "HEAD")
    assert done.returncode == 2
    assert f"Kallithea of {broken[:12]}: Kallithea cannot be imported: SyntaxError: " in done.stderr
    assert "leave --base out: the draft then begins with a recorded release" in done.stderr
    done = project.gearbox("db-throwaway", "-c", "old.ini", "--at", "HEAD")
    assert done.returncode == 2
    assert f"--at HEAD: Kallithea of {broken[:12]}: Kallithea cannot be imported: SyntaxError" in done.stderr
    assert "install that version in a Python environment of its own" in done.stderr
    done = project.gearbox(*DRAFT, "--base", "nothing")
    assert "nothing: git does not know this changeset in" in done.stderr


def test_the_parent_stands_in_where_no_release_fits(project: Project) -> None:
    project.database.unlink()
    (head,) = project.versions.glob(f"{HEAD}_*.py")
    head.write_text(
        head.read_text().replace(f"revision = '{HEAD}'", "revision = 'aaaaaaaaaaaa'").replace(
            "def upgrade():", "def upgrade():\n    raise ValueError('not for releases')"
        )
    )  # fmt: skip
    change(project, LONGER)
    done = project.gearbox("db-revision", "--check")
    assert done.returncode == 2
    repositories.new("git", project.checkout)
    first = repositories.tool("git", "rev-parse", "HEAD", folder=project.checkout)
    change(project, COLUMN)
    done = project.gearbox("db-revision", "--check")
    assert done.returncode == 1, done.stderr
    assert f"ValueError: not for releases: the draft begins with what {first[:12]} makes" in done.stderr
    assert "users.theme: is missing" in done.stdout and "ui_value" not in done.stdout


def test_a_throwaway_of_another_changeset(project: Project) -> None:
    repositories.new("git", project.checkout)
    change(project, COLUMN)
    repositories.commit("git", project.checkout)
    # What lies in the working folder is no module of ours.
    for name in ("subprocess", "kallithea_dbdev", "gearbox"):
        (project.instance / f"{name}.py").write_text("raise ValueError('mine')\n")
    for ini, words, status in (
        ("old.ini", ("--at=HEAD^",), 0),
        ("new.ini", (), 0),
        ("old.ini", ("--drop",), 0),
    ):
        done = project.gearbox("db-throwaway", "-c", ini, *words)
        assert done.returncode == status, done.stdout + done.stderr
        if ini == "old.ini" and "--drop" not in words:
            assert str(project.instance / "old.ini") in done.stdout
            columns = [
                row[1] for row in project.sql("PRAGMA table_info(users)", path=project.instance / "old.db")
            ]
            assert columns and "theme" not in columns
    columns = [row[1] for row in project.sql("PRAGMA table_info(users)", path=project.instance / "new.db")]
    assert "theme" in columns
    assert not (project.instance / "old.ini").exists()


def test_a_throwaway_of_another_changeset_that_is_interrupted(project: Project, tmp_path: Path) -> None:
    """The code of that changeset cleans up what it has begun, however long it takes; and says so, once."""
    with project.models.open("a") as models:
        # Not where it is only asked whether it can be imported.
        models.write(
            "import os, sys, time\nif 'gearbox.main' in sys.modules:\n"
            "    open(os.environ['BEGUN'], 'w').close()\n    time.sleep(60)\n"
        )
    repositories.new("git", project.checkout)
    temporary = tmp_path / "t"
    temporary.mkdir()
    before = project.snapshot()
    for number in (signal.SIGINT, signal.SIGTERM):
        begun = tmp_path / number.name
        words = ["gearbox", "db-throwaway", "-c", "old.ini", "--at", "HEAD"]
        process = subprocess.Popen(
            words, cwd=project.instance, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            start_new_session=True, env=environment(project.checkout, TMPDIR=str(temporary), BEGUN=str(begun)),
        )  # fmt: skip
        wait_for(begun)
        os.killpg(process.pid, number)
        said = process.communicate(timeout=60)
        assert process.returncode == 128 + number
        assert said == ("", f"gearbox db-throwaway: interrupted by {number.name}; nothing was changed\n")
        assert (list(temporary.iterdir()), project.snapshot()) == ([], before)
