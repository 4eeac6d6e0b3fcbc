"""What a server needs itself is no throwaway, whatever it holds; a name may be odd."""

from __future__ import annotations

from typing import Any, Dict

import pytest

from kallithea_dbdev.engines import make_lab
from kallithea_dbdev.engines.marks import throwaway_mark
from kallithea_dbdev.errors import TargetRefusedError
from kallithea_dbdev.workspace import Workspace

from ..conftest import need
from ..projects import Project, one_line
from ..servers import Server
from .test_safety import temp_ini


def test_databases_of_the_server_itself(project: Project, running: Dict[str, Any]) -> None:
    server = need("postgresql", running)
    before = server.names()
    for name in ("postgres", "template1", "template0"):
        for refuse in ("refuse_unless_replaceable", "refuse_unless_marked"):
            with pytest.raises(TargetRefusedError):
                getattr(server.database(name), refuse)()
    temp_ini(project, server.url("template1"))
    done = project.gearbox("db-throwaway", "-c", "temp.ini", "--force-yes")
    assert done.returncode == 2
    one_line(
        done.stderr, r"database template1 on .*: other databases are made from this one \(IS_TEMPLATE\); name"
    )
    assert server.names() == before


def test_a_throwaway_that_has_become_a_template(running: Dict[str, Any]) -> None:
    server = need("postgresql", running)
    name = server.create()
    database = server.scratch_named(name)
    database._write_mark(throwaway_mark(name))
    server.admin_sql(f'ALTER DATABASE "{name}" IS_TEMPLATE true')
    try:
        with Workspace() as workspace, pytest.raises(TargetRefusedError):
            server.database(name).replace_by(make_lab(database, workspace).scratch("x"))
        with pytest.raises(TargetRefusedError):
            server.database(name).drop()
        assert name in server.names()
    finally:
        server.admin_sql(f'ALTER DATABASE "{name}" IS_TEMPLATE false')
    server.database(name).drop()
    assert name not in server.names()


@pytest.mark.parametrize("odd", ["50%", "%s %(x)s", "q\"`'.q", "UPPER", "n" * 63])
def test_an_odd_name(odd: str, server: Server) -> None:
    database = server.database(odd)
    for number in (1, 2):
        with Workspace() as workspace:
            built = make_lab(database, workspace).scratch("x")
            built.execute([f"CREATE TABLE t{number} (a INTEGER)"])
            database.replace_by(built)
        assert database.is_throwaway()
        assert database.count_rows() == {f"t{number}": 0}
    database.drop()
    assert not database.exists()
