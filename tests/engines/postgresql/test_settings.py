"""Settings of a database or a role are no reason not to copy it, or say what is to be done about them."""

from __future__ import annotations

from typing import Any, Dict

import pytest
from sqlalchemy import create_engine

from kallithea_dbdev.engines import make_lab, open_database
from kallithea_dbdev.engines.postgresql.database import PostgresqlDatabase, PostgresqlScratch
from kallithea_dbdev.workspace import Workspace

from ...conftest import need, use_database
from ...projects import Project, one_line
from ...servers import Server, secret_url
from ..test_servers import name_of


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


def test_a_role_that_begins_by_reading_only(server: Server) -> None:
    name = server.create()
    server.make_user("reader_first", rights=True)
    server.sql(name, "CREATE TABLE t (a integer)", "GRANT ALL ON t TO reader_first")
    server.give(name, "reader_first")
    server.admin_sql(
        "ALTER ROLE reader_first SET default_transaction_read_only = on",
        f"ALTER DATABASE {name} SET default_transaction_read_only = on",
    )
    database = open_database(secret_url(server, name, "reader_first"))
    assert isinstance(database, PostgresqlDatabase)
    with Workspace() as workspace:
        lab = make_lab(database, workspace)
        copy, dumped = lab.copy(database, "copy"), lab.scratch("dumped")
        assert isinstance(dumped, PostgresqlScratch)
        database._fill(dumped, lab)
        for one in (copy, dumped):
            one.execute(["INSERT INTO t VALUES (1)"])
            assert one.count_rows() == {"t": 1}
            with one.handed_over() as url, create_engine(url).connect() as connection:
                connection.execute("INSERT INTO t VALUES (2)")


def test_a_role_whose_path_leads_nowhere(server_project: Project, server: Server) -> None:
    name = name_of(server_project)
    server.make_user("lost", rights=True)
    server.give(name, "lost")
    server.admin_sql("ALTER ROLE lost SET search_path = nowhere")
    use_database(server_project, secret_url(server, name, "lost"))
    done = server_project.gearbox(
        "db-throwaway", "-c", "temp.ini", "--from", "development.ini", "--force-yes"
    )
    assert done.returncode == 2
    one_line(
        done.stderr,
        r"no schema has been selected to create in; .* search_path .*: ALTER ROLE or ALTER DATABASE",
    )
