"""What an administrator has made of a database before db-throwaway fills it: it stays, or nothing is done."""

from __future__ import annotations

from typing import Any, Dict, List, Tuple

import pytest

from kallithea_dbdev.engines import open_database
from kallithea_dbdev.engines.marks import throwaway_mark
from kallithea_dbdev.engines.postgresql.database import PostgresqlDatabase
from kallithea_dbdev.errors import TargetRefusedError

from ...conftest import need
from ...servers import Server, secret_url
from ..lab import laboratory

SAID = """SELECT datconnlimit, (SELECT array_agg(a::text ORDER BY a::text)::text FROM unnest(datacl) a), (SELECT array_agg(concat_ws(' ', pg_get_userbyid(nullif(setrole, 0)),
setconfig::text) ORDER BY setrole)::text FROM pg_db_role_setting WHERE setdatabase = d.oid)
FROM pg_database d WHERE datname = '{}'"""


@pytest.mark.parametrize("marked", [False, True])
def test_what_is_said_of_it_stays(running: Dict[str, Any], marked: bool) -> None:
    server: Server = need("postgresql", running)
    name = server.create()
    role = f'"{name}\'s %"'
    server.admin_sql(f"CREATE ROLE {role}")
    assert replaced(server, name, marked) == [(-1, None, None)]
    server.admin_sql(
        f"ALTER DATABASE {name} CONNECTION LIMIT 7",
        f"REVOKE CONNECT ON DATABASE {name} FROM PUBLIC",
        f"GRANT CONNECT, TEMPORARY ON DATABASE {name} TO {role} WITH GRANT OPTION",
        f"ALTER DATABASE {name} SET work_mem = '5MB'",
        f'ALTER DATABASE {name} SET search_path = "$user", public, "a\'b%"',
        f"ALTER DATABASE {name} SET temp_tablespaces = ''",
        f"ALTER ROLE {role} IN DATABASE {name} SET timezone = 'Asia/Tokyo'",
        f"ALTER ROLE {role} IN DATABASE {name} SET search_path = ''",
    )
    before = server.admin_sql(SAID.format(name))
    assert all(before[0])
    assert replaced(server, name, marked) == before


def replaced(server: Server, name: str, marked: bool) -> List[Tuple[Any, ...]]:
    with laboratory() as lab:
        database = server.database(name)
        if marked:
            database._write_mark(throwaway_mark(name, ""))
        else:
            server.admin_sql(f"COMMENT ON DATABASE {name} IS NULL")
        database.replace_by(lab.scratch(database, "new"), "")
        assert database.is_throwaway()
    return server.admin_sql(SAID.format(name))


@pytest.mark.parametrize(
    ("statement", "what"),
    [
        ("CREATE EXTENSION {extension}", "the extension {extension}"),
        ("ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO PUBLIC", "default privileges of "),
        ("REVOKE USAGE ON SCHEMA public FROM PUBLIC", "privileges of its own on the schema public"),
    ],
)
def test_what_is_in_it_is_somebodys(running: Dict[str, Any], statement: str, what: str) -> None:
    server: Server = need("postgresql", running)
    ((extension,),) = server.admin_sql(
        "SELECT min(name) FROM pg_available_extensions WHERE name <> 'plpgsql'"
    )
    if extension is None and "EXTENSION" in statement:
        pytest.skip("the server has no extensions")
    name = server.create()
    database = server.database(name)
    database.refuse_unless_replaceable()
    server.sql(name, statement.format(extension=f'"{extension}"'))
    said = f"does not carry the mark of a throwaway, and it has {what.format(extension=extension)}"
    with pytest.raises(TargetRefusedError, match=said):
        database.refuse_unless_replaceable()
    # It can be filled, and is given back as it was.
    assert database.is_empty()


def as_user(server: Server, name: str, user: str) -> PostgresqlDatabase:
    database = open_database(secret_url(server, name, user))
    assert isinstance(database, PostgresqlDatabase)
    return database


@pytest.mark.parametrize(
    "statement",
    [
        "ALTER DATABASE {name} SET log_min_duration_statement = 7",
        "ALTER ROLE {other} IN DATABASE {name} SET work_mem = '8MB'",
    ],
)
def test_what_its_owner_may_not_say(running: Dict[str, Any], statement: str) -> None:
    server: Server = need("postgresql", running)
    name = server.create()
    owner, other = f"{name}_owner", f"{name}_other"
    server.make_user(owner, rights=True)
    server.make_user(other, rights=False)
    server.admin_sql(f"ALTER DATABASE {name} OWNER TO {owner}")
    database = as_user(server, name, owner)
    database.refuse_unless_replaceable()
    server.admin_sql(statement.format(name=name, other=other))
    with pytest.raises(TargetRefusedError, match=r"would not have what ALTER .*: permission denied.*RESET"):
        database.refuse_unless_replaceable()
    assert server.admin_sql(SAID.format(name))[0][-1]


@pytest.mark.parametrize("acting", [False, True])
def test_the_role_that_owns_it_stays(running: Dict[str, Any], acting: bool) -> None:
    server: Server = need("postgresql", running)
    name = server.create()
    server.make_user("member", rights=True)
    devs = f"{name}_devs"
    server.admin_sql(
        f"CREATE ROLE {devs} CREATEDB", f"GRANT {devs} TO member", f"ALTER DATABASE {name} OWNER TO {devs}"
    )
    server.admin_sql(*([f"ALTER ROLE member SET role {devs}"] if acting else []))
    database = as_user(server, name, "member")
    with laboratory() as lab:
        built = lab.scratch(database, "new")
        assert isinstance(built, PostgresqlDatabase)
        # A connection that a pool still has.
        pooled = built.server.connect(built.name)
        database.replace_by(built, "")
        pooled.close()
    sql = f"SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = '{name}'"
    assert server.admin_sql(sql) == [(devs,)]
    assert server.scratch() == []
    database.drop()
    assert name not in server.names()
