"""What a database was at each revision on the way up: fingerprints, and itself made again where they differ.

A copy for each revision would take the disk as many times as there are revisions. The copy from before
the last step up is kept until the step down to there: it is that revision. Of those below a fingerprint
tells that nothing is different; a table to which no step has written has one for all of them. Only where
it does not, the database is made again from the start, and its rows are read beside those of today. What
cannot be made again the same (a script that draws lots) shows in the fingerprints, too: then nobody can
tell what its rows were. Where it is the clock that a script asks, other moments say nothing, and all else
is told.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import AbstractSet, Callable, Dict, Iterator, List, Mapping, Optional, Tuple

from ..engines.database import Database, Scratch
from ..engines.lab import Lab
from ..errors import DatabaseError
from ..failure import Failure
from ..migrations import Chain, Step, run_steps
from ..rows.changes import NOTHING, Change, RowChanges, Side
from ..rows.comparison import compare_rows
from ..schema.model import BATCH_LEFTOVER_PREFIX, TIME, Schema, Table
from ..state import State

_WHAT = "the comparison of its rows"
_DRAWN = "its rows are other ones each time that the scripts are run: it cannot be made again as it was"


@dataclass
class _Print:
    """The fingerprint of a table at one moment, or at several between which nobody wrote to it; None where
    nobody has asked for it, or can tell it."""

    text: Optional[str] = None


@dataclass(frozen=True)
class _Moment:
    """A database at a revision: its schema, and table -> fingerprint."""

    schema: Schema = field(repr=False)
    prints: Mapping[str, _Print] = field(repr=False)


@dataclass(frozen=True)
class _Kept:
    """The copy from before the last step up."""

    revision: Optional[str]
    database: Database
    discard: Callable[[], None]


class Past:
    """The revisions of one walk, from the start up.

    ``again`` makes a database that is as the walk began, under another label; it is made for a moment only.
    """

    def __init__(self, chain: Chain, lab: Lab, start: State, again: Callable[[str], Scratch]) -> None:
        self._chain = chain
        self._lab = lab
        self._start = start
        self._again = again
        self._moments: Dict[Optional[str], _Moment] = {}
        self._steps: List[Step] = []
        self._kept: Optional[_Kept] = None
        #: The fingerprints of tables which nobody has written to since the last moment.
        self._unwritten: Mapping[str, _Print] = {}
        self._texts: Dict[str, str] = {}
        self._number = 0
        #: What was compared last, both sides, and what came of it.
        self._last: Optional[Tuple[_Moment, _Moment, RowChanges]] = None

    def __contains__(self, revision: str) -> bool:
        return revision in self._moments

    def note(self, revision: Optional[str], schema: Schema, step: Step) -> None:
        """Note that the database is at a revision, before a step up from there."""
        prints = {table.name: self._unwritten.get(table.name) or _Print() for table in _told(schema)}
        self._moments[revision] = _Moment(schema, prints)
        self._steps.append(step)

    def keep(self, database: Database, discard: Callable[[], None]) -> None:
        """Keep the copy from before the step that was noted last, until nobody needs it any more: then
        ``discard`` is called."""
        self._kept = _Kept(list(self._moments)[-1], database, discard)

    def let_go(self, now: Side) -> None:
        """Let go of the copy that is kept, before another step from the database as it is ``now``; what the
        copy alone tells is noted."""
        kept = self._kept
        if kept is None:
            return
        moment = self._moments[kept.revision]
        same = {
            name
            for name in now.database.unwritten(kept.database)
            if _has_columns_of(moment.schema.table(name), now.schema.table(name))
        }
        self._unwritten = {name: one for name, one in moment.prints.items() if name in same}
        self._tell(moment, kept.database, set(moment.prints) - same)
        self.end()

    def end(self) -> None:
        """Nobody will ask any more."""
        if self._kept:
            self._kept.discard()
            self._kept = None

    def _tell(self, moment: _Moment, database: Database, names: AbstractSet[str]) -> None:
        """Take the fingerprints of tables from a database that is as it was at that moment."""
        tables = [t for t in _told(moment.schema) if t.name in names and moment.prints[t.name].text is None]
        for name, text in (database.fingerprints(tables) if tables else {}).items():
            # Most are those of the revision before: one object for all.
            moment.prints[name].text = self._texts[name] = _same(text, self._texts.get(name))

    def compare(self, revision: str, now: Side) -> RowChanges:
        """How the rows of a database differ from those that were there at a revision."""
        if self._kept and self._kept.revision == revision:
            return self._compare_with_kept(self._kept, now)
        moment = self._moments[revision]
        tables = _told(moment.schema)
        there = _is_there(now.schema)
        if not all(map(there, tables)):
            self._last = None
            return self._read(revision, now, tables)
        prints = now.database.fingerprints(tables)
        other = {
            t.name for t in tables if t.name not in prints or prints[t.name] != moment.prints[t.name].text
        }
        if not other:
            return NOTHING
        today = _Moment(now.schema, {name: _Print(text) for name, text in prints.items()})
        # Neither side has changed since the revision above: what differs there differs here.
        last = self._last
        if last and all(_is_as(moment, last[0], name) and _is_as(today, last[1], name) for name in other):
            found = _without(last[2], {change.table for change in last[2].changes} - other)
        else:
            found = self._read(revision, now, tables)
        self._last = None if found.failed or found.vanished else (moment, today, found)
        return found

    def _compare_with_kept(self, kept: _Kept, now: Side) -> RowChanges:
        """The same with the copy that is from there; for those below what it tells is noted."""
        moment = self._moments[kept.revision]
        tables = _told(moment.schema)
        found = NOTHING
        today: Mapping[str, str] = {}
        same: AbstractSet[str] = set()
        if all(map(_is_there(now.schema), tables)):
            same = now.database.unwritten(kept.database)
            rest = [table for table in tables if table.name not in same]
            self._tell(moment, kept.database, {table.name for table in rest})
            today = now.database.fingerprints(rest) if rest else {}
            other = any(t.name not in today or today[t.name] != moment.prints[t.name].text for t in rest)
        else:
            other = True
        if other:
            found = compare_rows(Side(kept.database, moment.schema), now, undoes=True)
        if len(self._moments) > 1:
            self._tell(moment, kept.database, set(moment.prints))
            if other and not found.failed and not found.vanished:
                prints = {name: _Print(text) for name, text in today.items()}
                prints.update((name, moment.prints[name]) for name in same if name in moment.prints)
                self._last = (moment, _Moment(now.schema, prints), found)
        self.end()
        return found

    def _read(self, revision: str, now: Side, tables: Tuple[Table, ...]) -> RowChanges:
        moment = self._moments[revision]
        with self._made_again(revision) as database:
            found = compare_rows(Side(database, moment.schema), now, undoes=True)
            prints = database.fingerprints(tables)
        known = {name: one.text for name, one in moment.prints.items() if one.text is not None}
        drawn = {name for name, text in prints.items() if text != known.get(name, text)}
        clocked = {name for name in drawn if _has_moments(moment.schema.table(name))}
        moments = [c for c in found.changes if c.table in clocked and _is_moment(moment.schema, c)]
        found = replace(found, changes=tuple(c for c in found.changes if c not in moments))
        return _failing(_without(found, drawn - clocked), drawn - clocked)

    @contextmanager
    def _made_again(self, revision: str) -> Iterator[Scratch]:
        """A database as it was at a revision, as far as it can be made again."""
        self._number += 1
        database = self._again(f"again {self._number}")
        try:
            steps = self._steps[: list(self._moments).index(revision)]
            for record in run_steps(self._chain, database, steps, self._start):
                if record.error:
                    raise DatabaseError(
                        f"{database.display}: {record.step.revision}, which ran before, raises: "
                        f"{record.error.message}"
                    )
            yield database
        finally:
            self._lab.discard(database)


def _has_moments(table: Optional[Table]) -> bool:
    """Whether it may be the clock that makes the rows of a table others, which have a key all the same."""
    return bool(table and table.primary_key and any(c.kind == TIME for c in table.columns))


def _is_moment(schema: Schema, change: Change) -> bool:
    """Whether what changed are moments: values of a column for dates or times."""
    table = schema.table(change.table)
    column = table.column(change.column) if table else None
    return column is not None and column.kind == TIME


def _told(schema: Schema) -> Tuple[Table, ...]:
    return tuple(table for table in schema.tables if not table.name.startswith(BATCH_LEFTOVER_PREFIX))


def _same(text: str, known: object) -> str:
    return known if isinstance(known, str) and known == text else text


def _has_columns_of(one: Optional[Table], other: Optional[Table]) -> bool:
    """Whether a table has the very columns of another one, by their names."""
    if one is None or other is None:
        return False
    return [c.name for c in one.columns] == [c.name for c in other.columns]


def _is_there(schema: Schema) -> Callable[[Table], bool]:
    """Whether a table with all columns of another one, each as it is there, is in the schema."""
    tables = {table.name: table for table in schema.tables}

    def there(table: Table) -> bool:
        other = tables.get(table.name)
        columns = {column.name: column for column in other.columns} if other else {}
        return all(
            column.name in columns
            and (columns[column.name].type, columns[column.name].charset) == (column.type, column.charset)
            for column in table.columns
        )

    return there


def _is_as(one: _Moment, other: _Moment, table: str) -> bool:
    """Whether a table is the same at two moments, as far as that can be told."""
    known, found = one.prints.get(table), other.prints.get(table)
    if known is None or found is None or known.text is None:
        return False
    return known.text == found.text and one.schema.table(table) == other.schema.table(table)


def _without(found: RowChanges, tables: "set[str]") -> RowChanges:
    """What was found, but of these tables."""
    return replace(
        found,
        changes=tuple(change for change in found.changes if change.table not in tables),
        vanished=tuple(gone for gone in found.vanished if gone.table not in tables),
    )


def _failing(found: RowChanges, tables: "set[str]") -> RowChanges:
    """What was found, and that of these tables nobody can tell."""
    failures = (Failure(_WHAT, _DRAWN, table) for table in sorted(tables))
    return replace(found, failed=(*found.failed, *failures))
