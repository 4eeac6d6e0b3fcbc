"""What a PostgreSQL database holds of kinds that no models know: publications, statistics objects, casts,
collations, text search, domains, extensions and so on, in the server's own words. Read-only.

What belongs to an extension is the extension's affair.
"""

from __future__ import annotations

from typing import Any, Callable, Dict, List, Tuple

from ...schema.model import Addition
from ...schema.names import joined
from .contents import FIRST_NUMBER
from .home import HOME

_DOMAIN = """concat_ws(' ', format_type(o.typbasetype, o.typtypmod), CASE WHEN o.typnotnull THEN 'NOT NULL' END,
    'DEFAULT ' || o.typdefault, (SELECT string_agg(pg_get_constraintdef(k.oid), ' ' ORDER BY k.conname)
                                 FROM pg_constraint k WHERE k.contypid = o.oid))"""
_COLUMNS = """(SELECT string_agg(a.attname || ' ' || format_type(a.atttypid, a.atttypmod), ', ' ORDER BY a.attnum)
    FROM pg_attribute a WHERE a.attrelid = {} AND a.attnum > 0 AND NOT a.attisdropped)"""
_STATISTICS = "pg_get_statisticsobjdef(o.oid) || coalesce(' STATISTICS ' || nullif(to_jsonb(o)->>'stxstattarget', '-1'), '')"
_PUBLICATION = """concat_ws(' ', CASE WHEN o.puballtables THEN 'FOR ALL TABLES' END, CASE WHEN o.pubinsert THEN 'insert' END,
    CASE WHEN o.pubupdate THEN 'update' END, CASE WHEN o.pubdelete THEN 'delete' END,
    CASE WHEN o.pubtruncate THEN 'truncate' END, CASE WHEN o.pubviaroot THEN 'via root' END)"""
# The name of its locale is another column in each of the newer versions.
_COLLATION = """concat_ws(' ', 'provider ' || o.collprovider::text, coalesce(to_jsonb(o)->>'colllocale',
    to_jsonb(o)->>'colliculocale', o.collcollate), CASE WHEN NOT o.collisdeterministic THEN 'not deterministic' END)"""
_CONFIGURATION = """(SELECT string_agg(format('%s: %s', t.alias, m.dicts), '; ' ORDER BY t.alias) FROM (
    SELECT m.maptokentype, string_agg(m.mapdict::regdictionary::text, ', ' ORDER BY m.mapseqno) AS dicts
    FROM pg_ts_config_map m WHERE m.mapcfg = o.oid GROUP BY 1) m JOIN ts_token_type(o.cfgparser) t
    ON t.tokid = m.maptokentype)"""
_EVENT_TRIGGER = "concat_ws(' ', o.evtevent, o.evttags, o.evtfoid::regproc, o.evtenabled)"

#: Catalogue, condition on its rows ``o``, and the words for what one of them is.
_KINDS: Tuple[Tuple[str, str, str], ...] = (
    ("pg_publication", "true", _PUBLICATION),
    ("pg_statistic_ext", "true", _STATISTICS),
    ("pg_collation", "true", _COLLATION),
    ("pg_cast", "true", "concat_ws(' ', nullif(o.castfunc, 0)::regprocedure, o.castcontext, o.castmethod)"),
    ("pg_ts_config", "true", _CONFIGURATION),
    ("pg_ts_dict", "true", "concat_ws(' ', (SELECT tmplname FROM pg_ts_template t WHERE t.oid = o.dicttemplate), "
                           "o.dictinitoption)"),
    ("pg_type", "o.typtype = 'd'", _DOMAIN),
    ("pg_type", "o.typtype = 'b' AND o.typelem = 0", "''"),
    ("pg_type", "o.typtype = 'c' AND (SELECT relkind FROM pg_class c WHERE c.oid = o.typrelid) = 'c'",
     _COLUMNS.format("o.typrelid")),
    ("pg_class", "o.relkind = 'f'", _COLUMNS.format("o.oid")),
    ("pg_operator", "true", "o.oprcode::regproc::text"),
    ("pg_opclass", "true", "''"),
    ("pg_proc", "o.prokind = 'a'", "(SELECT a.aggtransfn::text FROM pg_aggregate a WHERE a.aggfnoid = o.oid)"),
    ("pg_event_trigger", "true", _EVENT_TRIGGER),
    ("pg_conversion", "true", "o.conproc::text"),
    ("pg_extension", "true", "''"),
    ("pg_language", "true", "''"),
    ("pg_foreign_data_wrapper", "true", "''"),
    ("pg_foreign_server", "true", "''"),
)  # fmt: skip

