"""Times at sizes that nobody has measured, where what was done is counted: the clock may say what it likes."""

from __future__ import annotations

from typing import Callable, Tuple

import pytest

from kallithea_dbdev.migrations import UPGRADE, Step, StepRecord
from kallithea_dbdev.schema.model import Schema
from kallithea_dbdev.state import State
from kallithea_dbdev.statements import COUNTED, Statement
from kallithea_dbdev.verification.estimate import at_full_size, grown, is_curved

STATE = State(("r",), Schema(), {})
PARTS = (0.0, 0.0125, 0.1)


def records(*each: Tuple[str, Callable[[float], float], Callable[[float], float]]) -> "list[StepRecord]":
    """A step at each part: texts with their seconds and their work there."""
    made = []
    for part in PARTS:
        sent = tuple(Statement(text, seconds(part), work=round(work(part))) for text, seconds, work in each)
        made.append(StepRecord(Step("abc", UPGRADE, None), STATE, STATE, sent, sum(s.seconds for s in sent)))
    return made


def test_a_curve_that_the_clock_cannot_tell() -> None:
    seconds = [(part, 0.001 + 4 * part**2) for part in PARTS]  # 41 milliseconds at the most
    work = [round(100 + 4_000_000 * part**2) for part in PARTS]
    assert not is_curved(seconds)
    assert is_curved(seconds, work)
    assert grown(seconds, work) == pytest.approx(4.001, rel=0.01)
    # A part of it is a line, which has a part of the time.
    mixed = [round(100 + 100_000 * part + 4_000_000 * part**2) for part in PARTS]
    assert grown(seconds, mixed) == pytest.approx(0.001 + 0.04 * 4_100_000 / 50_000, rel=0.01)
    # A line, an index, and next to nothing are none.
    for line in ([0, 12500, 100_000], [0, 12500, 120_000], [0, 0, 9000]):
        assert not is_curved(seconds, line)
        assert grown(seconds, line) == grown(seconds)


def test_what_moves_no_more_rows_is_as_long_as_before() -> None:
    noise = {0.0: 1.0, 0.0125: 1.05, 0.1: 1.15}
    still = records(("SELECT user_id FROM users", lambda p: 0.5 * noise[p], lambda p: 3000),
                    ("UPDATE users SET lastname = ?", lambda p: 0.5 * noise[p], lambda p: 3010 + 40 * p))  # fmt: skip
    assert at_full_size(PARTS, still).seconds == pytest.approx(1.0)
    # A table that is altered beside it has a line of its own.
    beside = records(("UPDATE users SET lastname = ?", lambda p: 0.5 * noise[p], lambda p: 3000),
                     ("ALTER TABLE user_logs ADD x", lambda p: 0.01 + 2 * p, lambda p: 0))  # fmt: skip
    assert at_full_size(PARTS, beside).seconds == pytest.approx(0.5 + 2.01, rel=0.02)


def test_where_the_clock_clearly_says_otherwise_the_work_was_not_all() -> None:
    # A cascade is nowhere counted.
    cascade = records(("DELETE FROM users", lambda p: 0.05 + 5 * p, lambda p: 3000))
    assert at_full_size(PARTS, cascade).seconds == pytest.approx(5.05)
    uncounted = records(("DELETE FROM users", lambda p: 0.05 + 0.2 * p, lambda p: 0))
    assert at_full_size(PARTS, uncounted).seconds == pytest.approx(0.25)


def test_a_statement_for_each_row_of_which_each_goes_over_all() -> None:
    each = []
    for part in PARTS:
        count = round(1000 * part)
        sent = tuple(Statement(f"UPDATE {n}", 4e-6 * count, work=count) for n in range(count))
        each.append(StepRecord(Step("abc", UPGRADE, None), STATE, STATE, sent, sum(s.seconds for s in sent)))
    assert at_full_size(PARTS, each).seconds == pytest.approx(4.0, rel=0.05)


def test_statements_beyond_those_that_are_counted_one_by_one() -> None:
    # What comes after them is put down to any of them.
    def work(number: int, part: float) -> int:
        return round(1e6 * part**2) if number == COUNTED else 1

    same = [(f"UPDATE {n}", lambda p: 0.0001, lambda p, n=n: work(n, p)) for n in range(COUNTED + 1)]
    assert at_full_size(PARTS, records(*same)).seconds == pytest.approx(0.0101)
