"""db-revision and renames through the real gearbox: asked, never guessed, and the data stay."""

from __future__ import annotations

import os
import pty
import select
import subprocess
import time
from typing import Any, Dict

import pytest

from ..conftest import need
from ..projects import BIN, HEAD, VERSION, Project, environment
from .test_revision import DRAFT, change, refused

GIST = (
    "    gist_description = Column(UnicodeText(), nullable=False)",
    "    description = Column(UnicodeText(), nullable=False)",
)
TABLE = ("    __tablename__ = 'user_ip_map'", "    __tablename__ = 'user_addresses'")
LOGIN = (
    "    extern_name = Column(String(255), nullable=True)",
    "    extern_login = Column(String(1000), nullable=True)",
)


@pytest.fixture
def renamed(project: Project) -> Project:
    """A development database with rows, and models with a column, a longer column and a table renamed."""
    project.sql(
        "INSERT INTO gists (gist_access_id, gist_description, user_id, gist_expires, gist_type, created_on, "
        "modified_at) VALUES ('a', 'my gist', 1, -1, 'public', '2020-01-01 00:00:00.000000', "
        "'2020-01-01 00:00:00.000000')",
        "INSERT INTO user_ip_map (user_id, ip_addr, active) VALUES (1, '127.0.0.1/32', 1)",
        "UPDATE users SET extern_name = 'joe' WHERE username = 'admin'",
    )
    change(project, GIST, TABLE, LOGIN)
    return project


def test_without_an_answer_nothing_is_written(renamed: Project) -> None:
    refused(
        renamed,
        r"table user_ip_map -> user_addresses .*column gists\.gist_description -> description .*"
        r"add --rename-table user_ip_map=user_addresses --rename gists\.gist_description=description "
        r"--rename users\.extern_name=extern_login to keep the data, or --no-rename$",
    )
    refused(renamed, r"--rename gists\.nope=description: no column nope is gone", *DRAFT, "--rename",
            "gists.nope=description", "--no-rename")  # fmt: skip


OPTIONS = (
    "--rename-table", "user_ip_map=user_addresses", "--rename", "gists.gist_description=description",
    "--rename=users.extern_name=extern_login",
)  # fmt: skip


def test_renames_keep_the_data_on_all_engines(renamed: Project, running: Dict[str, Any]) -> None:
    for engine in ("postgresql", "mysql"):
        need(engine, running)
    done = renamed.gearbox(*DRAFT, *OPTIONS, "--engine", "sqlite,postgresql,mysql")
    assert done.returncode == 0, done.stdout + done.stderr
    (path,) = renamed.versions.glob("*users_add_theme_and_notes.py")
    text = path.read_text()
    assert text.count("op.rename_table('user_ip_map', 'user_addresses')") == 1
    assert "drop_column" not in text and "drop_table" not in text
    for target in ("head", HEAD, "head"):
        renamed.tool(
            "alembic", "-c", "development.ini", "upgrade" if target == "head" else "downgrade", target
        )
    assert renamed.sql("SELECT description FROM gists") == [("my gist",)]
    assert renamed.sql("SELECT ip_addr FROM user_addresses") == [("127.0.0.1/32",)]
    assert renamed.sql("SELECT extern_login FROM users WHERE username = 'admin'") == [("joe",)]


def test_answers_on_a_terminal(project: Project) -> None:
    change(project, GIST)
    command = [str(BIN / "gearbox"), *DRAFT, "--stdout"]
    master, slave = pty.openpty()
    process = subprocess.Popen(
        command, cwd=project.instance, env=environment(project.checkout), stdin=slave, stderr=slave,
        stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    os.close(slave)
    seen = ""
    deadline = time.monotonic() + 120
    try:
        while "[y/n]" not in seen and time.monotonic() < deadline:
            if select.select([master], [], [], 1)[0]:
                seen += os.read(master, 4096).decode()
        os.write(master, b"y\n")
        out, _ = process.communicate(timeout=120)
    finally:
        process.kill()
        os.close(master)
    assert "renamed? column gists.gist_description -> description (both are TEXT, both at place" in seen
    assert process.returncode == 0, seen + out
    assert "new_column_name='description'" in out


@pytest.mark.skipif(VERSION != "0.7.0", reason="does not depend on the release")
def test_a_renamed_table_and_column_that_become_stricter(project: Project) -> None:
    project.sql(
        "INSERT INTO user_logs (user_id, username, repository_name, user_ip, action, action_date) VALUES "
        "(1, 'admin', 'hello', '127.0.0.1', 'push', '2020-01-01 00:00:00.000000'), (1, 'admin', 'hello', NULL, 'pull', '2020-01-01 00:00:00.000000')",
        "UPDATE users SET extern_name = 'joe' WHERE username = 'admin'",
    )
    table, address = "    __tablename__ = 'user_logs'", "    user_ip = Column(String(255), nullable=True)"
    change(
        project, (table, table.replace("logs", "journal")), (address, address.replace("True", "False")),
        (LOGIN[0], LOGIN[1].replace("True", "False, default=''")),
    )  # fmt: skip
    done = project.gearbox(
        *DRAFT, "--rename-table", "user_logs=user_journal", "--rename=users.extern_name=extern_login",
        "--fill", "user_journal.user_ip='0.0.0.0'", "--fill", "users.extern_login=username",
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    (path,) = project.versions.glob("*users_add_theme_and_notes.py")
    text = path.read_text()
    # Who goes back can tell those that nobody else has.
    assert "op.execute(\"UPDATE user_journal SET user_ip = NULL WHERE user_ip = '0.0.0.0'\")" in text
    assert "extern_login = NULL WHERE extern_login = username" in text
    assert project.verify()["findings"] == []
    for target in ("head", HEAD, "head"):
        project.tool(
            "alembic", "-c", "development.ini", "upgrade" if target == "head" else "downgrade", target
        )
    assert project.sql("SELECT user_ip FROM user_journal") == [("127.0.0.1",), ("0.0.0.0",)]
