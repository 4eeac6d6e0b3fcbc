"""db-revision --replace over a script that somebody has edited, or that joins branches."""

from __future__ import annotations

from ..projects import HEAD, Project
from .test_revision import COLUMN, change

MESSAGE = "users: add theme and notes\n\nRevision ID: none\nof its own"
SCRIPT = '''\
"""{message}

Revision ID: {revision}
Revises: {lower}
Create Date: 2026-01-01 00:00:00

"""

revision = {revision!r}
down_revision = {lower!r}
branch_labels = {labels!r}
depends_on = {depends!r}

from alembic import op


def upgrade():
    op.execute("UPDATE ui SET ui_value = 'https://joe:s3kRet@h.org'")


def downgrade():
    pass
'''


def script(
    project: Project, revision: str, lower: object, labels: object = None, depends: object = None
) -> None:
    more = {"message": MESSAGE, "lower": lower, "labels": labels, "depends": depends}
    (project.versions / f"{revision}_x.py").write_text(SCRIPT.format(revision=revision, **more))


def test_what_is_lost_is_told_and_the_head_stays(project: Project) -> None:
    change(project, COLUMN)
    script(project, "aaaa00000001", HEAD, ("theme",), "f62826179f39")
    done = project.gearbox("db-revision", "--replace")
    assert done.returncode == 0, done.stdout + done.stderr
    told = 'aaaa00000001_x.py: lines that it had and this draft does not have:\n    op.execute("UPDATE ui SET'
    assert told in done.stdout and "s3kRet" not in done.stdout + done.stderr
    text = (project.versions / "aaaa00000001_x.py").read_text()
    assert f'"""{MESSAGE}\n\nRevision ID: aaaa00000001\n' in text
    assert "\nbranch_labels = ('theme',)\ndepends_on = 'f62826179f39'\n" in text
    # twice the same gives the same, and nothing is lost
    done = project.gearbox("db-revision", "--replace")
    assert done.returncode == 0 and "lines that it had" not in done.stdout
    assert (project.versions / "aaaa00000001_x.py").read_text() == text
    # what joins branches changes nothing
    script(project, "aaaa00000002", HEAD)
    script(project, "aaaa00000003", ("aaaa00000001", "aaaa00000002"))
    done = project.gearbox("db-revision", "--replace")
    assert done.returncode == 2
    assert (
        "aaaa00000003_x.py: the newest script joins aaaa00000001, aaaa00000002; --replace is" in done.stderr
    )
    # what makes no script may be a setting of alembic's, too
    ini = project.instance / "development.ini"
    ini.write_text(ini.read_text().replace("[alembic]\n", "[alembic]\nfile_template = sub/%%(rev)s\n"))
    done = project.gearbox("db-revision", "--empty", "-m", "x")
    assert done.returncode == 2
    assert "this template makes no script: FileNotFoundError: " in done.stderr
    assert "mend it, or file_template, timezone and the like in [alembic]" in done.stderr
