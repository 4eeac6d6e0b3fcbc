"""db-revision through the real gearbox, on model changes in a checkout."""

from __future__ import annotations

import re
from typing import Optional

import pytest

from ..projects import BELOW_HEAD, HEAD, PACKAGE, Project, one_line, run

#: A model change that autogenerate and the finishing of the draft express completely.
COLUMN = (
    "    username = Column(String(255), nullable=False, unique=True)\n    password",
    "    username = Column(String(255), nullable=False, unique=True)\n"
    "    theme = Column(String(40), nullable=False, server_default='light', index=True)\n    password",
)
LONGER = (
    "    ui_value = Column(String(255), nullable=True)",
    "    ui_value = Column(String(1000), nullable=True)",
)
TABLE = (
    "class UserLog(",
    "class UserNote(meta.Base, BaseDbModel):\n"
    "    __tablename__ = 'user_notes'\n"
    "    __table_args__ = (_table_args_default_dict,)\n"
    "    note_id = Column(Integer(), primary_key=True)\n"
    "    user_id = Column(Integer(), ForeignKey('users.user_id', ondelete='CASCADE'), nullable=False)\n\n\n"
    "class UserLog(",
)
#: One that autogenerate does not see.
CHECK = (
    "        Index('u_username_idx', 'username'),",
    "        Index('u_username_idx', 'username'),\n"
    "        sqlalchemy.CheckConstraint('length(username) < 1000', name='ck_users_username_length'),",
)
#: One that the set-up can fill, but no existing row has a value for.
WITHOUT_DEFAULT = (
    COLUMN[0],
    COLUMN[1].replace("server_default='light', index=True", "default=lambda: 'light'"),
)
_PLACE = "    last_login = Column(DateTime(timezone=False), nullable=True)\n"
#: Columns that autogenerate renders wrong, for a table with rows or for another engine.
ADDED = {
    "Boolean": "flag = Column(Boolean(), nullable=True)",
    "Boolean with a default": "dark = Column(Boolean(), nullable=False, default=False)",
    "Boolean with a server default": "loud = Column(Boolean(), nullable=False, server_default=sqlalchemy.true())",
    "Boolean with a text": "plain = Column(Boolean(), nullable=False, server_default='0')",
    "number": "level = Column(Integer(), nullable=False, default=3)",
    "text": 'motto = Column(Unicode(40), nullable=False, default="it\'s", index=True)',
    "bytes": "raw = Column(LargeBinary(), nullable=False, default=b'{}')",
    "function": "seen = Column(DateTime(timezone=False), nullable=False, server_default=sqlalchemy.func.now())",
    "Enum": "mood = Column(sqlalchemy.Enum('good', 'bad', name='mood'), nullable=True)",
    "Enum with a default": "air = Column(sqlalchemy.Enum('dry', 'wet', name='air'), nullable=False, default='wet')",
}
ADD_ALL = (_PLACE, _PLACE + "".join(f"    {column}\n" for column in ADDED.values()))
ADDED["query"] = (
    "tally = Column(Integer(), nullable=False, default=sqlalchemy.select([sqlalchemy.func.count()]))"
)
#: Columns that a downgrade adds again as SQLite's reflection names them.
DROP = (
    ("    user_ip = Column(String(255), nullable=True)\n", ""),
    ('    _group_data = Column("group_data", LargeBinary(), nullable=True)', "    _group_data = None"),
)
#: A table that brings a type of its own on PostgreSQL.
TABLE_WITH_TYPES = (
    "class UserApiKeys(",
    "class Weather(meta.Base, BaseDbModel):\n"
    "    __tablename__ = 'weather'\n"
    "    __table_args__ = (_table_args_default_dict,)\n"
    "    weather_id = Column(Integer(), primary_key=True)\n"
    "    kind = Column(sqlalchemy.Enum('sun', 'rain', name='weather_kind'), nullable=False)\n"
    "    warm = Column(Boolean(), nullable=False, server_default=sqlalchemy.false())\n"
    "    noted = Column(DateTime(timezone=False), nullable=False, server_default=sqlalchemy.func.now())\n\n\n"
    "class UserApiKeys(",
)

DRAFT = ("db-revision", "-c", "development.ini", "-m", "users: add theme and notes")


