"""In which schema of a PostgreSQL database Kallithea is: what lies there is called by its plain name."""

from __future__ import annotations

from ...schema.model import VERSION_TABLE

#: That of Alembic's table, which stands beside the others: an administrator may have put a schema of his before it
#: in search_path. Where there is none it is the one in which something new would be made.
HOME = (
    "coalesce((SELECT h.nspname FROM pg_class v JOIN pg_namespace h ON h.oid = v.relnamespace "
    f"WHERE v.oid = to_regclass('{VERSION_TABLE}')), current_schema())"
)
