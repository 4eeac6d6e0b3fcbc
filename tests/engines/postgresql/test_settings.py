"""Settings of a database that only an administrator may set are no reason not to copy it."""

from __future__ import annotations

from typing import Any, Dict

import pytest

from kallithea_dbdev.engines import make_lab, open_database
from kallithea_dbdev.workspace import Workspace

from ...conftest import need
from ...servers import Server, secret_url


@pytest.fixture
def server(running: Dict[str, Any]) -> Server:
    return need("postgresql", running)


def test_a_copy_by_a_role_without_the_right(server: Server) -> None:
    name = server.create()
    server.make_user("copier", rights=True)
    server.sql(name, "CREATE TABLE t (a integer)", "GRANT ALL ON t TO copier")
    server.give(name, "copier")
    for setting in ("log_min_duration_statement = 500", "work_mem = '5MB'"):
        server.admin_sql(f'ALTER DATABASE "{name}" SET {setting}')
    database = open_database(secret_url(server, name, "copier"))
    with Workspace() as workspace:
        copy = make_lab(database, workspace).copy(database, "copy")
        assert copy.rows("SHOW work_mem") == [{"work_mem": "5MB"}]
        assert copy.count_rows() == {"t": 0}
    # An administrator's copies get what a session can be given.
    settings = server.database(name).session_settings()
    assert sorted(text.split()[1] for text in settings) == ['"log_min_duration_statement"', '"work_mem"']
