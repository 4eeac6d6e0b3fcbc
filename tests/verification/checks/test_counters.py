"""What numbers new rows before a step and after it, by whatever name. Pure."""

from __future__ import annotations

from dataclasses import replace
from typing import List, Optional

import pytest

from kallithea_dbdev.engines.database import Counter
from kallithea_dbdev.rows.changes import Vanished
from kallithea_dbdev.state import State
from kallithea_dbdev.verification.checks.counters import check
from kallithea_dbdev.verification.climb import Climb

from .test_rows import STATES, up


def codes(engine: str, before: Counter, after: Counter) -> List[str]:
    states: List[State] = []
    for state, one in zip(STATES, (before, after)):
        # PostgreSQL counts for columns, the others for tables.
        name = f"{one.table}.{one.column}" if one.column else one.table
        states.append(replace(state, counters={name: one}))
    renamed = (Vanished(before.table, "*", 2, moved_to=after.table),) if before.table != after.table else ()
    record = replace(up(vanished=renamed), before=states[0], after=states[1])
    climb = Climb(engine, states[0], states[1], (record,), (), (), "b", True)
    return [found.code for found in check(climb)]


@pytest.mark.parametrize("column", [None, "id"])
@pytest.mark.parametrize("table", ["t", "u"])
def test_what_a_step_has_done(table: str, column: Optional[str]) -> None:
    engine = "postgresql" if column else "sqlite"
    former = Counter("t", 8, 7, column)
    assert codes(engine, former, Counter(table, 8, 7, column)) == []
    assert codes(engine, former, Counter(table, 5, 4, column)) == ["counter-back"]
    assert codes(engine, former, Counter(table, 5, 7, column)) == ["counter-behind"]
    # It was behind before.
    assert codes(engine, Counter("t", 1, 2, column), Counter(table, 1, 2, column)) == []
