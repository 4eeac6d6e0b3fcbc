"""Many rows: as many as were asked for, whatever must be unique, on every engine."""

from __future__ import annotations

from typing import Dict, Iterator

import pytest

from kallithea_dbdev.engines import open_database
from kallithea_dbdev.engines.database import Scratch
from kallithea_dbdev.rows.filling import Filler, numbering
from kallithea_dbdev.schema.model import Column

from ..conftest import need
from ..engines.lab import laboratory

NUMBER = {
    "sqlite": "INTEGER PRIMARY KEY AUTOINCREMENT", "postgresql": "SERIAL PRIMARY KEY",
    "mysql": "INTEGER AUTO_INCREMENT PRIMARY KEY",
}  # fmt: skip
TABLES = (
    "CREATE TABLE people (id {number}, name VARCHAR(30) NOT NULL UNIQUE, born DATE, active BOOLEAN NOT NULL)",
    "CREATE TABLE things (id {number}, kind VARCHAR(10))",
    # Each pair once, and no further column to tell them apart.
    "CREATE TABLE pairs (id {number}, p INTEGER NOT NULL REFERENCES people (id), "
    "t INTEGER NOT NULL REFERENCES things (id), UNIQUE (p, t))",
    # A number that is unique, and one that the database does not take.
    "CREATE TABLE odd (code INTEGER PRIMARY KEY, n INTEGER CHECK (n <> 7), p INTEGER REFERENCES people (id))",
    "CREATE TABLE bare (p INTEGER NOT NULL UNIQUE REFERENCES people (id))",
    "INSERT INTO people (name, born, active) VALUES ('0.a', '2000-02-29', {true}), ('Zo\u00eb %s', NULL, {true})",
    "INSERT INTO things (kind) VALUES ('x')",
    "INSERT INTO pairs (p, t) VALUES (1, 1)",
)


@pytest.fixture(params=NUMBER)
def database(request: pytest.FixtureRequest, running: Dict[str, object]) -> Iterator[Scratch]:
    engine = request.param
    like = (
        open_database("sqlite:///like.db") if engine == "sqlite" else need(engine, running).database("like")
    )
    words = {"number": NUMBER[engine], "true": "true" if engine == "postgresql" else "1"}
    with laboratory() as lab:
        scratch = lab.scratch(like, "x")
        scratch.execute(text.format(**words) for text in TABLES)
        yield scratch


def test_as_many_as_were_asked_for(database: Scratch) -> None:
    filler = Filler(database, database.read_schema(), database.count_rows())
    assert filler.fill({"people": 40, "odd": 30, "things": 3, "pairs": 100}) == {
        "people": 40, "odd": 30, "things": 3, "pairs": 100,
    }  # fmt: skip
    # More of them later, and no fewer.
    assert filler.fill({"people": 1500, "things": 2, "pairs": 1000}) == {
        "people": 1500, "things": 3, "pairs": 1000,
    }  # fmt: skip
    counts = database.count_rows()
    assert {name: counts[name] for name in ("people", "odd", "things", "pairs", "bare")} == {
        "people": 1500, "odd": 30, "things": 3, "pairs": 1000, "bare": 0,
    }  # fmt: skip
    # As its own rows are.
    ((kinds,),) = database.fetch_each(["SELECT DISTINCT kind FROM things"])
    assert kinds == ("x",)
    # No more than there can be.
    assert filler.fill({"bare": 2000})["bare"] == 1500


def test_what_can_have_no_row(database: Scratch) -> None:
    database.execute(["DELETE FROM pairs", "DELETE FROM things"])
    filler = Filler(database, database.read_schema(), database.count_rows())
    assert filler.fill({"pairs": 10}) == {"pairs": 0}


def test_numbered_values() -> None:
    for kind, type_name, length in (
        ("text", "varchar(8)", 8),
        ("bytes", "blob", None),
        ("number", "integer", None),
        ("time", "datetime", None),
    ):
        make = numbering(Column("c", type_name, False, kind=kind, length=length), ["a", "0.a", ""])
        assert len({make(number) for number in range(1000)}) == 1000
