"""Steps as files of SQL: which cannot be written, which do not run, and which make something else."""

from __future__ import annotations

from typing import Iterator, List

from ...engines.comparing import ROWS
from ...findings import Finding, make
from ...offline.step import SqlStep
from ...rows import changes
from ...rows.declared import ADDED
from ..climb import Climb
from .differences import Side, sentence

_ONLINE = Side("Alembic's own run gives", "Alembic's own run does not make it")

#: How many differences are told.
_TOLD = 5


def check(climb: Climb) -> Iterator[Finding]:
    """What is wrong with the file of each step that has been tried."""
    for tried in climb.sql:
        name = f"{tried.step.direction}() of {tried.step.revision}"
        if tried.failed:
            continue  # that is a finding by itself
        if tried.not_written:
            said = f"{name} cannot be written as SQL: without a database it ends with {tried.not_written.message}"
            if tried.not_written.where:
                said += f"; at {tried.not_written.where}"
            yield _finding("sql-needs-database", tried, said, tried.not_written.traceback)
        elif tried.refused:
            statement = " ".join((tried.statement or "").split())
            said = f"the SQL of {name} is refused: {tried.refused}; statement: {statement}"
            yield _finding("sql-fails", tried, said)
        elif not tried.is_proven:
            told = _differences(tried)
            more = f"; and {len(told) - _TOLD} more" if len(told) > _TOLD else ""
            said = f"the SQL of {name} makes something else: {'; '.join(told[:_TOLD])}{more}"
            yield _finding("sql-differs", tried, said)


def _finding(code: str, tried: SqlStep, message: str, traceback: "str | None" = None) -> Finding:
    return make(
        code,
        tried.engine,
        message,
        tried.not_written.line if tried.not_written else None,
        aspect="sql",
        revision=tried.step.revision,
        direction=tried.step.direction,
        statement=tried.statement,
        traceback=traceback,
    )


def _differences(tried: SqlStep) -> List[str]:
    """What the file makes otherwise, in words."""
    found = []
    for difference in tried.schema:
        found.append(f"{difference.where or 'database'}: {sentence(difference, _ONLINE)}")
    return [*found, *map(_row_difference, tried.rows), *tried.others]


def _row_difference(change: changes.Change) -> str:
    rows = f"{change.count} row{'s' * (change.count != 1)} ({'; '.join(change.keys)})"
    if change.column == ROWS:
        return f"{change.table}: {rows} {'more' if change.kind == ADDED else 'missing'}"
    example = f": {change.example}, the former being that of Alembic's own run" if change.example else ""
    return f"{change.table}.{change.column}: another value in {rows}{example}"
