"""For which tables of a step probing rows are made, and what they should hold: as its statements and the schemas
say. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Dict, FrozenSet, Iterable, List, Mapping, Sequence, Tuple

from ..engines.comparing import ROWS
from ..migrations import StepRecord
from ..rows.sought import Sought, changes_rows_of, made_one
from ..rows.stricter import keys_of, refuses, tightened
from ..schema.model import BATCH_LEFTOVER_PREFIX, Table
from ..schema.names import speaks_of


@dataclass(frozen=True)
class Doings:
    """What a step does with the rows of a table, for probing rows to meet it.

    ``written``: columns of unique keys that it sets, and the ends of texts that it makes one; ``sought``: the
    values by which it looks for what it changes or removes;
    ``changed``: all tables of which it changes or removes rows; ``rules``: whether the rules count that come
    with it (what only a newer schema takes, the older one need not).
    """

    written: Mapping[str, Sequence[Tuple[str, str]]] = field(default_factory=dict)
    sought: Tuple[Sought, ...] = ()
    changed: FrozenSet[str] = frozenset()
    rules: bool = False


NOTHING_DONE = Doings()

#: So many values that a step looks for are tried in a table.
_MOST_SOUGHT = 8

#: What a script says that writes rows which are there.
_WRITING = re.compile(r"\b(update|delete|replace|merge)\b", re.I)
#: Statements that read rows, or write rows that are there already.
_ROWS = re.compile(
    r"\s*(SELECT|WITH|UPDATE|DELETE|REPLACE|MERGE|DO|CALL|INSERT (?!INTO \S*_alembic_tmp_).*\bSELECT)\b",
    re.I | re.S,
)
#: An UPDATE: its table, and what it sets.
_SETS = re.compile(r"\s*UPDATE\s+(?P<table>.*?)\bSET\b(?P<sets>.*?)(?:\bWHERE\b.*)?\Z", re.I | re.S)
_WRITES = re.compile(
    r"\s*(UPDATE|DELETE|REPLACE|MERGE|WITH|DO|CALL|INSERT .*\b(DUPLICATE|CONFLICT|REPLACE))\b", re.I | re.S
)


def probed_tables(record: StepRecord, down: bool) -> Tuple[Table, ...]:
    """The tables that the step makes stricter, those whose rows it reads or writes, and those of which a column
    seems to have another name; ``down``: or the step down, as far as its text tells."""
    before, after = record.before.schema, record.after.schema
    written = written_back(record) if down else ""
    # A new column whose default all rows here have is not the old one.
    renamed = {gone.table for gone in record.rows.vanished if gone.column != ROWS and gone.moved_to}
    found = []
    for table in before.tables:
        later = after.table(record.rows.called_now(table.name))
        if table.name.startswith(BATCH_LEFTOVER_PREFIX):
            continue
        if (
            (later and tightened(table, later))
            or any(_ROWS.match(s) and speaks_of(s, table.name) for s in record.statements)
            or speaks_of(written, table.name)
            or record.rows.called_now(table.name) in renamed
        ):
            found.append(table)
    return tuple(found)


def written_back(record: StepRecord) -> str:
    """The text of the step down where it writes rows that are there."""
    text = record.source.partition("def downgrade")[2]
    return text if _WRITING.search(text) else ""


def loosened(record: StepRecord) -> Tuple[Table, ...]:
    """The tables, as they are after the step, that the step down makes stricter. That a column which has become
    longer takes longer values everybody knows."""
    pairs = ((table, record.before.schema.table(table.name)) for table in record.after.schema.tables)
    return tuple(table for table, before in pairs if before and refuses(table, before))


def writes(record: StepRecord, table: str) -> bool:
    """Whether the step writes rows of a table that are there."""
    return any(_WRITES.match(s) and speaks_of(s, table) for s in record.statements)


def doings(record: StepRecord, tables: Iterable[Table]) -> Dict[str, Doings]:
    """What a step does with the rows of each of the tables."""
    changed = frozenset(
        table.name
        for table in record.before.schema.tables
        if any(changes_rows_of(statement, table.name) for statement in record.statements)
    )
    return {
        table.name: Doings(keys_written(record, table), tuple(sought_in(record, table)), changed, True)
        for table in tables
    }


def keys_written(record: StepRecord, table: Table) -> Dict[str, Tuple[Tuple[str, str], ...]]:
    """The columns of unique keys of a table that the step sets in rows which are there, each with the ends of
    texts that it makes one."""
    names = {name for key in keys_of(table) for name in key}
    found = (_SETS.match(statement) for statement in record.statements)
    sets = [said["sets"] for said in found if said and speaks_of(said["table"], table.name)]
    texts = {name: [text for text in sets if speaks_of(text, name)] for name in names}
    return {name: made_one(", ".join(some)) for name, some in texts.items() if some}


def sought_in(record: StepRecord, table: Table) -> List[Sought]:
    """The values by which a step looks for rows of a table that it changes or removes."""
    found = (one for s in record.sent if s.sought and changes_rows_of(s.sql, table.name) for one in s.sought)
    return list(dict.fromkeys(found))[:_MOST_SOUGHT]
