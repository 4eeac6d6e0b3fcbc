"""Rows that the set-up of the new code writes otherwise: drafted up and down, a site's own left alone."""

from __future__ import annotations

from ..projects import HEAD, Project
from .test_revision import DRAFT

#: A permission renamed, one with its grant new, one gone; another default grant.
PERMISSIONS = (
    ("        ('hg.register.manual_activate', ", "        ('hg.register.manual_activation', "),
    ("        'hg.register.manual_activate',\n", "        'hg.register.manual_activation',\n"),
    ("        ('hg.admin', ", "        ('hg.wiki.read', _('Wiki')),\n        ('hg.admin', "),
    ("        'hg.extern_activate.auto',\n", "        'hg.extern_activate.auto',\n        'hg.wiki.read',\n"),
    ("        ('hg.usergroup.create.false', _('Only admins can create user groups')),\n", ""),
    ("        'hg.fork.repository',\n", "        'hg.fork.none',\n"),
)
#: Who has which permission.
GRANTS = (
    "SELECT username, permission_name FROM user_to_perm JOIN users USING (user_id) "
    "JOIN permissions USING (permission_id) WHERE permission_name NOT LIKE '%.read' AND "
    "permission_name NOT LIKE 'hg.create.%' AND permission_name NOT LIKE 'hg.extern%' "
    "OR permission_name LIKE 'hg.wiki.%' ORDER BY 1, 2"
)


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
    text = text.replace("            ('extensions', 'hggit', '', False),\n", "")
    text = text.replace("('dashboard_items', 100, 'int')", "('dashboard_items', 200, 'int')")
    (manage / "db_manage.py").write_text(text)
    project.change_models(*PERMISSIONS)
    done = project.gearbox("db-revision", "--check")
    assert (done.returncode, done.stdout) == (
        1,
        "permissions: the row 'hg.register.manual_activate' should be 'hg.register.manual_activation', "
        "as a fresh set-up writes it\n"
        "permissions: the row 'hg.wiki.read' is missing; a fresh set-up writes it\n"
        "settings: the row 'dashboard_items' says something else than a fresh set-up writes\n"
        "settings: the row 'ga_code' should be 'ga_code_id', as a fresh set-up writes it\n"
        "settings: the row 'motto' is missing; a fresh set-up writes it\n"
        "user_to_perm: the row 'default hg.fork.repository' should be 'default hg.fork.none', "
        "as a fresh set-up writes it\n"
        "user_to_perm: the row 'default hg.wiki.read' is missing; a fresh set-up writes it\n"
        "ui: the row 'extensions hggit' should not be there; a fresh set-up does not write it\n"
        "permissions: the row 'hg.usergroup.create.false' should not be there; a fresh set-up does not write it\n"
        "a migration is needed\n",
    )
    done = project.gearbox(*DRAFT)
    assert done.returncode == 0, done.stdout + done.stderr
    names = (
        "SELECT app_settings_name, app_settings_value FROM settings "
        "WHERE app_settings_name IN ('motto', 'ga_code', 'ga_code_id') ORDER BY 1"
    )
    items = "SELECT app_settings_value FROM settings WHERE app_settings_name = 'dashboard_items'"
    hggit = "SELECT ui_value FROM ui WHERE ui_key = 'hggit'"
    default = ["hg.fork.repository", "hg.register.manual_activate"]
    assert project.sql(GRANTS) == [("default", name) for name in default]
    assert project.verify(status=0)
    # On a database that nobody has changed: there, and back.
    project.tool("alembic", "-c", "development.ini", "upgrade", "head")
    new = ["hg.fork.none", "hg.register.manual_activation", "hg.wiki.read"]
    assert project.sql(GRANTS) == [("default", name) for name in new]
    assert (project.sql(names), project.sql(hggit)) == ([("ga_code_id", ""), ("motto", "it's")], [])
    assert project.sql(items) == [("200",)]
    assert not project.sql("SELECT * FROM permissions WHERE permission_name = 'hg.usergroup.create.false'")
    project.tool("alembic", "-c", "development.ini", "downgrade", HEAD)
    assert project.sql(GRANTS) == [("default", name) for name in default]
    assert (project.sql(names), project.sql(hggit)) == ([("ga_code", "")], [("",)])
    assert project.sql(items) == [("100",)]
    assert not project.sql("SELECT * FROM permissions WHERE permission_name = 'hg.wiki.read'")
    # What a site has made is its own.
    project.sql(
        "UPDATE settings SET app_settings_value = 'UA-1' WHERE app_settings_name = 'ga_code'",
        "INSERT INTO settings (app_settings_name, app_settings_value) VALUES ('motto', 'ours')",
        "UPDATE ui SET ui_value = '/ours' WHERE ui_key = 'hggit'",
        "DELETE FROM user_to_perm WHERE permission_id = "
        "(SELECT permission_id FROM permissions WHERE permission_name = 'hg.fork.repository')",
        "INSERT INTO user_to_perm (user_id, permission_id) SELECT 2, permission_id FROM permissions "
        "WHERE permission_name = 'hg.usergroup.create.false'",
    )
    project.tool("alembic", "-c", "development.ini", "upgrade", "head")
    ours = [("admin", "hg.usergroup.create.false"), *(("default", name) for name in new[1:])]
    assert project.sql(GRANTS) == ours
    assert project.sql(names) == [("ga_code_id", "UA-1"), ("motto", "ours")]
    assert project.sql(hggit) == [("/ours",)]
    project.tool("alembic", "-c", "development.ini", "downgrade", HEAD)
    assert project.sql(names) == [("ga_code", "UA-1"), ("motto", "ours")]
