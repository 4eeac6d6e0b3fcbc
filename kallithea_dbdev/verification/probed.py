"""For which tables of a step probing rows are made, and what they should hold: as its statements and the schemas
say. Pure."""

from __future__ import annotations

import re
from typing import Dict, List, Tuple

from ..migrations import StepRecord
from ..rows.naming import has_surrogate
from ..rows.sought import Sought, changed_table, made_one
from ..rows.stricter import keys_of, refuses, tightened
from ..schema.model import BATCH_LEFTOVER_PREFIX, Table
from ..schema.names import speaks_of

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
#: An INSERT: its table, and its columns.
_INSERTS = re.compile(
    r"\s*(?:INSERT|REPLACE)\b.*?\bINTO\s+(?P<table>\S+)\s*\((?P<columns>[^()]*)\)", re.I | re.S
)
#: The number that a server gives.
_NEXT = re.compile(r"\bnextval\b|\bDEFAULT\b", re.I)
_WRITES = re.compile(
    r"\s*(UPDATE|REPLACE|MERGE|WITH|DO|CALL|INSERT .*\b(DUPLICATE|CONFLICT|REPLACE))\b", re.I | re.S
)


def probed_tables(record: StepRecord, down: bool) -> Tuple[Table, ...]:
    """The tables that the step makes stricter, and those whose rows it reads or writes; ``down``: or the step
    down, as far as its text tells."""
    before, after = record.before.schema, record.after.schema
    written = written_back(record) if down else ""
    found = []
    for table in before.tables:
        later = after.table(record.rows.called_now(table.name))
        if table.name.startswith(BATCH_LEFTOVER_PREFIX):
            continue
        if (
            (later and tightened(table, later))
            or any(_ROWS.match(s) and speaks_of(s, table.name) for s in record.statements)
            or says_numbers(record, table)
            or speaks_of(written, table.name)
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


def keys_written(record: StepRecord, table: Table) -> Dict[str, Tuple[Tuple[str, str], ...]]:
    """The columns of unique keys of a table that the step sets in rows which are there, each with the ends of
    texts that it makes one."""
    names = {name for key in keys_of(table) for name in key}
    found = (_SETS.match(statement) for statement in record.statements)
    sets = [said["sets"] for said in found if said and speaks_of(said["table"], table.name)]
    texts = {name: [text for text in sets if speaks_of(text, name)] for name in names}
    return {name: made_one(", ".join(some)) for name, some in texts.items() if some}


def says_numbers(record: StepRecord, table: Table) -> bool:
    """Whether the step inserts rows under numbers of its own, and none under the next one: which that is a server
    does not learn from a row that has it."""
    if table.primary_key is None or not has_surrogate(table):
        return False
    (key,) = table.primary_key.columns
    found = (_INSERTS.match(statement) for statement in record.statements)
    mine = [insert for insert in found if insert and speaks_of(insert["table"], table.name)]
    return bool(mine) and all(
        speaks_of(insert["columns"], key) and not _NEXT.search(insert.string) for insert in mine
    )


def sought_in(record: StepRecord, table: Table) -> List[Sought]:
    """The values by which a step looks for rows of a table that it changes or removes."""
    found = (one for s in record.sent if speaks_of(changed_table(s.sql), table.name) for one in s.sought)
    return list(dict.fromkeys(found))[:_MOST_SOUGHT]
