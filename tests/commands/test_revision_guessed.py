"""db-revision where only the application knows what values mean, or none can be had for each row."""

from __future__ import annotations

from ..projects import Project
from .test_revision import DRAFT, change

CHANGES = (
    (
        "    gist_expires = Column(Float(53), nullable=False)",
        "    gist_expires = Column(DateTime(timezone=False), nullable=False)",
    ),
    (
        "    repository_id = Column(Integer(), ForeignKey('repositories.repo_id'), nullable=False, unique=True)\n",
        "",
    ),
    ("    repository = relationship('Repository', single_parent=True)\n", ""),
    ("    stats = relationship('Statistics', cascade='all', uselist=False)\n", ""),
)
MOMENTS = (
    "gists.gist_expires: becomes a moment, numbers are seconds since 1970; rows of other sites may have one: "
    "SELECT * FROM gists WHERE gist_expires IS NOT NULL"
)
PAIRS = (
    "statistics.repository_id: comes back unique, each row needs another one of repositories; "
    "rows of other sites may have none: SELECT * FROM statistics"
)


def test_one_line_each_with_the_query(project: Project) -> None:
    change(project, *CHANGES)
    done = project.gearbox(*DRAFT, "--stdout")
    assert done.returncode == 1, done.stdout + done.stderr
    up, _, down = done.stdout.partition("def downgrade")
    assert f"    # TODO: {MOMENTS}\n    with op.batch_alter_table('gists'" in up
    assert f"    # TODO: {PAIRS}\n    op.add_column('statistics'" in down
    assert done.stdout.count("TODO") == 2
    assert "--fill gists.gist_expires=SQL, which they get" in done.stderr
    assert "    error rows-refused, sqlite, downgrade " in done.stderr
    assert "not complete: 2 differences remain" in done.stderr
    # As somebody said; what is left is the way back.
    done = project.gearbox(*DRAFT, "--stdout", "--fill", "gists.gist_expires='2030-01-01 00:00:00.000000'")
    assert done.returncode == 1, done.stdout + done.stderr
    assert "SET gist_expires = '2030-01-01 00:00:00.000000' WHERE gist_expires IS NOT NULL" in done.stdout
    assert done.stdout.count("TODO") == 1
