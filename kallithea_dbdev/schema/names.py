"""Names of objects that may lie in a schema: one text for each pair (schema, name), and back.

An object in the current schema is called by its plain name, one in another ``schema.name``; a part
that holds a dot or a double quote is quoted as PostgreSQL's ``quote_ident`` does it. So ``a.b`` is
the table ``b`` in the schema ``a``, and ``"a.b"`` a table of that name in the current one.
"""

from __future__ import annotations

import re
from typing import Optional, Tuple

_PART = r'"(?:[^"]|"")*"|[^".]*'
_NAME = re.compile(rf"(?:(?P<schema>{_PART})\.)?(?P<name>{_PART})", re.DOTALL)


def speaks_of(text: str, name: str) -> bool:
    """Whether a name stands in a text as a word of its own."""
    return bool(re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text))


def joined(schema: Optional[str], name: str) -> str:
    """The text for an object; ``schema`` is None where it is the current one."""
    return _part(name) if schema is None else f"{_part(schema)}.{_part(name)}"


def taken_apart(text: str) -> Tuple[Optional[str], str]:
    """The schema (None: the current one) and the name. Raises ValueError where it is no such text."""
    found = _NAME.fullmatch(text)
    if found is None:
        raise ValueError(f"not the name of an object: {text!r}")
    schema = found["schema"]
    return None if schema is None else _plain(schema), _plain(found["name"])


def of_type(text: str) -> str:
    """The name of a type as an object is called, of what a server says of a column: that may be quoted."""
    try:
        return joined(*taken_apart(text))
    except ValueError:
        return text


def json_check(column: str) -> str:
    """The CHECK of a column of MariaDB's JSON, which is called as the column is and comes and goes with it."""
    return f"json_valid(`{column}`)"


def _part(name: str) -> str:
    if "." in name or '"' in name or not name:
        return '"' + name.replace('"', '""') + '"'
    return name


def _plain(part: str) -> str:
    return part[1:-1].replace('""', '"') if part.startswith('"') else part
