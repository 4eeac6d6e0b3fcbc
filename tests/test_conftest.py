"""The suite itself: on machines that lack a server or a driver."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any, Dict

import pytest

from .conftest import create_database, need, use_database
from .projects import VERSION, Project, environment
from .servers import REQUIRE, URLS

pytestmark = pytest.mark.skipif(VERSION != "0.7.0", reason="does not depend on the release")


ROOT = Path(__file__).parent.parent
#: The places of the servers' programs, empty for one process and its children.
HIDDEN = [
    "unshare", "--mount", "sh", "-c",
    'mount -t tmpfs none /usr/lib/postgresql; mount -t tmpfs none /usr/sbin && exec "$@"', "hidden",
]  # fmt: skip


@pytest.mark.parametrize("jobs", ["0", "2"])
def test_a_missing_server_is_said_once(jobs: str) -> None:
    look = [*HIDDEN, "sh", "-c", "! command -v mariadbd && ! command -v mysqld"]
    if subprocess.run(look, capture_output=True, timeout=60).returncode:
        pytest.skip("the installed servers cannot be hidden")
    env = {key: value for key, value in environment().items() if key not in (REQUIRE, URLS)}
    done = subprocess.run(
        [*HIDDEN, sys.executable, "-m", "pytest", "-q", "-n", jobs, "-p", "no:cacheprovider",
         "tests/engines/test_contract.py", "-k", "test_an_empty_database or test_queries"],
        cwd=ROOT, env=env, capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert "failed" not in done.stdout and "error" not in done.stdout
    assert done.stdout.count("left out:") == 1
    assert done.stdout.count("mysql: no server program on this machine") == 1


def test_kallithea_sets_up_a_database_through_a_driver_with_which_it_makes_none(
    project: Project, running: Dict[str, Any]
) -> None:
    """Without mysqlclient this is how every database of the tests is made."""
    server = need("mysql", running)
    name = server.new_name()
    server.create(name)
    use_database(project, server.url(name, "mysql+pymysql"))
    create_database(project)
    assert server.sql(name, "SELECT count(*) FROM users") == [(2,)]
