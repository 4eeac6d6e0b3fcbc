"""Read the complete schema of a live PostgreSQL database from ``pg_catalog``.

The server's own functions (``format_type``, ``pg_get_expr``, ``pg_get_constraintdef``,
``pg_get_indexdef``, ...) give the texts, so both sides of a comparison are in its own words.
Objects outside the current schema are named with theirs. Read-only.
"""

from __future__ import annotations

import re
from typing import Any, Callable, Dict, List, Optional, Tuple

from ...schema.model import (
    BOOLEAN,
    BYTES,
    NUMBER,
    TEXT,
    TIME,
    VERSION_TABLE,
    Check,
    Column,
    Enum,
    ForeignKey,
    Index,
    IndexKey,
    PrimaryKey,
    Routine,
    Schema,
    Sequence,
    Table,
    Trigger,
    Unique,
    View,
    beyond_columns,
)
from ...schema.names import joined
from .additions import read_additions
from .home import HOME
from .privileges import read_privileges

Rows = List[Dict[str, Any]]
Query = Callable[[str], Rows]

_OURS = "n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema'"
# NULL where it is the current one (which is NULL itself where search_path names none that exists).
_SCHEMA = f"CASE WHEN n.nspname = {HOME} THEN NULL ELSE n.nspname END AS schema"
_TABLES = f"""
SELECT c.oid, {_SCHEMA}, c.relname AS name, c.relkind, c.relpersistence, obj_description(c.oid, 'pg_class') AS comment,
       CASE WHEN c.relkind IN ('v', 'm') THEN pg_get_viewdef(c.oid, true) END AS definition,
       array_to_string(c.reloptions, ', ') AS options, c.relrowsecurity,
       (SELECT string_agg(pg_get_ruledef(r.oid), ' ' ORDER BY r.rulename) FROM pg_rewrite r
        WHERE r.ev_class = c.oid AND r.rulename <> '_RETURN') AS rules,
       (SELECT string_agg(format('%s %s %s TO %s USING (%s) WITH CHECK (%s)', p.polname, p.polcmd, p.polpermissive,
               p.polroles::regrole[], pg_get_expr(p.polqual, c.oid), pg_get_expr(p.polwithcheck, c.oid)), '; '
               ORDER BY p.polname) FROM pg_policy p WHERE p.polrelid = c.oid) AS policies,
       (SELECT string_agg(b.relname, ', ' ORDER BY h.inhseqno) FROM pg_inherits h
        JOIN pg_class b ON b.oid = h.inhparent WHERE h.inhrelid = c.oid) AS parents
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p', 'v', 'm') AND {_OURS}"""
_COLUMNS = f"""
WITH RECURSIVE domains AS (
    SELECT t.oid, t.typbasetype AS base, t.typtypmod AS typmod FROM pg_type t WHERE t.typtype = 'd'
    UNION ALL
    SELECT d.oid, t.typbasetype, CASE WHEN d.typmod = -1 THEN t.typtypmod ELSE d.typmod END
    FROM domains d JOIN pg_type t ON t.oid = d.base WHERE t.typtype = 'd')
SELECT c.oid, a.attnum, a.attname AS name, a.attnotnull, b.typname AS base_name,
       b.typcategory AS category, b.typnamespace = 'pg_catalog'::regnamespace AS builtin,
       CASE WHEN a.atttypmod = -1 THEN coalesce(s.typmod, -1) ELSE a.atttypmod END AS typmod,
       CASE WHEN t.typtype = 'd' THEN format_type(s.base, s.typmod) END AS base,
       format_type(a.atttypid, a.atttypmod) || CASE WHEN t.typtype = 'd' THEN
           format(' (%s%s)', format_type(t.typbasetype, t.typtypmod),
                  (SELECT string_agg(' ' || pg_get_constraintdef(k.oid), '' ORDER BY k.conname)
                   FROM pg_constraint k WHERE k.contypid = t.oid)) ELSE '' END AS type,
       pg_get_expr(d.adbin, d.adrelid) AS expression, a.attidentity, a.attgenerated,
       col_description(c.oid, a.attnum) AS comment,
       CASE WHEN a.attcollation <> t.typcollation THEN l.collname END AS collation
FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_type t ON t.oid = a.atttypid LEFT JOIN (
    SELECT d.* FROM domains d JOIN pg_type t ON t.oid = d.base WHERE t.typtype <> 'd') s ON s.oid = t.oid
JOIN pg_type b ON b.oid = coalesce(s.base, t.oid)
LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
LEFT JOIN pg_collation l ON l.oid = a.attcollation
WHERE c.relkind IN ('r', 'p') AND a.attnum > 0 AND NOT a.attisdropped AND {_OURS} ORDER BY c.oid, a.attnum"""
_CONSTRAINTS = f"""
SELECT k.conrelid AS oid, k.conname AS name, k.contype, k.conkey, k.confrelid, k.confkey,
       k.confupdtype, k.confdeltype, k.confmatchtype, k.condeferrable, k.condeferred, k.convalidated,
       pg_get_constraintdef(k.oid) AS definition,
       (SELECT string_agg(DISTINCT g.tgenabled::text, '') FROM pg_trigger g WHERE g.tgconstraint = k.oid
        AND k.contype = 'f' AND g.tgenabled <> 'O') AS enabled
FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE {_OURS} ORDER BY k.conname"""
_INDEXES = f"""
SELECT i.indrelid AS oid, {_SCHEMA}, c.relname AS name, i.indisunique, i.indnkeyatts, i.indnatts, m.amname AS method,
       array_to_string(c.reloptions, ', ') AS storage, pg_get_indexdef(i.indexrelid) AS definition,
       pg_get_expr(i.indpred, i.indrelid) AS predicate, i.indoption::text AS options, i.indisvalid,
       ARRAY(SELECT pg_get_indexdef(i.indexrelid, k, true) FROM generate_series(1, i.indnatts) k) AS keys,
       ARRAY(SELECT CASE WHEN o.opcdefault THEN NULL ELSE o.opcname::text END
             FROM generate_series(0, i.indnkeyatts - 1) k JOIN pg_opclass o ON o.oid = i.indclass[k]
             ORDER BY k) AS classes,
       ARRAY(SELECT CASE WHEN i.indcollation[k] <> coalesce(a.attcollation, i.indcollation[k]) THEN l.collname::text END
             FROM generate_series(0, i.indnkeyatts - 1) k
             LEFT JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[k] AND i.indkey[k] > 0
             LEFT JOIN pg_collation l ON l.oid = i.indcollation[k] ORDER BY k) AS collations
FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_am m ON m.oid = c.relam
WHERE {_OURS} AND NOT EXISTS (
    SELECT 1 FROM pg_constraint k WHERE k.conindid = i.indexrelid AND k.contype IN ('p', 'u', 'x'))"""
