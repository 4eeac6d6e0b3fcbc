"""Privileges on tables and columns of a MySQL database, from ``information_schema``. Read-only.

They belong to names: a table that is made anew has those of the one before it, a renamed one has
none. An account sees its own, and all where it may read the database ``mysql``.
"""

from __future__ import annotations

from typing import Any, Callable, Dict, Iterable, List, Tuple

from ...schema.model import MARK_TABLE, VERSION_TABLE, Privilege, Schema

_QUERY = (
    "SELECT table_name AS name, NULL AS col, grantee AS grantee, privilege_type AS what, is_grantable AS more "
    "FROM information_schema.table_privileges WHERE table_schema = DATABASE() UNION ALL "
    "SELECT table_name, column_name, grantee, privilege_type, is_grantable "
    "FROM information_schema.column_privileges WHERE table_schema = DATABASE()"
)


def read_privileges(query: Callable[[str], List[Dict[str, Any]]]) -> Tuple[Privilege, ...]:
    """What has been granted on names of tables and columns, whether there are such or not."""
    return tuple(
        Privilege(
            row["name"],
            row["col"],
            row["grantee"],
            f"{row['what']} WITH GRANT OPTION" if row["more"] == "YES" else row["what"],
            by_name=True,
        )
        for row in query(_QUERY)
        if row["name"] not in (VERSION_TABLE, MARK_TABLE)
    )


def effective(privileges: Iterable[Privilege], schema: Schema) -> Tuple[Privilege, ...]:
    """Those that are on something that is there."""
    names = {(table.name, None) for table in schema.tables} | {(view.name, None) for view in schema.views}
    columns = {(table.name, column.name) for table in schema.tables for column in table.columns}
    found = {p for p in privileges if (p.object, p.column) in names | columns}
    return tuple(sorted(found, key=lambda p: (p.object, p.column or "", p.grantee, p.what)))
