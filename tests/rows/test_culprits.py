"""Which rows a statement failed at, from what databases say."""

from __future__ import annotations

from pathlib import Path
from typing import Optional, Tuple

import pytest

from kallithea_dbdev.engines import open_database
from kallithea_dbdev.rows.culprits import ALIKE, EQUAL, LONGER, NOT_IN, NULL, Guess, culprits, guess
from kallithea_dbdev.schema.model import Column, Schema, Table

from ..projects import Project

SCHEMA = Schema(
    (
        Table("gists", tuple(Column(name, "TEXT", True) for name in ("gist_id", "user_id", "gist_type"))),
        Table("users", (Column("user_id", "INTEGER", False),)),
    )
)
UNIQUE = "ALTER TABLE gists ADD CONSTRAINT uq UNIQUE (user_id, gist_type)"


@pytest.mark.parametrize(
    ("message", "statement", "expected"),
    [
        (
            "UNIQUE constraint failed: _alembic_tmp_gists.user_id, _alembic_tmp_gists.gist_type",
            "INSERT INTO _alembic_tmp_gists SELECT * FROM gists", Guess("gists", ("user_id", "gist_type"), ALIKE),
        ),
        (
            'could not create unique index "uq"; detail: Key (user_id, gist_type)=(1, a (b)) is duplicated.', UNIQUE,
            Guess("gists", ("user_id", "gist_type"), ALIKE),
        ),
        ("(1062, \"Duplicate entry '1-a' for key 'uq'\")", UNIQUE, Guess("gists", ("user_id", "gist_type"), ALIKE)),
        (
            "(1062, \"Duplicate entry '1' for key 'x'\")", "CREATE UNIQUE INDEX x ON `gists` (`gist_type`)",
            Guess("gists", ("gist_type",), ALIKE),
        ),
        (
            "NOT NULL constraint failed: _alembic_tmp_gists.gist_type", "INSERT INTO _alembic_tmp_gists ...",
            Guess("gists", ("gist_type",), NULL),
        ),
        (
            'column "gist_type" of relation "gists" contains null values', "ALTER TABLE gists ...",
            Guess("gists", ("gist_type",), NULL),
        ),
        (
            "(1138, 'Invalid use of NULL value')", "ALTER TABLE gists MODIFY gist_type INT NOT NULL",
            Guess("gists", ("gist_type",), NULL),
        ),
        (
            'invalid input syntax for type integer: "pub"lic"', "ALTER TABLE gists ALTER COLUMN gist_type TYPE INTEGER",
            Guess("gists", ("gist_type",), EQUAL, 'pub"lic'),
        ),
        (
            "(1366, \"Incorrect integer value: 'a' for column `kdbdev_x`.`gists`.`gist_type` at row 1\")",
            "ALTER TABLE gists MODIFY gist_type INT", Guess("gists", ("gist_type",), EQUAL, "a"),
        ),
        (
            "(1292, \"Truncated incorrect INTEGER value: 'a'\")", "ALTER TABLE gists MODIFY gist_type INT",
            Guess("gists", ("gist_type",), EQUAL, "a"),
        ),
        (
            "value too long for type character varying(3)", "ALTER TABLE gists ALTER gist_type TYPE VARCHAR(3)",
            Guess("gists", ("gist_type",), LONGER, "3"),
        ),
        (
            "(1406, \"Data too long for column 'gist_type' at row 2\")", "ALTER TABLE gists MODIFY gist_type varchar(3)",
            Guess("gists", ("gist_type",), LONGER, "3"),
        ),
        (
            'insert or update on table "gists" violates foreign key constraint "fk"; detail: Key (user_id)=(99) is '
            'not present in table "users".', "ALTER TABLE gists ADD CONSTRAINT fk ...",
            Guess("gists", ("user_id",), NOT_IN, "users", ("user_id",)),
        ),
        (
            "(1452, 'Cannot add or update a child row (`x`.`#sql`, CONSTRAINT `fk` FOREIGN KEY (`user_id`) REFERENCES "
            "`users` (`user_id`))')", "ALTER TABLE gists ADD CONSTRAINT fk ...",
            Guess("gists", ("user_id",), NOT_IN, "users", ("user_id",)),
        ),
        ("no such column: nope", "SELECT nope FROM gists", None),
        ("NOT NULL constraint failed: gists.nope", "INSERT INTO gists ...", None),
    ],
)  # fmt: skip
def test_what_is_said(message: str, statement: str, expected: Optional[Guess]) -> None:
    found = tuple(one for one in guess(message, statement, SCHEMA) if one.table == "gists")
    assert found == (() if expected is None else (expected,))


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("UNIQUE constraint failed: _alembic_tmp_t.a", ("t: joe, id=1", "t: ann, id=2")),
        ("NOT NULL constraint failed: _alembic_tmp_t.b", ("t: tom, id=3",)),
        ("NOT NULL constraint failed: _alembic_tmp_t.a", ()),
    ],
)
def test_the_rows(tmp_path: Path, message: str, expected: Tuple[str, ...]) -> None:
    path = tmp_path / "x.db"
    Project(tmp_path).sql(
        "CREATE TABLE t (id INTEGER PRIMARY KEY, login TEXT UNIQUE, a INT, b INT)",
        "INSERT INTO t VALUES (1, 'joe', 7, 1), (2, 'ann', 7, 2), (3, 'tom', 8, NULL)",
        path=path,
    )
    database = open_database(f"sqlite:///{path}")
    statement = "INSERT INTO _alembic_tmp_t SELECT * FROM t"
    assert culprits(database, database.read_schema(), message, statement) == expected
