"""db-revision drafts from what every site has: nothing of the development database gets into it."""

from __future__ import annotations

import re
from typing import Any, Dict

from ..conftest import need
from ..engines.test_servers import name_of
from ..projects import Project
from ..servers import Server
from .test_revision import DRAFT, LONGER, change

#: What only the development database has: one of each kind.
ODD = (
    "CREATE TABLE db_session (id VARCHAR(64) NOT NULL PRIMARY KEY)",
    "ALTER TABLE users ADD COLUMN site_phone VARCHAR(20)",
    "CREATE INDEX site_index ON users (lastname)",
    "ALTER TABLE ui ADD COLUMN ui_note VARCHAR(20)",
)
#: Names of what only it has, or lacks.
NAMES = ("db_session", "site_phone", "site_index", "ui_note", "u_email_idx")


def check_and_draft(project: Project) -> None:
    """--check without a change of the models, then a draft with one, and what each tells."""
    done = project.gearbox("db-revision", "-c", "development.ini", "--check")
    assert (done.returncode, done.stdout) == (0, "no migration is needed\n")
    for name in NAMES:
        assert done.stderr.count(name) == 1, done.stderr
    assert "which is no part of the draft: db_session: should not be there: table of" in done.stderr
    assert "users.u_email_idx: is missing; every site has INDEX (email)" in done.stderr
    change(project, LONGER)
    done = project.gearbox(*DRAFT, "--stdout")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "batch_op.alter_column('ui_value'" in done.stdout
    for name in NAMES:
        assert name not in done.stdout
        assert done.stderr.count(name) == 1, done.stderr


def test_what_only_the_development_database_has_or_lacks(project: Project) -> None:
    project.sql(
        *ODD, "CREATE TABLE _alembic_tmp_users (a INTEGER)", "DROP INDEX u_email_idx",
        "DROP TABLE statistics",
        "CREATE TABLE statistics (languages BLOB NOT NULL, commit_activity_combined BLOB NOT NULL, "
        "commit_activity BLOB NOT NULL, stat_on_revision INTEGER NOT NULL, "
        "stat_id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, repository_id INTEGER NOT NULL UNIQUE "
        "REFERENCES repositories (repo_id))",
    )  # fmt: skip
    check_and_draft(project)


def test_what_only_a_database_on_a_server_has_or_lacks(server_project: Project, server: Server) -> None:
    drop = "DROP INDEX u_email_idx" + (" ON users" if server.engine == "mysql" else "")
    server.sql(name_of(server_project), *ODD, drop)
    check_and_draft(server_project)
    assert server.scratch() == []


#: No engine but PostgreSQL has times with a zone.
ZONE = (
    "    last_login = Column(DateTime(timezone=False), nullable=True)\n",
    "    last_login = Column(DateTime(timezone=True), nullable=True)\n",
)


def test_what_only_another_engine_shows(project: Project, running: Dict[str, Any]) -> None:
    need("postgresql", running)
    change(project, ZONE)
    done = project.gearbox("db-revision", "-c", "development.ini", "--check")
    assert (done.returncode, done.stdout) == (0, "no migration is needed\n")
    assert re.search(
        r"sqlite alone does not show a change of .*users\.last_login \(time zone\): "
        r"--engine sqlite,postgresql,mysql does",
        done.stderr,
    )
    ini = project.instance / "development.ini"
    ini.write_text(ini.read_text() + "\n[kallithea_dbdev]\nengine = sqlite, postgresql\n")
    done = project.gearbox("db-revision", "-c", "development.ini", "--check")
    assert done.returncode == 1, done.stderr
    assert done.stdout.startswith("postgresql: users.last_login: type is timestamp without time zone; ")
    done = project.gearbox(*DRAFT, "--stdout")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "def upgrade():\n    if op.get_bind().dialect.name == 'postgresql':\n" in done.stdout
    ini.write_text(ini.read_text().replace("sqlite, postgresql", "oracle"))
    done = project.gearbox("db-revision", "-c", "development.ini", "--check")
    assert done.returncode == 2
    assert "oracle is no engine" in done.stderr


def test_options_of_an_index_on_another_engine_are_named(project: Project) -> None:
    index = "        Index('u_email_idx', 'email'"
    change(project, (index, f"{index}, postgresql_ops={{'email': 'varchar_pattern_ops'}}, mysql_length=20"))
    done = project.gearbox(*DRAFT)
    said = " ".join((done.stdout + done.stderr).split())
    assert (
        "sqlite alone does not show a change of users.u_email_idx (mysql_length), users.u_email_idx (postgresql_ops)"
        in said
    )