def change(project: Project, *changes: "tuple[str, str]") -> None:
    # 0.6.3 imports Base by name.
    base = "meta.Base" if "meta.Base" in project.models.read_text() else "Base"
    project.change_models(*((old, new.replace("meta.Base", base)) for old, new in changes))


def test_a_complete_draft_is_proven_and_runs_with_the_real_alembic(project: Project) -> None:
    change(project, COLUMN, LONGER, TABLE)
    before = project.snapshot()
    files = set(project.versions.iterdir())
    done = project.gearbox(*DRAFT)
    assert done.returncode == 0, done.stdout + done.stderr
    assert project.snapshot() == before, "the development database is never touched"
    (path,) = set(project.versions.iterdir()) - files - {project.versions / "__pycache__"}
    assert re.fullmatch(r"[0-9a-f]{12}_users_add_theme_and_notes\.py", path.name)
    assert f"written: {path}" in done.stdout
    assert "proven: revision" in done.stdout
    assert done.stdout.endswith(
        "written for all engines, run on sqlite alone: --engine sqlite,postgresql,mysql runs it on all\n"
        "next: read it (edited? gearbox db-verify -c development.ini), alembic -c development.ini upgrade head, "
        "and commit it with the models\n"
    )
    text = path.read_text()
    assert '"""users: add theme and notes\n' in text
    assert f"down_revision = '{HEAD}'" in text
    assert "# ###" not in text
    assert "TODO" not in text
    compile(text, str(path), "exec")
    # the real alembic, up, down and up again
    for target in ("head", HEAD, "head"):
        project.tool(
            "alembic", "-c", "development.ini", "upgrade" if target == "head" else "downgrade", target
        )
    assert project.verify(status=0)["engines"][0]["start"] == path.name[:12]


def test_a_check_is_drafted(project: Project) -> None:
    change(project, COLUMN, CHECK)
    done = project.gearbox(*DRAFT, "--sql")
    assert done.returncode == 0, done.stdout + done.stderr
    assert (
        "\n-- sqlite: upgrade\nALTER TABLE users ADD COLUMN theme VARCHAR(40) DEFAULT 'light'" in done.stdout
    )
    assert "\n\n-- sqlite: downgrade\n" in done.stdout and "alembic_version" not in done.stdout
    (path,) = project.versions.glob("*users_add_theme_and_notes.py")
    assert "create_check_constraint('ck_users_username_length', " in path.read_text()


def test_an_earlier_script_that_writes_to_the_original_shows(project: Project) -> None:
    """It runs before the drafting, on the upgraded recorded release, and never again."""
    project.write_script(
        f"import sqlite3\nbeside = sqlite3.connect({str(project.database)!r})\n"
        "beside.execute('UPDATE users SET lastname = lastname || 1')\nbeside.commit()\nbeside.close()"
    )
    project.sql("UPDATE alembic_version SET version_num = 'feedc0ffee00'")
    written = f"{project.database} was written to during this run: {project.database.name}"
    checked = project.gearbox("db-revision", "--check", "--no-cache")
    assert (checked.returncode, checked.stdout) == (0, "no migration is needed\n")
    assert f"warning original-changed: {written}" in checked.stderr
    nothing = project.gearbox(*DRAFT, "--no-cache")
    assert f"warning original-changed: {written}" in nothing.stdout and "nothing to migrate" in nothing.stdout
    change(project, COLUMN)
    done = project.gearbox(*DRAFT)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "warning original-changed" in done.stdout
    assert written in done.stdout


def test_a_value_for_rows_that_are_there_comes_before_the_default(project: Project) -> None:
    change(project, COLUMN)
    done = project.gearbox(*DRAFT, "--fill", "users.theme='dark'")
    assert done.returncode == 0, done.stdout + done.stderr
    project.tool("alembic", "-c", "development.ini", "upgrade", "head")
    assert set(project.sql("SELECT theme FROM users")) == {("dark",)}
    assert project.gearbox("db-revision", "--check").returncode == 0


