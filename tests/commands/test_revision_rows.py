"""Rows that the set-up of the new code writes otherwise: drafted up and down, a site's own left alone."""

from __future__ import annotations

from ..projects import HEAD, Project
from .test_revision import DRAFT


def test_settings_are_inserted_and_renamed(project: Project) -> None:
    manage = project.checkout / "kallithea" / "lib"
    original = manage.resolve()
    manage.unlink()
    manage.mkdir()
    for path in original.iterdir():
        if path.name not in ("db_manage.py", "__pycache__"):
            (manage / path.name).symlink_to(path)
    text = (original / "db_manage.py").read_text()
    assert text.count("('show_version', True, 'bool'),") == 1, text
    text = text.replace(
        "('show_version', True, 'bool'),",
        "('show_version', True, 'bool'),\n            ('motto', 'it\\'s', 'unicode'),",
    ).replace("('ga_code', '', 'unicode'),", "('ga_code_id', '', 'unicode'),")
    (manage / "db_manage.py").write_text(text)
    done = project.gearbox("db-revision", "--check")
    assert (done.returncode, done.stdout) == (
        1,
        "settings: the row 'ga_code' says something else than a fresh set-up writes\n"
        "settings: the row 'motto' is missing; a fresh set-up writes it\n"
        "a migration is needed\n",
    )
    done = project.gearbox(*DRAFT)
    assert done.returncode == 0, done.stdout + done.stderr
    names = (
        "SELECT app_settings_name, app_settings_value FROM settings "
        "WHERE app_settings_name IN ('motto', 'ga_code', 'ga_code_id') ORDER BY 1"
    )
    project.sql("UPDATE settings SET app_settings_value = 'UA-1' WHERE app_settings_name = 'ga_code'")
    project.tool("alembic", "-c", "development.ini", "upgrade", "head")
    assert project.sql(names) == [("ga_code_id", "UA-1"), ("motto", "it's")]
    project.tool("alembic", "-c", "development.ini", "downgrade", HEAD)
    assert project.sql(names) == [("ga_code", "UA-1")]
    # what a site has made before is its own
    project.sql("INSERT INTO settings (app_settings_name, app_settings_value) VALUES ('motto', 'ours')")
    project.tool("alembic", "-c", "development.ini", "upgrade", "head")
    assert project.sql(names) == [("ga_code_id", "UA-1"), ("motto", "ours")]
