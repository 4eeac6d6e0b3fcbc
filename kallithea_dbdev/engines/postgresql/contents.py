"""What a PostgreSQL database holds, of every kind, and how it is emptied.

Objects of extensions are theirs, and do not count.
"""

from __future__ import annotations

from typing import Any, List, Tuple

from ..server import fetch

#: The first number that is not the system's: FirstNormalObjectId in access/transam.h.
FIRST_NUMBER = 16384

#: Catalogue, condition on its rows ``o`` that are things by themselves, kind in DROP and name; the
#: order is one in which all can be dropped with CASCADE.
_KINDS: Tuple[Tuple[str, str, str, str], ...] = (
    ("pg_publication", "true", "PUBLICATION", "quote_ident(o.pubname)"),
    ("pg_event_trigger", "true", "EVENT TRIGGER", "quote_ident(o.evtname)"),
    ("pg_class", "o.relkind = 'm'", "MATERIALIZED VIEW", "o.oid::regclass::text"),
    ("pg_class", "o.relkind = 'v'", "VIEW", "o.oid::regclass::text"),
    ("pg_class", "o.relkind = 'f'", "FOREIGN TABLE", "o.oid::regclass::text"),
    ("pg_class", "o.relkind IN ('r', 'p')", "TABLE", "o.oid::regclass::text"),
    ("pg_class", "o.relkind = 'S'", "SEQUENCE", "o.oid::regclass::text"),
    ("pg_class", "o.relkind = 'c'", "TYPE", "o.oid::regclass::text"),
    ("pg_type", "o.typtype IN ('d', 'e', 'r') OR (o.typtype = 'b' AND o.typelem = 0)", "TYPE", "o.oid::regtype::text"),
    ("pg_cast", "true", "CAST", "format('(%s AS %s)', o.castsource::regtype, o.casttarget::regtype)"),
    ("pg_conversion", "true", "CONVERSION", "o.connamespace::regnamespace || '.' || quote_ident(o.conname)"),
    ("pg_language", "true", "LANGUAGE", "quote_ident(o.lanname)"),
    ("pg_proc", "true", "ROUTINE", "o.oid::regprocedure::text"),
    ("pg_operator", "true", "OPERATOR", "o.oid::regoperator::text"),
    ("pg_ts_config", "true", "TEXT SEARCH CONFIGURATION", "o.oid::regconfig::text"),
    ("pg_ts_dict", "true", "TEXT SEARCH DICTIONARY", "o.oid::regdictionary::text"),
    ("pg_collation", "true", "COLLATION", "o.collnamespace::regnamespace || '.' || quote_ident(o.collname)"),
    ("pg_foreign_server", "true", "SERVER", "quote_ident(o.srvname)"),
    ("pg_foreign_data_wrapper", "true", "FOREIGN DATA WRAPPER", "quote_ident(o.fdwname)"),
    ("pg_namespace", "o.nspname NOT LIKE 'pg\\_%' AND o.nspname <> 'public'", "SCHEMA", "o.oid::regnamespace::text"),
    ("pg_largeobject_metadata", "true", "", "o.oid::text"),
)  # fmt: skip

_QUERY = (
    "SELECT {name} AS name FROM {catalogue} o WHERE o.oid >= {first} AND ({condition}) "
    "AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.classid = '{catalogue}'::regclass "
    "AND d.objid = o.oid AND d.deptype IN ('e', 'i', 'a'))"
)


#: What a database on the server becomes, beside the statements: the files of the server do not matter.
CIRCUMSTANCES = (
    "SELECT version() AS what",
    "SELECT name || '=' || coalesce(setting, '') AS what FROM pg_settings WHERE category <> 'File Locations' "
    "AND category NOT LIKE '%/ Connection Settings' ORDER BY name",
    "SELECT concat_ws(' ', rolname, rolsuper, rolcreatedb, rolcreaterole, rolbypassrls) AS what FROM pg_roles "
    "WHERE rolname = current_user",
)


def _query(kind: Tuple[str, str, str, str]) -> str:
    catalogue, condition, word, name = kind
    # Whoever makes a large object may choose its number.
    return _QUERY.format(
        catalogue=catalogue, condition=condition, name=name, first=FIRST_NUMBER if word else 0
    )


def is_empty(cursor: Any) -> bool:
    """Whether the database of this session holds nothing of anybody's."""
    found = fetch(cursor, " UNION ALL ".join(f"({_query(kind)} LIMIT 1)" for kind in _KINDS))
    return not found


def remove_all(cursor: Any) -> None:
    """Drop everything that ``is_empty`` counts."""
    for kind in _KINDS:
        for row in fetch(cursor, _query(kind)):
            if kind[2]:
                cursor.execute(f"DROP {kind[2]} IF EXISTS {row['name']} CASCADE")
            else:
                cursor.execute(f"SELECT lo_unlink({row['name']})")


def user_mappings(cursor: Any) -> List[str]:
    """Statements that take the accounts of foreign servers away: without one nobody gets there."""
    rows = fetch(cursor, "SELECT srvname, CASE WHEN umuser = 0 THEN 'PUBLIC' ELSE quote_ident(usename) END AS role "
                 "FROM pg_user_mappings ORDER BY 1, 2")  # fmt: skip
    return [f'DROP USER MAPPING IF EXISTS FOR {row["role"]} SERVER "{row["srvname"]}"' for row in rows]


def locale_options(cursor: Any, name: str) -> str:
    """Options of CREATE DATABASE for the encoding and the locale of a database; empty where there is none."""
    columns = {
        row["name"]
        for row in fetch(
            cursor,
            "SELECT attname AS name FROM pg_attribute WHERE attrelid = 'pg_database'::regclass AND attnum > 0",
        )
    }
    rows = fetch(
        cursor,
        "SELECT *, pg_encoding_to_char(encoding) AS charset FROM pg_database WHERE datname = %s",
        (name,),
    )
    if not rows:
        return ""
    row = rows[0]
    options = {"ENCODING": row["charset"], "LC_COLLATE": row["datcollate"], "LC_CTYPE": row["datctype"]}
    if "datlocprovider" in columns and row["datlocprovider"] != "c":
        # PostgreSQL 17 has renamed the column, and has a provider of its own.
        locale = row.get("datlocale") or row.get("daticulocale")
        icu = row["datlocprovider"] == "i"
        options.update(
            {
                "LOCALE_PROVIDER": "icu" if icu else "builtin",
                "ICU_LOCALE" if icu else "BUILTIN_LOCALE": locale,
            }
        )
    return "".join(f" {key} '{value}'" for key, value in options.items())
