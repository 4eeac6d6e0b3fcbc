"""Which tables a step that failed speaks of, and whether it failed twice in the same way. Pure."""

from __future__ import annotations

from dataclasses import replace
from typing import Optional

import pytest

from kallithea_dbdev.migrations import Step, StepError, StepRecord
from kallithea_dbdev.schema.model import Schema, Table
from kallithea_dbdev.state import State
from kallithea_dbdev.statements import Statement
from kallithea_dbdev.verification.stumbling import is_same_failure, spoken_of

SCHEMA = Schema(tuple(map(Table, ("gists", "users", "user_ip_map"))))
STATE = State(("r",), SCHEMA, {})
ERROR = StepError("CHECK constraint failed", "one.py:3", None, False, "")
RECORD = StepRecord(Step("r", "upgrade", None), STATE, STATE, (), 0.0, ERROR)


@pytest.mark.parametrize(
    ("source", "message", "statements", "expected"),
    [
        ("", "", (), ()),
        ("op.drop_column('gists', 'x')", "", (), ("gists",)),
        ("users_ip_map, user", "", (), ()),
        ("", "NOT NULL constraint failed: user_ip_map.active", (), ("user_ip_map",)),
        ("", "", ("SELECT 1 FROM users", "DROP TABLE gists"), ("gists", "users")),
        ("", "", ("INSERT INTO _alembic_tmp_users VALUES (1)",), ("users",)),
    ],
)
def test_spoken_of(
    source: str, message: str, statements: "tuple[str, ...]", expected: "tuple[str, ...]"
) -> None:
    sent = tuple(map(Statement, statements))
    record = replace(RECORD, source=source, sent=sent, error=replace(ERROR, message=message))
    assert spoken_of(record, SCHEMA) == expected
    assert spoken_of(replace(record, error=None, sent=(*sent, Statement(message))), SCHEMA) == expected


@pytest.mark.parametrize(
    ("error", "step", "expected"),
    [
        (replace(ERROR, message="another value"), RECORD.step, True),
        (replace(ERROR, where="one.py:4"), RECORD.step, False),
        (ERROR, Step("r", "downgrade", None), False),
        (ERROR, Step("s", "upgrade", None), False),
        (None, RECORD.step, False),
    ],
)
def test_is_same_failure(error: Optional[StepError], step: Step, expected: bool) -> None:
    other = replace(RECORD, error=error, step=step)
    assert is_same_failure(RECORD, other) is is_same_failure(other, RECORD) is expected
