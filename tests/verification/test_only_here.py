"""A script that works on the configured database alone, since that has something of its own."""

from __future__ import annotations

import pytest

from ..engines.test_servers import name_of
from ..projects import VERSION, Project
from ..servers import Server

pytestmark = pytest.mark.skipif(VERSION != "0.7.0", reason="does not depend on the release")

MAKE = "CREATE TABLE own (id INTEGER PRIMARY KEY, a VARCHAR(9))"
SCRIPT = "op.execute('UPDATE own SET a = 1')"


def check(project: Project) -> None:
    project.write_script(SCRIPT)
    for _ in range(2):  # it is not remembered as one that works
        (finding,) = [f for f in project.verify()["findings"] if f["code"] == "upgrade-fails"]
        assert (finding["severity"], finding["revision"], finding["direction"]) == (
            "note", "feedc0ffee00", "upgrade",
        )  # fmt: skip
        assert finding["message"].startswith(
            f"upgrade() of feedc0ffee00 works here alone: on a database that began as {VERSION}, with nothing of a "
            "site's own, it raises: "
        )
        assert finding["file"].endswith("feedc0ffee00_by_hand.py") and finding["line"]
        assert finding["fix"].startswith("leave alone what only this database has")
    # One that looks for it first works everywhere.
    project.write_script(f"if 'own' in sa.inspect(op.get_bind()).get_table_names():\n    {SCRIPT}")
    assert [f for f in project.verify()["findings"] if f["code"] == "upgrade-fails"] == []


def test_on_sqlite(project: Project) -> None:
    project.sql(MAKE)
    check(project)
    # It is the site's own, all the same: nobody is told to drop it, as a script would at other sites.
    project.write_script("op.execute('SELECT a FROM own')")
    report = project.verify(status=0)
    (extra,) = [f for f in report["findings"] if f["code"] == "table-extra"]
    assert (extra["severity"], extra["table"]) == ("note", "own")
    assert "neither the models nor any recorded release know it" in extra["message"]


def test_on_servers(server_project: Project, server: Server) -> None:
    server.sql(name_of(server_project), MAKE)
    check(server_project)
