"""What a fresh set-up writes against what the migrations make of a recorded release.

Judged on the recorded release, not on the configured database: there nobody has set anything
since, so whatever differs is the migrations' doing (or what they left undone).
"""

from __future__ import annotations

import difflib
from typing import Dict, Iterator, Optional, Sequence, Tuple

from ...findings import NOTE, Finding, make
from ...rows.defaults import Row, telling_columns, unique_keys
from ...schema.model import Table
from ...state import State
from ..climb import Climb

#: Rows that each installation has of its own: only their names are compared.
OF_THE_SITE = {"users"}

Key = Tuple[str, ...]


def check(climb: Climb) -> Iterator[Finding]:
    """Default rows that are missing, different, or written no longer."""
    if not climb.chain_states:
        return
    for name, rows in climb.fresh.defaults.items():
        fresh = climb.fresh.schema.table(name)
        migrated = climb.chain_states[-1].schema.table(name)
        if fresh is not None and migrated is not None:
            yield from _table(climb, fresh, migrated, rows)


def _table(climb: Climb, fresh: Table, migrated: Table, rows: Tuple[Row, ...]) -> Iterator[Finding]:
    there = {column.name for column in telling_columns(migrated)}
    columns = tuple(column.name for column in telling_columns(fresh) if column.name in there)
    key = key_of(fresh, columns)
    if not key:
        return
    expected = by_key(rows, key)
    states = [by_key(state.defaults.get(fresh.name, ()), key) for state in climb.chain_states]
    final = states[-1]
    for name, row in expected.items():
        if name not in final:
            yield _missing(climb, fresh.name, name, [k for k in final if k not in expected])
        elif fresh.name not in OF_THE_SITE:
            for column in columns:
                if row[column] != final[name][column] and not _places(row[column], final[name][column]):
                    culprit = _written_by(climb.chain_states, states, name, column)
                    yield _differs(climb, fresh.name, name, column, final[name][column], row[column], culprit)
    obsolete = [" ".join(k) for k in final if k not in expected and k in states[0]]
    if obsolete and fresh.name not in OF_THE_SITE:
        yield make(
            "default-obsolete",
            climb.engine,
            f"holds rows that the current set-up does not write: {', '.join(sorted(obsolete))}",
            table=fresh.name,
            aspect="rows",
        )


def key_of(table: Table, columns: Tuple[str, ...]) -> Tuple[str, ...]:
    """The columns that name a row: the first that is unique by itself, else several, else all."""
    keys = [key for key in unique_keys(table) if set(key) <= set(columns)]
    return min(keys, key=lambda key: (len(key), columns.index(key[0])), default=columns)


def _places(migrated: str, expected: str) -> bool:
    """Whether both are folders: each installation has its own."""
    return migrated.startswith("/") and expected.startswith("/")


def by_key(rows: Sequence[Row], key: Tuple[str, ...]) -> Dict[Key, Row]:
    """The rows by what names them; those that lack one of the columns are left out."""
    return {tuple(row[name] for name in key): row for row in rows if all(name in row for name in key)}


def _written_by(
    states: Tuple[State, ...], rows: "list[Dict[Key, Row]]", name: Key, column: str
) -> Optional[str]:
    """The revision that gave the value that is there now; None: the release wrote it."""
    culprit = None
    for state, earlier, now in zip(states[1:], rows, rows[1:]):
        value = earlier.get(name, {}).get(column)
        if now.get(name, {}).get(column) != value:
            culprit = state.revisions[0]
    return culprit


def _missing(climb: Climb, table: str, name: Key, others: "list[Key]") -> Finding:
    said = " ".join(name)
    near = difflib.get_close_matches(said, [" ".join(other) for other in others], n=1)
    instead = f"; {near[0]!r} is there, which a fresh set-up does not write" if near else ""
    return make(
        "default-missing",
        climb.engine,
        f"the row {said!r} is missing, a fresh set-up writes it{instead}",
        table=table,
        aspect="rows",
        expected=said,
    )


def _differs(
    climb: Climb, table: str, name: Key, column: str, migrated: str, expected: str, culprit: Optional[str]
) -> Finding:
    # A value is the site's to choose, as long as no migration writes it; a type or flag is not.
    chosen = culprit is None and column.endswith("_value")
    return make(
        "default-differs",
        climb.engine,
        f"is {migrated!r} in the row {' '.join(name)!r}; a fresh set-up writes {expected!r}",
        table=table,
        object=column,
        aspect="rows",
        revision=culprit,
        direction="upgrade" if culprit else None,
        migrated=migrated,
        expected=expected,
        severity=NOTE if chosen else None,
    )
