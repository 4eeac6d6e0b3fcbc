"""What a step makes of probing rows: each is looked at before and after it, by its number."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import Dict, Iterable, Iterator, List, Mapping, Optional, Sequence, Set, Tuple

from ..engines.comparing import ROWS
from ..engines.database import Database
from ..errors import DatabaseError
from ..schema.model import Column, Table
from .changes import NOTHING, Change, Orphans, RowChanges, Side, Tallies
from .choices import Choice
from .declared import ADDED, CHANGED, REMOVED, Declaration, condition_broken, for_table
from .naming import has_surrogate
from .orphans import find_orphans
from .probe import SOUGHT, Probe
from .room import room
from .values import became, identical, is_empty, misfit, same, what_happened

#: What a hook's value says: it is the code's to change.
_HOOK = "python:"


@dataclass(frozen=True)
class _Watched:
    """One row: what is odd about it, the columns that are looked at (none: all), what it held, and for
    each declaration whether its condition held. ``meant``: it has the values for which the step looks, so
    what the step does to it is what it is for; what comes of that elsewhere is not."""

    name: str
    only: Tuple[str, ...]
    values: Dict[str, object]
    flags: Tuple[bool, ...]
    meant: bool = False


class Watch:
    """The probing rows of a copy, read before a step is run on it."""

    def __init__(
        self,
        before: Side,
        original: Database,
        declared: Sequence[Declaration],
        probes: Iterable[Probe],
        choices: Iterable[Choice],
    ) -> None:
        """``before`` is the copy, ``original`` the database without the probing rows. Raises DeclarationError where
        the condition of a declaration is no SQL."""
        self._before = before
        self._original = original
        self._declared = declared
        #: Table -> number of the row -> the row; and the real row that probes are like.
        self._rows: Dict[str, Dict[int, _Watched]] = {}
        self._real: Dict[str, int] = {}
        #: Table -> what its rows below probing rows are called, and whether the step means them.
        self._below: Dict[str, List[Tuple[str, bool]]] = {}
        #: Table -> its columns that the step has renamed, and what they are called now.
        self._moved: Dict[str, Dict[str, Optional[str]]] = {}
        #: Table -> number of the row -> what it held when it was compared, by the columns' names before.
        self._later: Dict[str, Dict[int, Dict[str, object]]] = {}
        #: The tables, as they were called before, of which a row was there no longer.
        self._gone: Set[str] = set()
        by_table: Dict[str, List[Probe]] = {}
        for probe in probes:
            by_table.setdefault(probe.table, []).append(probe)
            for below in probe.below:
                by_table.setdefault(below.table, [])
                name = f"{below.table}: a row of {probe}"
                self._below.setdefault(below.table, []).append((name, below.meant))
        chosen: Dict[str, List[Choice]] = {}
        for choice in choices:
            chosen.setdefault(choice.table, []).append(choice)
        with before.database.connected(), original.connected():
            for name in {*by_table, *chosen}:
                table = before.schema.table(name)
                if table is not None and has_surrogate(table):
                    try:
                        self._rows[name] = self._read_table(
                            table, by_table.get(name, []), chosen.get(name, [])
                        )
                    except DatabaseError as error:
                        if any(declaration.condition for declaration in for_table(declared, name)):
                            raise condition_broken(name, error) from error
                        raise

    @contextmanager
    def _now(self) -> Iterator[Side]:
        """The copy as it is now; it and the original are read through one session each."""
        copy = self._before.database
        with copy.connected(), self._original.connected():
            yield Side(copy, copy.read_schema())

    def _read_table(
        self, table: Table, probes: Sequence[Probe], choices: Sequence[Choice]
    ) -> Dict[int, _Watched]:
        assert table.primary_key is not None
        number = self._original.quoted(table.primary_key.columns[0])
        sql = f"SELECT min({number}) FROM {self._original.table(table.name)}"
        ((least,),) = self._original.stream(sql)
        place = room(self._original, table)
        named = [(str(probe), probe.what.startswith(SOUGHT)) for probe in probes for _ in probe.rows]
        named += self._below.get(table.name, [])
        columns = tuple(column for column in table.columns if not column.generated)
        read = _read(self._before, table, columns, self._conditions(table), f"{number} >= {place.first}")
        found = {row: seen for row, seen in read if place.holds(row)}
        rows: Dict[int, _Watched] = {}
        if len(found) == len(named):  # else nobody can say which is which
            for (name, meant), (row, (values, flags)) in zip(named, sorted(found.items())):
                rows[row] = _Watched(name, (), values, flags, meant)
        numbers = sorted(
            {choice.number for choice in choices} | ({int(str(least))} if least is not None else set())
        )
        listed = f"{number} IN ({', '.join(map(str, numbers))})"
        real = dict(_read(self._before, table, columns, self._conditions(table), listed)) if numbers else {}
        for choice in choices:
            if choice.number in real:
                columns_of = rows[choice.number].only if choice.number in rows else ()
                rows[choice.number] = _Watched(
                    str(choice), (*columns_of, choice.column), *real[choice.number]
                )
        if least in real:
            self._real[table.name] = int(str(least))
            rows.setdefault(int(str(least)), _Watched("", ("",), *real[int(str(least))]))
        return rows

    def _conditions(self, table: Table) -> List[str]:
        declared = for_table(self._declared, table.name)
        return ["0" if declaration.kind == ADDED else declaration.flag for declaration in declared]

    def compare(self, known: RowChanges) -> Tuple[Tuple[Change, ...], Tuple[Orphans, ...]]:
        """What became of them, but for what became of real rows, too (``known``)."""
        told = {(c.table, c.column, c.kind) for c in known.changes if not c.accepted}
        changes: List[Change] = []
        with self._now() as after:
            for name, rows in self._rows.items():
                before, later = self._before.schema.table(name), after.schema.table(known.called_now(name))
                if before is None or later is None or not rows:
                    continue
                moved = {v.column: v.moved_to for v in known.vanished if v.table == later.name and v.moved_to}
                self._moved[name] = dict(moved)
                changes += (
                    change
                    for change in self._of_table(after, before, later, moved, rows, known.of(later.name))
                    if (change.table, change.column, change.kind) not in told
                )
            orphans = find_orphans(
                Side(self._original, self._before.schema),
                after,
                [*known.changes, *self._came_and_went(known), *changes],
                known.vanished,
                (),
            )
        old = {(o.table, o.column) for o in known.orphans}
        return tuple(changes), tuple(o for o in orphans if not o.older and (o.table, o.column) not in old)

    def kept(self, probe: Probe) -> bool:
        """Whether the step has left as it was what is odd about a probe."""
        later = self._later.get(probe.table, {})
        named = {n: row for n, row in self._rows.get(probe.table, {}).items() if row.name == str(probe)}
        columns = [probe.column] if probe.column else []
        return all(
            number in later and same(row.values.get(name), later[number].get(name, row.values.get(name)))
            for number, row in named.items()
            for name in columns
        )

    def compare_back(self) -> Tuple[Tuple[Change, ...], Tuple[Orphans, ...]]:
        """What became of them in the step down: neither as they were before the step up, nor as after it."""
        changes: List[Change] = []
        with self._now() as now:
            for name, rows in self._rows.items():
                before, today = self._before.schema.table(name), now.schema.table(name)
                if before is not None and today is not None and rows:
                    changes += self._back(now, before, today, rows)
            touched = [*self._came_and_went(NOTHING), *changes]
            orphans = find_orphans(Side(self._original, self._before.schema), now, touched, (), ())
        return tuple(changes), tuple(o for o in orphans if not o.older)

    def _came_and_went(self, known: RowChanges) -> Iterator[Change]:
        """What may have left rows that point at nothing: the probing rows came, and some row went, a real one that
        is taken for one of them among them."""
        for name in self._rows:
            for kind in (ADDED, REMOVED) if name in self._gone else (ADDED,):
                yield Change(known.called_now(name), ROWS, kind, "", None, 1)

    def _back(self, now: Side, before: Table, today: Table, rows: Dict[int, _Watched]) -> Iterator[Change]:
        assert before.primary_key is not None
        key = before.primary_key.columns[0]
        columns = [c for c in today.columns if before.column(c.name) and not c.generated and c.name != key]
        if today.column(key) is None:
            return
        listed = f"{now.database.quoted(key)} IN ({', '.join(map(str, rows))})"
        found = dict(_read(now, today, tuple(columns), [], listed, key))
        later = self._later.get(before.name, {})
        usual = self._changed_columns(before, [(c, c) for c in columns], rows, found)
        tallies = Tallies(before.name)
        for number, row in rows.items():
            if number not in later or row.meant:
                continue
            if number not in found:
                self._gone.add(before.name)
                if not row.only and ROWS not in usual:
                    tallies.add(ROWS, REMOVED, "", row.name, "")
                continue
            for column in columns:
                old, new = row.values.get(column.name), found[number][0][column.name]
                kept = later[number].get(column.name, old)
                if (row.only and column.name not in row.only) or (not row.only and column.name in usual):
                    continue
                if same(new, old) or same(new, kept) or str(new).startswith(_HOOK):
                    continue
                # A step down takes what says nothing for what the step up has written there.
                if new is None and is_empty(old):
                    continue
                # What is declared it may guess.
                names = {column.name, self._moved.get(before.name, {}).get(column.name) or column.name}
                meant = any(d.covers(before.name, name, CHANGED) for d in self._declared for name in names)
                # Or the column is to go, and it makes it up from what stays.
                meant |= any(
                    d.covers(before.name, column.name, REMOVED) for d in self._declared if d.column != ROWS
                )
                if not meant:
                    example = became(column.name, old, new)
                    tallies.add(column.name, CHANGED, what_happened(old, new, False), row.name, example)
        yield from tallies.changes()

    def _of_table(
        self,
        after: Side,
        before: Table,
        later: Table,
        moved: Mapping[str, Optional[str]],
        rows: Dict[int, _Watched],
        real: Sequence[Change],
    ) -> Iterator[Change]:
        assert before.primary_key is not None
        key = before.primary_key.columns[0]
        place = moved.get(key) or key
        if later.column(place) is None:
            return
        pairs = [
            (column, new)
            for column in before.columns
            for new in [later.column(moved.get(column.name) or column.name)]
            if new is not None and not column.generated and column.name != key
        ]
        listed = f"{after.database.quoted(place)} IN ({', '.join(map(str, rows))})"
        found = dict(_read(after, later, tuple(new for _, new in pairs), [], listed, place))
        self._later[before.name] = {
            number: {column.name: values[new.name] for column, new in pairs}
            for number, (values, _) in found.items()
        }
        tallies = Tallies(later.name)
        usual = self._changed_columns(before, pairs, rows, found)
        for number, row in rows.items():
            now = found.get(number)
            if now is None:
                self._gone.add(before.name)
                # A row that goes whatever a site has chosen is judged where it is real.
                usually = _goes(real, key, number) if row.only else ROWS in usual
                if (
                    row.name
                    and not row.meant
                    and not usually
                    and not self._declares(before.name, ROWS, REMOVED, row.flags)
                ):
                    tallies.add(ROWS, REMOVED, "", row.name, "")
                continue
            for column, new in pairs:
                if row.only and column.name not in row.only:
                    continue
                if row.meant or (not row.only and column.name in usual):
                    continue
                kind = _what_became(row.values[column.name], now[0][new.name], column, new)
                hook = row.only and str(now[0][new.name]).startswith(_HOOK)
                if kind and not hook and not self._declares(before.name, new.name, CHANGED, row.flags):
                    tallies.add(new.name, CHANGED, kind[0], row.name, kind[1])
        yield from tallies.changes()

    def _changed_columns(
        self,
        before: Table,
        pairs: Sequence[Tuple[Column, Column]],
        rows: Dict[int, _Watched],
        found: Dict[int, Tuple[Dict[str, object], Tuple[bool, ...]]],
    ) -> Set[str]:
        """What the step does to the real row that the probes are like: that is judged there, unless the script says
        so of rows like that one."""
        number = self._real.get(before.name)
        if number is None:
            return set()
        values, flags = rows[number].values, rows[number].flags
        if number not in found:
            everything = {ROWS, *(column.name for column, _ in pairs)}
            return set() if self._declares(before.name, ROWS, REMOVED, flags) else everything
        changed = (pair for pair in pairs if not same(values[pair[0].name], found[number][0][pair[1].name]))
        # Another type does to all rows what it does to that one.
        return {
            c.name
            for c, new in changed
            if c.type != new.type or not self._declares(before.name, new.name, CHANGED, flags)
        }

    def _declares(self, table: str, column: str, kind: str, flags: Tuple[bool, ...]) -> bool:
        declared = for_table(self._declared, table)
        return any(holds and d.covers(table, column, kind) for d, holds in zip(declared, flags))


def _goes(real: Sequence[Change], key: str, number: int) -> bool:
    """Whether the real row of that number may be among those that the step removes."""
    gone = (change for change in real if (change.column, change.kind) == (ROWS, REMOVED))
    return any(not change.rows or ((key, str(number)),) in change.rows for change in gone)


def _what_became(old: object, new: object, before: Column, after: Column) -> Optional[Tuple[str, str]]:
    """What happened to a value, and an example; None where it is what it was."""
    retyped = (before.type, before.charset) != (after.type, after.charset)
    if not (same if retyped else identical)(old, new):
        name = before.name
        return what_happened(old, new, retyped), became(name, old, new)
    return misfit(after.name, new, after) if retyped and misfit(before.name, old, before) is None else None


def _read(
    side: Side, table: Table, columns: Sequence[Column], conditions: Sequence[str], where: str, key: str = ""
) -> Iterator[Tuple[int, Tuple[Dict[str, object], Tuple[bool, ...]]]]:
    """Number of the row -> its values, and which conditions hold."""
    database = side.database
    assert key or table.primary_key is not None
    number = key or table.primary_key.columns[0]  # type: ignore[union-attr]
    expressions = [
        database.quoted(number),
        *(database.value(c, database.quoted(c.name)) for c in columns),
        *conditions,
    ]
    sql = f"SELECT {', '.join(expressions)} FROM {database.table(table.name)} WHERE {where}"
    for row in database.stream(sql):
        values = {column.name: value for column, value in zip(columns, row[1:])}
        yield int(str(row[0])), (values, tuple(map(bool, row[1 + len(columns) :])))
