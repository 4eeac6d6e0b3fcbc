"""The steps once more on tables that are as empty as they are.

Sample rows show what a script does to rows; they hide what it does, or cannot do, where there are none.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import AbstractSet, Callable, Optional, Sequence, Tuple

from ..engines.database import Scratch
from ..engines.lab import Lab
from ..migrations import Chain, Step, StepError, StepRecord, run_step
from ..schema.model import BATCH_LEFTOVER_PREFIX
from ..schema.names import speaks_of
from .at_once import other_things
from .course import Progress

_SELECT = re.compile(r"\bSELECT\b", re.IGNORECASE)

_CHANGING = re.compile(r"\s*(UPDATE|DELETE|INSERT|REPLACE)\b", re.IGNORECASE)

#: What goes over all rows of a table to alter it, a rebuild's copying as well.
_ALTERING = re.compile(
    rf"\s*(ALTER TABLE (ONLY )?|CREATE UNIQUE INDEX [^(]* ON (ONLY )?|INSERT INTO (?=[`\"]?{BATCH_LEFTOVER_PREFIX}))"
    rf"([`\"]?\w+[`\"]?\.)?[`\"]?({BATCH_LEFTOVER_PREFIX})?(?P<table>\w+)",
    re.IGNORECASE,
)

#: What asks for no row of a table: catalogues, and the copying of a rebuild.
_OF_NO_ROW = re.compile(
    rf"\s*INSERT INTO [`\"]?{BATCH_LEFTOVER_PREFIX}|.*\b(sqlite_(temp_)?master|pg_catalog|information_schema)\b",
    re.IGNORECASE | re.DOTALL,
)


@dataclass(frozen=True)
class Bare:
    """A step that is another one where ``tables`` are empty: it raises ``error``, or leaves ``what`` other than
    with rows in them."""

    step: Step
    tables: Tuple[str, ...]
    error: Optional[StepError] = None
    what: Tuple[str, ...] = ()


def bare(
    chain: Chain,
    ways: Sequence[Sequence[StepRecord]],
    sampled: AbstractSet[str],
    lab: Lab,
    again: Callable[[str], Scratch],
    progress: Progress,
) -> Optional[Bare]:
    """Run the steps of all ways, none of which has failed, without the rows that were put into the ``sampled``
    tables; the first that is another one, None where there is none.

    Nothing is run where no script reads such a table. ``again`` makes a database as it was before the rows, under
    another label; it is gone at the end.
    """
    records = [record for way in ways for record in way]
    asked = [asked_of(record, sampled) for record in records]
    while asked and not asked[-1]:
        asked.pop()  # nothing after the last of them is wanted
    if not asked or lab.single:
        return None
    progress("running the scripts without sample rows")
    database = again("bare")
    try:
        for record, tables in zip(records, asked):
            error = run_step(chain, database, record.step, record.before, blind=True).error
            what = () if error or not tables else other_things(database, record.after)
            if error or what:
                return Bare(record.step, tables, error, what)
    finally:
        lab.discard(database)
    return None


def asked_of(record: StepRecord, tables: AbstractSet[str]) -> Tuple[str, ...]:
    """The tables whose rows the script of a step asks for, by the texts of its statements."""
    texts = [
        s.sql
        for s in record.sent
        if s.line is not None and _SELECT.search(s.sql) and not _OF_NO_ROW.match(s.sql)
    ]
    return tuple(sorted(table for table in tables if any(speaks_of(text, table) for text in texts)))


def failed_at(record: StepRecord, sampled: AbstractSet[str]) -> Tuple[str, ...]:
    """The ``sampled`` tables whose rows may be why a step failed: it has asked for them, or was about to change
    them, or the database has refused them where it was to alter the table."""
    statement = (record.error.statement if record.error else "") or ""
    changing = _CHANGING.match(statement) and not _OF_NO_ROW.match(statement)
    changed = {table for table in sampled if changing and speaks_of(statement, table)}
    altered = _ALTERING.match(statement) if record.error and record.error.at_rows else None
    if altered and altered["table"] in sampled:
        changed.add(altered["table"])
    return tuple(sorted({*asked_of(record, sampled), *changed}))
