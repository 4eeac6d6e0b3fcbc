"""Scripts that sample rows make right: they fail, or do nothing, where a table is as empty as it is."""

from __future__ import annotations

from typing import Any, Dict, List, Tuple

import pytest

from ..projects import VERSION, Project
from ..servers import Server

pytestmark = pytest.mark.skipif(VERSION != "0.7.0", reason="does not depend on the release")

MAX = 'n = op.get_bind().execute("SELECT max(gist_id) FROM gists").scalar() + 1'
FIRST = 'op.get_bind().execute("SELECT gist_id FROM gists").first()[0]'
WITH_ROWS = 'if op.get_bind().execute("SELECT 1 FROM gists").first():\n    '
COLUMN = 'op.add_column("gists", sa.Column("colour", sa.Integer))'
MODELS = (
    "    gist_description = Column(",
    "    colour = Column(Integer(), nullable=True)\n    gist_description = Column(",
)


def of_empty(report: Dict[str, Any]) -> List[Dict[str, Any]]:
    return [f for f in report["findings"] if f["code"].startswith("empty-") or f["code"] == "upgrade-fails"]


UP, DOWN = (MAX, "pass", "upgrade"), ("pass", FIRST, "downgrade")


def what_fails(project: Project, *words: str, ways: Tuple[Tuple[str, str, str], ...] = (UP,)) -> None:
    for upgrade, downgrade, direction in ways:
        project.write_script(upgrade, downgrade)
        (found,) = of_empty(project.verify(*words, status=1))
        assert (found["code"], found["revision"], found["direction"]) == (
            "empty-table-fails", "feedc0ffee00", direction,
        )  # fmt: skip
        assert found["severity"] == "error" and found["table"] == "gists" and found["line"]
        assert f"{direction}() of feedc0ffee00 fails where gists is empty: " in found["message"]


def what_differs(project: Project) -> None:
    project.change_models(MODELS)
    drop = 'op.drop_column("gists", "colour")'
    project.write_script(
        WITH_ROWS + COLUMN,
        drop.replace("op.", "with op.batch_alter_table('gists') as b:\n    b.").replace('"gists", ', ""),
    )
    (found,) = of_empty(project.verify(status=1))
    assert (found["code"], found["direction"]) == ("empty-table-differs", "upgrade")
    assert "where gists is empty than with rows: gists.colour (column-missing)" in found["message"]


def test_what_fails(project: Project) -> None:
    what_fails(project, ways=(UP, DOWN))
    with pytest.raises(AssertionError, match="NoneType"):  # the real Alembic
        project.write_script(MAX)
        project.tool("alembic", "-c", "development.ini", "upgrade", "head")
    # With a row it runs: and that one is told as the site's own.
    project.sql(
        "INSERT INTO gists (gist_access_id, gist_description, user_id, gist_type, gist_expires, created_on, modified_at) "
        "VALUES ('x', '', 2, 'public', -1, '2020-01-01 00:00:00.000000', '2020-01-01 00:00:00.000000')"
    )
    (note,) = of_empty(project.verify(status=0))
    assert (note["code"], note["severity"]) == ("upgrade-fails", "note")


def test_from_a_release(project: Project) -> None:
    what_fails(project, "--release", "0.7.0")


def test_what_differs(project: Project) -> None:
    what_differs(project)


def test_what_fails_on_servers(server_project: Project) -> None:
    what_fails(server_project)


def test_what_differs_on_servers(server_project: Project) -> None:
    what_differs(server_project)


def test_what_asks_for_no_rows(project: Project) -> None:
    """One that is ready for it, one that looks at the schema only, and one that rebuilds the table."""
    ready = MAX.replace(".scalar()", ".scalar() or 0").replace("() or 0 + 1", "() or 0")
    look = 'assert "gist_id" in [c["name"] for c in sa.inspect(op.get_bind()).get_columns("gists")]'
    rebuild = 'with op.batch_alter_table("gists", recreate="always") as batch_op:\n    pass'
    for upgrade in (ready, look, rebuild):
        project.write_script(upgrade)
        assert not of_empty(project.verify())


def test_it_is_not_run_with_no_sample_rows(project: Project) -> None:
    project.write_script(MAX)
    (found,) = of_empty(project.verify("--no-sample", status=1))
    assert found["code"] == "upgrade-fails"


SHORTER = "op.alter_column('gists', 'gist_description', type_=sa.Unicode(4), existing_type=sa.UnicodeText())"
CHECKED = "op.create_check_constraint('ck_gists_x', 'gists', 'gist_expires = 4711')"
UNIQUE = "op.create_index('gists_type_idx', 'gists', ['gist_type'], unique=True)"
WITHOUT_VALUE = "op.add_column('gists', sa.Column('x', sa.Integer, nullable=False))"
POINTING = "op.create_foreign_key('fk_gists_x', 'gists', 'users', ['gist_type'], ['username'])"


def batch(line: str) -> str:
    return f"with op.batch_alter_table('gists') as gists:\n    {line.replace('op.', 'gists.').replace(chr(39) + 'gists' + chr(39) + ', ', '')}"


AT_ROWS = {
    "sqlite": (
        batch(CHECKED),
        UNIQUE,
        WITHOUT_VALUE,
        batch("op.create_unique_constraint('uq_gists_x', ['gist_type'])"),
    ),
    "postgresql": (CHECKED, UNIQUE, WITHOUT_VALUE, SHORTER, POINTING),
    "mysql": (CHECKED, UNIQUE, SHORTER, POINTING),
}


def at_rows(project: Project, engine: str) -> None:
    """What the database refuses when it goes over the rows of a table that a statement alters."""
    for upgrade in AT_ROWS[engine]:
        project.write_script(upgrade)
        (found,) = of_empty(project.verify(status=1))
        assert found["code"] == "upgrade-fails"
        assert "; gists was empty: there are sample rows in it" in found["message"], found["message"]


def test_what_is_refused_at_sample_rows(project: Project) -> None:
    at_rows(project, "sqlite")


def test_what_is_refused_at_sample_rows_on_servers(server_project: Project, server: Server) -> None:
    at_rows(server_project, server.engine)


@pytest.mark.parametrize(
    "upgrade",
    [
        "op.add_column('gists', sa.Column('gist_type', sa.Integer))",
        "op.create_index('gists_type_idx', 'gists', ['nope'], unique=True)",
        batch("op.drop_column('nope')"),
    ],
)
def test_what_fails_without_rows_too(project: Project, upgrade: str) -> None:
    project.write_script(upgrade)
    (found,) = of_empty(project.verify(status=1))
    assert found["code"] == "upgrade-fails" and "sample rows" not in found["message"]


@pytest.mark.parametrize(
    ("upgrade", "message"),
    [
        ("names = {'public': 'p', 'private': 'q'}\n"
         "[names[row[0]] for row in op.get_bind().execute('SELECT gist_type FROM gists')]", "KeyError: "),
        ("op.execute('UPDATE gists SET gist_type = NULL')", "NOT NULL constraint failed"),
    ],
)  # fmt: skip
def test_what_fails_at_sample_rows_says_so(project: Project, upgrade: str, message: str) -> None:
    project.write_script(upgrade)
    (found,) = of_empty(project.verify(status=1))
    assert found["code"] == "upgrade-fails" and message in found["message"]
    assert "; gists was empty: there are sample rows in it" in found["message"]
    # Not where a table has rows of its own.
    project.write_script(upgrade.replace("gist_type", "username").replace("gists", "users"))
    (found,) = of_empty(project.verify(status=1))
    assert "sample rows" not in found["message"]
