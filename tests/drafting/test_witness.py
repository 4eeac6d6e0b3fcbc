"""What a run on the development database shows: of its own, or of every site."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from kallithea_dbdev.drafting.ground import Ground
from kallithea_dbdev.drafting.witness import Witness
from kallithea_dbdev.engines import make_lab, open_database
from kallithea_dbdev.findings import ERROR, WARNING, make
from kallithea_dbdev.schema.compare import compare
from kallithea_dbdev.schema.model import Column, Index, IndexKey, Schema, Table
from kallithea_dbdev.state import State
from kallithea_dbdev.workspace import Workspace

NAME = Column("name", "VARCHAR(9)", True, kind="text")
PHONE = Column("site_phone", "VARCHAR(9)", True, kind="text")
SITES = Schema((Table("users", (NAME,)),))
OWN = Schema(
    (
        Table("users", (NAME, PHONE), None, (), (), (), (Index("site_index", (IndexKey("name"),)),)),
        Table("notes", (NAME,)),
        Table("_alembic_tmp_users", (NAME,)),
    )
)


@pytest.fixture
def ground(tmp_path: Path) -> Any:
    """Nothing is to be changed."""
    with Workspace() as workspace:
        database = open_database(f"sqlite:///{tmp_path}/x.db")
        state = State(("x",), SITES, {})
        yield Ground("sqlite", None, database, make_lab(database, workspace), (state,), state, None, None)  # type: ignore[arg-type]


def judged(ground: Ground, code: str, message: str, **facts: Any) -> str:
    """The severity of a finding that a run on the development database has shown."""
    state = State(("x",), OWN, {})
    witness = Witness(ground.database, state, compare(OWN, SITES), lambda label: None)  # type: ignore[arg-type,return-value]
    finding = make(code, "sqlite", message, revision="x", **facts)
    assert finding.severity == ERROR
    (found,) = witness.judged((finding,), ground)
    return found.severity


@pytest.mark.parametrize(
    "message",
    [
        "upgrade() raises: error in index site_index after drop column",
        "upgrade() raises: no such column: site_phone",
        "upgrade() raises: table _alembic_tmp_users already exists",
    ],
)
def test_what_it_has_beside_others_is_its_own(ground: Ground, message: str) -> None:
    assert judged(ground, "upgrade-fails", message) == WARNING


@pytest.mark.parametrize(
    "message",
    [
        "upgrade() raises: NOT NULL constraint failed: _alembic_tmp_users.name",
        "upgrade() raises: UNIQUE constraint failed: users.name",
        "upgrade() raises: NOT NULL constraint failed: users.name; statement: INSERT INTO x (name, site_phone)",
        "upgrade() raises: something else",
    ],
)
def test_its_rows_are_those_of_others(ground: Ground, message: str) -> None:
    assert judged(ground, "upgrade-fails", message) == ERROR
    assert judged(ground, "upgrade-fails", message, table="users") == ERROR


def test_values_in_columns_that_others_have_are_those_of_others(ground: Ground) -> None:
    said = {"table": "users", "direction": "upgrade"}
    assert judged(ground, "values-changed", "values are changed in 3 rows", object="name", **said) == ERROR
    assert (
        judged(ground, "values-changed", "values are changed in 3 rows", object="site_phone", **said)
        == WARNING
    )
    assert judged(ground, "rows-lost", "3 rows lost", table="notes") == WARNING
    assert judged(ground, "index-missing", "is missing", table="users", object="site_index") == WARNING
    assert judged(ground, "autoincrement", "is gone", table="users") == ERROR
