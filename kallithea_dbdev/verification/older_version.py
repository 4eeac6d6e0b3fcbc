"""What the older version meets after a downgrade: its schema, what its set-up wrote, and whether it can insert.

Its models are not at hand, but the schema is that they were for. An INSERT of SQLAlchemy's names every
column of its table but those that number themselves (one without a value gets NULL), so a row gives each
of them a value of its type; no default of Python's needs to be known for that. What refuses such a row is
what the downgrade has left: it is tried once more with values for the columns that the version does not
know, and where there is a recorded release, on a database of that one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import (
    Callable,
    Container,
    Dict,
    FrozenSet,
    Iterable,
    Iterator,
    List,
    Mapping,
    Optional,
    Sequence,
    Set,
    Tuple,
)  # fmt: skip

from ..engines.database import Database, Scratch
from ..engines.lab import Lab
from ..migrations import StepRecord
from ..releases import RELEASES, Release
from ..rows.changes import Side
from ..rows.defaults import Rows
from ..rows.probe import Probe
from ..rows.samples import counts_by_itself, existing_keys, made_unique, values_for
from ..schema.change import Change
from ..schema.compare import compare
from ..schema.model import BATCH_LEFTOVER_PREFIX, Column, Schema, Table
from ..state import State, read_state
from .ground import made
from .probing import probes_of

#: Differences that no row can meet.
_HARMLESS = ("column-order", "comment", "name")

#: Takes a row of a table: why it is refused, "" where it is not.
Insert = Callable[[str, Mapping[str, object]], str]


@dataclass(frozen=True)
class Refused:
    """A row that the older version may write, and the database refuses: what is odd about it, and in
    which column. ``kept``: that is one which the downgrade has left and the version does not know."""

    table: str
    column: Optional[str]
    what: str
    message: str
    kept: bool


@dataclass(frozen=True)
class OlderVersion:
    """What a version meets after the step down of ``record``. ``release`` is empty where it is not a
    recorded one: then ``expected`` is what was there before the upgrade."""

    record: StepRecord
    release: str
    expected: State = field(repr=False)
    refused: Tuple[Refused, ...] = ()
    #: The rows of small tables, where there is a release to compare them with.
    defaults: Rows = field(default_factory=dict, repr=False)


class OlderVersions:
    """Looks at a database after each step down with the eyes of the version before it.

    ``recorded`` gives the state of a release as its set-up made it.
    """

    def __init__(self, lab: Lab, recorded: Callable[[Release], Optional[State]]) -> None:
        self._lab = lab
        self._recorded = recorded
        self._copies = 0
        self._known: Set[Change] = set()
        #: What was met, in the order of the steps.
        self.met: List[OlderVersion] = []

    def look(self, database: Scratch, record: StepRecord, walked: Optional[State]) -> bool:
        """Look at a database that a step down has made; nothing that is tried on it stays. ``walked``: what
        it was at this revision on the way up, where that was seen.

        Returns whether rows were tried on it.
        """
        release = None if walked else self._release(record.step.lower)
        expected = walked or (self._recorded(release) if release else None)
        if expected is None or self._lab.single:
            return False
        # What a later version has met already is no news to those before it.
        differing = [c for c in compare(record.after.schema, expected.schema) if c not in self._known]
        self._known.update(differing)
        changed = changed_tables(record.after.schema, expected.schema, differing)
        refused: Tuple[Refused, ...] = ()
        in_place = bool(changed) and database.takes_all_back()
        if in_place:
            refused = refused_inserts(database, record.after.schema, expected.schema, changed)
        elif changed:
            with self._lab.copied(database, self._label()) as copy:
                refused = refused_inserts(copy, record.after.schema, expected.schema, changed)
        certain = tuple(one for one in refused if one.kept)
        # Of what was seen on the way up the schema's difference tells the rest.
        if release:
            doubtful = [one for one in refused if not one.kept]
            certain += self._taken(release, expected.schema, doubtful) if doubtful else ()
        defaults = read_state(database, with_defaults=True).defaults if release else {}
        self.met.append(OlderVersion(record, release.version if release else "", expected, certain, defaults))
        return in_place

    def _taken(self, release: Release, schema: Schema, refused: Sequence[Refused]) -> Tuple[Refused, ...]:
        """Those of some refused rows that a database of the release takes."""
        database = made(release, self._lab, self._label())
        try:
            taken = taken_inserts(database, schema, {one.table for one in refused})
        finally:
            self._lab.discard(database)
        return tuple(one for one in refused if (one.table, one.column, one.what) in taken)

    def _release(self, revision: Optional[str]) -> Optional[Release]:
        found = (r for r in RELEASES if r.revision == revision and r.statements(self._lab.engine))
        return next(found, None) if revision else None

    def _label(self) -> str:
        self._copies += 1
        return f"older {self._copies}"


def changed_tables(now: Schema, old: Schema, differing: Iterable[Change]) -> Tuple[Table, ...]:
    """The tables of the old schema whose rows may meet something else now. Pure.

    One that is gone, or lacks a column, is told by the difference itself.
    """
    names = {change.table for change in differing if change.kind not in _HARMLESS}
    return tuple(
        table
        for table in old.tables
        if table.name in names
        and not table.name.startswith(BATCH_LEFTOVER_PREFIX)
        and _has_columns(now.table(table.name), table)
    )


def _has_columns(now: Optional[Table], old: Table) -> bool:
    return now is not None and all(now.column(column.name) for column in old.columns)


def refused_inserts(
    database: Scratch, now: Schema, old: Schema, tables: Sequence[Table]
) -> Tuple[Refused, ...]:
    """The rows for tables of the old schema that a database refuses, one for each column."""
    probes = [(table, probes_of(Side(database, old), table, None)) for table in tables]
    found: List[Refused] = []
    with database.connected():
        kept = {table.name: _kept(database, now, table) for table in tables}
    with database.trying() as insert:
        for table, rows in probes:
            found.extend(_Trial(insert, table.name, kept[table.name]).run(rows))
    return tuple(found)


def taken_inserts(
    database: Scratch, schema: Schema, names: Container[str]
) -> FrozenSet[Tuple[str, Optional[str], str]]:
    """Table, column and what is odd about it of each row for some tables that a database takes."""
    tables = [table for table in schema.tables if table.name in names]
    probes = [probe for table in tables for probe in probes_of(Side(database, schema), table, None)]
    with database.trying() as insert:
        return frozenset(
            (probe.table, probe.column, probe.what)
            for probe in probes
            if not any(insert(probe.table, row) for row in probe.rows)
        )


#: A column that the version does not know, and values for it, a new one each time.
_Kept = Tuple[Column, Callable[[], object]]


class _Trial:
    """Inserts rows into one table."""

    def __init__(self, insert: Insert, table: str, kept: Sequence[_Kept]) -> None:
        self._insert = insert
        self._table = table
        self._kept = kept
        #: The columns that are known to be to blame: they get a value from then on.
        self._blamed: Dict[str, Callable[[], object]] = {}

    def run(self, probes: Iterable[Probe]) -> Iterator[Refused]:
        """What is refused, once for each column."""
        told = set()
        for probe in probes:
            for row in probe.rows:
                for refused in self._refused(probe, row):
                    if refused.column not in told:
                        told.add(refused.column)
                        yield refused

    def _refused(self, probe: Probe, row: Mapping[str, object]) -> Iterator[Refused]:
        said = self._insert(self._table, {**row, **_values(self._blamed)})
        if not said:
            return
        others = {column.name: value for column, value in self._kept if column.name not in self._blamed}
        if not others or self._insert(self._table, {**row, **_values(self._blamed), **_values(others)}):
            yield Refused(self._table, probe.column, probe.what, said, kept=False)
            return
        for name in self._culprits(said, others):
            self._blamed[name] = others[name]
            yield Refused(self._table, name, probe.what, said, kept=True)

    def _culprits(self, said: str, names: Container[str]) -> Sequence[str]:
        """Which of the columns it is: those that must be given and the one that the server names, else any."""
        columns = [column for column, _ in self._kept if column.name in names]
        must = [column for column in columns if not (column.nullable or column.default)]
        named = [column for column in columns if re.search(rf"\b{re.escape(column.name)}\b", said)]
        return [column.name for column in columns if column in must or column in named] or [columns[0].name]


def _values(given: Mapping[str, Callable[[], object]]) -> Dict[str, object]:
    return {name: value() for name, value in given.items()}


def _kept(database: Database, now: Schema, old: Table) -> List[_Kept]:
    """The columns of a table that the old schema does not have."""
    table = now.table(old.name)
    assert table is not None
    return [
        (column, _maker(database, now, table, column))
        for column in table.columns
        if not (old.column(column.name) or column.generated or counts_by_itself(table, column))
    ]


def _maker(database: Database, schema: Schema, table: Table, column: Column) -> Callable[[], object]:
    keys = [key for key in table.foreign_keys if column.name in key.columns]
    number = 0
    values: List[object] = []
    for key in keys:
        referred = key.referred_columns[key.columns.index(column.name)]
        values = existing_keys(database, key.referred_table, referred)
    if not keys:
        values = sorted(values_for(schema, column), key=lambda value: value in ("", b""))

    def value() -> object:
        nonlocal number
        number += 1
        if not values:
            return None
        return values[number % len(values)] if keys else made_unique(values[0], number, column)

    return value
