"""What is an administrator's about a PostgreSQL database, and is no object in it: what another database that
takes its place gets, too, and what keeps one that is empty from being replaced.
"""

from __future__ import annotations

import re
from typing import Any, Callable, Iterator

from ..server import fetch
from .contents import FIRST_NUMBER
from .rows import quoted

#: Settings whose values are lists of names already: in quotes they would be one name.
_LISTS = {"search_path", "temp_tablespaces", "session_preload_libraries", "local_preload_libraries"}

_SETTINGS = """
SELECT setting, pg_get_userbyid(nullif(s.setrole, 0))::text AS role
FROM pg_db_role_setting s JOIN pg_database d ON d.oid = s.setdatabase, unnest(s.setconfig) setting
WHERE d.datname = %s ORDER BY s.setrole"""
_LIMIT = "SELECT datconnlimit AS number FROM pg_database WHERE datname = %s"
#: What the owner may do because he is the owner is no privilege; nobody has one where there is no row.
_GRANTS = """
SELECT a.privilege_type AS what, CASE WHEN a.grantee <> 0 THEN pg_get_userbyid(a.grantee)::text END AS role,
       a.is_grantable AS more
FROM pg_database d LEFT JOIN aclexplode(d.datacl) a ON a.grantee <> d.datdba
WHERE d.datname = %s AND d.datacl IS NOT NULL ORDER BY 2, 1"""

#: The owner, where he is another role to which it can be given.
_OWNER = """
SELECT o.rolname AS role FROM pg_database d JOIN pg_roles o ON o.oid = d.datdba
JOIN pg_roles me ON me.rolname = current_user
WHERE d.datname = %s AND o.oid <> me.oid AND (me.rolsuper OR o.rolcreatedb)"""

#: Words for what somebody has made in a database in which there is no object but those of extensions.
_PREPARED = f"""
SELECT 'the extension ' || extname AS what FROM pg_extension WHERE oid >= {FIRST_NUMBER}
UNION ALL SELECT 'default privileges of ' || pg_get_userbyid(defaclrole) FROM pg_default_acl
UNION ALL SELECT 'privileges of its own on the schema ' || n.nspname
FROM pg_namespace n JOIN pg_init_privs i ON i.classoid = 'pg_namespace'::regclass AND i.objoid = n.oid
WHERE n.oid < {FIRST_NUMBER} AND ARRAY(SELECT unnest(n.nspacl)::text ORDER BY 1) IS DISTINCT FROM
                                 ARRAY(SELECT unnest(i.initprivs)::text ORDER BY 1)
ORDER BY 1 LIMIT 1"""


_NAME = re.compile(r'"((?:[^"]|"")*)"|([^\s,"]+)')


def assignment(setting: str, literal: Callable[[str], str]) -> str:
    """``name TO value`` of a setting as the server keeps it, ``name=value``."""
    name, _, value = setting.partition("=")
    values = [value]
    if name in _LISTS:
        # Names as SQL writes them, of which an empty one is none.
        values = [plain or inside.replace('""', '"') for inside, plain in _NAME.findall(value)] or [""]
    return f"{quoted(name)} TO {', '.join(map(literal, values))}"


def statements(cursor: Any, name: str, literal: Callable[[str], str], born: int) -> Iterator[str]:
    """Statements that say of a database called so what is said of the one that is called so now: who may
    connect to it and how often, and what its sessions begin with. ``born``: a limit that nobody has set."""
    database = quoted(name)
    limit = next((row["number"] for row in fetch(cursor, _LIMIT, (name,))), -1)
    yield f"ALTER DATABASE {database} CONNECTION LIMIT {-1 if limit == born else limit}"
    for row in fetch(cursor, _SETTINGS, (name,)):
        whose = f"ROLE {quoted(row['role'])} IN DATABASE" if row["role"] else "DATABASE"
        yield f"ALTER {whose} {database} SET {assignment(row['setting'], literal)}"
    grants = fetch(cursor, _GRANTS, (name,))
    if grants:
        yield f"REVOKE ALL ON DATABASE {database} FROM PUBLIC"
    for row in grants:
        if row["what"]:
            role = quoted(row["role"]) if row["role"] else "PUBLIC"
            more = " WITH GRANT OPTION" if row["more"] else ""
            yield f"GRANT {row['what']} ON DATABASE {database} TO {role}{more}"
    # Last of all: what is granted is granted by whoever owns it.
    for row in fetch(cursor, _OWNER, (name,)):
        yield f"ALTER DATABASE {database} OWNER TO {quoted(row['role'])}"


def prepared(cursor: Any) -> str:
    """What somebody has made in the database of this session beside objects of his own; "" for nothing."""
    return next((str(row["what"]) for row in fetch(cursor, _PREPARED)), "")
