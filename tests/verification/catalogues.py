"""What the catalogue of a server says of a database, in the server's own words: no reader of ours takes part."""

from __future__ import annotations

from typing import Dict, Set, Tuple

from kallithea_dbdev.engines.database import Database

#: Engine -> queries for (table, column or "", what is said of it).
QUERIES = {
    "sqlite": (
        "SELECT m.name, c.name, upper(c.type) || ' ' || c.\"notnull\" || ' ' || coalesce(c.dflt_value, '') || ' ' || c.pk "
        "FROM sqlite_master m, pragma_table_info(m.name) c WHERE m.type = 'table'",
        "SELECT m.name, '', i.\"unique\" || i.origin || CASE i.origin WHEN 'c' THEN i.name ELSE '' END || "
        "(SELECT group_concat(x.name) FROM pragma_index_info(i.name) x) "
        "FROM sqlite_master m, pragma_index_list(m.name) i WHERE m.type = 'table'",
        "SELECT m.name, '', f.\"from\" || f.\"table\" || f.\"to\" FROM sqlite_master m, pragma_foreign_key_list(m.name) f "
        "WHERE m.type = 'table'",
        "SELECT name, '', 'AUTOINCREMENT ' || (sql LIKE '%AUTOINCREMENT%') || ' CHECK ' || "
        "((length(sql) - length(replace(sql, 'CHECK', ''))) / 5) || ' named ' || "
        "((length(sql) - length(replace(sql, 'CONSTRAINT', ''))) / 10) FROM sqlite_master WHERE type = 'table'",
    ),
    "postgresql": (
        "SELECT table_name, column_name, concat_ws(' ', data_type, character_maximum_length, is_nullable, column_default) "
        "FROM information_schema.columns WHERE table_schema = 'public'",
        "SELECT conrelid::regclass::text, '', conname || ' ' || pg_get_constraintdef(oid) FROM pg_constraint "
        "WHERE connamespace = 'public'::regnamespace AND contype <> 'n'",
        "SELECT tablename, '', indexdef FROM pg_indexes WHERE schemaname = 'public'",
    ),
    "mysql": (
        "SELECT table_name, column_name, concat_ws(' ', column_type, is_nullable, column_default, extra) "
        "FROM information_schema.columns WHERE table_schema = DATABASE()",
        "SELECT table_name, '', concat_ws(' ', index_name, non_unique, group_concat(column_name ORDER BY seq_in_index)) "
        "FROM information_schema.statistics WHERE table_schema = DATABASE() GROUP BY table_name, index_name, non_unique",
        "SELECT table_name, '', concat_ws(' ', constraint_name, column_name, referenced_table_name, referenced_column_name) "
        "FROM information_schema.key_column_usage WHERE table_schema = DATABASE()",
        "SELECT table_name, '', concat_ws(' ', constraint_name, check_clause) FROM information_schema.check_constraints "
        "WHERE constraint_schema = DATABASE()",
        "SELECT table_name, '', concat_ws(' ', engine, table_collation) FROM information_schema.tables "
        "WHERE table_schema = DATABASE()",
    ),
}  # fmt: skip

Place = Tuple[str, str]


def catalogue(database: Database) -> Dict[Place, Set[str]]:
    """(table, column or "") -> what is said of it."""
    found: Dict[Place, Set[str]] = {}
    for query in QUERIES[database.engine]:
        for table, column, said in database.stream(query):
            if str(table) not in ("alembic_version", "kallithea_dbdev_throwaway") and "sqlite_" not in str(
                table
            ):
                found.setdefault((str(table), str(column)), set()).add(" ".join(str(said).split()))
    return found


def differing(one: Database, other: Database) -> Set[Place]:
    """Where two databases differ: a column, or a table in what is not of one column; once where a table is missing."""
    left, right = catalogue(one), catalogue(other)
    tables = [{table for table, _ in side} for side in (left, right)]
    places = {place for place in {*left, *right} if left.get(place) != right.get(place)}
    return {(table, column if table in tables[0] & tables[1] else "") for table, column in places}
