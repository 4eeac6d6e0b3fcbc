"""Time, size and locks as people read them."""

from __future__ import annotations

import pytest

from kallithea_dbdev.reports.measures import lock, of_step, size
from kallithea_dbdev.reports.model import LockLine, StepLine


@pytest.mark.parametrize(
    "count, text",
    [(0, "0 bytes"), (999, "999 bytes"), (1000, "1.0 kB"), (-1_500_000, "-1.5 MB"), (2 * 10**12, "2.0 TB"),
     (5 * 10**15, "5000.0 TB")],
)  # fmt: skip
def test_sizes(count: int, text: str) -> None:
    assert size(count) == text


def test_locks() -> None:
    assert lock(LockLine("t", "ALGORITHM=INSTANT", "", 0.0)) == "t: ALGORITHM=INSTANT for 0.00 s"
    assert lock(LockLine("", "RESERVED", "writes", 1.0)).startswith(
        "the whole database: RESERVED for 1.00 s, writes"
    )


def test_what_is_nothing_is_left_out() -> None:
    assert of_step(StepLine("a", "upgrade", True, 1.0, 3)) == []
    assert of_step(StepLine("a", "upgrade", True, 1.0, 3, growth=-2000)) == ["the database shrinks by 2.0 kB"]
