"""What a server refuses is told with what helps: the very right that is missing, for the very name."""

from __future__ import annotations

import re
from typing import Any, Dict

import pytest

from kallithea_dbdev.engines import make_lab, open_database
from kallithea_dbdev.errors import DatabaseError
from kallithea_dbdev.workspace import Workspace

from ..conftest import need
from ..projects import Project, one_line
from ..servers import Server, secret_url
from .test_safety import temp_ini


def test_who_may_not_connect_where_databases_are_made(running: Dict[str, Any]) -> None:
    server: Server = need("postgresql", running)
    name = server.create()
    server.make_user("shut_out", rights=True)
    database = open_database(secret_url(server, name, "shut_out"))
    server.admin_sql("REVOKE CONNECT ON DATABASE postgres FROM PUBLIC")
    try:
        with pytest.raises(
            DatabaseError, match=r'; as an .*: GRANT CONNECT ON DATABASE "postgres" TO "shut_out"$'
        ):
            database.exists()
    finally:
        server.admin_sql("GRANT CONNECT ON DATABASE postgres TO PUBLIC")
    server.admin_sql("ALTER ROLE shut_out CONNECTION LIMIT 0")
    with pytest.raises(DatabaseError, match=r'; end other .*: ALTER ROLE "shut_out" CONNECTION LIMIT -1$'):
        database.exists()


def test_who_may_not_read_all(running: Dict[str, Any]) -> None:
    server: Server = need("postgresql", running)
    name = server.create()
    server.make_user("half_blind", rights=True)
    server.sql(name, "CREATE TABLE t (a serial)", "GRANT SELECT ON t TO half_blind")
    database = open_database(secret_url(server, name, "half_blind"))
    server.sql(name, "CREATE TABLE alembic_version (version_num varchar(32))")
    with pytest.raises(DatabaseError, match=r"for table alembic_version; .*GRANT SELECT ON ALL TABLES"):
        database.revisions()
    with (
        Workspace() as workspace,
        pytest.raises(DatabaseError, match=r"permission denied for table .*; .*GRANT SELECT"),
    ):
        make_lab(database, workspace).copy(database, "copy")
    server.sql(name, "DROP TABLE alembic_version")
    with Workspace() as workspace, pytest.raises(DatabaseError) as caught:
        make_lab(database, workspace).copy(database, "copy")
    assert "permission denied for sequence t_a_seq" in caught.value.message
    assert caught.value.hint.endswith('GRANT SELECT ON ALL SEQUENCES IN SCHEMA public, each TO "half_blind"')


@pytest.mark.parametrize("driver", ["mysql", "mysql+pymysql"])
def test_a_character_set_that_nobody_knows(running: Dict[str, Any], driver: str) -> None:
    server: Server = need("mysql", running)
    url = re.sub(r"^mysql://", f"{driver}://", server.url(server.create())).replace("utf8mb4", "utf8mb9")
    with pytest.raises(
        DatabaseError, match=r"; mend (charset|what stands) behind the '\?' in sqlalchemy\.url"
    ):
        open_database(url).revisions()


def test_a_throwaway_that_may_not_be_made(project: Project, running: Dict[str, Any]) -> None:
    server: Server = need("mysql", running)
    server.make_user("little", rights=False)
    server.admin_sql("GRANT ALL ON `kdbdev\\_%`.* TO 'little'@'localhost'")
    temp_ini(project, secret_url(server, "the_named_one", "little"))
    before = server.names()
    done = project.gearbox("db-throwaway", "-c", "temp.ini", "--force-yes")
    assert done.returncode == 2
    one_line(done.stderr, r"GRANT ALL ON `the\\_named\\_one`\.\* TO 'little'@'localhost'$")
    assert server.names() == before


def test_an_owner_who_inherits_nothing(project: Project, running: Dict[str, Any]) -> None:
    server: Server = need("postgresql", running)
    server.make_user("heirless", rights=True)
    server.admin_sql("ALTER ROLE heirless NOINHERIT")
    temp_ini(project, secret_url(server, "temp_of_heirless", "heirless"))
    done = project.gearbox("db-throwaway", "-c", "temp.ini", "--force-yes")
    if done.returncode:  # until PostgreSQL 14 everybody may make tables in public
        one_line(done.stderr, r"permission denied for schema public; GRANT ALL ON SCHEMA .* INHERIT")
    else:
        server.database("temp_of_heirless").drop()
