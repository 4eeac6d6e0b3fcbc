"""What a PostgreSQL server says of rows: counters, many counts at once, fingerprints of columns."""

from __future__ import annotations

from typing import Any, Dict, List, Tuple

from ..comparing import Shared
from .home import HOME

_COLUMNS_AT_ONCE = 100

#: Columns that a sequence numbers, as a default (serial) or as an identity, and the sequence.
#: pg_sequence_last_value() is what the view pg_sequences shows, without its cost: nothing of a sequence that
#: has given no number since setval(..., false) or RESTART WITH.
NUMBERED = f"""
SELECT nullif(n.nspname, {HOME}) AS schema, t.relname AS table, a.attname AS column,
       pg_sequence_last_value(s.oid) AS last,
       q.seqstart AS start, q.seqincrement AS step,
       CASE WHEN has_sequence_privilege(s.oid, 'SELECT') THEN format('%I.%I', o.nspname, s.relname) END AS sequence
FROM pg_depend d
LEFT JOIN pg_attrdef f ON d.classid = 'pg_attrdef'::regclass AND f.oid = d.objid
JOIN pg_class s ON s.relkind = 'S' AND s.oid = CASE WHEN f.oid IS NULL THEN d.objid ELSE d.refobjid END
JOIN pg_class t ON t.relkind = 'r' AND t.oid = coalesce(f.adrelid, d.refobjid)
JOIN pg_namespace n ON n.oid = t.relnamespace
JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = coalesce(f.adnum, d.refobjsubid)
JOIN pg_sequence q ON q.seqrelid = s.oid
JOIN pg_namespace o ON o.oid = s.relnamespace
WHERE n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema'
  AND (f.oid IS NOT NULL OR (d.classid = 'pg_class'::regclass AND d.deptype = 'i'))
"""


def next_numbers(cursor: Any, rows: "List[Dict[str, Any]]") -> "List[int]":
    """What the sequence of each row of ``NUMBERED`` gives next."""
    silent = [row for row in rows if row["last"] is None and row["sequence"]]
    said = one_row(
        cursor,
        [f"(SELECT last_value + {row['step']} * is_called::int FROM {row['sequence']})" for row in silent],
    )
    known = {row["sequence"]: number for row, number in zip(silent, said)}
    return [
        int(known.get(row["sequence"], row["start"]) if row["last"] is None else row["last"] + row["step"])
        for row in rows
    ]


def quoted(name: str) -> str:
    """A name as SQL writes it."""
    return '"' + name.replace('"', '""') + '"'


def fingerprint(cursor: Any, name: str, table: Shared) -> "tuple[Any, ...]":
    """Rows, the sum over the keys, and one sum per column; a sum, since equal rows cancel in XOR.

    Hashes of texts, which all types have; the key's is the seed of each value's, which ties the value
    to its row.
    """
    keys = [quoted(column.name) for column in table.key]
    columns = [quoted(column.name) for column in table.columns]
    key = f"{keys[0]}::text" if len(keys) == 1 else f"ROW({', '.join(keys)})::text"
    rows = f"SELECT hashtextextended({key}, 0) AS kdbdev_key, * FROM {name}"
    sums = [f"sum(hashtextextended({column}::text, kdbdev_key))" for column in columns]
    cursor.execute(f"SELECT {', '.join(['count(*)', 'sum(kdbdev_key)', *sums])} FROM ({rows}) rows")
    return tuple(cursor.fetchone())


def one_row(cursor: Any, expressions: "list[str]") -> "list[Any]":
    """The values of many expressions with one query for each hundred: fewer round trips."""
    found: List[Any] = []
    for start in range(0, len(expressions), _COLUMNS_AT_ONCE):
        cursor.execute(f"SELECT {', '.join(expressions[start : start + _COLUMNS_AT_ONCE])}")
        found.extend(cursor.fetchone())
    return found


#: What sessions report when they end (a moment may pass until it shows); the files of tables and
#: sequences, of which a rebuild makes new ones; who altered them last; and where sequences stand.
_TRACES = """
SELECT 'rows of ' || relid::regclass AS name, concat_ws(' ', n_tup_ins, n_tup_upd, n_tup_del) AS state
FROM pg_stat_user_tables
UNION ALL
SELECT oid::regclass::text, concat_ws(' ', relfilenode, xmin, CASE WHEN relkind = 'S'
       AND has_sequence_privilege(oid, 'SELECT, USAGE') THEN pg_sequence_last_value(oid) END)
FROM pg_class
WHERE relkind IN ('r', 'S') AND oid >= 16384 AND relpersistence <> 't' AND relnamespace <> 'pg_toast'::regnamespace
"""


def traces(cursor: Any) -> Dict[str, object]:
    """What changes when somebody writes to the database, by the name of the object."""
    cursor.execute(_TRACES)
    return dict(cursor.fetchall())


#: The sequences of the database itself, by schema and name.
_SEQUENCES = """
SELECT n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind = 'S' AND c.relpersistence <> 't'
"""


def sequence_numbers(cursor: Any) -> "List[Tuple[str, int, bool]]":
    """Where each sequence stands: its name as SQL writes it, its number, and whether it gave that already."""
    cursor.execute(_SEQUENCES)
    names = [f"{quoted(schema)}.{quoted(name)}" for schema, name in cursor.fetchall()]
    found: List[Tuple[str, int, bool]] = []
    for start in range(0, len(names), _COLUMNS_AT_ONCE):
        some = names[start : start + _COLUMNS_AT_ONCE]
        cursor.execute(" UNION ALL ".join(f"SELECT last_value, is_called FROM {name}" for name in some))
        found.extend((name, *row) for name, row in zip(some, cursor.fetchall()))
    return found


def set_sequences(cursor: Any, numbers: "List[Tuple[str, int, bool]]") -> None:
    """Put each sequence where it stood."""
    for name, number, given in numbers:
        cursor.execute("SELECT setval(%s::regclass, %s, %s)", (name, number, given))
