"""Scripts that work one by one, and not in one ``alembic upgrade``: there they share a session."""

from __future__ import annotations

from typing import Any, Dict, List

import pytest

from kallithea_dbdev.migrations import UPGRADE, Step, StepError
from kallithea_dbdev.schema.model import Schema
from kallithea_dbdev.state import State
from kallithea_dbdev.verification.at_once import AtOnce
from kallithea_dbdev.verification.checks.at_once import check
from kallithea_dbdev.verification.climb import Climb

from ..projects import BELOW_HEAD, HEAD, VERSION, Project, codes

pytestmark = pytest.mark.skipif(VERSION != "0.7.0", reason="does not depend on the release")

FIRST, SECOND = "feedc0ffee01", "feedc0ffee02"

#: upgrade() of two scripts, each without what it leaves in the session of the other one.
SAME_NAME = ['op.execute("CREATE TEMPORARY TABLE kept (n INTEGER)")'] * 2
IN_THE_WAY = [
    'op.execute("CREATE TEMPORARY TABLE gists AS SELECT * FROM gists")',
    'op.add_column("gists", sa.Column("colour", sa.Integer))',
]


def write(project: Project, upgrade: List[str], downgrade: List[str], below: str = HEAD) -> None:
    project.write_script(upgrade[0], downgrade[0], FIRST, below=below)
    project.write_script(upgrade[1], downgrade[1], SECOND, below=FIRST)


def of_all(report: Dict[str, Any]) -> List[Dict[str, Any]]:
    return [f for f in report["findings"] if f["code"].startswith("chain-")]


def what_fails(project: Project) -> None:
    write(project, SAME_NAME, ["pass", "pass"])
    report = project.verify(status=1)
    (found,) = of_all(report)
    assert (found["code"], found["revision"], found["direction"]) == ("chain-fails", SECOND, "upgrade")
    assert f"after {FIRST}" in found["message"] and "kept" in found["message"]
    assert f"at {SECOND}_by_hand.py:10" in found["message"]
    assert found["line"] == 10 and found["file"].endswith(f"{SECOND}_by_hand.py")
    # Each by itself is right.
    assert "upgrade-fails" not in codes(report)


def what_differs(project: Project) -> None:
    write(project, IN_THE_WAY, ["pass", 'op.drop_column("gists", "colour")'])
    report = project.verify(status=1)
    (found,) = of_all(report)
    assert (found["code"], found["revision"], found["direction"]) == ("chain-differs", SECOND, "upgrade")
    assert "gists.colour" in found["message"] and FIRST in found["message"]


def test_what_fails_on_servers(server_project: Project) -> None:
    what_fails(server_project)


def test_what_differs_on_servers(server_project: Project) -> None:
    what_differs(server_project)


def test_what_fails(project: Project) -> None:
    what_fails(project)
    # The real Alembic fails there, too.
    with pytest.raises(AssertionError, match="table kept already exists"):
        project.tool("alembic", "-c", "development.ini", "upgrade", "head")
    assert project.sql("SELECT version_num FROM alembic_version") == [(FIRST,)]


def test_what_differs(project: Project) -> None:
    what_differs(project)


@pytest.mark.parametrize("server", ["postgresql"], indirect=True)
def test_one_transaction(server_project: Project) -> None:
    """PostgreSQL runs both in one: what the first has to do at its end is not done yet."""
    first = (
        'op.execute("ALTER TABLE gists ADD CONSTRAINT later FOREIGN KEY (user_id) REFERENCES users (user_id) '
        'DEFERRABLE INITIALLY DEFERRED")\n'
        'op.execute("UPDATE gists SET user_id = (SELECT min(user_id) FROM users)")\n'
        'op.execute("UPDATE gists SET user_id = (SELECT max(user_id) FROM users)")'
    )
    write(
        server_project,
        [first, 'op.add_column("gists", sa.Column("colour", sa.Integer))'],
        ['op.drop_constraint("later", "gists")', 'op.drop_column("gists", "colour")'],
    )
    report = server_project.verify(status=1)
    (found,) = of_all(report)
    assert found["code"] == "chain-fails" and "pending trigger events" in found["message"]


@pytest.mark.parametrize("at_the_head", [False, True])
def test_the_way_down(project: Project, at_the_head: bool) -> None:
    write(project, ["pass", "pass"], SAME_NAME)
    if at_the_head:
        project.tool("alembic", "-c", "development.ini", "upgrade", "head")
    report = project.verify(*(("--from", HEAD) if at_the_head else ()), status=1)
    (found,) = of_all(report)
    assert (found["code"], found["revision"], found["direction"]) == ("chain-fails", FIRST, "downgrade")
    assert f"after {SECOND}" in found["message"]


def test_one_script_runs_by_itself(project: Project) -> None:
    project.write_script(SAME_NAME[0])
    assert not of_all(project.verify())


def test_with_the_one_below(project: Project) -> None:
    """A right way of two gets no finding, with rows in tables that were empty."""
    write(
        project,
        ['op.add_column("gists", sa.Column("colour", sa.Integer))', "pass"],
        ['op.drop_column("gists", "colour")', "pass"],
    )
    report = project.verify("--from", BELOW_HEAD)
    assert not of_all(report)


def test_the_first_of_several() -> None:
    """What nobody can foresee: it runs by itself, and is the first one in a run of several."""
    steps = (Step(FIRST, UPGRADE, HEAD), Step(SECOND, UPGRADE, FIRST))
    error = StepError("it is stuck", None, f"{FIRST}.py:7", False, "")
    state = State((), Schema(), {})
    climb = Climb(
        "sqlite", state, state, (), (), (), SECOND, True, at_once=AtOnce(steps[:1], steps[1:], error)
    )
    (finding,) = check(climb)
    assert finding.message == (
        f"upgrade() of {FIRST} fails in one `alembic upgrade` with {SECOND}: it is stuck; at {FIRST}.py:7"
    )
    assert (finding.code, finding.revision, finding.line) == ("chain-fails", FIRST, 7)
