"""The condition by which rows are looked for on each engine, and what a message says of columns. Pure, but for quoting."""

from __future__ import annotations

from typing import Tuple

import pytest

from kallithea_dbdev.engines import open_database
from kallithea_dbdev.rows.changes import Side
from kallithea_dbdev.rows.culprits import ALIKE, EQUAL, LONGER, NOT_IN, NULL, Guess, _condition, guess
from kallithea_dbdev.schema.model import Column, Schema, Table

T = Table("t", tuple(Column(name, "TEXT", True) for name in ("id", "a", "b")))
SCHEMA = Schema((T, Table("u", (Column("x", "TEXT", True), Column("y", "TEXT", True)))))


@pytest.mark.parametrize(
    ("guessed", "condition"),
    [
        (Guess("t", ("a",), NULL), "t.a IS NULL"),
        (Guess("t", ("a",), EQUAL, "it's\\n"), "CONCAT(t.a, '') = 'it''s\\\\n'"),
        (Guess("t", ("a",), LONGER, "3"), "CHAR_LENGTH(t.a) > 3"),
        (
            Guess("t", ("a", "b"), ALIKE),
            "EXISTS (SELECT 1 FROM (SELECT a, b FROM t GROUP BY a, b HAVING count(*) > 1) AS kdbdev_alike "
            "WHERE kdbdev_alike.a = t.a AND kdbdev_alike.b = t.b)",
        ),
        (
            Guess("t", ("a", "b"), NOT_IN, "u", ("x", "y")),
            "t.a IS NOT NULL AND t.b IS NOT NULL AND NOT EXISTS (SELECT 1 FROM u AS kdbdev_parent "
            "WHERE kdbdev_parent.x = t.a AND kdbdev_parent.y = t.b)",
        ),
    ],
)  # fmt: skip
def test_condition(guessed: Guess, condition: str) -> None:
    side = Side(open_database("mysql+pymysql://u@h/n"), SCHEMA)
    assert _condition(side, T, guessed).replace("`", "") == condition


@pytest.mark.parametrize(
    ("message", "statement", "expected"),
    [
        # The statement says the columns where the message does not; the table is another one's.
        ("(1062, \"Duplicate entry '1' for key 'x'\")", "ALTER TABLE t ADD COLUMN c INT", ()),
        ('column "a" of relation "u" contains null values', "ALTER TABLE t ADD x INT, ADD a INT", ()),
        ("(1265, \"Data truncated for column 'a' at row 1\")", "ALTER TABLE t MODIFY a INT NOT NULL", (("a",),)),
        ("value too long for type character varying(3)", "ALTER TABLE t ALTER a TYPE varchar(3), ALTER b TYPE varchar(3)",
         (("a",), ("b",))),
        ("(1406, \"Data too long for column 'a' at row 2\")", "ALTER TABLE t MODIFY a TEXT", ()),
        ("(1406, \"Data too long for column 'a' at row 2\")", "ALTER TABLE t MODIFY b varchar(3), MODIFY a varchar(3)", (("a",),)),
        ("value too long for type character varying(3)", "ALTER TABLE t ALTER a TYPE short", (("a",),)),
        # An expression is no column.
        ("(1062, \"Duplicate entry '1' for key 'x'\")", "CREATE UNIQUE INDEX x ON t ((lower(a)))", ()),
        ("(1048, \"Column 'x' cannot be null\")", "INSERT INTO u SELECT a FROM t", ()),
        ("Key (nope)=(9) is not present in table \"u\"", "ALTER TABLE t ADD ...", ()),
    ],
)  # fmt: skip
def test_the_columns_of_a_message(
    message: str, statement: str, expected: "Tuple[Tuple[str, ...], ...]"
) -> None:
    assert tuple(one.columns for one in guess(message, statement, SCHEMA) if one.table == "t") == expected


def test_the_columns_of_the_other_table() -> None:
    message = "CONSTRAINT `fk` FOREIGN KEY (`a`, `b`) REFERENCES `u` (`x`, `y`)"
    (found,) = (one for one in guess(message, "ALTER TABLE t ADD CONSTRAINT fk", SCHEMA) if one.table == "t")
    assert found == Guess("t", ("a", "b"), NOT_IN, "u", ("x", "y"))


def test_a_table_that_nobody_speaks_of() -> None:
    assert [one.table for one in guess("NOT NULL constraint failed: t.a", "INSERT INTO t", SCHEMA)] == ["t"]
    assert (
        list(guess("(1138, 'Invalid use of NULL value')", "ALTER TABLE nowhere MODIFY a INT", SCHEMA)) == []
    )
