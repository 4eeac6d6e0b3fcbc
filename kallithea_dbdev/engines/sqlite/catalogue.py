"""Read the complete schema of a live SQLite database: PRAGMAs first, then the statements.

Read-only: needs a connection, changes nothing.
"""

from __future__ import annotations

import re
import sqlite3
from collections import OrderedDict
from typing import Dict, List, Optional, Tuple

from ...errors import UnreadableSchemaError
from ...schema.model import (
    BOOLEAN,
    BYTES,
    NUMBER,
    TEXT,
    TIME,
    VERSION_TABLE,
    Check,
    Column,
    ForeignKey,
    Index,
    IndexKey,
    PrimaryKey,
    Schema,
    Table,
    Trigger,
    Unique,
    View,
)
from .ddl import ParsedConstraint, ParsedTable, normalize, normalize_type, parse_index, parse_table

#: What may have blanks in it that count: quotes and comments.
_MEANT = re.compile(r"['\"`\[]|--|/\*")

#: One row of a PRAGMA: title -> value.
Row = Dict[str, object]

#: Name and statement of a table, and of its indexes: nothing else makes it what it is.
Source = Tuple[Tuple[str, Optional[str]], ...]

#: What was read before. A step changes one table or two, and after each all are read; the ones that
#: were asked for longest ago go, so that a long chain takes no more memory than a short one.
_READ: "OrderedDict[Source, Table]" = OrderedDict()
_MOST_READ = 256


def read_schema(connection: sqlite3.Connection) -> Schema:
    """The schema of the connection's main database; a table of which a statement cannot be read
    exactly is named in ``unreadable``."""
    pragmas = _Pragmas(connection)
    sources: Dict[str, List[Tuple[str, Optional[str]]]] = {}
    tables: List[Table] = []
    views: List[View] = []
    triggers: List[Trigger] = []
    unreadable: List[Tuple[str, str]] = []
    rows = connection.execute("SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY name").fetchall()
    for kind, name, table, sql in rows:
        if kind == "index":
            sources.setdefault(table, []).append((name, sql))
    for kind, name, table, sql in rows:
        if name.startswith("sqlite_") or table == VERSION_TABLE:
            continue
        if kind == "table":
            try:
                tables.append(_table(pragmas, ((name, sql), *sources.get(name, ()))))
            except UnreadableSchemaError as error:
                unreadable.append((name, str(error)))
        elif kind == "view":
            views.append(View(name, _spelled(sql), _why_broken(connection, name)))
        elif kind == "trigger":
            triggers.append(Trigger(name, table, _spelled(sql)))
    return Schema(tuple(tables), tuple(views), tuple(triggers), unreadable=tuple(unreadable))


def _why_broken(connection: sqlite3.Connection, view: str) -> str:
    quoted = view.replace('"', '""')
    try:
        # It is taken apart, and not read.
        connection.execute(f'EXPLAIN SELECT * FROM "{quoted}"').close()
    except sqlite3.Error as error:
        return str(error)
    return ""


def _spelled(sql: str) -> str:
    """A statement in its one spelling; one that cannot be taken apart stands for itself."""
    try:
        return normalize(sql)
    except UnreadableSchemaError:
        return sql


def _table(pragmas: _Pragmas, source: Source) -> Table:
    (name, sql), *indexes = source
    source = ((name, _without_blanks(str(sql))), *indexes)
    if source in _READ:
        _READ.move_to_end(source)
        return _READ[source]
    asked = pragmas.of_others
    table = _read_table(pragmas, name, str(sql), dict(indexes))
    if pragmas.of_others == asked:
        _READ[source] = table
        while len(_READ) > _MOST_READ:
            _READ.popitem(last=False)
    return table


def _without_blanks(sql: str) -> str:
    """A statement with single blanks, unless they may mean something: a recorded release has others than a
    database that was set up."""
    return sql if _MEANT.search(sql) else " ".join(sql.split())


def _read_table(pragmas: _Pragmas, name: str, sql: str, statements: Dict[str, Optional[str]]) -> Table:
    if normalize(sql).startswith("create virtual table"):
        return Table(name, options=(("virtual table", normalize(sql)),))
    parsed = parse_table(sql, name)
    columns, key_columns = _read_columns(pragmas, name, parsed)
    uniques, indexes, primary_keys = _read_indexes(pragmas, name, parsed, columns, statements)
    return Table(
        name,
        columns,
        _primary_key(key_columns, primary_keys, parsed),
        tuple(sorted(uniques, key=lambda unique: (unique.columns, unique.name or ""))),
        tuple(
            sorted(
                (Check(c.expression, c.name) for c in parsed.constraints if c.kind == "check"),
                key=lambda check: (check.expression, check.name or ""),
            )
        ),
        tuple(
            sorted(
                _read_foreign_keys(pragmas, name, parsed),
                key=lambda key: (key.columns, key.referred_table, key.name or ""),
            )
        ),
        tuple(sorted(indexes, key=lambda index: index.name)),
        _options(parsed),
    )