def test_a_new_column_needs_a_value_for_rows_that_are_there(project: Project) -> None:
    change(project, WITHOUT_DEFAULT)
    refused(project, r"users\.theme: NOT NULL, and nobody says .* add --fill users\.theme=SQL")
    done = project.gearbox(*DRAFT, "--fill", "users.theme='it''s ' || username")
    assert done.returncode == 0, done.stdout + done.stderr
    project.tool("alembic", "-c", "development.ini", "upgrade", "head")
    assert project.sql("SELECT theme FROM users WHERE username = 'admin'") == [("it's admin",)]
    debug = project.gearbox("--debug", "db-revision", "-c", "development.ini", "-m", "again")
    assert debug.returncode == 0
    assert "nothing to migrate" in debug.stdout


def test_a_number_that_engines_have_no_word_for(project: Project) -> None:
    column = "most = Column(sqlalchemy.Float(), nullable=False, default=float('inf'))"
    change(project, (_PLACE, f"{_PLACE}    {column}\n"))
    refused(project, r"users\.most: NOT NULL, and nobody says .* add --fill users\.most=SQL")
    done = project.gearbox(*DRAFT, "--fill", "users.most=9e999")
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("column", ADDED)
def test_an_added_column(project: Project, column: str) -> None:
    change(project, (_PLACE, f"{_PLACE}    {ADDED[column]}\n"))
    done = project.gearbox(*DRAFT)
    assert done.returncode == 0, done.stdout + done.stderr
    project.tool("alembic", "-c", "development.ini", "upgrade", "head")
    project.tool("alembic", "-c", "development.ini", "downgrade", "-1")


def test_many_columns_are_one_script(project: Project) -> None:
    change(project, ADD_ALL, TABLE_WITH_TYPES, *DROP)
    done = project.gearbox(*DRAFT, "--stdout")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "op.execute('UPDATE users SET dark = false')\n" in done.stdout
    assert "sa.Column('user_ip', sa.String(255))" in done.stdout
    assert "\n\n\n    " not in done.stdout


def test_an_index_on_an_expression(project: Project) -> None:
    change(
        project,
        (
            "        Index('u_email_idx', 'email'),\n",
            "        Index('u_email_idx', 'email'),\n"
            "        Index('u_lower_idx', sqlalchemy.text('lower(username)')),\n",
        ),
    )
    done = project.gearbox(*DRAFT, "--stdout")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "op.create_index('u_lower_idx', 'users', [" in done.stdout


def test_stdout_gets_the_script_and_nothing_else(project: Project) -> None:
    change(project, COLUMN)
    files = set(project.versions.iterdir())
    done = project.gearbox(*DRAFT, "--stdout")
    assert done.returncode == 0, done.stderr
    compile(done.stdout, "script", "exec")
    assert done.stdout.startswith("# This program is free software")
    assert "proven" in done.stderr
    assert set(project.versions.iterdir()) == files


def test_check(project: Project) -> None:
    done = project.gearbox("db-revision", "-c", "development.ini", "--check")
    assert (done.returncode, done.stdout) == (0, "no migration is needed\n")
    change(project, LONGER)
    done = project.gearbox("db-revision", "-c", "development.ini", "--check")
    assert done.returncode == 1
    assert done.stdout == (
        "ui.ui_value: type is VARCHAR(255); the models give VARCHAR(1000)\na migration is needed\n"
    )
    quiet = project.gearbox("db-revision", "-c", "development.ini", "--check", "-q")
    assert (quiet.returncode, quiet.stdout, quiet.stderr) == (1, "", "")


def test_nothing_to_migrate_writes_no_file(project: Project) -> None:
    files = set(project.versions.iterdir())
    done = project.gearbox(*DRAFT)
    assert done.returncode == 0
    assert "nothing to migrate" in done.stdout
    assert set(project.versions.iterdir()) == files


# -- preconditions ------------------------------------------------------------------------------


def refused(project: Project, message: str, *words: str) -> None:
    files = set(project.versions.iterdir())
    done = project.gearbox(*(words or DRAFT))
    assert done.returncode == 2, done.stdout
    one_line(done.stderr, message)
    assert set(project.versions.iterdir()) == files


@pytest.mark.parametrize("database", [None, b""])
def test_no_development_database_is_needed(project: Project, database: Optional[bytes]) -> None:
    project.database.unlink()
    if database is not None:
        project.database.write_bytes(database)
    change(project, COLUMN)
    files = set(project.instance.iterdir())
    done = project.gearbox(*DRAFT)
    assert done.returncode == 0, done.stdout + done.stderr
    why = "there is no such database" if database is None else "the database is empty"
    assert done.stdout.startswith(f"{project.database}: {why}: nothing is tried on its rows\n")
    assert set(project.instance.iterdir()) == files
    (path,) = project.versions.glob("*users_add_theme_and_notes.py")
    assert "op.create_index('ix_users_theme', 'users', ['theme'])" in path.read_text()


