"""Time zones: migrations never run in UTC, and what is read is the same in all of them."""

from __future__ import annotations

from contextlib import contextmanager
from typing import Iterator, Tuple

import pytest
import sqlalchemy

from ..servers import Server
from .lab import laboratory

#: How far a session is from UTC, in seconds.
OFFSET = {
    "postgresql": "SELECT extract(timezone FROM now())::int",
    "mysql": "SELECT TIMESTAMPDIFF(SECOND, UTC_TIMESTAMP(), NOW())",
}
EAST = 5 * 3600 + 45 * 60


@contextmanager
def in_zone(server: Server, offset: str) -> Iterator[None]:
    """The server's sessions begin in that zone."""
    if server.engine == "postgresql":
        change = ("ALTER ROLE {} SET timezone = '{}'", "ALTER ROLE {} RESET timezone")
        posix = {"+00:00": "UTC", "-03:00": "<-03>+03"}[offset]
        name = f'"{server.admin.username}"'
        server.admin_sql(change[0].format(name, posix))
        yield
        server.admin_sql(change[1].format(name))
    else:
        before = server.admin_sql("SELECT @@GLOBAL.time_zone")[0][0]
        server.admin_sql(f"SET GLOBAL time_zone = '{offset}'")
        yield
        server.admin_sql(f"SET GLOBAL time_zone = '{before}'")


@pytest.fixture
def private(server: Server) -> Server:
    if "kallithea-dbdev-server" not in server.url("x"):
        pytest.skip("changes settings of the whole server")
    return server


def test_a_private_server_is_not_in_utc(private: Server) -> None:
    assert private.admin_sql(OFFSET[private.engine]) == [(EAST,)]


@pytest.mark.parametrize(("zone", "expected"), [("+00:00", (0, EAST)), ("-03:00", (-3 * 3600, -3 * 3600))])
def test_migrations_leave_utc_and_no_other_zone(
    private: Server, zone: str, expected: Tuple[int, int]
) -> None:
    with laboratory() as lab:
        scratch = lab.scratch(private.database(private.create()), "zone")
        with in_zone(private, zone):
            found = []
            for other_zone in (False, True):
                with scratch.handed_over(other_zone=other_zone) as url:
                    engine = sqlalchemy.create_engine(url)
                    with engine.connect() as connection:
                        found.append(connection.execute(OFFSET[private.engine]).scalar())
                    engine.dispose()
        assert tuple(found) == expected


def test_a_moment_is_read_as_it_is_in_whatever_zone(private: Server) -> None:
    name = private.create()
    kind = {"postgresql": "TIMESTAMPTZ", "mysql": "TIMESTAMP NULL"}[private.engine]
    zone = {"postgresql": "SET timezone = 'UTC'", "mysql": "SET time_zone = '+00:00'"}[private.engine]
    private.sql(name, zone, f"CREATE TABLE t (m {kind})", "INSERT INTO t VALUES ('2020-01-01 12:00:00')")
    for offset in ("+00:00", "-03:00"):
        with in_zone(private, offset):
            ((moment,),) = private.database(name).stream("SELECT m FROM t")
            text = moment.decode() if isinstance(moment, bytes) else str(moment)
            assert text[:19] == "2020-01-01 12:00:00"