_SEQUENCES = f"""
SELECT {_SCHEMA}, c.relname AS name, format_type(s.seqtypid, NULL) AS type, s.seqstart, s.seqincrement, s.seqmin,
       s.seqmax, s.seqcycle, s.seqcache, t.relname AS table_name, a.attname AS column_name,
       (SELECT x.nspname FROM pg_namespace x WHERE x.oid = t.relnamespace AND x.nspname
        IS DISTINCT FROM {HOME}) AS table_schema
FROM pg_sequence s JOIN pg_class c ON c.oid = s.seqrelid JOIN pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_depend d ON d.classid = 'pg_class'::regclass AND d.objid = c.oid
     AND d.refclassid = 'pg_class'::regclass AND d.refobjsubid > 0 AND d.deptype IN ('a', 'i')
LEFT JOIN pg_class t ON t.oid = d.refobjid
LEFT JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = d.refobjsubid
WHERE {_OURS}"""
_ENUMS = f"""
SELECT {_SCHEMA}, t.typname AS name,
       ARRAY(SELECT e.enumlabel::text FROM pg_enum e WHERE e.enumtypid = t.oid ORDER BY e.enumsortorder) AS labels
FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace WHERE t.typtype = 'e' AND {_OURS}"""
_TRIGGERS = f"""
SELECT g.tgname AS trigger, {_SCHEMA}, c.relname AS name, pg_get_triggerdef(g.oid, true) AS definition,
       g.tgenabled AS enabled
FROM pg_trigger g JOIN pg_class c ON c.oid = g.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE NOT g.tgisinternal AND {_OURS}"""
# Those of an extension are its own affair; aggregates have no text that makes them.
_ROUTINES = f"""
SELECT {_SCHEMA}, p.proname AS name, pg_get_function_identity_arguments(p.oid) AS arguments,
       pg_get_functiondef(p.oid) AS definition
FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
WHERE p.prokind <> 'a' AND {_OURS} AND NOT EXISTS (
    SELECT 1 FROM pg_depend d WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype IN ('e', 'i'))"""