class _Pragmas:
    """What PRAGMAs say of all tables and indexes: one query each, not one for every table."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._found: Dict[str, Dict[str, List[Row]]] = {}
        #: How often a table was asked for to tell what another one is.
        self.of_others = 0

    def _of_all(self, sql: str) -> Dict[str, List[Row]]:
        cursor = self._connection.execute(sql)
        titles = [column[0] for column in cursor.description]
        found: Dict[str, List[Row]] = {}
        for name, *row in cursor:
            found.setdefault(str(name).lower(), []).append(dict(zip(titles[1:], row)))
        return found

    def __call__(self, pragma: str, name: str) -> List[Row]:
        """The rows of a PRAGMA for a table or index."""
        if pragma not in self._found:
            kind = "index" if pragma == "index_xinfo" else "table"
            # A virtual table has no root page; its module may not be there to ask.
            self._found[pragma] = self._of_all(
                f'SELECT m.name AS "of", p.* FROM sqlite_master m JOIN pragma_{pragma}(m.name) p '
                f"WHERE m.type = '{kind}' AND m.rootpage > 0"
            )
        found = self._found[pragma].get(name.lower())
        if found is None and pragma == "index_xinfo":
            # The primary key of a table WITHOUT ROWID is an index that has no row of its own.
            query = "SELECT '', p.* FROM pragma_index_xinfo('{}') p"
            found = self._of_all(query.format(name.replace("'", "''"))).get("")
        return found or []


def _read_columns(
    pragmas: _Pragmas, table: str, parsed: ParsedTable
) -> Tuple[Tuple[Column, ...], Tuple[str, ...]]:
    facts = {column.name.lower(): column for column in parsed.columns}
    columns: List[Column] = []
    keys: List[Tuple[int, str]] = []
    for row in pragmas("table_xinfo", table):
        name = str(row["name"])
        if name.lower() not in facts:
            raise UnreadableSchemaError(
                f"table {table}: column {name} is not in the CREATE statement that SQLite keeps",
                "please report this statement",
            )
        fact = facts[name.lower()]
        default = None if row["dflt_value"] is None else normalize(str(row["dflt_value"]))
        declared = normalize_type(str(row["type"]))
        collation = fact.collation if fact.collation != "BINARY" else None
        columns.append(
            Column(
                name,
                declared,
                nullable=not row["notnull"],
                # Nothing is what a column gets without one.
                default=None if default is None or default.upper() == "NULL" else default,
                collation=collation,
                generated=fact.generated,
                kind=kind_of(declared),
                length=length_of(declared),
            )
        )
        if row["pk"]:
            keys.append((int(str(row["pk"])), name))
    if len(columns) != len(parsed.columns):
        raise UnreadableSchemaError(
            f"table {table}: SQLite lists {len(columns)} columns, its CREATE statement {len(parsed.columns)}",
            "please report this statement",
        )
    return tuple(columns), tuple(name for _, name in sorted(keys))


#: Types without an affinity of their own that SQLAlchemy writes.
_KINDS = {"BOOLEAN": BOOLEAN, "BOOL": BOOLEAN, "NUMERIC": NUMBER, "DECIMAL": NUMBER}
_KINDS.update(dict.fromkeys(("DATE", "DATETIME", "TIME", "TIMESTAMP"), TIME))


def kind_of(declared: str) -> Optional[str]:
    """The kind of values that a declared type, in its one spelling, stands for.

    By the rules of https://www.sqlite.org/datatype3.html#determination_of_column_affinity, in their
    order; where they say NUMERIC it may be anything, unless its name is a type's of the standard.
    """
    if "INT" in declared:
        return NUMBER
    if any(word in declared for word in ("CHAR", "CLOB", "TEXT")):
        return TEXT
    if "BLOB" in declared:
        return BYTES
    if any(word in declared for word in ("REAL", "FLOA", "DOUB")):
        return NUMBER
    return _KINDS.get(declared.partition("(")[0])


def length_of(declared: str) -> Optional[int]:
    """How many characters a text type says that it holds."""
    found = re.search(r"\((\d+)\)", declared)
    return int(found.group(1)) if found and kind_of(declared) == TEXT else None


def is_row_number(table: Table, column: Column) -> bool:
    """Whether the column is another name for the rowid, and so never holds anything but whole numbers."""
    key = table.primary_key
    plain = ("without rowid", "yes") not in table.options
    # With DESC it is a key like any other: a mistake of SQLite's that it keeps.
    alone = key is not None and key.columns == (column.name,) and not key.keys
    return alone and column.type == "INTEGER" and plain


def _primary_key(
    columns: Tuple[str, ...], keys: Tuple[str, ...], parsed: ParsedTable
) -> Optional[PrimaryKey]:
    if not columns:
        return None
    name = next((c.name for c in parsed.constraints if c.kind == "primary key"), None)
    return PrimaryKey(columns, name, keys if keys != columns else ())


def _options(parsed: ParsedTable) -> Tuple[Tuple[str, str], ...]:
    options = [(option, "yes") for option in parsed.options]
    if parsed.autoincrement:
        options.append(("autoincrement", "yes"))
    for constraint in parsed.constraints:
        if constraint.conflict:
            what = f"ON CONFLICT of {constraint.kind} ({', '.join(constraint.columns)})"
            options.append((what, constraint.conflict))
    options += [(f"ON CONFLICT of not null ({c.name})", c.conflict) for c in parsed.columns if c.conflict]
    return tuple(sorted(options))


def _read_indexes(
    pragmas: _Pragmas,
    table: str,
    parsed: ParsedTable,
    columns: Tuple[Column, ...],
    statements: Dict[str, Optional[str]],
) -> Tuple[List[Unique], List[Index], Tuple[str, ...]]:
    """Unique constraints, indexes, and the keys of the primary key where it has an index of its own."""
    names = [c for c in parsed.constraints if c.kind == "unique"]
    uniques: List[Unique] = []
    indexes: List[Index] = []
    primary: Tuple[str, ...] = ()
    for row in pragmas("index_list", table):
        index_name = str(row["name"])
        keys = [key for key in pragmas("index_xinfo", index_name) if key["key"]]
        if row["origin"] == "u":
            name = _take_name(names, [str(key["name"]) for key in keys])
            uniques.append(Unique(tuple(str(_index_key(key, "", columns)) for key in keys), name))
        elif row["origin"] == "pk":
            primary = tuple(str(_index_key(key, "", columns)) for key in keys)
        elif row["origin"] == "c":
            parsed_index = parse_index(str(statements[index_name]), index_name)
            indexes.append(
                Index(
                    index_name,
                    tuple(
                        _index_key(key, expression, columns)
                        for key, expression in zip(keys, parsed_index.keys)
                    ),
                    bool(row["unique"]),
                    parsed_index.predicate,
                )
            )
    # A UNIQUE that repeats the primary key or another UNIQUE has no index of its own.
    uniques.extend(Unique(c.columns, c.name) for c in names)
    return uniques, indexes, primary


def _take_name(constraints: List[ParsedConstraint], columns: List[str]) -> Optional[str]:
    """The name of the constraint over these columns; takes it out of the list."""
    wanted = [column.lower() for column in columns]
    for constraint in constraints:
        if [column.lower() for column in constraint.columns] == wanted:
            constraints.remove(constraint)
            return constraint.name
    return None


def _index_key(key: Dict[str, object], expression: str, columns: Tuple[Column, ...]) -> IndexKey:
    name = key["name"]
    own = next((column.collation for column in columns if column.name == name), None) or "BINARY"
    collation = str(key["coll"]).upper()
    return IndexKey(
        expression if name is None else str(name),
        bool(key["desc"]),
        # An index key has the collation of its column unless it says otherwise.
        collation if collation != own else None,
    )


def _read_foreign_keys(pragmas: _Pragmas, table: str, parsed: ParsedTable) -> List[ForeignKey]:
    groups: Dict[int, List[Dict[str, object]]] = {}
    for row in pragmas("foreign_key_list", table):
        groups.setdefault(int(str(row["id"])), []).append(row)
    declared = [c for c in parsed.constraints if c.kind == "foreign key"]
    if len(groups) != len(declared):
        raise UnreadableSchemaError(
            f"table {table}: SQLite lists {len(groups)} foreign keys, its CREATE statement {len(declared)}",
            "please report this statement",
        )
    keys = []
    # SQLite numbers foreign keys from the last one in the text.
    for constraint, (_, rows) in zip(reversed(declared), sorted(groups.items())):
        rows.sort(key=lambda row: int(str(row["seq"])))
        first = rows[0]
        keys.append(
            ForeignKey(
                tuple(str(row["from"]) for row in rows),
                str(first["table"]),
                _referred_columns(pragmas, rows),
                constraint.name,
                str(first["on_update"]),
                str(first["on_delete"]),
                str(first["match"]),
                constraint.deferrable,
            )
        )
    return keys


def _referred_columns(pragmas: _Pragmas, rows: List[Dict[str, object]]) -> Tuple[str, ...]:
    """REFERENCES without columns means the primary key of the referred table."""
    if rows[0]["to"] is not None:
        return tuple(str(row["to"]) for row in rows)
    pragmas.of_others += 1
    columns = pragmas("table_xinfo", str(rows[0]["table"]))
    keys = sorted((int(str(row["pk"])), str(row["name"])) for row in columns if row["pk"])
    return tuple(name for _, name in keys)
