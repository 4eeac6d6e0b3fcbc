"""What numbers new rows: sequences, AUTO_INCREMENT, sqlite_sequence."""

from __future__ import annotations

from typing import Dict, Iterator, Mapping, Optional, Set, Tuple

from ...engines.database import Counter
from ...findings import Finding, make
from ...migrations import StepRecord
from ...operations.counters import beyond_highest, kept
from ...schema.model import BATCH_LEFTOVER_PREFIX
from ..climb import Climb
from ..fixes import lines_at


def check(climb: Climb) -> Iterator[Finding]:
    """Counters that a step set back, or that are behind the highest number in the column."""
    told: Set[Tuple[str, str]] = set()
    for record in climb.records:
        if record.error:
            continue
        for name, after in _after(record).items():
            former = record.rows.former_names.get(after.table, after.table)
            before = record.before.counters.get(name) or _of(record.before.counters, former, after.column)
            if after.table.startswith(BATCH_LEFTOVER_PREFIX):
                continue
            behind = after.highest is not None and after.next <= after.highest
            was_behind = before is not None and before.highest is not None and before.next <= before.highest
            if behind and not was_behind and (name, "counter-behind") not in told:
                code = "counter-behind"
                message = f"the next row gets number {after.next}, the highest is {after.highest} already"
            elif before and not behind and after.next < before.next and (name, "counter-back") not in told:
                code = "counter-back"
                message = f"the next row gets number {after.next}, before the step it was {before.next}"
            else:
                continue
            told.add((name, code))
            yield make(
                code,
                climb.engine,
                f"{message}; {record.step.direction}() of {record.step.revision}",
                table=after.table,
                object=after.column,
                aspect="counter",
                revision=record.step.revision,
                direction=record.step.direction,
                fix=_fix(climb.engine, code, after, record.step.direction) if former == after.table else None,
                migrated=str(after.next),
                expected=str(before.next) if before else None,
            )


def _of(counters: Mapping[str, Counter], table: str, column: Optional[str]) -> Optional[Counter]:
    return next((one for one in counters.values() if (one.table, one.column) == (table, column)), None)


def _fix(engine: str, code: str, counter: Counter, direction: str) -> Optional[str]:
    """Code for the step, so that it leaves the counter where it should be."""
    if code == "counter-behind" and counter.column:
        return lines_at("add at the end of", direction, beyond_highest(counter.table, counter.column))
    around = kept(engine, counter.table)
    if around is None:
        return None
    begin, end = around
    first = lines_at("remember it: add at the beginning of", direction, begin)
    return f"{first}\n{lines_at('and at the end of', direction, end)}"


def _after(record: StepRecord) -> Dict[str, Counter]:
    """The counters after the step; one that SQLite forgot altogether begins again."""
    found = dict(record.after.counters)
    for table in record.after.schema.tables:
        if table.name in record.before.counters and ("autoincrement", "yes") in table.options:
            found.setdefault(table.name, Counter(table.name, 1))
    return found
