"""Times at sizes that nobody has measured."""

from __future__ import annotations

import random
from typing import List, Sequence, Tuple

import pytest

from kallithea_dbdev.engines.watching import WRITES, Lock
from kallithea_dbdev.migrations import UPGRADE, Step, StepRecord
from kallithea_dbdev.schema.model import Schema
from kallithea_dbdev.state import State
from kallithea_dbdev.statements import HeldLock, Statement
from kallithea_dbdev.verification.estimate import Estimate, at_full_size, further, grown, is_curved, split

STATE = State(("r",), Schema(), {})
PARTS = (0.0, 0.005, 0.04)


def points(way: "Sequence[float] | object") -> List[Tuple[float, float]]:
    return [(part, way(part)) for part in PARTS]  # type: ignore[operator]


def test_along_a_line() -> None:
    assert grown(points(lambda part: 0.5 + 30 * part)) == pytest.approx(30.5)
    assert grown(points(lambda part: 0.5)) == pytest.approx(0.5)
    # What took less with more rows took no time.
    assert grown([(0.0, 0.5), (0.01, 0.4), (0.04, 0.3)]) == pytest.approx(0.3)


def test_along_a_curve() -> None:
    assert grown(points(lambda part: 0.001 + 1000 * part**2)) == pytest.approx(1000.001)
    # A part of it is a line.
    assert grown(points(lambda part: 0.001 + 0.2 * part + 1000 * part**2)) == pytest.approx(1000.201)
    # No steeper than each row with each other row: the rest is chance.
    assert grown([(0.0, 0.0), (0.005, 0.0), (0.04, 0.2)]) == pytest.approx(0.2 * 25**2)
    assert grown([(0.0, 0.1), (0.005, 0.0), (0.04, 0.3)]) == pytest.approx(0.1 + 0.2 * 25**2)
    # An index: a little more than a line. What is short is chance.
    assert not is_curved([(0.0, 0.0), (0.005, 0.1), (0.04, 1.0)])
    assert not is_curved([(0.0, 0.0), (0.005, 0.0), (0.04, 0.04)])


def test_chance_does_not_add_up() -> None:
    chance = random.Random(1)
    sent = [
        [Statement(f"S{n}", 0.001 + 0.05 * part + chance.uniform(0, 0.0005)) for n in range(40)]
        for part in PARTS
    ]
    records = [record(sum(s.seconds for s in some), *some) for some in sent]
    assert at_full_size(PARTS, records).seconds == pytest.approx(40 * 0.051, rel=0.1)


def record(seconds: float, *sent: Statement) -> StepRecord:
    return StepRecord(Step("abc", UPGRADE, None), STATE, STATE, sent, seconds)


def test_a_step_with_its_statements_and_locks() -> None:
    def at(part: float) -> StepRecord:
        linear, curved = 0.1 + 10 * part, 1000 * part**2
        lock = HeldLock(Lock("t", "X", WRITES), linear + curved)
        sent = (Statement("ALTER", linear, locks=(lock,)), Statement("UPDATE", curved))
        return record(0.2 + linear + curved, *sent)

    whole = at_full_size(PARTS, [at(part) for part in PARTS])
    assert whole.seconds == pytest.approx(1010.3)
    assert [s.seconds for s in whole.sent] == pytest.approx([10.1, 1000.0])
    assert whole.sent[0].locks[0].seconds == pytest.approx(1010.1)


def test_a_statement_for_each_row() -> None:
    lock = (HeldLock(Lock("t", "X", WRITES), 0.5),)

    def at(part: float) -> StepRecord:
        each = tuple(Statement(f"UPDATE {n}", 0.001, locks=lock) for n in range(int(10000 * part)))
        return record(0.1 + 10 * part, *each)

    whole = at_full_size(PARTS, [at(part) for part in PARTS])
    assert whole.seconds == pytest.approx(10.1)
    assert whole.sent[0].seconds == pytest.approx(0.001 * 10.1 / 0.5)
    assert whole.sent[0].locks[0].seconds == pytest.approx(10.1)


def test_the_first_time_that_a_step_was_run() -> None:
    estimate = Estimate({"t": 5}, (record(1.0), record(2.0)), (1.0,))
    assert estimate.of(Step("abc", UPGRADE, None)) == record(1.0)
    assert estimate.of(Step("other", UPGRADE, None)) is None


def test_as_many_rows_as_can_be_afforded_are_made() -> None:
    assert further(0.01, 0.1, 0.1) == 0.03
    # Rather all of them than nearly all.
    assert further(0.1, 0.1, 0.1) == pytest.approx(0.3)
    assert further(0.3, 0.1, 0.1) == further(0.6, 0.1, 0.1) == 1.0
    # It may grow with the square: 2.3 seconds would be 21.
    assert further(0.1, 2.2, 0.1) and further(0.1, 2.3, 0.1) is None
    assert further(0.1, 0.1, 3.3) and further(0.1, 0.1, 3.4) is None


def test_small_tables_are_filled_in_each_run() -> None:
    assert split({"users": 40_000, "logs": 60_000}) == (frozenset(), 1.0)
    assert split({"users": 10_000, "gists": 15_000, "logs": 750_000}) == (frozenset({"users", "gists"}), 0.1)
    assert split({"users": 30_000, "logs": 70_001}) == (frozenset(), 100_000 / 100_001)
    assert split({}) == (frozenset(), 1.0)
