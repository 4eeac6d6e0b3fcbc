"""db-verify: a step that writes to the site's repositories fails, and they stay as they are."""

from __future__ import annotations

from pathlib import Path

import pytest

from ..engines.test_servers import name_of
from ..projects import VERSION, Project
from ..servers import Server

pytestmark = pytest.mark.skipif(VERSION != "0.7.0", reason="does not depend on the release")

WRITES = """\
folder = op.get_bind().execute("SELECT ui_value FROM ui WHERE ui_section = 'paths'").scalar()
open(folder + '/hello/hgrc', 'w').close()"""


def check_a_step(project: Project, repositories: Path) -> None:
    hgrc = repositories / "hello" / "hgrc"
    hgrc.parent.mkdir(parents=True)
    hgrc.write_text("[ui]")
    project.write_script(WRITES)
    report = project.verify(status=1)
    (failure,) = (f for f in report["findings"] if f["code"] == "upgrade-fails")
    assert "a migration may not write to repositories" in failure["message"]
    assert "of them there is none" in failure["fix"]
    assert hgrc.read_text() == "[ui]"


def test_a_step_on_sqlite(project: Project) -> None:
    folder = project.instance / "repos"
    project.sql(f"UPDATE ui SET ui_value = '{folder}' WHERE ui_section = 'paths'")
    check_a_step(project, folder)


def test_a_step_on_servers(server_project: Project, server: Server) -> None:
    folder = server_project.instance / "repos"
    server.sql(name_of(server_project), f"UPDATE ui SET ui_value = '{folder}' WHERE ui_section = 'paths'")
    check_a_step(server_project, folder)
