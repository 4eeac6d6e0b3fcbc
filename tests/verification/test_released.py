"""Databases of all recorded releases on all engines: every difference, and what it comes from."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Dict, List, Set

import pytest

from kallithea_dbdev.application.set_up import Admin, cheap_passwords, set_up
from kallithea_dbdev.engines import make_lab, open_database
from kallithea_dbdev.engines.database import Database
from kallithea_dbdev.migrations import Chain, Scripts, run_step
from kallithea_dbdev.releases import RELEASES
from kallithea_dbdev.schema.compare import compare
from kallithea_dbdev.schema.model import Schema
from kallithea_dbdev.state import State
from kallithea_dbdev.verification.ground import made
from kallithea_dbdev.workspace import Workspace

from ..conftest import use_database
from ..projects import PACKAGE, VERSION, Project, codes, release
from ..servers import Server
from .catalogues import Place, differing

pytestmark = pytest.mark.skipif(VERSION != "0.7.0", reason="what the chain of 0.7.0 makes of them")

#: What a finding says of a column: that it is there in another way, or at all.
_OF_COLUMNS = re.compile("column-(?!order)|comment")


# -- exactly the differences that a catalogue tells ---------------------------------------------


def places(migrated: Schema, expected: Schema) -> Set[Place]:
    """Where our own comparison finds a difference, as the catalogue's says it."""
    found = set()
    for difference in compare(migrated, expected):
        table = difference.table or str(difference.object)
        if difference.kind == "column-order" or difference.kind.startswith("sequence"):
            continue
        found.add((table, str(difference.object) if _OF_COLUMNS.match(difference.kind) else ""))
    return found


def check_against_catalogue(like: Database, folder: Path) -> None:
    """A foreign key, index or primary key shows in both; so does what follows from a column's change."""
    chain = Chain(Scripts(PACKAGE / "alembic"))
    unseen = State((), Schema(), {})
    (folder / "repositories").mkdir()
    with Workspace() as workspace:
        lab = make_lab(like, workspace)
        fresh = lab.scratch("fresh")
        with fresh.handed_over() as url, cheap_passwords():
            admin = Admin("admin", "secret1", "admin@example.com")
            set_up(url, folder, folder / "repositories", admin, True)
        expected = fresh.read_schema()
        for found in RELEASES:
            database = made(found, lab)
            assert chain.stamp_of(database) == found.revision
            for step in chain.between(found.revision, chain.head) or ():
                record = run_step(chain, database, step, unseen, blind=True)
                assert record.error is None, record.error
            assert places(database.read_schema(), expected) == differing(database, fresh), found.version
            lab.discard(database)


def test_the_catalogue_of_sqlite_says_the_same(tmp_path: Path) -> None:
    check_against_catalogue(open_database(f"sqlite:///{tmp_path}/like.db"), tmp_path)


def test_the_catalogues_of_servers_say_the_same(server: Server, tmp_path: Path) -> None:
    check_against_catalogue(server.database("like"), tmp_path)


# -- through the command ------------------------------------------------------------------------


def make_release_on(project: Project, server: Server, version: str) -> str:
    name = server.create()
    (found,) = (r for r in RELEASES if r.version == version)
    server.scratch_named(name).execute(found.statements(server.engine))
    use_database(project, server.url(name))
    return name


def at_the_head(report: Dict[str, Any]) -> List[Dict[str, Any]]:
    """The findings about what was so before the first step."""
    return [
        f
        for f in report["findings"]
        if f["revision"] is None and f["code"] not in ("default-obsolete", "default-missing")
    ]


def test_a_database_from_before_alembic_is_at_the_base(project: Project) -> None:
    """It climbs from there, and what it ends with is what the chain leaves of 0.3.7."""
    release("0.3.7", project.database)
    report = project.verify(status=1)
    assert report["engines"][0]["start"] == "base"
    ups = [s["revision"] for s in report["steps"] if s["direction"] == "upgrade"]
    assert (ups[0], ups[-1], len(ups)) == ("9358dc3d6828", "7ba0d2cad930", 10)
    found = at_the_head(report)
    assert found
    for finding in found:
        assert "every database that began as 0.3.7 has it" in finding["message"], finding
        assert finding["severity"] in ("error", "note")
    assert "upgrade-fails" not in codes(report)
    # What ad357ccd9521 removes 0.4.1's set-up has written: a020f7044fd6 has made it of what 0.3.7's wrote.
    wrong = ("rows-lost", "values-changed")
    assert not [f for f in report["findings"] if f["code"] in wrong and f["table"] == "ui"]
    done = project.gearbox("db-verify", "--from", "9358dc3d6828")
    assert (done.returncode, done.stdout) == (2, "")
    assert "--from 9358dc3d6828: not an ancestor of base, the revision of the database" in done.stderr
    # without the table nobody knows what it is
    project.sql("DROP TABLE db_migrate_version")
    assert "not-stamped" in codes(project.verify(status=1))


SITE = (
    "CREATE TABLE audit (id INTEGER NOT NULL PRIMARY KEY)",
    "ALTER TABLE users ADD COLUMN site_phone VARCHAR(20)",
    "CREATE INDEX site_idx ON gists (gist_type)",
    "DROP TABLE statistics",
)


def check_a_site_that_began_as_0_4_1(project: Project, drift: str) -> None:
    """Long at the head: its old drift is the chain's, its own things are its own, what it lacks it needs."""
    found: Dict[str, Any] = {}
    for f in at_the_head(project.verify(status=1)):
        found[f["table"] + (f".{f['object']}" if f["object"] else "")] = f
    mine = {"audit", "users.site_phone", "gists.site_idx", "statistics", "gists.must"}
    for name in ("audit", "users.site_phone", "gists.site_idx"):
        assert found[name]["severity"] == "note", found[name]
        assert found[name]["message"].endswith("the site's own")
    assert found["statistics"]["severity"] == "error"
    # On PostgreSQL 0.5.2 ends in the same way.
    assert re.search(
        r"only this database lacks it: one that began as 0\.(4\.1|5\.2) has it",
        found["statistics"]["message"],
    )
    assert {f["severity"] for name, f in found.items() if name not in mine} == {"error"}
    for name, finding in found.items():
        if name not in mine:
            assert re.search(r"every database that began as .*0\.4\.1", finding["message"]), finding
    assert drift in found
    if "gists.must" in found:
        assert "no row can be inserted without a value for it" in found["gists.must"]["message"]


def test_a_site_that_began_as_0_4_1_on_sqlite(project: Project) -> None:
    release("0.4.1", project.database)
    project.tool("alembic", "-c", "development.ini", "upgrade", "head")
    project.sql(*SITE)
    check_a_site_that_began_as_0_4_1(project, "groups")


def test_a_site_that_began_as_0_4_1_on_servers(project: Project, server: Server) -> None:
    name = make_release_on(project, server, "0.4.1")
    project.tool("alembic", "-c", "development.ini", "upgrade", "head")
    server.sql(name, *SITE, "ALTER TABLE gists ADD COLUMN must INTEGER NOT NULL")
    check_a_site_that_began_as_0_4_1(project, "cache_invalidation")
