"""What a step is refused for is said with all that the server says, and with its place."""

from __future__ import annotations

import pytest

from kallithea_dbdev.operations.rebuilds import READS_NAMED_CHECKS

from ..commands.test_verify import found
from ..projects import VERSION, Project
from ..servers import Server

pytestmark = pytest.mark.skipif(VERSION != "0.7.0", reason="none of this depends on the release")

DUPLICATE = (
    'op.execute("INSERT INTO settings (app_settings_name, app_settings_value, app_settings_type) '
    "SELECT app_settings_name, 'x', 'unicode' FROM settings WHERE app_settings_name = 'title'\")"
)


def test_sqlite(project: Project) -> None:
    project.write_script(DUPLICATE)
    message = found(project.verify(status=1), "upgrade-fails")["message"]
    assert (
        "raises: UNIQUE constraint failed: settings.app_settings_name; at feedc0ffee00_by_hand.py:" in message
    )


@pytest.mark.skipif(not READS_NAMED_CHECKS, reason="older versions of Alembic lose the CHECK")
def test_a_check_on_a_column_that_goes(project: Project) -> None:
    """The fix, put into the batch, makes the step run."""
    batch = "with op.batch_alter_table('ui', table_kwargs={'sqlite_autoincrement': True}) as batch_op:"
    project.write_script(f"{batch}\n    batch_op.drop_column('ui_active')")
    failure = found(project.verify(status=1), "upgrade-fails")
    first, *lines = failure["fix"].splitlines()
    assert first == "the CHECK on the column goes with it, in the same batch:"
    body = "\n".join(f"    {line.strip()}" for line in lines)
    project.write_script(f"{batch}\n{body}\n    batch_op.drop_column('ui_active')")
    assert "upgrade-fails" not in [f["code"] for f in project.verify(status=1)["findings"]]


def test_a_servers_detail(server_project: Project, server: Server) -> None:
    server_project.write_script(DUPLICATE)
    message = found(server_project.verify(status=1), "upgrade-fails")["message"]
    said = {
        "postgresql": "duplicate key value violates unique constraint",
        "mysql": "Duplicate entry 'title' for key",
    }[server.engine]
    assert said in message
    if server.engine == "postgresql":
        assert "; detail: Key (app_settings_name)=(title) already exists.; at feedc0ffee00" in message


def test_several_lines_of_a_script_are_one(project: Project) -> None:
    project.write_script("raise ValueError('first\\n  second\\n\\nthird')")
    message = found(project.verify(status=1), "upgrade-fails")["message"]
    assert "raises: ValueError: first second third; at feedc0ffee00_by_hand.py:10" in message


def test_the_applications_own_failure_has_its_place(project: Project) -> None:
    """A class that SQLAlchemy cannot load: the line of the models is named."""
    text = project.models.read_text(encoding="utf-8")
    project.models.write_text(
        text + "\n\nfrom sqlalchemy import event\n\n\n@event.listens_for(Setting, 'load')\ndef refuse(*_):\n"
        "    raise ValueError('one\\ntwo')\n",
        encoding="utf-8",
    )
    lines = project.models.read_text(encoding="utf-8").count("\n")
    done = project.gearbox("db-verify", "-c", "development.ini")
    assert "ValueError: one two (" in done.stdout + done.stderr
    assert f"kallithea/model/db.py, line {lines})" in done.stdout + done.stderr