def test_not_stamped(project: Project) -> None:
    project.sql("DELETE FROM alembic_version")
    refused(project, r"kallithea\.db: not stamped: .*alembic -c INI stamp REVISION")


def test_behind_the_head(project: Project) -> None:
    project.tool("alembic", "-c", "development.ini", "downgrade", "-1")
    refused(
        project,
        rf"Target database is not up to date: .* is at {BELOW_HEAD}, 1 revision behind the head {HEAD}; "
        r"upgrade it: alembic -c development\.ini upgrade head",
    )


def test_unknown_revision(project: Project) -> None:
    project.sql("UPDATE alembic_version SET version_num = 'cafecafecafe'")
    refused(project, r"stamped with revision cafecafecafe, which no script")


def test_several_heads(project: Project) -> None:
    project.write_script("pass", revision="aaaaaaaaaaaa")
    project.write_script("pass", revision="bbbbbbbbbbbb")
    refused(project, r"2 heads: aaaaaaaaaaaa, bbbbbbbbbbbb")


def test_created_with_the_new_code(project: Project) -> None:
    """The classic mistake: it has nothing left to draft from, but every other site has."""
    change(project, COLUMN)
    project.tool("kallithea-cli", "db-create", "-c", "development.ini", "--user", "admin", "--password",
                 "secret1", "--email", "a@example.com", "--repos", project.instance / "repos", "--force-yes")  # fmt: skip
    done = project.gearbox(*DRAFT)
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(
        r"kallithea\.db: the draft is not run on it: it contains the model change already, without it "
        r"users\.\w+ is missing",
        done.stdout,
    )
    assert "not what every site has" not in done.stdout
    (path,) = project.versions.glob("*users_add_theme_and_notes.py")
    assert "op.add_column('users', sa.Column('theme'" in path.read_text()


def test_upgraded_in_part_with_the_new_code(project: Project) -> None:
    """As a downgrade that keeps columns leaves it."""
    change(project, COLUMN, LONGER)
    project.sql("ALTER TABLE users ADD COLUMN theme VARCHAR(40) NOT NULL DEFAULT 'light'")
    done = project.gearbox(*DRAFT, "--stdout")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "it contains the model change already, without it users.theme is missing" in done.stderr
    assert "op.add_column('users', sa.Column('theme'" in done.stdout


def test_installed_kallithea_needs_a_version_path(project: Project) -> None:
    # the template's instance fits the installed Kallithea just as well
    done = run("gearbox", *DRAFT, cwd=project.instance)
    assert done.returncode == 2
    one_line(done.stderr, rf"{PACKAGE}: Kallithea is installed in site-packages.*--version-path FOLDER")


def test_version_path(project: Project) -> None:
    change(project, LONGER)
    files = set(project.versions.iterdir())
    folder = project.root / "drafts"
    folder.mkdir()
    done = project.gearbox(*DRAFT, "--version-path", folder)
    assert done.returncode == 0, done.stderr
    (path,) = folder.iterdir()
    assert set(project.versions.iterdir()) == files
    # a script that lies there belongs to the chain
    done = project.gearbox(*DRAFT, "--version-path", folder)
    assert done.returncode == 2
    one_line(done.stderr, rf"1 revision behind the head {path.name[:12]}")
    refused(project, "nowhere: no such folder", *DRAFT, "--version-path", "nowhere")


def test_message_is_needed(project: Project) -> None:
    refused(project, "-m is missing", "db-revision", "-c", "development.ini")
    refused(project, "-m is missing", "db-revision", "-c", "development.ini", "-m", " ")


def test_stdout_and_check_exclude_each_other(project: Project) -> None:
    refused(project, "not allowed with", *DRAFT, "--stdout", "--check")


def test_a_script_that_cannot_be_loaded(project: Project) -> None:
    (project.versions / "feedc0ffee00_broken.py").write_text("revision = 'feedc0ffee00'\nif\n")
    refused(project, r"feedc0ffee00_broken\.py:2: the script cannot be loaded: SyntaxError")
