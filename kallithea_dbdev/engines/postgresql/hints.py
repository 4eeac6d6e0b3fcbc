"""What helps where PostgreSQL lets nobody in, or not at what a dump needs. Pure functions on its words."""

from __future__ import annotations

import re

_ADMIN = "as an administrator"
_ENOUGH = f"end other sessions, or {_ADMIN}: "
#: Words of the server -> what helps, with ``{0}`` for the name in them and ``{role}``.
_HINTS = (
    (r'too many connections for (database|role) "(?P<name>.+)"', _ENOUGH + 'ALTER {0} "{name}" CONNECTION LIMIT -1'),
    (r"too many clients already|connection slots are reserved", _ENOUGH + "raise max_connections"),
    (r'permission denied for database "(?P<name>.+?)"', _ADMIN + ': GRANT CONNECT ON DATABASE "{name}" TO "{role}"'),
    (r'database "(?P<name>.+)" is not currently accepting', _ADMIN + ': ALTER DATABASE "{name}" ALLOW_CONNECTIONS true'),
    (
        r"permission denied for (?:table|sequence|relation|view|schema|function|foreign table) ",
        _ADMIN + ", for each schema: GRANT USAGE ON SCHEMA public, GRANT SELECT ON ALL TABLES IN SCHEMA public "
        'and GRANT SELECT ON ALL SEQUENCES IN SCHEMA public, each TO "{role}"',
    ),
)  # fmt: skip


def hint_for(message: str, role: str) -> str:
    """What helps a role that the server refuses with these words; "" where they say nothing of rights or limits."""
    for words, hint in _HINTS:
        found = re.search(words, message)
        if found:
            kind = found[1].upper() if found.groups() else ""
            return hint.format(kind, name=found.groupdict().get("name"), role=role)
    return ""
