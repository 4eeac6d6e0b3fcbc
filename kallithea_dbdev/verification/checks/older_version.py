"""The older version after a downgrade: rows that it cannot insert, and what a recorded release misses."""

from __future__ import annotations

from typing import Dict, FrozenSet, Iterable, Iterator, List, Optional, Sequence, Set, Tuple

from ...findings import ERROR, NOTE, WARNING, Finding, make
from ...migrations import DOWNGRADE, StepRecord
from ...rows.defaults import Row, telling_columns
from ...rows.probe import PLAIN
from ...schema.change import EXTRA, Change
from ...schema.compare import compare
from ...schema.model import Schema, Table
from ...schema.names import speaks_of
from ..climb import Climb
from ..fixes import dropping, in_script
from ..older_version import OlderVersion, Refused
from .defaults import OF_THE_SITE, Key, by_key, key_of
from .differences import Side, sentence

#: Without these the version's first query fails.
_NEEDED = {"table-missing", "column-missing"}
#: What makes no difference to a version that does not know it, or only to its speed.
_HARMLESS = {
    "table-extra", "column-extra", "table-option", "name", "comment", "column-order", "autoincrement",
    "index-missing", "index-extra", "view-extra", "sequence-extra", "enum-extra", "routine-extra",
}  # fmt: skip


def check(climb: Climb) -> Iterator[Finding]:
    """What each version met that it did not expect, at the newest that did not."""
    columns: Set[Tuple[str, Optional[str]]] = set()
    schema: Set[_Name] = set()
    rows: List[Tuple[str, FrozenSet[str]]] = []
    for met in climb.older:
        for refused in met.refused:
            if (refused.table, refused.column) not in columns:
                columns.add((refused.table, refused.column))
                yield _refused(climb, met, refused)
        if met.release:
            yield from _schema(climb, met, schema)
            yield from _defaults(climb, met, rows)


def refused_columns(climb: Climb) -> "set[tuple[Optional[str], Optional[str], Optional[str]]]":
    """Table, column and revision of what keeps an older version from inserting."""
    return {
        (one.table, one.column, met.record.step.revision)
        for met in climb.older
        for one in met.refused
        if one.kept
    }


def _version(met: OlderVersion) -> str:
    return met.release or "the older version"


def _refused(climb: Climb, met: OlderVersion, refused: Refused) -> Finding:
    record = met.record
    row = "a row" if refused.what == PLAIN else f"a row ({refused.what})"
    message = f"{_version(met)} cannot insert {row} after the downgrade: {refused.message}"
    fix = None
    if refused.kept:
        message += f"; it does not know the column {refused.column}, which is still there"
        fix = dropping(refused.table, str(refused.column), climb.engine, record, met.expected.schema)
    else:
        record = _culprit(climb, met, (refused.column, refused.table)) or record
    return make(
        "older-insert-fails",
        climb.engine,
        message,
        table=refused.table,
        object=refused.column,
        aspect="insert",
        revision=record.step.revision,
        direction=DOWNGRADE,
        fix=fix,
    )


def _schema(climb: Climb, met: OlderVersion, told: "Set[_Name]") -> Iterator[Finding]:
    """How the schema differs from that of the release, but for what was so at the head as well; what keeps
    a row out is told with that one only."""
    side = Side(f"{met.release} makes", f"{met.release} does not have it")
    before = {_name(change) for change in compare(climb.top.schema, climb.fresh.schema)}
    refused = {(one.table, one.column) for one in met.refused}
    for change in compare(met.record.after.schema, met.expected.schema):
        culprit = _culprit(climb, met, (change.object, change.table))
        own = change.kind.endswith(EXTRA) and culprit is None
        if own or _name(change) in before | told or (change.table, change.object) in refused:
            continue
        if _was_walked(climb, culprit):
            continue
        told.add(_name(change))
        yield make(
            "older-schema",
            climb.engine,
            f"after the downgrade to {met.release}: {sentence(change, side)}",
            table=change.table,
            object=change.object,
            aspect=change.aspect,
            revision=culprit.step.revision if culprit else None,
            direction=DOWNGRADE,
            migrated=change.migrated,
            expected=change.expected,
            severity=_severity(change, culprit),
            fix=in_script(change, climb.engine, met.record, met.expected.schema, undo=False)
            if culprit is met.record
            else None,
        )


