"""A step up once more, on a copy where probing rows stand beside the real ones.

Only where the step makes a table stricter, or reads or writes rows: nothing else can go wrong with them.
The copy is thrown away, so no other verdict is disturbed.
"""

from __future__ import annotations

import re
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Dict, Iterator, List, Mapping, Optional, Sequence, Set, Tuple

from ..engines.database import Database, Scratch
from ..engines.lab import Lab
from ..migrations import Chain, Step, StepError, StepRecord, run_step
from ..rows.changes import Change, Known, Orphans, Side
from ..rows.choices import Choice, choices_for
from ..rows.probe import NULL, PLAIN, Probe, Row
from ..rows.probes import probes_for
from ..rows.samples import existing_keys
from ..rows.stricter import Key, keys_of, suspects, tightened
from ..rows.watching import Watch
from ..schema.model import BATCH_LEFTOVER_PREFIX, Table

#: How often a row is tried where a counter is behind.
_MOST_TRIES = 1000
#: How many reasons to fail are looked for.
_REFUSALS = 4
#: Keys of a table that are read to find room for more.
_MOST_KEYS = 2000


@dataclass(frozen=True)
class Refusal:
    """The step fails as soon as there is such a row."""

    probe: Probe
    error: StepError


@dataclass(frozen=True)
class Probing:
    """What probing rows showed of a step that real ones do not."""

    step: Step
    refusals: Tuple[Refusal, ...] = ()
    changes: Tuple[Change, ...] = ()
    orphans: Tuple[Orphans, ...] = ()


def probe_step(chain: Chain, lab: Lab, before: Side, record: StepRecord, known: Known) -> Probing:
    """Run the step of ``record`` with probing rows. ``before`` is a database from before it, only read."""
    tables = probed_tables(record)
    if not tables:
        return Probing(record.step)
    later = record.after.schema
    probes = [probe for table in tables for probe in probes_of(before, table, later.table(table.name))]
    choices = [
        c for table in tables if _writes(record, table.name) for c in choices_for(before, table, known)
    ]
    return _Trial(chain, lab, before, record).run(probes, choices)


def probed_tables(record: StepRecord) -> Tuple[Table, ...]:
    """The tables that the step makes stricter, and those whose rows it reads or writes."""
    before, after = record.before.schema, record.after.schema
    renamed = {v.table: v.moved_to for v in record.rows.vanished if v.column == "*" and v.moved_to}
    found = []
    for table in before.tables:
        later = after.table(renamed.get(table.name) or table.name)
        if table.name.startswith(BATCH_LEFTOVER_PREFIX):
            continue
        if (later and tightened(table, later)) or any(
            _ROWS.match(s) and _speaks_of(s, table.name) for s in record.statements
        ):
            found.append(table)
    return tuple(found)


#: Statements that read rows, or write rows that are there already.
_ROWS = re.compile(
    r"\s*(SELECT|WITH|UPDATE|DELETE|REPLACE|MERGE|DO|CALL|INSERT (?!INTO \S*_alembic_tmp_).*\bSELECT)\b",
    re.I | re.S,
)
_WRITES = re.compile(
    r"\s*(UPDATE|REPLACE|MERGE|WITH|DO|CALL|INSERT .*\b(DUPLICATE|CONFLICT|REPLACE))\b", re.I | re.S
)


def _writes(record: StepRecord, table: str) -> bool:
    return any(_WRITES.match(s) and _speaks_of(s, table) for s in record.statements)


def _speaks_of(statement: str, table: str) -> bool:
    return bool(re.search(rf"(?<!\w){re.escape(table)}(?!\w)", statement))


def probes_of(side: Side, table: Table, later: Optional[Table]) -> List[Probe]:
    """Probing rows for a table of a database, which is ``later`` after the step."""
    database = side.database
    parents = {
        column: existing_keys(database, key.referred_table, referred)
        for key in table.foreign_keys
        for column, referred in zip(key.columns, key.referred_columns)
    }
    taken = {key: _taken(database, table, key) for key in keys_of(table) if set(key) <= set(parents)}
    return list(probes_for(side.schema, table, later, _real_row(database, table), parents, taken))


def _real_row(database: Database, table: Table) -> Optional[Row]:
    columns = [column for column in table.columns if not column.generated]
    values = (database.value(column, database.quoted(column.name)) for column in columns)
    first = database.quoted(table.primary_key.columns[0]) if table.primary_key else "1"
    sql = f"SELECT {', '.join(values)} FROM {database.table(table.name)} ORDER BY {first} LIMIT 1"
    rows = list(database.stream(sql)) if columns else []
    return {c.name: _insertable(value) for c, value in zip(columns, rows[0])} if rows else None


def _insertable(value: object) -> object:
    """The value, but for a text that no driver can write: it was none when it was read."""
    try:
        if isinstance(value, str):
            value.encode("utf-8")
        return value
    except UnicodeEncodeError:
        return None


