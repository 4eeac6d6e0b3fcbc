"""Read the complete schema of a live MySQL or MariaDB database from ``information_schema``.

Both sides of a comparison come from the same server, so its own texts are compared. The name of
the database, which the server writes into views, is taken out. Read-only.
"""

from __future__ import annotations

import re
from typing import Any, Callable, Dict, List, Optional, Tuple

from ...schema.model import (
    BOOLEAN,
    BYTES,
    MARK_TABLE,
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
    Routine,
    Schema,
    Sequence,
    Table,
    Trigger,
    View,
)
from .naming import columns_of_row

Rows = List[Dict[str, Any]]
Query = Callable[[str], Rows]

_HERE = "table_schema = DATABASE()"
_TABLES = (
    f"SELECT * FROM information_schema.tables WHERE {_HERE} AND table_type IN ('BASE TABLE', 'SYSTEM VERSIONED') "
    "ORDER BY table_name"
)
# Not joined: the server would make the list of all collations anew for each table.
_COLLATIONS = "SELECT * FROM information_schema.collation_character_set_applicability"
_COLUMNS = f"SELECT * FROM information_schema.columns WHERE {_HERE} ORDER BY table_name, ordinal_position"
_STATISTICS = (
    f"SELECT * FROM information_schema.statistics WHERE {_HERE} ORDER BY table_name, index_name, seq_in_index"
)
_FOREIGN_KEYS = (
    f"SELECT * FROM information_schema.key_column_usage WHERE {_HERE} AND referenced_table_name IS NOT NULL "
    "ORDER BY table_name, constraint_name, ordinal_position"
)
# Not joined with the other: the server would open each table once more for each of its rows.
_FOREIGN_KEY_RULES = (
    "SELECT table_name, constraint_name, update_rule, delete_rule "
    "FROM information_schema.referential_constraints WHERE constraint_schema = DATABASE()"
)
_MARIADB_CHECKS = (
    "SELECT table_name, constraint_name, check_clause, 'YES' AS enforced "
    "FROM information_schema.check_constraints WHERE constraint_schema = DATABASE() ORDER BY 1, 2"
)
_MYSQL_CHECKS = (
    "SELECT t.table_name, t.constraint_name, c.check_clause, t.enforced "
    "FROM information_schema.table_constraints t JOIN information_schema.check_constraints c "
    "ON c.constraint_schema = t.constraint_schema AND c.constraint_name = t.constraint_name "
    f"WHERE t.{_HERE} AND t.constraint_type = 'CHECK' ORDER BY 1, 2"
)
_TRIGGERS = (
    "SELECT trigger_name, event_object_table, action_timing, event_manipulation, action_statement "
    "FROM information_schema.triggers WHERE trigger_schema = DATABASE() ORDER BY event_object_table, action_order"
)
_VIEWS = f"SELECT * FROM information_schema.views WHERE {_HERE} ORDER BY table_name"
_VIEW_COMMENTS = (
    # With a time in it the server looks at what each view is of, and its comment is what is wrong with that.
    # In one query with the views MariaDB looks at all databases that it has.
    "SELECT table_name, table_comment, check_time FROM information_schema.tables "
    f"WHERE {_HERE} AND table_type = 'VIEW'"
)
#: The comment of a view that works.
_WORKS = "VIEW"
_ROUTINES = (
    "SELECT routine_name AS name, routine_type AS kind FROM information_schema.routines "
    "WHERE routine_schema = DATABASE() AND routine_type IN ('FUNCTION', 'PROCEDURE') ORDER BY 1, 2"
)
_SEQUENCES = (
    f"SELECT table_name AS name FROM information_schema.tables WHERE {_HERE} AND table_type = 'SEQUENCE'"
)


