"""db-revision --no-rename: what is gone is dropped, and the draft is complete."""

from __future__ import annotations

from ..projects import Project
from .test_revision import DRAFT, change
from .test_revision_renames import GIST


def test_what_is_gone_is_dropped(project: Project) -> None:
    change(project, GIST)
    done = project.gearbox(*DRAFT, "--stdout", "--no-rename", "--fill", "gists.description='x'")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "data_changes = [\n    ('gists', 'gist_description', 'removed'),\n]\n" in done.stdout
    assert "batch_op.drop_column('gist_description')" in done.stdout and "TODO" not in done.stdout
    assert "warning cannot-restore" in done.stderr and "rename-lost" not in done.stderr
