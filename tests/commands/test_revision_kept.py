"""db-revision --keep-columns: the downgrade leaves what the upgrade only added."""

from __future__ import annotations

from typing import Any, Dict

from ..conftest import need
from ..projects import HEAD, Project
from .test_revision import ADD_ALL, COLUMN, DRAFT, change
from .test_revision_engines import ALL

REFERENCE = (
    "    user_ip = Column(String(255), nullable=True)\n",
    "    user_ip = Column(String(255), nullable=True)\n"
    "    gist_id = Column(Integer(), ForeignKey('gists.gist_id'), nullable=True, index=True)\n"
    "    code = Column(String(20), nullable=True, unique=True)\n"
    "    facts = Column(sqlalchemy.JSON(), nullable=True)\n",
)


def test_new_columns_stay_on_all_engines(project: Project, running: Dict[str, Any]) -> None:
    for engine in ("postgresql", "mysql"):
        need(engine, running)
    change(project, ADD_ALL, COLUMN, REFERENCE)
    done = project.gearbox(*DRAFT, "--keep-columns", "--sql", *ALL)
    assert done.returncode == 0, done.stdout + done.stderr
    look = "if 'theme' not in [column['name'] for column in sa.inspect(op.get_bind()).get_columns('users')]:"
    first, _, rest = done.stdout.partition("\n-- sqlite: upgrade\n")
    assert "-- upgrade() asks the database, so alembic upgrade --sql cannot run it:\n--     " in first
    assert f"--     {look}\n" in first and "dialect" not in first and "-- downgrade()" not in first
    assert "DROP COLUMN" not in rest and rest.count("DROP NOT NULL") == 5
    report = project.verify(status=0)
    found = {(f["code"], f["severity"]) for f in report["findings"] if f.get("revision") != HEAD}
    assert found <= {("downgrade-keeps-column", "note"), ("column-order", "note")}, found
    # The real alembic; between the two the older version inserts.
    for way, target in (("upgrade", "head"), ("downgrade", HEAD)):
        project.tool("alembic", "-c", "development.ini", way, target)
    project.sql(
        "INSERT INTO users (username, password, active, admin, firstname, lastname, api_key, created_on) "
        "VALUES ('joe', '', 1, 0, '', '', 'k', '2026-01-01 00:00:00.000000')",
        "UPDATE users SET motto = 'mine' WHERE username = 'admin'",
    )
    columns = {row[1] for row in project.sql("PRAGMA table_info(users)")}
    assert {"theme", "motto", "air"} <= columns
    project.tool("alembic", "-c", "development.ini", "upgrade", "head")
    assert project.sql("SELECT motto, level, theme FROM users WHERE username IN ('admin', 'joe') ORDER BY username") == [
        ("mine", 3, "light"), ("it's", 3, "light"),
    ]  # fmt: skip
