"""Many statements at once: the same as one after the other, and none where one is refused."""

from __future__ import annotations

from dataclasses import replace
from typing import Dict, Iterator

import pytest

from kallithea_dbdev.engines import open_database
from kallithea_dbdev.engines.database import Scratch
from kallithea_dbdev.errors import DatabaseError
from kallithea_dbdev.releases import RELEASES
from kallithea_dbdev.state import read_state

from ..conftest import need
from .lab import Laboratory, laboratory

STATEMENTS = ("CREATE TABLE a (id INTEGER)", "INSERT INTO a VALUES (1)", "INSERT INTO a VALUES ({})")


@pytest.fixture
def lab() -> Iterator[Laboratory]:
    with laboratory() as lab:
        yield lab


def scratch(engine: str, running: Dict[str, object], lab: Laboratory, label: str) -> Scratch:
    like = (
        open_database("sqlite:///like.db") if engine == "sqlite" else need(engine, running).database("like")
    )
    return lab.scratch(like, label)


@pytest.mark.parametrize("engine", ["sqlite", "postgresql", "mysql"])
def test_a_release_is_what_it_is(engine: str, running: Dict[str, object], lab: Laboratory) -> None:
    statements = RELEASES[0].statements(engine)
    one, other = (scratch(engine, running, lab, label) for label in ("one", "other"))
    one.execute(statements)
    other.execute(other.at_once(statements))
    states = [replace(read_state(made, with_defaults=True), size=0) for made in (one, other)]
    assert states[0] == states[1]
    assert sum(read_state(other).rows.values()) > 0


@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
def test_all_or_none(engine: str, running: Dict[str, object], lab: Laboratory) -> None:
    made = scratch(engine, running, lab, "made")
    with pytest.raises(DatabaseError):
        made.execute(made.at_once([text.format("nowhere") for text in STATEMENTS]))
    assert not made.read_schema().tables
    made.execute(made.at_once([text.format(2) for text in STATEMENTS]))
    assert made.count_rows() == {"a": 2}