def _taken(database: Database, table: Table, key: Key) -> Set[Tuple[object, ...]]:
    names = ", ".join(map(database.quoted, key))
    return set(database.stream(f"SELECT {names} FROM {database.table(table.name)} LIMIT {_MOST_KEYS}"))


class _Trial:
    """Runs of one step on copies that hold probing rows."""

    def __init__(self, chain: Chain, lab: Lab, before: Side, record: StepRecord) -> None:
        self._chain = chain
        self._lab = lab
        self._before = before
        self._record = record
        self._runs = 0
        self._plain_works: Set[str] = set()
        self._behind = {
            counter.table: counter.highest - counter.next + 1
            for counter in record.before.counters.values()
            if counter.highest is not None
        }

    def run(self, probes: Sequence[Probe], choices: Sequence[Choice]) -> Probing:
        """All probes at once; where that fails, those that are to blame by themselves."""
        rest = list(probes)
        refusals: List[Refusal] = []
        while True:
            with self._copy(rest, choices) as (copy, inserted):
                side = Side(copy, self._before.schema)
                watch = Watch(side, self._before.database, self._record.declared, inserted, choices)
                error = self._run_on(copy)
                if error is None:
                    found = watch.compare(Side(copy, copy.read_schema()), self._record.rows)
                    return Probing(self._record.step, tuple(refusals), *found)
            refusal = self._culprit(rest, error)
            if refusal is None and choices:
                choices = ()  # what a site has chosen is no row that a schema could refuse
                continue
            if refusal is None:
                together = Probe(rest[0].table, None, f"{len(rest)} probing rows together", ())
                refusal = Refusal(together, error)
            refusals.append(refusal)
            rest = [probe for probe in rest if not _is_explained(probe, refusal.probe)]
            if len(refusals) == _REFUSALS or not refusal.probe.rows:
                return Probing(self._record.step, tuple(refusals))

    def _culprit(self, probes: Sequence[Probe], error: StepError) -> Optional[Refusal]:
        """One probe with which alone the step fails; a plain one before any that is odd."""
        before, after = self._record.before.schema, self._record.after.schema
        for probe in suspects(probes, before, after, error.message)[:2]:
            alone = self._error([probe])
            if alone:
                return self._plain(probes, probe.table) or Refusal(probe, alone)
        return self._halved(list(probes), error)

    def _plain(self, probes: Sequence[Probe], table: str) -> Optional[Refusal]:
        """The plain probe of a table, if the step fails with it; asked once."""
        if table in self._plain_works:
            return None
        self._plain_works.add(table)
        for probe in probes:
            if (probe.table, probe.what) == (table, PLAIN):
                alone = self._error([probe])
                return Refusal(probe, alone) if alone else None
        return None

    def _halved(self, probes: List[Probe], error: StepError) -> Optional[Refusal]:
        while len(probes) > 1:
            for half in (probes[: len(probes) // 2], probes[len(probes) // 2 :]):
                found = self._error(half)
                if found:
                    probes, error = half, found
                    break
            else:
                return None
        return Refusal(probes[0], error) if probes else None

    def _error(self, probes: Sequence[Probe]) -> Optional[StepError]:
        with self._copy(probes, ()) as (copy, _):
            return self._run_on(copy)

    def _run_on(self, copy: Scratch) -> Optional[StepError]:
        return run_step(self._chain, copy, self._record.step, self._record.before, blind=True).error

    @contextmanager
    def _copy(
        self, probes: Sequence[Probe], choices: Sequence[Choice]
    ) -> Iterator[Tuple[Scratch, List[Probe]]]:
        """A copy with the probes that it takes, until the end of the ``with``."""
        self._runs += 1
        copy = self._lab.copy(self._before.database, f"probing {self._runs}")
        try:
            copy.execute(choice.statement for choice in choices)
            yield copy, _inserted(copy, probes, self._behind)
        finally:
            self._lab.discard(copy)


def _is_explained(probe: Probe, known: Probe) -> bool:
    """Whether it is said already why a probe is refused."""
    if known.what == PLAIN:
        return probe.table == known.table
    # That NULL is refused says nothing of values.
    return (probe.table, probe.column, probe.what == NULL) == (known.table, known.column, known.what == NULL)


def _inserted(copy: Scratch, probes: Sequence[Probe], behind: Mapping[str, int]) -> List[Probe]:
    """Insert the probes that the copy takes. ``behind``: by how many numbers a table's counter is behind
    the highest that is used; each try takes one."""
    tables: Dict[str, List[Probe]] = {}
    for probe in probes:
        tables.setdefault(probe.table, []).append(probe)
    done: List[Probe] = []
    for table, group in tables.items():
        tries = min(behind.get(table, 0), _MOST_TRIES)
        with copy.inserting(table) as insert:
            for probe in group:
                rows = []
                for row in probe.rows:
                    inserted = insert(row)
                    while not inserted and tries > 0:
                        tries -= 1
                        inserted = insert(row)
                    # A row that a CHECK or trigger refuses cannot be at any site.
                    rows += [row] if inserted else []
                if rows:
                    done.append(replace(probe, rows=tuple(rows)))
    return done
