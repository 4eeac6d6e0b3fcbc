"""db-revision on a server alone: SQLite, which needs none, is drafted for as well, and tells of the rest."""

from __future__ import annotations

import pytest

from ..projects import Project
from ..servers import Server
from .test_revision import ADD_ALL, DRAFT, LONGER, TABLE_WITH_TYPES, change

#: A type that only PostgreSQL has.
ARRAY = (
    "    user_ip = Column(String(255), nullable=True)\n",
    "    user_ip = Column(String(255), nullable=True)\n"
    "    tags = Column(sqlalchemy.dialects.postgresql.ARRAY(sqlalchemy.Integer), nullable=True)\n",
)
IMPORT = ("import sqlalchemy\n", "import sqlalchemy\nimport sqlalchemy.dialects.postgresql\n")


def test_a_draft_from_a_server_runs_on_sqlite(server_project: Project, server: Server) -> None:
    change(server_project, ADD_ALL, LONGER, TABLE_WITH_TYPES)
    done = server_project.gearbox(*DRAFT, "--stdout")
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"ran on a copy up, down and up again ({server.engine}, sqlite)" in done.stderr
    assert f"written for all engines, run on {server.engine}, sqlite alone: " in done.stderr
    assert "table_kwargs={'sqlite_autoincrement': True}" in done.stdout


@pytest.mark.parametrize("server", ["postgresql"], indirect=True)
def test_models_that_sqlite_cannot_make(server_project: Project, server: Server) -> None:
    change(server_project, IMPORT, ARRAY)
    done = server_project.gearbox(*DRAFT, "--stdout")
    assert done.returncode == 0, done.stderr
    assert "written for postgresql alone: sqlite: " in done.stderr and "user_logs" in done.stderr
    assert "(postgresql), and gave what the models give\ndrafted on postgresql alone: " in done.stderr
