"""The application's own view of the upgraded database."""

from __future__ import annotations

from typing import Iterator, Set, Tuple

from ...engines.comparing import ROWS
from ...findings import WARNING, Finding, make
from ...rows.unreadable import Unreadable
from ...schema.compare import compare
from ..climb import Climb


def check(climb: Climb) -> Iterator[Finding]:
    """Mapped classes that cannot load or save a row at the head.

    Not where a column or the whole table is missing: that is told already. What stood in a row before the
    first step, which no models could read, is the database's own.
    """
    told = {
        difference.table
        for difference in compare(climb.top.schema, climb.fresh.schema)
        if difference.kind in ("table-missing", "column-missing")
    }
    for table, message in climb.application:
        if table in told:
            continue
        odd = [value for value in climb.unreadable if value.table == table]
        if odd and all(_was_before(climb, value) for value in odd):
            yield from (_of_the_database(climb, value) for value in odd)
            continue
        triggers = dict(climb.refusing).get(table)
        if triggers:
            yield _of_triggers(climb, table, message, triggers)
            continue
        yield make("application-fails", climb.engine, message, table=table, aspect="application")


def _of_triggers(climb: Climb, table: str, message: str, triggers: Tuple[str, ...]) -> Finding:
    """The scripts are not to blame, and neither are the models."""
    return make(
        "application-fails",
        climb.engine,
        f"{message}; it can without trigger {', '.join(triggers)}, which was there before the first step",
        table=table,
        aspect="application",
        severity=WARNING,
        fix="look what the trigger is for: with it the application cannot write to the table on that site",
    )


def _of_the_database(climb: Climb, value: Unreadable) -> Finding:
    return make(
        "values-misfit-before",
        climb.engine,
        f"the application cannot use the row ({value.row}): {value.why}; it was so before the first step",
        table=value.table,
        object=value.column,
        aspect="application",
    )


def _was_before(climb: Climb, value: Unreadable) -> bool:
    """Whether no step up has written to the column, or made it another one."""
    before, after = (state.schema.table(value.table) for state in (climb.start, climb.top))
    columns = [table.column(value.column) if table else None for table in (before, after)]
    return columns[0] is not None and columns[0] == columns[1] and not _is_written(climb, value)


def _is_written(climb: Climb, value: Unreadable) -> bool:
    written: Set[Tuple[str, str]] = {
        (change.table, change.column) for record in climb.up for change in record.rows.changes
    }
    return bool(written & {(value.table, value.column), (value.table, ROWS)})
