"""The copy that is begun while Kallithea is being imported."""

from __future__ import annotations

from contextlib import ExitStack
from typing import Iterator

import pytest

from kallithea_dbdev.engines import make_lab
from kallithea_dbdev.errors import DatabaseError
from kallithea_dbdev.verification import ahead
from kallithea_dbdev.workspace import Workspace

from ..projects import VERSION, Project
from ..servers import Server, secret_url

pytestmark = pytest.mark.skipif(VERSION != "0.7.0", reason="does not depend on the release")


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    with ExitStack() as found:
        yield found


def _filled(server: Server) -> str:
    """A database with a table with rows and one without, and with privileges for a user of the same name."""
    name = server.create()
    server.make_user(name, False)
    account = f"'{name}'@'localhost'" if server.engine == "mysql" else name
    server.sql(
        name,
        "CREATE TABLE parent (id INTEGER PRIMARY KEY, name VARCHAR(9))",
        "CREATE TABLE child (id INTEGER PRIMARY KEY, parent_id INTEGER REFERENCES parent (id))",
        "INSERT INTO parent VALUES (1, 'a'), (2, 'b')",
        f"GRANT SELECT ON parent TO {account}",
    )
    if server.engine == "postgresql":
        server.admin_sql(f"ALTER DATABASE {name} SET search_path = public, pg_temp")
    return name


def test_it_is_the_copy_that_another_process_would_make(server: Server, stack: ExitStack) -> None:
    name = _filled(server)
    found = ahead.begin_copying(server.url(name), False, 1, stack)
    assert found is not None
    found.wait()
    copied = found.result()
    assert found.result() is copied
    copy, outset = copied.database, copied.seen
    assert found.lab.remarks == []
    # What only the process that made it can know.
    with Workspace() as workspace:
        other = make_lab(server.database(name), workspace).copy(server.database(name), "other")
        assert copy.read_schema() == other.read_schema() == outset.state.schema
        assert copy.settings == other.settings  # type: ignore[attr-defined]
        # The copy of it has the sample rows, too.
        assert copied.spare is not None
        assert copied.spare.read_schema() == outset.state.schema
        assert copied.spare.count_rows() == outset.state.rows
    # It is prepared as a walk begins.
    assert (outset.counts, outset.sampled) == ({"parent": 2, "child": 0}, ("child",))
    assert outset.state.rows == copy.count_rows() and outset.state.rows["child"] > 0
    assert found.unchanged() == ()
    server.sql(name, "INSERT INTO parent VALUES (3, 'c')")
    assert [finding.code for finding in found.unchanged()] == ["original-changed"]
    found.close()
    assert server.scratch() == []


def test_without_sample_rows(server: Server, stack: ExitStack) -> None:
    found = ahead.begin_copying(server.url(_filled(server)), False, None, stack)
    assert found is not None
    outset = found.result().seen
    assert outset.sampled == () and outset.state.rows == outset.counts


def test_who_may_make_none_is_told_by_who_needs_it(server: Server, stack: ExitStack) -> None:
    name = _filled(server)
    server.give(name, name)
    found = ahead.begin_copying(secret_url(server, name, name), False, 1, stack)
    assert found is not None
    found.wait()
    with pytest.raises(DatabaseError, match=r"GRANT|CREATEDB"):
        found.result()
    found.close()
    assert server.scratch() == []


def test_what_is_large_or_missing_is_not_begun(
    server: Server, stack: ExitStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert ahead.begin_copying(server.url(server.new_name()), False, 1, stack) is None
    monkeypatch.setattr(ahead, "_MOST_BYTES", 1000)
    assert ahead.begin_copying(server.url(_filled(server)), False, 1, stack) is None
    assert ahead.begin_copying("sqlite:///nowhere.db", False, 1, stack) is None
    assert ahead.begin_copying("nonsense", False, 1, stack) is None
    assert server.scratch() == []


def test_a_walk_begins_with_both(server: Server, server_project: Project) -> None:
    """What a step did is told by the spare copy: nothing else knows what was there before."""
    server_project.write_script("op.execute(\"UPDATE ui SET ui_value = 'lost' WHERE ui_key = 'usercache'\")")
    report = server_project.verify(status=1)
    assert {"values-changed", "not-restored"} <= {f["code"] for f in report["findings"] if f["table"] == "ui"}
    assert server.scratch() == []
