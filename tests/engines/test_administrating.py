"""What is asked of a server itself goes through one session of each kind, as long as a lab lives."""

from __future__ import annotations

from typing import Any, List

import pytest

from kallithea_dbdev.engines import make_lab
from kallithea_dbdev.engines.server import Server as EngineServer
from kallithea_dbdev.errors import DatabaseError
from kallithea_dbdev.processes import Child
from kallithea_dbdev.workspace import Workspace

from ..servers import Server
from .lab import laboratory


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> List[object]:
    """One item for each connection that is on no database of ours."""
    found: List[object] = []
    connect = EngineServer._connect

    def counted(self: EngineServer, database: object, more: Any) -> Any:
        if database == self.admin_database:
            found.append(database)
        return connect(self, database, more)

    monkeypatch.setattr(EngineServer, "_connect", counted)
    return found


def test_a_lab_keeps_two_sessions_on_its_server(server: Server, opened: List[object]) -> None:
    like = server.database("like")
    with laboratory() as lab:
        first = lab.scratch(like, "first")
        before = len(opened)
        for label in ("second", "third"):
            assert lab.scratch(like, label).exists()
        lab.copy(first, "copy")
        # One that writes, one that reads.
        assert len(opened) - before <= 1
    before = len(opened)
    assert not first.exists()
    assert len(opened) - before == 1  # nothing is kept behind its end


def test_a_child_that_copies_has_two_of_its_own(server: Server, opened: List[object]) -> None:
    with Workspace() as workspace:
        lab = make_lab(server.database("like"), workspace)
        first, before = lab.scratch("first"), len(opened)
        with lab.copy_beside(first, "copy", "spare", lambda copy: (copy.exists(), len(opened))) as result:
            there, after = result().seen
    assert there
    assert after - before <= 2


def test_a_session_that_has_ended_is_opened_again(server: Server) -> None:
    with laboratory() as lab:
        database = lab.scratch(server.database("like"), "x")
        assert isinstance(database.server, EngineServer)
        with database.server.administrated(), database._administrating() as cursor:
            one = _session(cursor, server.engine)
        with database.server.administrated():
            with database._administrating() as cursor:
                assert _session(cursor, server.engine) == one
            with database._administrating(writing=True) as cursor:
                kill = (
                    f"SELECT pg_terminate_backend({one})" if server.engine == "postgresql" else f"KILL {one}"
                )
                cursor.execute(kill)
            with database._administrating() as cursor:
                assert _session(cursor, server.engine) != one


def test_nothing_is_left_in_a_session_by_what_failed(server: Server) -> None:
    with laboratory() as lab:
        database = lab.scratch(server.database("like"), "x")
        with database._administrating(writing=True) as cursor:
            one = _session(cursor, server.engine)
        with pytest.raises(DatabaseError), database._administrating(writing=True) as cursor:
            cursor.execute("BEGIN")
            cursor.execute("nonsense")
        with database._administrating(writing=True) as cursor:
            assert _session(cursor, server.engine) != one


def test_a_child_has_sessions_of_its_own(server: Server) -> None:
    with laboratory() as lab:
        database = lab.scratch(server.database("like"), "x")
        with database._administrating() as cursor:
            one = _session(cursor, server.engine)

        def in_child() -> int:
            with database.server.administrated(), database._administrating() as cursor:
                return _session(cursor, server.engine)

        with Child(in_child) as child:
            assert child.result() != one
        with database._administrating() as cursor:
            assert _session(cursor, server.engine) == one


def _session(cursor: Any, engine: str) -> int:
    """What the server calls a session."""
    cursor.execute("SELECT pg_backend_pid()" if engine == "postgresql" else "SELECT CONNECTION_ID()")
    return int(cursor.fetchall()[0][0])
