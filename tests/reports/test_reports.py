"""What db-verify says of the databases of released versions, kept as it is.

``KALLITHEA_DBDEV_WRITE_EXPECTED=1`` writes the files anew; the documentation explains them.
"""

from __future__ import annotations

import os
import re

import alembic
import pytest

from kallithea_dbdev.releases import RELEASES

from ..conftest import use_database
from ..projects import DATA, VERSION, Project, release
from ..servers import Server

# Alembic from 1.7 on reflects CHECK constraints in a rebuild: the same scripts lose other things.
pytestmark = pytest.mark.skipif(
    VERSION != "0.7.0" or tuple(map(int, alembic.__version__.split(".")[:2])) >= (1, 7),
    reason="what 0.7.0 does with them, and Alembic before 1.7",
)

#: Release -> how far down its report goes.
DOWN_TO = {"0.6.3": "ad357ccd9521", "0.7.0": "4851d15bc437"}


def normalised(text: str) -> str:
    """A report without what differs from run to run: names of databases, versions, seconds and bytes."""
    text = re.sub(r"^(Kallithea 0\.7\.0, \w+ database) .*$", r"\1 DATABASE", text, flags=re.MULTILINE)
    text = re.sub(r"^with kallithea-dbdev .*$", "with VERSIONS", text, flags=re.MULTILINE)
    text = re.sub(r"^ +the database (grows|shrinks) by .*\n", "", text, flags=re.MULTILINE)
    text = re.sub(r" for \d+\.\d\d s,", " for SECONDS,", text)
    return re.sub(r" +\d+\.\d\d s ", " SECONDS ", text)


def check(project: Project, engine: str, version: str) -> None:
    words = ("db-verify", "-v", "-c", "development.ini", "--no-accept", "--from", DOWN_TO[version])
    done = project.gearbox(*words)
    assert done.returncode in (0, 1), done.stderr
    path = DATA / "expected" / f"{version}.{engine}.txt"
    if os.environ.get("KALLITHEA_DBDEV_WRITE_EXPECTED"):
        path.write_text(normalised(done.stdout), encoding="utf-8")
    assert normalised(done.stdout) == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("version", DOWN_TO)
def test_sqlite(project: Project, version: str) -> None:
    release(version, project.database)
    check(project, "sqlite", version)


@pytest.mark.parametrize("version", DOWN_TO)
def test_servers(project: Project, server: Server, version: str) -> None:
    name = server.create()
    database = server.scratch_named(name)
    (found,) = (r for r in RELEASES if r.version == version)
    database.execute(found.statements(server.engine))
    use_database(project, server.url(name))
    check(project, server.engine, version)