#: What a range type brings are routines; it stands for them.
_RANGES = f"""
SELECT {_SCHEMA}, t.typname AS name,
       concat_ws(', ', 'subtype = ' || format_type(r.rngsubtype, NULL),
                 'collation = ' || (SELECT l.collname FROM pg_collation l
                                    WHERE l.oid = r.rngcollation AND l.collname <> 'default'),
                 'canonical = ' || nullif(r.rngcanonical, 0)::regproc,
                 'subtype_diff = ' || nullif(r.rngsubdiff, 0)::regproc) AS parts
FROM pg_range r JOIN pg_type t ON t.oid = r.rngtypid JOIN pg_namespace n ON n.oid = t.typnamespace
WHERE {_OURS} AND NOT EXISTS (
    SELECT 1 FROM pg_depend d WHERE d.classid = 'pg_type'::regclass AND d.objid = t.oid AND d.deptype = 'e')"""

_ACTIONS = {"a": "NO ACTION", "r": "RESTRICT", "c": "CASCADE", "n": "SET NULL", "d": "SET DEFAULT"}
_MATCHES = {"f": "FULL", "p": "PARTIAL", "s": "NONE"}
#: pg_trigger.tgenabled; O is the usual.
_ENABLED = {"D": " (disabled)", "R": " (on replicas)", "A": " (always)"}


def read_schema(query: Query) -> Schema:
    """The schema of the database that ``query`` asks."""
    relations = [row for row in _named(query(_TABLES)) if row["name"] != VERSION_TABLE]
    columns = _grouped(query(_COLUMNS))
    constraints = _grouped(query(_CONSTRAINTS))
    indexes = _grouped(_named(query(_INDEXES)))
    names = {row["oid"]: row["name"] for row in relations}
    column_names = {(oid, row["attnum"]): row["name"] for oid, rows in columns.items() for row in rows}
    tables = tuple(
        _table(row, columns, constraints, indexes, names, column_names)
        for row in relations
        if row["relkind"] in ("r", "p")
    )
    views = tuple(View(row["name"], _view_text(row)) for row in relations if row["relkind"] in ("v", "m"))
    triggers = tuple(
        Trigger(row["trigger"], row["name"], row["definition"] + _ENABLED.get(row["enabled"], ""))
        for row in sorted(_named(query(_TRIGGERS)), key=lambda row: (row["name"], row["trigger"]))
    )
    sequences = tuple(_sequence(row) for row in _named(query(_SEQUENCES)))
    enums = tuple(Enum(row["name"], tuple(row["labels"])) for row in _named(query(_ENUMS)))
    # One name may stand for several, told apart by what they take.
    routines = tuple(
        Routine(f"{row['name']}({row['arguments']})", row["definition"])
        for row in sorted(_named(query(_ROUTINES)), key=lambda row: (row["name"], row["arguments"]))
    )
    ranges = tuple(
        Routine(f"type {row['name']}", f"CREATE TYPE {row['name']} AS RANGE ({row['parts']})")
        for row in _named(query(_RANGES))
    )
    owners, privileges, namespaces = read_privileges(query)
    return Schema(
        tables, views, triggers, sequences, enums, routines + ranges,
        owners=owners, privileges=privileges, namespaces=namespaces, additions=read_additions(query),
    )  # fmt: skip


def _named(rows: Rows) -> Rows:
    """The rows with the names of their objects as the model has them, in their order."""
    named = [{**row, "name": joined(row["schema"], row["name"])} for row in rows]
    return sorted(named, key=lambda row: str(row["name"]))


def _view_text(row: Dict[str, Any]) -> str:
    kind = " (materialized)" if row["relkind"] == "m" else ""
    options = f" WITH ({row['options']})" if row["options"] else ""
    return " ".join(row["definition"].split()) + options + kind


