"""db-revision --replace and --empty through the real gearbox."""

from __future__ import annotations

import re

from .. import repositories
from ..projects import HEAD, Project
from .test_revision import COLUMN, DRAFT, LONGER, change


def test_the_newest_script_is_drafted_anew(project: Project) -> None:
    repositories.new("git", project.checkout)
    change(project, COLUMN)
    assert project.gearbox(*DRAFT).returncode == 0
    (path,) = project.versions.glob("*users_add_theme_and_notes.py")
    first = path.read_text()
    project.tool("alembic", "-c", "development.ini", "upgrade", "head")
    # a second thought, with a database that has the first one
    change(project, LONGER)
    before = project.snapshot()
    done = project.gearbox("db-revision", "-c", "development.ini", "--replace")
    assert done.returncode == 0, done.stdout + done.stderr
    assert project.snapshot() == before
    assert (list(project.versions.glob("*users_add*")), f"written: {path}\n" in done.stdout) == ([path], True)
    second = path.read_text()
    head = first.index("def upgrade")
    assert second[:head] == first[:head] and f"down_revision = '{HEAD}'" in second
    assert "op.add_column('users', sa.Column('theme'" in second and "'ui_value'" in second
    assert "not what every site has" not in done.stdout and "is not run on it" not in done.stdout
    # the same again is the same, and a date that somebody wrote stays
    dated = re.sub("Create Date: .*", "Create Date: 2020-06-15 12:30:37.420321", second)
    path.write_text(dated)
    done = project.gearbox("db-revision", "-c", "development.ini", "--replace", "--stdout")
    assert (done.returncode, done.stdout) == (0, dated)
    repositories.commit("git", project.checkout)
    done = project.gearbox("db-revision", "-c", "development.ini", "--replace")
    assert done.returncode == 2
    assert f"{path.name}: the newest script is committed already; --replace is for one" in done.stderr


def test_an_empty_script(project: Project) -> None:
    project.database.unlink()
    message = 'ui: what "they" call C:\\new is """it"""'
    done = project.gearbox("db-revision", "--empty", "-m", message)
    assert done.returncode == 0, done.stderr
    (path,) = project.versions.glob("*_ui_what_they_call_c_new_is_it.py")
    assert done.stdout == f"written: {path}\nfill it in, then run gearbox db-verify\n"
    text = path.read_text()
    assert text.endswith("def upgrade():\n    pass\n\n\ndef downgrade():\n    pass\n")
    assert compile(text, "script", "exec").co_consts[0].startswith(f"{message}\n\nRevision ID: ")
    assert re.search(r"^Create Date: \d{4}-\d\d-\d\d 00:00:00$", text, re.MULTILINE)
    again = project.gearbox("db-revision", "--empty", "-m", message, "--stdout")
    assert again.returncode == 0, again.stderr
    assert f"down_revision = '{path.name[:12]}'" in again.stdout
    assert again.stderr == "fill it in, then run gearbox db-verify\n"