def _severity(change: Change, culprit: Optional[StepRecord]) -> str:
    if change.kind in _NEEDED:
        return ERROR
    return NOTE if change.kind in _HARMLESS or culprit is None else WARNING


#: The kind of a difference, the table and the object.
_Name = Tuple[str, Optional[str], Optional[str]]


def _name(change: Change) -> _Name:
    return change.kind, change.table, change.object


def _culprit(climb: Climb, met: OlderVersion, names: Iterable[Optional[str]]) -> Optional[StepRecord]:
    """The step down to the release whose script speaks of the first of some names that any of them does."""
    steps = climb.down[: climb.down.index(met.record) + 1]
    for name in filter(None, names):
        speaking = [record for record in steps if speaks_of(record.source, name)]
        if speaking:
            return speaking[-1]
    return None


def _was_walked(climb: Climb, culprit: Optional[StepRecord]) -> bool:
    """Whether a step was gone up, too: then what its downgrade leaves is told by what was there before."""
    return culprit is not None and culprit.step.lower in climb.recorded


def _defaults(climb: Climb, met: OlderVersion, told: List[Tuple[str, FrozenSet[str]]]) -> Iterator[Finding]:
    """Rows of the release's set-up that are not there, but for those that the site itself took away."""
    for name, rows in met.expected.defaults.items():
        expected = met.expected.schema.table(name)
        now = met.record.after.schema.table(name)
        if expected is not None and now is not None and name not in OF_THE_SITE:
            yield from _rows(climb, met, expected, now, rows, told)


def _rows(
    climb: Climb,
    met: OlderVersion,
    expected: Table,
    now: Table,
    rows: Sequence[Row],
    told: List[Tuple[str, FrozenSet[str]]],
) -> Iterator[Finding]:
    known = {column.name for column in telling_columns(now)}
    columns = tuple(column.name for column in telling_columns(expected) if column.name in known)
    key = key_of(expected, columns)
    if not key:
        return
    found = by_key(met.defaults.get(expected.name, ()), key)
    current = _renamed_keys(
        climb.fresh.schema, expected.name, key, climb.fresh.defaults.get(expected.name, ())
    )
    missing = [row for row in by_key(rows, key) if row not in found and row not in current]
    by_culprit: Dict[Optional[str], List[str]] = {}
    for row in missing:
        words = expected.name, frozenset(row)
        # One release may name a row by less than another.
        if any(table == words[0] and (some <= words[1] or some >= words[1]) for table, some in told):
            continue
        told.append(words)
        texts = sorted(row, key=len, reverse=True)
        culprit = _culprit(climb, met, texts)
        if _was_walked(climb, culprit):
            continue
        by_culprit.setdefault(culprit.step.revision if culprit else None, []).append(" ".join(row))
    for revision, names in by_culprit.items():
        yield make(
            "older-default-missing",
            climb.engine,
            f"after the downgrade to {met.release} rows are missing that its set-up wrote: "
            f"{', '.join(sorted(names))}",
            table=expected.name,
            aspect="rows",
            revision=revision,
            direction=DOWNGRADE,
            expected=", ".join(sorted(names)),
            # What no script took away the current set-up does not write any more.
            severity=None if revision else WARNING,
        )


def _renamed_keys(schema: Schema, table: str, key: Key, rows: Sequence[Row]) -> Dict[Key, Row]:
    """The rows that the current set-up writes, where it knows these columns."""
    current = schema.table(table)
    there = current is not None and all(current.column(name) for name in key)
    return by_key(rows, key) if there else {}