_OWN = "{catalogue} o WHERE o.oid >= " + str(FIRST_NUMBER) + " AND ({condition})"
#: Numbers of the kinds that there are: most databases have none, and the words of all at once cost.
_PRESENT = " UNION ALL ".join(
    f"SELECT {number} AS kind WHERE EXISTS (SELECT FROM {_OWN.format(catalogue=catalogue, condition=condition)})"
    for number, (catalogue, condition, _) in enumerate(_KINDS)
)
# With the first table that one hangs on, and the columns of it.
_EACH = (
    """
SELECT i.type || ' ' || CASE WHEN i.schema = {home}
                        THEN regexp_replace(i.identity, '^("[^"]*"|[^."]*)\\.', '') ELSE i.identity END AS name,
       o.definition, d.columns, c.relname AS table, nullif(n.nspname, {home}) AS schema
FROM (SELECT '{catalogue}'::regclass AS class, o.oid, {words} AS definition FROM """
    + _OWN
    + """) o CROSS JOIN LATERAL pg_identify_object(o.class, o.oid, 0) i LEFT JOIN LATERAL (
    SELECT d.refobjid AS relation, array_agg(a.attname::text ORDER BY a.attnum) FILTER (WHERE a.attnum > 0) AS columns
    FROM pg_depend d LEFT JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
    WHERE d.classid = o.class AND d.objid = o.oid AND d.refclassid = 'pg_class'::regclass
    GROUP BY 1 ORDER BY 1 LIMIT 1) d ON true
LEFT JOIN pg_class c ON c.oid = d.relation LEFT JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = o.class AND e.objid = o.oid AND e.deptype IN ('e', 'i'))"""
)
# What is in a publication by itself; all columns are no list of columns.
_PUBLISHED = f"""
SELECT format('publication %I of %s', p.pubname, c.oid::regclass) AS name, NULL AS columns,
       concat_ws(' WHERE ', CASE WHEN jsonb_array_length(to_jsonb(p)->'attnames') < (
           SELECT count(*) FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
           AND a.attgenerated = '') THEN to_jsonb(p)->>'attnames' END, to_jsonb(p)->>'rowfilter') AS definition,
       c.relname AS table, nullif(n.nspname, {HOME}) AS schema
FROM pg_publication_tables p JOIN pg_publication f ON f.pubname = p.pubname AND NOT f.puballtables
JOIN pg_namespace n ON n.nspname = p.schemaname
JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = p.tablename"""


def read_additions(query: Callable[[str], List[Dict[str, Any]]]) -> Tuple[Addition, ...]:
    """Each of them, with the table that it is on, if it is on one."""
    found: List[Addition] = []
    for present in query(_PRESENT):
        catalogue, condition, words = _KINDS[present["kind"]]
        rows = query(_EACH.format(catalogue=catalogue, condition=condition, words=words, home=HOME))
        if catalogue == "pg_publication":
            rows += query(_PUBLISHED)
        found += map(_addition, rows)
    return tuple(sorted(found, key=lambda addition: addition.name))


def _addition(row: Dict[str, Any]) -> Addition:
    table = joined(row["schema"], row["table"]) if row["table"] else None
    return Addition(row["name"], row["definition"] or "", table, tuple(row["columns"] or ()))
