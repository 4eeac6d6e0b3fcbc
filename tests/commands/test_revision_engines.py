"""db-revision for all three engines at once: one script that each of them can run."""

from __future__ import annotations

from typing import Any, Dict

from ..conftest import need
from ..projects import Project
from .test_revision import ADD_ALL, CHECK, DRAFT, DROP, LONGER, TABLE, TABLE_WITH_TYPES, change
from .test_revision_rows import PERMISSIONS

ALL = ("--engine", "sqlite,postgresql,mysql")


def test_one_script_for_all_engines(project: Project, running: Dict[str, Any]) -> None:
    for engine in ("postgresql", "mysql"):
        need(engine, running)
    change(project, *PERMISSIONS, ADD_ALL, TABLE_WITH_TYPES, TABLE, CHECK, LONGER, *DROP)
    done = project.gearbox(*DRAFT, "--stdout", *ALL)
    assert done.returncode == 0, done.stdout + done.stderr
    compile(done.stdout, "script", "exec")
    assert done.stdout.count("op.execute('UPDATE users SET dark = false')") == 1
    again = project.gearbox(*DRAFT, "--stdout", *ALL)
    first, second = (text.splitlines() for text in (done.stdout, again.stdout))
    assert [one for one, two in zip(first, second) if one != two] == [
        line for line in first if line.startswith(("Revision ID: ", "revision = "))
    ]
