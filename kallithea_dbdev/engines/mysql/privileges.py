"""Privileges on tables and columns of a MySQL database, from ``information_schema``.

They belong to names: a table that is made anew has those of the one before it, a renamed one has
none. An account sees its own, and all where it may read the database ``mysql``.
"""

from __future__ import annotations

from contextlib import suppress
from typing import Any, Callable, Dict, Iterable, List, Tuple, Type

from ...schema.model import MARK_TABLE, VERSION_TABLE, Privilege, Schema
from ..server import fetch
from .server import quoted

_QUERY = (
    "SELECT table_name AS name, NULL AS col, grantee AS grantee, privilege_type AS what, is_grantable AS more "
    "FROM information_schema.table_privileges WHERE table_schema = DATABASE() UNION ALL "
    "SELECT table_name, column_name, grantee, privilege_type, is_grantable "
    "FROM information_schema.column_privileges WHERE table_schema = DATABASE()"
)

#: What has been granted on names in one database; not by patterns of names, which are others' affair.
_GRANTED = (
    "SELECT DISTINCT grantee AS grantee, table_name AS name FROM information_schema.table_privileges "
    "WHERE table_schema = %s UNION SELECT grantee, table_name FROM information_schema.column_privileges "
    "WHERE table_schema = %s"
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


def revoke_all(cursor: Any, database: str, errors: Type[Exception]) -> None:
    """Take back what was granted on tables of a database of ours, as far as this account may."""
    for row in fetch(cursor, _GRANTED, (database, database)):
        place = f"{quoted(database)}.{quoted(row['name'])}"
        for what in ("ALL PRIVILEGES", "GRANT OPTION"):
            with suppress(errors):
                cursor.execute(f"REVOKE {what} ON {place} FROM {row['grantee']}")
