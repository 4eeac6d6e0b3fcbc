"""Which numbers probing rows get, and how they are told from what was there."""

from __future__ import annotations

from itertools import islice
from pathlib import Path
from typing import Sequence

import pytest

from kallithea_dbdev.engines import open_database
from kallithea_dbdev.rows.room import Room, room

from ..projects import Project

LARGEST = 2**31 - 1


def found(folder: Path, numbers: Sequence[int], kind: str = "INTEGER") -> Room:
    path = folder / "x.db"
    rows = [f"INSERT INTO t VALUES ({number})" for number in numbers]
    Project(folder).sql(f"CREATE TABLE t (id {kind} PRIMARY KEY)", *rows, path=path)
    database = open_database(f"sqlite:///{path}")
    table = database.read_schema().table("t")
    assert table
    return room(database, table)


@pytest.mark.parametrize(
    ("numbers", "first", "used"),
    [
        ((), 1, ()), ((7,), 8, ()), ((-5, 0), 1, ()), ((-5,), -4, ()), ((7, LARGEST), 8, (LARGEST,)),
        ((LARGEST - 1, LARGEST), 1, (LARGEST - 1, LARGEST)), ((-9, LARGEST), -8, (LARGEST,)),
        ((3, 2**40), 4, (2**40,)),
    ],
)  # fmt: skip
def test_above_what_is_used_and_below_the_largest(
    tmp_path: Path, numbers: Sequence[int], first: int, used: Sequence[int]
) -> None:
    place = found(tmp_path, numbers)
    assert (place.first, place.used) == (first, frozenset(used))
    given = list(islice(place.numbers(), 3))
    assert given == [max(first, 1) + 999 + n for n in range(3)]
    assert all(map(place.holds, given)) and not any(map(place.holds, numbers))


def test_a_small_column(tmp_path: Path) -> None:
    place = found(tmp_path, (5,), "SMALLINT")
    assert (place.first, list(place.numbers())) == (6, [])
