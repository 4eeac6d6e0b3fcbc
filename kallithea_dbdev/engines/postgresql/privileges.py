"""Owners and privileges of the objects of a PostgreSQL database, from ``pg_catalog``. Read-only.

What an owner may do because he is the owner is no privilege.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Callable, Dict, List, Optional, Tuple

from ...schema.model import PUBLIC, VERSION_TABLE, Namespace, Owner, Privilege
from ...schema.names import joined
from .home import HOME

_OURS = "n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema'"
_SCHEMA = f"CASE WHEN n.nspname = {HOME} THEN NULL ELSE n.nspname END AS schema"
_RELATIONS = f"""
SELECT {_SCHEMA}, c.relname AS name, NULL AS arguments, NULL AS col, c.relowner AS owner, c.relacl AS acl
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S') AND {_OURS}"""
_COLUMNS = f"""
SELECT {_SCHEMA}, c.relname, NULL, a.attname, c.relowner, a.attacl
FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE a.attacl IS NOT NULL AND NOT a.attisdropped AND {_OURS}"""
_ROUTINES = f"""
SELECT {_SCHEMA}, p.proname, pg_get_function_identity_arguments(p.oid), NULL, p.proowner,
       coalesce(p.proacl, acldefault('f', p.proowner))
FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
WHERE {_OURS} AND NOT EXISTS (
    SELECT 1 FROM pg_depend d WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e')"""
# A schema, with what is granted beyond what each database begins with; and on what will be made in it, by whom.
_SCHEMAS = f"""
SELECT NULL, n.nspname, NULL, NULL, n.nspowner, nullif(ARRAY(
    SELECT unnest(coalesce(n.nspacl, acldefault('n', n.nspowner))) EXCEPT SELECT unnest(i.initprivs)
    FROM pg_init_privs i WHERE i.classoid = 'pg_namespace'::regclass AND i.objoid = n.oid), '{{}}'), '', true
FROM pg_namespace n WHERE {_OURS}
UNION ALL
SELECT NULL, n.nspname, NULL, NULL, d.defaclrole, d.defaclacl,
       ' on new ' || CASE d.defaclobjtype WHEN 'r' THEN 'tables' WHEN 'S' THEN 'sequences' WHEN 'f' THEN 'functions'
                     WHEN 'T' THEN 'types' ELSE 'schemas' END || ' of ' || pg_get_userbyid(d.defaclrole), true
FROM pg_default_acl d JOIN pg_namespace n
    ON n.oid = d.defaclnamespace OR d.defaclnamespace = 0 AND n.nspname = {HOME}
WHERE {_OURS}"""
_QUERY = f"""
SELECT o.schema, o.name, o.arguments, o.col, o.is_schema, pg_get_userbyid(o.owner) AS owner,
       ARRAY(SELECT CASE WHEN a.grantee = 0 THEN 'PUBLIC' ELSE pg_get_userbyid(a.grantee)::text END
                    || ' ' || a.privilege_type || o.more
                    || CASE WHEN a.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END
             FROM aclexplode(o.acl) a WHERE a.grantee <> o.owner ORDER BY 1) AS grants
FROM (
    SELECT *, '' AS more, false AS is_schema FROM ({_RELATIONS} UNION ALL {_COLUMNS} UNION ALL {_ROUTINES}) i
    UNION ALL {_SCHEMAS}
) o ORDER BY o.more"""


def read_privileges(
    query: Callable[[str], List[Dict[str, Any]]],
) -> Tuple[Tuple[Owner, ...], Tuple[Privilege, ...], Tuple[Namespace, ...]]:
    """The owners of all objects, and what others may do with them; and the schemas."""
    owners: List[Owner] = []
    privileges: List[Privilege] = []
    namespaces: Dict[str, Namespace] = {}
    for row in query(_QUERY):
        if row["is_schema"] and row["name"] == PUBLIC and not row["grants"]:
            continue  # every database has it
        if row["is_schema"]:
            found = namespaces.get(row["name"]) or Namespace(row["name"], row["owner"])
            more = [_privilege(f"schema {row['name']}", None, text) for text in row["grants"]]
            namespaces[row["name"]] = replace(found, privileges=(*found.privileges, *more))
            continue
        name = joined(row["schema"], row["name"])
        if row["arguments"] is not None:
            name = f"{name}({row['arguments']})"
        if name == VERSION_TABLE:
            continue
        if row["col"] is None:
            owners.append(Owner(name, row["owner"]))
        privileges += (_privilege(name, row["col"], text) for text in row["grants"])
    # The server tells of them as they lie in its files.
    return (
        tuple(sorted(owners, key=lambda owner: (owner.object, owner.name))),
        tuple(sorted(privileges, key=lambda p: (p.object, p.column or "", p.grantee, p.what))),
        tuple(namespaces[name] for name in sorted(namespaces)),
    )


def _privilege(name: str, column: Optional[str], text: str) -> Privilege:
    grantee, _, what = text.partition(" ")
    return Privilege(name, column, grantee, what)
