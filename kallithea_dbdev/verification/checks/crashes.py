"""What ``--crash-test`` showed."""

from __future__ import annotations

from typing import Iterator

from ...findings import Finding, make
from ...secrets import mask
from ..climb import Climb
from .at_once import shown


def check(climb: Climb) -> Iterator[Finding]:
    """Steps that cannot be run again after they were stopped, with the first such stop."""
    for test in climb.crash_tests:
        if not test.stuck:
            continue
        first = test.stuck[0]
        left = shown(first.left)
        yield make(
            "not-restartable",
            climb.engine,
            f"stopped after {len(test.stuck)} of {test.statements} statements it cannot be run again; "
            f"first after statement {first.number} ({mask(first.statement)[:120]}): left behind: "
            f"{left or 'changed rows'}; running it again: {first.problem}",
            revision=test.step.revision,
            direction=test.step.direction,
            aspect="crash",
            statement=first.statement,
        )
