"""Sessions are shared while a database is ``connected``: each costs more than the queries in it."""

from __future__ import annotations

import time
from contextlib import closing, contextmanager
from itertools import zip_longest
from typing import Any, Dict, Iterator, List

import pytest

from kallithea_dbdev.engines.marks import lease_of
from kallithea_dbdev.engines.server import Server as EngineServer
from kallithea_dbdev.errors import DatabaseError
from kallithea_dbdev.rows.samples import fill_empty_tables
from kallithea_dbdev.state import read_state

from ..conftest import need
from ..servers import Server
from .lab import laboratory

NUMBER = {"postgresql": "SERIAL", "mysql": "INTEGER AUTO_INCREMENT"}


def tables(engine: str) -> List[str]:
    number = f"id {NUMBER[engine]} PRIMARY KEY"
    return [
        f"CREATE TABLE parent ({number}, name VARCHAR(20) UNIQUE)",
        f"CREATE TABLE child ({number}, parent_id INTEGER NOT NULL, "
        "FOREIGN KEY (parent_id) REFERENCES parent (id))",
        f"CREATE TABLE picky ({number}, n INTEGER NOT NULL, CHECK (n > 5))",
    ]


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> List[object]:
    """One item for each connection."""
    found: List[object] = []
    connect = EngineServer._connect

    def counted(self: EngineServer, *arguments: Any) -> Any:
        found.append(arguments)
        return connect(self, *arguments)

    monkeypatch.setattr(EngineServer, "_connect", counted)
    return found


def test_sample_rows_take_two_sessions_however_many_tables(server: Server, opened: List[object]) -> None:
    with laboratory() as lab:
        database = lab.scratch(server.database("like"), "x")
        database.execute(tables(server.engine))
        state = read_state(database)
        before = len(opened)
        filled = fill_empty_tables(database, state.schema, state.rows, 0)
        assert len(opened) - before == 2
        assert set(filled) == {"parent", "child", "picky"}
        counts = database.count_rows()
        # What a CHECK refuses is left out, and takes nothing else with it.
        assert counts["parent"] == counts["child"] == 12 > counts["picky"] > 0


def test_an_error_leaves_a_session_that_works(server: Server) -> None:
    with laboratory() as lab:
        database = lab.scratch(server.database("like"), "x")
        database.execute(tables(server.engine))
        with database.connected():
            with pytest.raises(KeyError), database.inserting("parent") as insert:
                assert insert({"id": 1, "name": "a"})
                raise KeyError
            with pytest.raises(DatabaseError):
                list(database.fetch_each(["SELECT nothing FROM nowhere"]))
            assert database.count_rows()["parent"] == 0
            with database.inserting("parent") as insert:
                assert [insert({"id": n, "name": "b"}) for n in (1, 2)] == [True, False]
                assert insert({"id": 3, "name": "c"})
            assert list(database.fetch_each(["SELECT id FROM parent ORDER BY 1"])) == [[(1,), (3,)]]


#: More rows than any driver or server hands on at once.
MANY = 5000


def test_streams_take_one_session_after_the_other(server: Server, opened: List[object]) -> None:
    with laboratory() as lab:
        database = lab.scratch(server.database("like"), "x")
        database.execute(tables(server.engine))
        database.insert_many("parent", ["name"], [(str(n),) for n in range(MANY)])
        ids, names = (f"SELECT {column} FROM parent ORDER BY id" for column in ("id", "name"))
        with database.connected():
            before = len(opened)
            for sql in (ids, names, ids):
                assert len(list(database.stream(sql))) == MANY
            assert len(opened) - before == 1
            both = list(zip_longest(database.stream(ids), database.stream(names)))
            assert both == [((n + 1,), (str(n),)) for n in range(MANY)]
            assert len(opened) - before == 2
            for _ in range(2):
                assert len(list(zip_longest(database.stream(ids), database.stream(names)))) == MANY
            assert len(opened) - before == 2
        for _ in range(2):
            assert len(list(database.stream(ids))) == MANY
        assert len(opened) - before == 4


def test_a_stream_holds_nothing_back_that_is_at_its_end_or_let_go_of(server: Server) -> None:
    with laboratory() as lab:
        database = lab.scratch(server.database("like"), "x")
        database.execute(tables(server.engine))
        database.insert_many("parent", ["name"], [(str(n),) for n in range(MANY)])
        with database.connected():
            assert len(list(database.stream("SELECT id FROM parent"))) == MANY
            rows = database.stream("SELECT id FROM parent ORDER BY id")
            assert next(rows) == (1,)
            rows.close()  # type: ignore[attr-defined]
            # One that still had the table would make this wait for its lock, and fail.
            database.execute(["DROP TABLE child", "ALTER TABLE parent ADD COLUMN more INTEGER"])
            with pytest.raises(DatabaseError):
                list(database.stream("SELECT nothing FROM nowhere"))
            assert list(database.stream("SELECT count(more) FROM parent")) == [(0,)]


def test_nothing_is_compiled_but_for_who_gets_the_database(running: Dict[str, Any]) -> None:
    server: Server = need("postgresql", running)
    name = server.create()
    server.admin_sql(f"ALTER DATABASE {name} SET jit = on")
    database = server.database(name)
    assert database.rows("SHOW jit") == [{"jit": "off"}]
    with closing(database.server.connect(name)) as connection, connection.cursor() as cursor:
        cursor.execute("SHOW jit")
        assert cursor.fetchone() == ("on",)


@contextmanager
def impatient(server: Server) -> Iterator[None]:
    """The server ends sessions that are idle for a second, and queries that take longer than that."""
    settings = {
        "postgresql": ("idle_session_timeout", "idle_in_transaction_session_timeout", "statement_timeout"),
        "mysql": ("wait_timeout",),
    }[server.engine]
    if server.engine == "postgresql":
        on, off, done = "ALTER SYSTEM SET {} = 1000", "ALTER SYSTEM RESET {}", ["SELECT pg_reload_conf()"]
    else:
        on, off, done = "SET GLOBAL {} = 1", "SET GLOBAL {} = DEFAULT", []
    try:
        server.admin_sql(*(on.format(name) for name in settings), *done)
        yield
    finally:
        server.admin_sql(*(off.format(name) for name in settings), *done)


def test_a_server_that_ends_idle_sessions_does_not_end_ours(server: Server) -> None:
    nap = {"postgresql": "SELECT 7 FROM pg_sleep(1.5)", "mysql": "SELECT 7 + SLEEP(1.5)"}[server.engine]
    with impatient(server), laboratory() as lab:
        database = lab.scratch(server.database("like"), "x")
        database.execute(tables(server.engine))
        with database.connected():
            rows = database.stream("SELECT id FROM parent")
            assert list(rows) == [] and database.count_rows()["parent"] == 0
            with database.inserting("parent") as insert:
                assert insert({"id": 1, "name": "a"})
                time.sleep(1.6)
                assert insert({"id": 2, "name": "b"})
            assert list(database.stream(nap)) == [(7,)]
            assert database.count_rows()["parent"] == 2
        lease = lease_of(database.name)
        assert lease and server.database("like").server.is_alive(lease)
