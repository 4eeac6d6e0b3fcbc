"""What a step did to rows, column by column, over what both sides share.

First the server says in one pass which columns of which tables differ at all; only those are
read, ordered by the key, from both sides at once: so the memory is bounded by one row, and a
step that changes nothing costs one pass.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from difflib import SequenceMatcher
from typing import Dict, FrozenSet, Iterator, List, Mapping, Optional, Sequence, Tuple

from ..engines.comparing import ROWS
from ..errors import DatabaseError, DeclarationError
from ..failure import Failure, failure_of, going_on
from ..schema.model import BATCH_LEFTOVER_PREFIX, BOOLEAN, NUMBER, TIME, Column, Table
from .changes import NOTHING_KNOWN, Change, Known, Orphans, Pair, RowChanges, Side, Tallies, Vanished
from .declared import ADDED, CHANGED, REMOVED, Declaration
from .defaults import unique_keys
from .fates import as_declared, count_values, fate_of_column
from .named import named_rows
from .orphans import find_orphans
from .reading import Reading
from .values import misfit


def compare_rows(
    before: Side,
    after: Side,
    declared: Sequence[Declaration] = (),
    known: Known = NOTHING_KNOWN,
    downgrade: bool = False,
    undoes: bool = False,
    script: str = "",
) -> RowChanges:
    """What happened to the rows between ``before`` and ``after``, two databases on one server.

    A downgrade may do the reverse of what is declared. ``undoes``: ``after`` should be ``before`` again,
    and a row that came back under another number is the same one. ``script`` is the text of the script.
    Raises DeclarationError where the condition of a declaration is no SQL.
    """
    with before.database.connected(), after.database.connected():
        pairs, gone = _pairs(before, after, () if downgrade else declared)
        seen = _differing(before, after, pairs)
        changes: List[Change] = []
        vanished: List[Vanished] = list(gone)
        failed: List[Failure] = []
        for pair in pairs:
            try:
                found, fates = _compare_pair(
                    before, after, pair, seen, declared, known, downgrade, undoes, script
                )
                changes.extend(found)
                vanished.extend(fates)
            except DeclarationError:
                raise
            except Exception as error:  # one table takes nothing away from the others
                failed.append(failure_of("the comparison of its rows", error, pair.after.name))
        orphans: Tuple[Orphans, ...] = ()
        with going_on("the search for rows that point at nothing", failed):
            unknown = [failure.table for failure in failed if failure.table]
            orphans = find_orphans(before, after, changes, vanished, unknown)
    return RowChanges(tuple(changes), tuple(v for v in vanished if v.count), tuple(failed), orphans)


def _differing(before: Side, after: Side, pairs: Sequence[Pair]) -> Mapping[str, FrozenSet[str]]:
    """What the server says that differs; a table that is not in it has to be read."""
    # Where types differ, the server cannot say whether the values are the same.
    quick = [pair.shared for pair in pairs if pair.key and not pair.key_retyped]
    try:
        return after.database.differing(before.database, quick)
    except DatabaseError:
        found: Dict[str, FrozenSet[str]] = {}
        for shared in quick:
            with suppress(DatabaseError):  # reading that one shows what is wrong with it
                found.update(after.database.differing(before.database, [shared]))
        return found


def _compare_pair(
    before: Side,
    after: Side,
    pair: Pair,
    seen: Mapping[str, FrozenSet[str]],
    declared: Sequence[Declaration],
    known: Known,
    downgrade: bool,
    undoes: bool,
    script: str,
) -> Tuple[List[Change], List[Vanished]]:
    """The changes of one table, and where the values went of columns that are gone."""
    changes: List[Change] = []
    vanished: List[Vanished] = []
    everything = {ROWS, *pair.columns}
    differing = set(seen.get(pair.after.name, everything))
    differing |= {column for column in pair.columns if column in pair.retyped}
    if not pair.key and not pair.columns:
        # A virtual table, or one without columns: there is nothing to tell its rows by.
        counts = [
            {pair.after.name: count_values(side.database, table.name)}
            for side, table in ((before, pair.before), (after, pair.after))
        ]
        changes.extend(compare_counts(*counts).changes)
    elif differing:
        reading = Reading(before, after, pair, declared, known, downgrade, undoes, script)
        changes.extend(reading.changes(differing))
    for column in pair.vanished:
        fate, other = fate_of_column(before, after, pair, column)
        if not downgrade:
            fate = as_declared(before, pair.before.name, declared, fate)
        vanished.append(fate)
        if other is not None and not fate.declared:
            renamed = replace(pair, columns=(other.name,), renamed_from=column.name, retyped=frozenset())
            reading = Reading(before, after, renamed, declared, NOTHING_KNOWN, downgrade, undoes, script)
            changes.extend(change for change in reading.changes({other.name}) if change.kind == CHANGED)
    # What another column has held is no work of the step.
    moved = {fate.moved_to for fate in vanished}
    new = [column for column in pair.appeared if column.name not in moved and not column.generated]
    if new and not downgrade and after.database.keeps_any_bytes():
        changes.extend(change for column in new for change in _misfits_of_new(after, pair, column))
    return changes, vanished


def _misfits_of_new(after: Side, pair: Pair, column: Column) -> Iterator[Change]:
    """Values of a new column that are none of its type, where no server has refused them."""
    database, name = after.database, after.database.quoted(column.name)
    judged = column.length is not None or column.kind in (NUMBER, BOOLEAN, TIME)
    if not pair.key or not judged:
        return
    # The rows are asked for by name only where there is something to say of them.
    different = database.stream(
        f"SELECT DISTINCT {database.value(column, name)} FROM {database.table(pair.after.name)}"
    )
    if not any(misfit(column.name, value, column, True) for (value,) in different):
        return
    tallies = Tallies(pair.after.name)
    for values, called in named_rows(after, pair.after, f"{name} IS NOT NULL", [column.name]):
        wrong = misfit(column.name, values[-1], column, True)
        if wrong is not None:
            tallies.add(column.name, CHANGED, wrong[0], called, wrong[1])
    yield from tallies.changes()


def compare_counts(before: Mapping[str, int], after: Mapping[str, int]) -> RowChanges:
    """All that can be said where there is no second database: rows per table that came or went."""
    changes = []
    for table in sorted(before.keys() & after.keys()):
        more = after[table] - before[table]
        if more:
            changes.append(Change(table, ROWS, ADDED if more > 0 else REMOVED, "", None, abs(more)))
    gone = sorted(table for table in before.keys() - after.keys() if before[table])
    return RowChanges(tuple(changes), tuple(Vanished(table, ROWS, before[table]) for table in gone))


def _pairs(before: Side, after: Side, declared: Sequence[Declaration]) -> Tuple[List[Pair], List[Vanished]]:
    """The tables to compare, renamed ones too, and those that are gone; ``declared`` is what may go."""
    pairs, gone = [], []
    for table in before.schema.tables:
        if table.name.startswith(BATCH_LEFTOVER_PREFIX):
            continue
        other = after.schema.table(table.name)
        if other is not None:
            pairs.append(_pair(table, other))
        else:
            count = count_values(before.database, table.name)
            fate = as_declared(before, table.name, declared, Vanished(table.name, ROWS, count))
            gone.append((table, fate))
    renamed = _renamed(before, after, gone)
    fates = []
    for table, fate in gone:
        new, moved = renamed.get(table.name, (None, False))
        if new is not None and moved:
            pairs.append(_pair(table, new))
            fates.append(replace(fate, moved_to=new.name))
        else:
            fates.append(replace(fate, instead=new.name if new is not None else None))
    return pairs, fates


def _renamed(
    before: Side, after: Side, gone: Sequence[Tuple[Table, Vanished]]
) -> Dict[str, Tuple[Table, bool]]:
    """The old names of tables that seem to have another one, each with what it is now and whether that holds its rows.
    Of several that are alike those belong together that have as many rows, or else similar names; several may have
    become one that has room for all of their rows."""
    new = [table for table in after.schema.tables if before.schema.table(table.name) is None]
    alike = [
        (table, fate.count, other)
        for table, fate in gone
        for other in new
        # One that is declared to go may have another name first.
        if _alike(table, other) and (not fate.declared or _same_numbers(before, table, after, other))
    ]
    room = {other.name: count_values(after.database, other.name) for _, _, other in alike}
    counts = dict(room)

    def likeness(three: Tuple[Table, int, Table]) -> Tuple[bool, bool, float]:
        table, count, other = three
        similar = SequenceMatcher(None, table.name, other.name).ratio()
        return counts[other.name] >= count > 0, counts[other.name] == count, similar

    found: Dict[str, Tuple[Table, bool]] = {}
    taken = set()
    for table, count, other in sorted(alike, key=likeness, reverse=True):
        moved = room[other.name] >= count > 0
        if table.name not in found and (moved or other.name not in taken):
            found[table.name] = (other, moved)
            taken.add(other.name)
            room[other.name] -= count * moved
    return found


def _same_numbers(before: Side, table: Table, after: Side, other: Table) -> bool:
    """Whether two tables have as many rows, and those the same first and last key."""
    found: List[Tuple[object, ...]] = []
    for side, one in ((before, table), (after, other)):
        if one.primary_key is None:
            return False
        key = side.database.quoted(one.primary_key.columns[0])
        try:
            sql = f"SELECT count(*), min({key}), max({key}) FROM {side.database.table(one.name)}"
            found += side.database.stream(sql)
        except DatabaseError:
            return False  # such as of a type without an order
    return found[0] == found[1] and found[0][0] != 0


def _alike(one: Table, other: Table) -> bool:
    """Whether two tables look like one that was renamed: most columns have the same names."""
    names = {column.name for column in one.columns}, {column.name for column in other.columns}
    return len(names[0] & names[1]) * 3 >= 2 * max(map(len, names))


def _pair(before: Table, after: Table) -> Pair:
    # What was generated before, too, follows from the others.
    shared = [
        column.name
        for column, earlier in ((column, before.column(column.name)) for column in after.columns)
        if earlier is not None and not (column.generated and earlier.generated)
    ]
    keys = [before.primary_key.columns] if before.primary_key else []
    # Where a part of it is NULL, it may repeat: then reading does without.
    keys += unique_keys(before)
    key = next((key for key in keys if set(key) <= set(shared)), ())
    retyped = frozenset(name for name in shared if _type(before, name) != _type(after, name))
    return Pair(before, after, tuple(key), tuple(c for c in shared if c not in key), retyped)


def _type(table: Table, name: str) -> Optional[Tuple[str, Optional[str]]]:
    column = table.column(name)
    return (column.type, column.charset) if column else None
