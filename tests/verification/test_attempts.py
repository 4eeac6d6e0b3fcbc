"""What a site may have chosen is put into a copy as far as the database takes it."""

from __future__ import annotations

from pathlib import Path

import pytest

from kallithea_dbdev.engines import open_database
from kallithea_dbdev.rows.choices import Choice, another
from kallithea_dbdev.verification.attempts import _done

from ..engines.lab import laboratory
from ..projects import Project


@pytest.mark.parametrize(
    ("value", "length", "expected"),
    [
        ("x" * 248, 255, f"'chosen {'x' * 248}'"), ("x" * 249, 255, None), ("", 6, "'chosen'"), ("", 5, None),
        ("99", 2, None), ("98", 2, "'99'"), ("True", 4, None),
    ],
)  # fmt: skip
def test_another_value_fits_into_its_column(value: str, length: int, expected: object) -> None:
    assert another(value, length) == expected


def test_what_a_trigger_of_the_site_refuses_is_not_so(tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    Project(tmp_path).sql(
        "CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT)",
        "INSERT INTO t VALUES (1, 'a'), (2, 'b'), (3, 'c')",
        "CREATE TRIGGER fixed BEFORE UPDATE ON t WHEN OLD.id = 2 BEGIN SELECT RAISE(ABORT, 'fixed'); END",
        path=path,
    )
    choices = [Choice("t", "v", number, f"UPDATE t SET v = 'x' WHERE id = {number}") for number in (1, 2, 3)]
    database = open_database(f"sqlite:///{path}")
    with laboratory() as lab:
        copy = lab.copy(database, "copy")
        assert _done(copy, choices) == [choices[0], choices[2]]
        assert list(copy.stream("SELECT v FROM t ORDER BY id")) == [("x",), ("b",), ("x",)]
        assert _done(copy, choices[:1]) == choices[:1]
