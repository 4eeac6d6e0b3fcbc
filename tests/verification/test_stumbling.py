"""db-verify: a step that fails at rows which did not fit before the first step is not to blame for them."""

from __future__ import annotations

from typing import Any, Dict, List

import pytest

from ..engines.test_servers import name_of
from ..projects import VERSION, Project
from ..servers import Server

pytestmark = pytest.mark.skipif(VERSION != "0.7.0", reason="does not depend on the release")

IP = "INSERT INTO user_ip_map (user_id, ip_addr, active) VALUES (1, '1.2.3.4', 7)"
GIST = (
    "INSERT INTO gists (gist_access_id, gist_description, user_id, gist_expires, gist_type, created_on, "
    "modified_at) VALUES ('a1', {}, 1, -1, 'private', '2020-01-01 10:00:00', '2020-01-01 10:00:00')"
)
REBUILD = """with op.batch_alter_table('user_ip_map', recreate='always', table_kwargs={'sqlite_autoincrement': True},
        reflect_args=[sa.Column('active', sa.Boolean(name=op.f('ck_user_ip_map_active')), nullable=False)]) as batch:
    pass
op.get_bind().execute('SELECT gist_description FROM gists').fetchall()"""


def of_rows(report: Dict[str, Any]) -> List[Dict[str, Any]]:
    return [f for f in report["findings"] if f["code"] in ("values-misfit-before", "rows-orphaned-before")]


def test_a_rebuild_and_a_text_that_is_read(project: Project) -> None:
    project.sql("PRAGMA ignore_check_constraints = ON", IP, GIST.format("CAST(x'C3C3' AS TEXT)"))
    project.write_script(REBUILD, REBUILD)
    report = project.verify(status=0)
    assert [(f["severity"], f["table"], f["object"], f["revision"]) for f in of_rows(report)] == [
        ("warning", "gists", "gist_description", None), ("warning", "user_ip_map", "active", None),
    ]  # fmt: skip
    messages = [f["message"] for f in of_rows(report)]
    assert (
        "7 is no BOOLEAN in 1 row (default 1.2.3.4, ip_id=1); it was so before the first step" in messages[1]
    )
    assert "upgrade() of feedc0ffee00 fails at what does not fit: CHECK constraint failed" in messages[1]
    # What the step does wrong beside it is an error as ever, the rows are told once.
    project.write_script(REBUILD, REBUILD + "\nop.drop_column('gists', 'nope')")
    report = project.verify(status=1)
    assert [f["code"] for f in report["findings"] if f["severity"] == "error"] == ["downgrade-fails"]
    assert len(of_rows(report)) == 2
    # A step that fails by itself is to blame, whatever rows there are.
    project.write_script("op.execute('SELECT nope FROM user_ip_map')")
    report = project.verify(status=1)
    assert ("upgrade-fails" in [f["code"] for f in report["findings"]], of_rows(report)) == (True, [])


def test_the_rows_at_which_a_step_fails_are_named(project: Project) -> None:
    other = GIST.format("'x'").replace("'a1'", "'a2'")
    project.sql(GIST.format("'x'"), other, other.replace("'a2'", "'a3'").replace("'private'", "'public'"))
    project.write_script("op.create_index('uq', 'gists', ['gist_type'], unique=True)")
    (failure,) = (f for f in project.verify(status=1)["findings"] if f["code"] == "upgrade-fails")
    assert "; it fails at gists: gist_id=1; gists: gist_id=2; " in failure["message"]


def test_rows_that_a_server_did_not_look_at(server_project: Project, server: Server) -> None:
    check = "ALTER TABLE gists ADD CONSTRAINT ck_own CHECK (gist_type = 'public')"
    wrong, code = {
        "postgresql": ((f"{check} NOT VALID",), "values-misfit-before"),
        "mysql": (("SET foreign_key_checks = 0", "UPDATE gists SET user_id = 99"), "rows-orphaned-before"),
    }[server.engine]
    server.sql(name_of(server_project), GIST.format("'x'"), *wrong)
    server_project.write_script(
        "op.drop_constraint('fk_gists_user_id', 'gists', type_='foreignkey')\n"
        "op.create_foreign_key('fk_gists_user_id', 'gists', 'users', ['user_id'], ['user_id'])\n"
        "op.execute('UPDATE gists SET gist_expires = gist_expires')"
    )
    (found,) = of_rows(server_project.verify(status=0))
    assert (found["code"], found["severity"], found["table"]) == (code, "warning", "gists")
    assert "in 1 row (gist_id=1); it was so before the first step" in found["message"]