def read_schema(query: Query, mariadb: bool, database: str) -> Schema:
    """The schema of the database that ``query`` asks; ``database`` is its name."""
    # MariaDB from 10.10 on has collations that belong to several character sets under one short
    # name; full_collation_name is what tables carry.
    charsets = {
        row.get("full_collation_name") or row["collation_name"]: row["character_set_name"]
        for row in query(_COLLATIONS)
    }
    relations = [
        {**row, "character_set_name": charsets.get(row["table_collation"])}
        for row in query(_TABLES)
        if row["table_name"] not in (VERSION_TABLE, MARK_TABLE)
    ]
    columns = _grouped(query(_COLUMNS))
    statistics = _grouped(query(_STATISTICS))
    rules = {(row["table_name"], row["constraint_name"]): row for row in query(_FOREIGN_KEY_RULES)}
    foreign_keys = _grouped(
        [{**row, **rules[row["table_name"], row["constraint_name"]]} for row in query(_FOREIGN_KEYS)]
    )
    checks = _grouped(query(_MARIADB_CHECKS if mariadb else _MYSQL_CHECKS))
    tables = tuple(
        _table(
            row,
            columns.get(row["table_name"], []),
            statistics.get(row["table_name"], []),
            foreign_keys.get(row["table_name"], []),
            checks.get(row["table_name"], []),
        )
        for row in relations
    )
    qualifier = f"`{database}`."
    shown = query(_VIEWS)
    comments = (
        {row["table_name"]: _text(row["table_comment"]) for row in query(_VIEW_COMMENTS)} if shown else {}
    )
    views = tuple(
        View(
            row["table_name"],
            _view(row).replace(qualifier, ""),
            _why_broken(comments.get(row["table_name"], _WORKS), database),
        )
        for row in shown
    )
    triggers = tuple(
        Trigger(
            row["trigger_name"],
            row["event_object_table"],
            f"{row['action_timing']} {row['event_manipulation']} {_text(row['action_statement'])}",
            _why_failing(row, columns.get(row["event_object_table"], [])),
        )
        for row in query(_TRIGGERS)
    )
    routines = tuple(
        Routine(row["name"], without_definer(create_statement(query, row["kind"], row["name"])), row["kind"])
        for row in query(_ROUTINES)
    )
    sequences = tuple(
        Sequence(row["name"], create_statement(query, "SEQUENCE", row["name"])) for row in query(_SEQUENCES)
    )
    return Schema(
        tables,
        views,
        tuple(sorted(triggers, key=lambda trigger: trigger.name)),
        tuple(sorted(sequences, key=lambda sequence: sequence.name)),
        routines=routines,
    )


def create_statement(query: Query, kind: str, name: str) -> str:
    """What SHOW CREATE says of a table, view, trigger, function, procedure or sequence; empty where
    the account may not see it."""
    quoted = "`" + name.replace("`", "``") + "`"
    (row,) = query(f"SHOW CREATE {kind} {quoted}")
    titles = ("sql original statement", f"create {kind.lower()}", "create table")
    return _text(next((row[title] for title in titles if row.get(title) is not None), ""))


def without_definer(statement: str) -> str:
    """A statement that anybody may run: whoever does is the definer."""
    return re.sub(r"DEFINER=`[^`]*`@`[^`]*` ", "", statement)


def _why_failing(row: Dict[str, Any], columns: Rows) -> str:
    """The server keeps a trigger as it was written, whatever becomes of the columns of its table."""
    known = {column["column_name"].lower() for column in columns}
    missing = [name for name in columns_of_row(_text(row["action_statement"])) if name not in known]
    return f"{row['event_object_table']} has no column {missing[0]}" if missing else ""


def _why_broken(comment: str, database: str) -> str:
    return "" if comment == _WORKS else comment.replace(f"{database}.", "")


def _view(row: Dict[str, Any]) -> str:
    """What a view shows, and what it lets through; MySQL does not tell the algorithm."""
    options = [f"ALGORITHM = {row['algorithm']}"] if row.get("algorithm", "UNDEFINED") != "UNDEFINED" else []
    options += ["SQL SECURITY INVOKER"] if row["security_type"] == "INVOKER" else []
    options += [f"WITH {row['check_option']} CHECK OPTION"] if row["check_option"] != "NONE" else []
    return " ".join([_text(row["view_definition"]), *options])


def _text(value: object) -> str:
    # Some drivers give long texts of the catalogue as bytes.
    return value.decode("utf-8") if isinstance(value, bytes) else str(value)


def _grouped(rows: Rows) -> Dict[str, Rows]:
    groups: Dict[str, Rows] = {}
    for row in rows:
        groups.setdefault(row["table_name"], []).append(row)
    return groups


def _table(row: Dict[str, Any], columns: Rows, statistics: Rows, foreign_keys: Rows, checks: Rows) -> Table:
    primary, indexes = _indexes(statistics)
    options = {
        "engine": row["engine"],
        "charset": row["character_set_name"],
        "collation": row["table_collation"],
        "comment": row["table_comment"],
        "system versioning": "yes" if row["table_type"] == "SYSTEM VERSIONED" else None,
        # Only what was asked for: the row format that the server chose by itself is no property.
        "create options": row["create_options"],
    }
    return Table(
        row["table_name"],
        tuple(_column(column) for column in columns),
        primary,
        (),
        tuple(
            Check(
                _text(check["check_clause"]) + (" (not enforced)" if check["enforced"] == "NO" else ""),
                check["constraint_name"],
            )
            for check in sorted(checks, key=lambda c: (_text(c["check_clause"]), c["constraint_name"]))
        ),
        _foreign_keys(foreign_keys),
        indexes,
        tuple(sorted((name, str(value)) for name, value in options.items() if value)),
    )