def _grouped(rows: Rows) -> Dict[int, Rows]:
    groups: Dict[int, Rows] = {}
    for row in rows:
        groups.setdefault(row["oid"], []).append(row)
    return groups


def _table(
    row: Dict[str, Any],
    columns: Dict[int, Rows],
    constraints: Dict[int, Rows],
    indexes: Dict[int, Rows],
    names: Dict[int, str],
    column_names: Dict[Tuple[int, int], str],
) -> Table:
    oid = row["oid"]
    own = constraints.get(oid, [])

    def named(table: int, numbers: Optional[List[int]]) -> Tuple[str, ...]:
        return tuple(column_names.get((table, number), "?") for number in numbers or ())

    keys = [PrimaryKey(named(oid, k["conkey"]), k["name"]) for k in own if k["contype"] == "p"]
    uniques = [Unique(named(oid, k["conkey"]), k["name"]) for k in own if k["contype"] == "u"]
    checks = [Check(_check_text(k["definition"]), k["name"]) for k in own if k["contype"] in ("c", "x")]
    foreign = [
        ForeignKey(
            named(oid, k["conkey"]),
            names.get(k["confrelid"], "?"),
            named(k["confrelid"], k["confkey"]),
            k["name"],
            _ACTIONS[k["confupdtype"]],
            _ACTIONS[k["confdeltype"]] + _set_columns(k["definition"]),
            _MATCHES[k["confmatchtype"]],
            _deferrable(k),
            _enforcement(k),
        )
        for k in own
        if k["contype"] == "f"
    ]
    options = {"comment": row["comment"], "storage": row["options"]}
    options["persistence"] = {"u": "unlogged"}.get(row["relpersistence"])
    if row["relrowsecurity"]:
        options["row security"] = "enabled"
    options.update({name: row[name] for name in ("rules", "policies", "parents")})
    options.update({beyond_columns(k["name"]): _beyond(k["definition"]) for k in own if k["contype"] in "pu"})
    return Table(
        row["name"],
        tuple(_column(column) for column in columns.get(oid, [])),
        keys[0] if keys else None,
        tuple(sorted(uniques, key=lambda unique: (unique.columns, unique.name or ""))),
        tuple(sorted(checks, key=lambda check: (check.expression, check.name or ""))),
        tuple(sorted(foreign, key=lambda key: (key.columns, key.referred_table, key.name or ""))),
        tuple(_index(index) for index in indexes.get(oid, [])),
        tuple(sorted((name, value) for name, value in options.items() if value)),
    )


def _column(row: Dict[str, Any]) -> Column:
    generated = row["attgenerated"] in ("s", "v")
    kind = {"s": "stored", "v": "virtual"}.get(row["attgenerated"], "")
    return Column(
        row["name"],
        row["type"],
        nullable=not row["attnotnull"],
        default=None if generated else _default(row["expression"] or ""),
        collation=row["collation"],
        generated=f"({row['expression']}) {kind}" if generated else None,
        identity={"a": "always", "d": "by default"}.get(row["attidentity"]),
        comment=row["comment"],
        kind=_kind(row),
        # The modifier of a type for texts is the length and four bytes.
        length=row["typmod"] - 4 if row["base_name"] in ("varchar", "bpchar") and row["typmod"] > 4 else None,
        base=row["base"] or "",
    )


def _default(text: str) -> Optional[str]:
    """What a column gets by itself: one moment has two names; nothing is what it gets without a default."""
    if re.fullmatch(r"NULL(::[\w \".\[\](),]+)?", text):
        return None
    return re.sub(r"^CURRENT_TIMESTAMP$", "now()", text) or None


_NUMBERS = {"int2", "int4", "int8", "float4", "float8", "numeric"}
#: pg_type.typcategory: https://www.postgresql.org/docs/current/catalog-pg-type.html
_KINDS = {"S": TEXT, "E": TEXT, "B": BOOLEAN, "D": TIME, "T": TIME}


def _kind(row: Dict[str, Any]) -> Optional[str]:
    """The kind of a column's values: of its type, for a domain of the one that it is made of."""
    if row["builtin"] and row["base_name"] in _NUMBERS:
        return NUMBER
    if row["builtin"] and row["base_name"] == "bytea":
        return BYTES
    if not row["builtin"] and row["category"] not in "SE":
        return None  # somebody's own type: what it holds nobody can guess
    return _KINDS.get(row["category"])


