"""A step up once more, and down again, on a copy where probing rows stand beside the real ones.

Only where the step makes a table stricter, or reads or writes rows: nothing else can go wrong with them.
And where the way down makes one stricter: a step down, with rows that only the newer schema takes. The
copies are thrown away, so no other verdict is disturbed.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Collection, Dict, Iterator, List, Optional, Sequence, Set, Tuple

from ..application.set_up import DEFAULT_ADMIN
from ..engines.database import Database, Scratch
from ..engines.lab import Lab
from ..errors import DatabaseError, DeclarationError
from ..migrations import DOWNGRADE, Chain, Step, StepError, StepRecord
from ..rows.absences import Absence, absences_for
from ..rows.changes import NOTHING, Change, Known, Orphans, Side
from ..rows.choices import Choice, choices_for
from ..rows.declared import under_old_names
from ..rows.naming import has_surrogate
from ..rows.probe import Below, Probe, Row
from ..rows.probes import fitting, probes_for, rows_below
from ..rows.samples import existing_keys
from ..rows.stricter import Key, keys_of
from ..rows.values import MISFIT, TOO_LONG, can_be_written
from ..rows.watching import Watch
from ..schema.model import Table
from ..schema.names import speaks_of
from .attempts import Attempts, Refusal, inserted, looked_for, together
from .probed import NOTHING_DONE, Doings, doings, loosened, probed_tables, writes, written_back

#: How many rows that a site may not have are tried one by one.
_ABSENT = 8
#: Keys of a table that are read to find room for more.
_MOST_KEYS = 2000


@dataclass(frozen=True)
class Probing:
    """What probing rows showed of a step that real ones do not."""

    step: Step
    refusals: Tuple[Refusal, ...] = ()
    changes: Tuple[Change, ...] = ()
    orphans: Tuple[Orphans, ...] = ()
    #: What is wrong with the condition of a declaration; without declarations all else was told then.
    declaration_error: Optional[str] = None
    #: Rows that a site may not have, and why the step fails there.
    absent: Tuple[Tuple[Absence, StepError], ...] = ()
    #: What the step down did to the same rows.
    back: Optional["Probing"] = None
    #: What the step down does to rows that only the newer schema takes.
    newer: Optional["Probing"] = None


def probe_step(
    chain: Chain, lab: Lab, before: Side, after: Side, record: StepRecord, known: Known, down: bool
) -> Probing:
    """Run the step of ``record`` with probing rows. ``before`` and ``after`` are databases from before and
    after it, only read. ``down``: also the step down."""
    back = Step(record.step.revision, DOWNGRADE, record.step.lower) if down else None
    tables = probed_tables(record, back is not None)
    looser = loosened(record) if back else ()
    if tables or looser:
        # No fourth database: where a fresh one is being made it must be gone.
        known.fresh()
    found = Probing(record.step)
    if tables:
        later = record.after.schema
        written = written_back(record) if back else ""
        chosen = (t for t in tables if writes(record, t.name) or speaks_of(written, t.name))
        done = doings(record, tables)
        # Not longer than that: a database from which copies are made nobody may be connected to.
        with before.database.connected():
            probes = [
                probe
                for table in tables
                for probe in probes_of(
                    before,
                    table,
                    later.table(record.rows.called_now(table.name)),
                    done[table.name],
                )
            ]
            choices = [choice for table in chosen for choice in choices_for(before, table, known)]
        attempts = Attempts(chain, lab, before, record.before, later)
        found = _there_and_back(attempts, before, record, probes, choices, back)
        found = replace(found, absent=tuple(_absent(attempts, before, tables, record, known)))
    if back and looser:
        found = replace(found, newer=_newer(chain, lab, after, record, looser, back))
    return found


def put_probes(copy: Scratch, before: Side, record: StepRecord) -> None:
    """Put the probing rows of a step up into ``copy``, a copy of ``before``."""
    later = record.after.schema
    tables = probed_tables(record, False)
    probes = [probe for table in tables for probe in probes_of(before, table, later.table(table.name))]
    inserted(copy, before.schema, probes)


def _absent(
    attempts: Attempts, before: Side, tables: Sequence[Table], record: StepRecord, known: Known
) -> Iterator[Tuple[Absence, StepError]]:
    """Rows of a set-up without which the step up fails: it speaks of them, and a site may not have them."""
    text = record.source.partition("def downgrade")[0]
    rows = [
        absence
        for table in tables
        for absence in absences_for(
            before.database,
            before.schema,
            table,
            known.fresh().get(table.name, ()),
            text,
            (DEFAULT_ADMIN.username,),
        )
    ]
    if not rows or attempts.without(rows, record.step) is None:
        return
    for row in rows[:_ABSENT]:
        error = attempts.without([row], record.step)
        if error is not None:
            yield row, error


def _there_and_back(
    attempts: Attempts,
    before: Side,
    record: StepRecord,
    probes: Sequence[Probe],
    choices: Sequence[Choice],
    back: Optional[Step],
) -> Probing:
    """All probes at once; where that fails, those that are to blame by themselves."""
    rest = list(probes)
    refusals: List[Refusal] = []
    said: Optional[str] = None
    declared = under_old_names(record.declared, record.rows.former_names)
    while True:
        undone = None
        with attempts.copy(rest, choices) as (copy, rows, chosen):
            side = Side(copy, before.schema)
            try:
                watch = Watch(side, before.database, declared, rows, chosen)
            except DeclarationError as wrong:
                said, declared = str(wrong), ()
                watch = Watch(side, before.database, declared, rows, chosen)
            error = attempts.run(copy, record.step)
            if error is None:
                found = Probing(record.step, tuple(refusals), *watch.compare(record.rows), said)
                undone = attempts.run(copy, back) if back else None
                if back and undone is None:
                    found = replace(found, back=Probing(back, (), *watch.compare_back()))
        if error is None:
            if back and undone and _is_their_fault(attempts, (record.step, back), undone):
                # What the step up has made another value is no reason against the step down.
                kept = [probe for probe in rest if watch.kept(probe)]
                steps = record.step, back
                refused = _refusals(attempts, kept, steps, attempts.error(kept, steps))
                found = replace(found, back=Probing(back, refused))
            return found
        refusal, unexplained = attempts.blame(rest, (record.step,), error)
        if refusal is None and choices:
            choices = ()  # what a site has chosen is no row that a schema could refuse
            continue
        if refusal is None and not rest:
            return Probing(record.step, tuple(refusals))  # it fails without any: no probe is to blame
        refusals.append(refusal or together(rest, error))
        rest = unexplained
        if looked_for(refusals):
            return Probing(record.step, tuple(refusals), declaration_error=said)


def _newer(
    chain: Chain, lab: Lab, after: Side, record: StepRecord, tables: Sequence[Table], back: Step
) -> Probing:
    """The step down with rows that the schema before the upgrade does not take. What it makes of them is its
    choice, as long as it goes on and leaves no value that the older schema does not take."""
    earlier = record.before.schema
    with after.database.connected():
        probes = [probe for table in tables for probe in probes_of(after, table, earlier.table(table.name))]
    attempts = Attempts(chain, lab, after, record.after, earlier)
    with attempts.copy(probes) as (copy, rows, _):
        watch = Watch(Side(copy, after.schema), after.database, (), rows, ())
        error = attempts.run(copy, back)
        if error is None:
            changes, orphans = watch.compare(NOTHING)
            return Probing(back, (), tuple(c for c in changes if c.how in (TOO_LONG, MISFIT)), orphans)
    blamed = _is_their_fault(attempts, (back,), error)
    return Probing(back, _refusals(attempts, probes, (back,), error) if blamed else ())


def _is_their_fault(attempts: Attempts, steps: Sequence[Step], error: StepError) -> bool:
    """Whether a step down fails for probing rows only, and not on purpose: else that is told by itself."""
    return not error.irreversible and attempts.error((), steps) is None


def _refusals(
    attempts: Attempts, probes: Sequence[Probe], steps: Sequence[Step], error: Optional[StepError]
) -> Tuple[Refusal, ...]:
    found: List[Refusal] = []
    while error and not looked_for(found):
        refusal, unexplained = attempts.blame(probes, steps, error)
        found.append(refusal or together(probes, error))
        probes = unexplained
        error = attempts.error(probes, steps) if probes else None
    return tuple(found)


def probes_of(
    side: Side,
    table: Table,
    later: Optional[Table],
    done: Doings = NOTHING_DONE,
) -> List[Probe]:
    """Probing rows for a table of a database, which is ``later`` after the step and of whose rows that makes what
    ``done`` says; see ``probes_for``."""
    parents, taken = _room_for(side, table)
    real = _real_row(side.database, table)
    missing = [pairs for pairs in done.sought if _is_missing(side, table, fitting(table, parents, pairs))]
    below = _below(side, table, done.changed, len(missing))
    return list(
        probes_for(
            side.schema,
            table,
            later,
            real,
            parents,
            taken,
            done.written,
            missing,
            below,
            done.rules,
        )
    )


def _room_for(
    side: Side, table: Table
) -> Tuple[Dict[str, Sequence[object]], Dict[Key, Set[Tuple[object, ...]]]]:
    """What columns may point at, and which of it is taken; see ``probes_for``."""
    parents: Dict[str, Sequence[object]] = {
        column: existing_keys(side.database, key.referred_table, referred)
        for key in table.foreign_keys
        for column, referred in zip(key.columns, key.referred_columns)
    }
    keys = (key for key in keys_of(table) if set(key) <= set(parents))
    return parents, {key: _taken(side.database, table, key) for key in keys}


def _is_missing(side: Side, table: Table, values: Row) -> bool:
    """Whether no row has these values; what a switch says is not asked for."""
    database = side.database
    places = {name: database.quoted(name) for name, value in values.items() if not isinstance(value, bool)}
    conditions = [f"{place} = {database.literal(str(values[name]))}" for name, place in places.items()]
    sql = f"SELECT 1 FROM {database.table(table.name)} WHERE {' AND '.join(conditions)} LIMIT 1"
    # What the server does not take for a value of that column is in no row.
    with suppress(DatabaseError):
        return bool(conditions) and not list(database.stream(sql))
    return False


def _below(side: Side, table: Table, changed: Collection[str], count: int) -> List[Tuple[Below, ...]]:
    """For each of so many rows of a table those of other tables that point at it by its number."""
    found: List[Tuple[Below, ...]] = [()] * count
    if not (count and has_surrogate(table)) or table.primary_key is None:
        return found
    for other in side.schema.tables:
        columns = [
            key.columns[0]
            for key in other.foreign_keys
            if (key.referred_table, key.referred_columns) == (table.name, table.primary_key.columns)
        ]
        if columns and other.name != table.name:
            parents, taken = _room_for(side, other)
            real, meant = _real_row(side.database, other), other.name in changed
            more = rows_below(side.schema, other, columns, real, parents, taken, meant, count)
            found = [(*rows, *new) for rows, new in zip(found, more)]
    return found


def _real_row(database: Database, table: Table) -> Optional[Row]:
    columns = [column for column in table.columns if not column.generated]
    values = (database.value(column, database.quoted(column.name)) for column in columns)
    first = database.quoted(table.primary_key.columns[0]) if table.primary_key else "1"
    sql = f"SELECT {', '.join(values)} FROM {database.table(table.name)} ORDER BY {first} LIMIT 1"
    rows = list(database.stream(sql)) if columns else []
    if not rows:
        return None
    return {c.name: value if can_be_written(value) else None for c, value in zip(columns, rows[0])}


def _taken(database: Database, table: Table, key: Key) -> Set[Tuple[object, ...]]:
    names = ", ".join(map(database.quoted, key))
    return set(database.stream(f"SELECT {names} FROM {database.table(table.name)} LIMIT {_MOST_KEYS}"))