def _column(row: Dict[str, Any]) -> Column:
    words = _text(row["extra"] or "")
    # MariaDB separates its remarks by commas, MySQL by blanks.
    on_update = re.search(r"on update ([^\s,]+)", words, re.IGNORECASE)
    default = row["column_default"]
    if default is not None:
        default = _text(default)
        # MariaDB writes the absent default of a nullable column as NULL.
        default = None if default == "NULL" else default
        if "DEFAULT_GENERATED" in words:
            default = f"({default})"
    generation = _text(row["generation_expression"]) if row["generation_expression"] else None
    if generation:
        generation = f"({generation}) {'stored' if 'STORED' in words or 'PERSISTENT' in words else 'virtual'}"
    return Column(
        row["column_name"],
        _text(row["column_type"]) + (" INVISIBLE" if "INVISIBLE" in words else ""),
        nullable=row["is_nullable"] == "YES",
        default=default,
        collation=row["collation_name"],
        generated=generation,
        charset=row["character_set_name"],
        on_update=on_update.group(1) if on_update else None,
        identity="auto_increment" if "auto_increment" in words else None,
        comment=row["column_comment"] or None,
        kind=_kind(_text(row["column_type"])),
        length=_length(_text(row["column_type"])),
    )


_KINDS = {
    **dict.fromkeys(("char", "varchar", "tinytext", "text", "mediumtext", "longtext", "enum"), TEXT),
    **dict.fromkeys(("date", "datetime", "timestamp", "time"), TIME),
    **dict.fromkeys(("binary", "varbinary", "tinyblob", "blob", "mediumblob", "longblob"), BYTES),
    **dict.fromkeys(("tinyint", "smallint", "mediumint", "int", "bigint"), NUMBER),
    **dict.fromkeys(("decimal", "float", "double"), NUMBER),
}


def _kind(column_type: str) -> Optional[str]:
    """The kind of a column's values; a Boolean is a number of one digit."""
    if column_type.startswith("tinyint(1)"):
        return BOOLEAN
    return _KINDS.get(re.split(r"\W", column_type, maxsplit=1)[0])


def _length(column_type: str) -> Optional[int]:
    """How many characters a text type holds, where it says so."""
    found = re.match(r"(?:var)?char\((\d+)\)", column_type)
    return int(found.group(1)) if found else None


def _indexes(statistics: Rows) -> Tuple[Optional[PrimaryKey], Tuple[Index, ...]]:
    groups: Dict[str, Rows] = {}
    for row in statistics:
        groups.setdefault(row["index_name"], []).append(row)
    primary = None
    indexes: List[Index] = []
    for name, rows in sorted(groups.items()):
        if name == "PRIMARY":
            keys = tuple(str(_key(row)) for row in rows)
            columns = tuple(str(row["column_name"]) for row in rows)
            primary = PrimaryKey(columns, None, keys if keys != columns else ())
            continue
        first = rows[0]
        hidden = first.get("is_visible") == "NO" or first.get("ignored") == "YES"
        method = first["index_type"] if first["index_type"] != "BTREE" else None
        indexes.append(
            Index(
                name,
                tuple(_key(row) for row in rows),
                not first["non_unique"],
                method=f"{method or 'BTREE'} (ignored)" if hidden else method,
            )
        )
    return primary, tuple(indexes)


def _key(row: Dict[str, Any]) -> IndexKey:
    expression = row.get("expression")
    return IndexKey(
        f"({_text(expression)})" if expression else row["column_name"],
        row["collation"] == "D",
        # FULLTEXT and SPATIAL indexes say 1 or 32 here; it is theirs, not a prefix.
        prefix=row["sub_part"] if row["index_type"] == "BTREE" else None,
    )


def _foreign_keys(rows: Rows) -> Tuple[ForeignKey, ...]:
    groups: Dict[str, Rows] = {}
    for row in rows:
        groups.setdefault(row["constraint_name"], []).append(row)
    keys = [
        ForeignKey(
            tuple(row["column_name"] for row in group),
            group[0]["referenced_table_name"],
            tuple(row["referenced_column_name"] for row in group),
            name,
            # RESTRICT and NO ACTION are the same thing in InnoDB.
            group[0]["update_rule"].replace("RESTRICT", "NO ACTION"),
            group[0]["delete_rule"].replace("RESTRICT", "NO ACTION"),
        )
        for name, group in groups.items()
    ]
    return tuple(sorted(keys, key=lambda key: (key.columns, key.referred_table, key.name or "")))
