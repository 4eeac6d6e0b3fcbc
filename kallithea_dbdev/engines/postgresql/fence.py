"""Which statements reach beyond one database of PostgreSQL's. Pure functions on texts of SQL."""

from __future__ import annotations

import re

from ..fence import ELSEWHERE, WHOLE_SERVER
from .script import statements

_COMMENT = re.compile(
    r"""(?P<kept>[eE]'(?:[^'\\]|\\.|'')*'|'(?:[^']|'')*'|"(?:[^"]|"")*"|\$(?P<tag>(?:[^\W\d]\w*)?)\$.*?\$(?P=tag)\$)
      | --[^\n]* | /\*.*?\*/""",
    re.VERBOSE | re.DOTALL,
)
_TEXT = re.compile(r"[eE]'(?:[^'\\]|\\.|'')*'|'(?:[^']|'')*'", re.DOTALL)

_SHARED = r"(?:ROLE|GROUP|DATABASE|TABLESPACE|USER(?!\s+MAPPING\b))"
_WHOLE = re.compile(
    rf"""(?P<what>(?:CREATE|ALTER|DROP)\s+(?:{_SHARED}|SYSTEM|SUBSCRIPTION)
        | COMMENT\s+ON\s+{_SHARED}
        | (?:REASSIGN|DROP)\s+OWNED
        | (?:GRANT|REVOKE)(?=\b[^;]*?\bON\s+(?:DATABASE|TABLESPACE|PARAMETER)\b)
        | (?:GRANT|REVOKE)(?!\b[^;]*?\bON\b))\b""",
    re.IGNORECASE | re.VERBOSE | re.DOTALL,
)
_COPY = re.compile(r"COPY\b[^;]*?\b((?:TO|FROM)\s+PROGRAM|TO\s+')", re.IGNORECASE | re.DOTALL)
_CALLS = re.compile(
    r"\b(dblink\w*|pg_reload_conf|pg_terminate_backend|pg_cancel_backend)\s*\(", re.IGNORECASE
)
#: Where a statement begins in the body of a block or a routine, or in a text there.
_BEGINS = re.compile(r"(?:;|\b(?:BEGIN|THEN|ELSE|LOOP|ATOMIC)\b|['$])\s*", re.IGNORECASE)
_HOLDS_OTHERS = re.compile(r"DO\b|CREATE\s+(?:OR\s+REPLACE\s+)?(?:FUNCTION|PROCEDURE)\b", re.IGNORECASE)


def reaches_out(text: str) -> str:
    """Why one of the statements of a text reaches beyond its database; "" where none does.

    What a block does with ``current_database()`` it does to the copy.
    """
    if not _WORTH.search(text):
        return ""
    for statement in statements(text):
        why = _of_one(_COMMENT.sub(lambda piece: piece["kept"] or " ", statement).strip())
        if why:
            return why
    return ""


#: Without one of these words nothing is looked at more closely: most statements have none.
_WORTH = re.compile(
    r"\b(create|alter|drop|comment|reassign|grant|revoke|copy|dblink\w*|pg_(reload|terminate|cancel)\w*)\b",
    re.I,
)


def _of_one(statement: str) -> str:
    if _HOLDS_OTHERS.match(statement):
        begins = [found.end() for found in _BEGINS.finditer(statement)]
        parts = [statement[start:] for start in begins]
        if "current_database()" in statement.lower():
            parts = [
                part for part in parts if not re.match(r"\w+\s+(ON\s+)?DATABASE\b|GRANT|REVOKE", part, re.I)
            ]
        calls = _CALLS.search(statement)
    else:
        parts = [statement]
        calls = _CALLS.search(_TEXT.sub("''", statement))
    for part in parts:
        whole, copy = _WHOLE.match(part), _COPY.match(part)
        if whole:
            return WHOLE_SERVER.format(" ".join(whole["what"].upper().split()))
        if copy:
            return ELSEWHERE.format(
                "COPY ... " + " ".join(copy[1].upper().split()).replace("TO '", "TO a file")
            )
    return ELSEWHERE.format(calls[1]) if calls else ""