def _check_text(definition: str) -> str:
    """``CHECK ((a > 0))`` -> ``(a > 0)``; NOT VALID and the like stay."""
    plain = definition[7:-1] if definition.startswith("CHECK (") and definition.endswith(")") else definition
    return _each_cast(plain)


_CAST_WHOLE = re.compile(r"\(ARRAY\[((?:'(?:[^']|'')*'::character varying(?:, )?)+)\]\)::text\[\]")


def _each_cast(expression: str) -> str:
    """What IN makes of texts: the server says it in one way where it reads the models' words, and in another
    where it reads its own, as after a restore."""

    def cast(found: "re.Match[str]") -> str:
        values = re.sub(r"'(?:[^']|'')*'::character varying", r"(\g<0>)::text", found.group(1))
        return f"ARRAY[{values}]"

    return _CAST_WHOLE.sub(cast, expression)


def _beyond(definition: str) -> str:
    """What a PRIMARY KEY or UNIQUE says beyond its columns: NULLS NOT DISTINCT, INCLUDE, DEFERRABLE."""
    rest = re.sub(r"^(PRIMARY KEY|UNIQUE)", "", definition)
    return " ".join(re.sub(r"\([^()]*\)", "", rest, count=1).split())


def _set_columns(definition: str) -> str:
    """The columns of ON DELETE SET NULL (a), from PostgreSQL 15 on."""
    found = re.search(r"ON DELETE SET (?:NULL|DEFAULT)( \([^()]*\))", definition)
    return found.group(1) if found else ""


def _enforcement(row: Dict[str, Any]) -> str:
    if row["definition"].endswith(" NOT ENFORCED"):
        return "NOT ENFORCED"
    # What looks after a key are triggers, which can be disabled like any other.
    triggers = "".join(text for state, text in _ENABLED.items() if state in (row["enabled"] or ""))
    return ("ENFORCED" if row["convalidated"] else "NOT VALID") + triggers


def _deferrable(row: Dict[str, Any]) -> str:
    if not row["condeferrable"]:
        return "NOT DEFERRABLE"
    return f"DEFERRABLE INITIALLY {'DEFERRED' if row['condeferred'] else 'IMMEDIATE'}"


#: Bits of pg_index.indoption: https://www.postgresql.org/docs/current/catalog-pg-index.html
_DESCENDING, _NULLS_FIRST = 1, 2


def _index(row: Dict[str, Any]) -> Index:
    options = [int(bits) for bits in row["options"].split()]
    keys = []
    for position in range(row["indnkeyatts"]):
        descending = bool(options[position] & _DESCENDING)
        nulls_first = bool(options[position] & _NULLS_FIRST)
        keys.append(
            IndexKey(
                row["keys"][position],
                descending,
                row["collations"][position],
                operator_class=row["classes"][position],
                nulls=None if nulls_first == descending else ("FIRST" if nulls_first else "LAST"),
            )
        )
    included = row["keys"][row["indnkeyatts"] :]
    method = row["method"] if row["method"] != "btree" else None
    if included:
        method = f"{method or 'btree'} including {', '.join(included)}"
    if row["storage"]:
        method = f"{method or 'btree'} with {row['storage']}"
    if " NULLS NOT DISTINCT" in row["definition"]:
        method = f"{method or 'btree'} nulls not distinct"
    if not row["indisvalid"]:
        method = f"{method or 'btree'} (invalid)"
    return Index(
        row["name"], tuple(keys), row["indisunique"], _each_cast(row["predicate"] or "") or None, method
    )


def _sequence(row: Dict[str, Any]) -> Sequence:
    definition = (
        f"{row['type']} start {row['seqstart']} increment {row['seqincrement']} "
        f"minvalue {row['seqmin']} maxvalue {row['seqmax']} cache {row['seqcache']}"
        f"{' cycle' if row['seqcycle'] else ''}"
    )
    if row["table_name"] is None:
        return Sequence(row["name"], definition)
    table = joined(row["table_schema"], row["table_name"])
    return Sequence(row["name"], definition, f"{table}.{joined(None, row['column_name'])}", table)
