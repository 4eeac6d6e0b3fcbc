"""What is known of databases that began as an old release is accepted in a site's database, too."""

from __future__ import annotations

import json
from typing import Any, Dict, List

import pytest

from kallithea_dbdev.findings import make
from kallithea_dbdev.verification import accepted

from ..projects import VERSION, Project, release

pytestmark = pytest.mark.skipif(VERSION != "0.7.0", reason="the way from 0.3.7 to 0.7.0")


def verify(project: Project) -> Dict[str, Any]:
    done = project.gearbox("db-verify", "-c", "development.ini", "--format", "json")
    assert done.returncode in (0, 1), done.stderr
    return json.loads(done.stdout)


def errors(report: Dict[str, Any]) -> List[Any]:
    return [
        (f["code"], f["table"], f["object"], f["began"])
        for f in report["findings"]
        if f["severity"] == "error"
    ]


def test_a_site_that_began_as_0_3_7(project: Project) -> None:
    release("0.3.7", project.database)
    report = verify(project)
    assert errors(report) == []
    assert {f["began"] for f in report["accepted"] if f["revision"] is None} == {"0.3.7"}
    # upgraded long ago, and with things of its own: those are no older release's
    project.tool("alembic", "-c", "development.ini", "upgrade", "head")
    project.sql(
        "ALTER TABLE gists ADD COLUMN site INTEGER NOT NULL DEFAULT 1",
        "CREATE UNIQUE INDEX site ON users (lastname)",
        "DROP INDEX u_username_idx",
        "ALTER TABLE gists RENAME COLUMN gist_type TO kind",
    )
    report = verify(project)
    assert errors(report) == [
        ("column-missing", "gists", "gist_type", None),
        ("column-extra", "gists", "kind", None),
        ("index-missing", "users", "u_username_idx", None),
    ]


def test_what_a_script_of_long_ago_has_made_is_known_as_if_it_were_run_now() -> None:
    known, plain = (
        accepted.Entry("autoincrement", "users", revision, "because") for revision in ("abc", None)
    )
    before = make("autoincrement", "sqlite", "x", table="users", since="abc")
    assert known.matches(before) and plain.matches(before)
    assert not known.matches(make("autoincrement", "sqlite", "x", table="users", since="abd"))
    assert not known.matches(make("autoincrement", "sqlite", "x", table="users", since="abc", revision="abd"))
    assert not known.matches(make("autoincrement", "sqlite", "x", table="users"))


def test_what_a_release_has_is_not_accepted_where_the_database_began_as_another() -> None:
    entry = accepted.Entry("name", accepted.ANY, None, "because", release="0.3.7")
    assert entry.matches(make("name", "sqlite", "x", table="users", began="0.3.7"))
    for other in ("0.4.1", None):
        assert not entry.matches(make("name", "sqlite", "x", table="users", began=other))
    # A recorded release is what it is, whatever its schema looks like.
    assert not entry.matches(make("name", "sqlite", "x", table="users", began="0.3.7", release="0.4.1"))
