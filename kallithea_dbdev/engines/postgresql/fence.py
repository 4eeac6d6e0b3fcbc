"""Which statements reach beyond one database of PostgreSQL's. Pure functions on texts of SQL."""

from __future__ import annotations

import re

from ..fence import ELSEWHERE, OUTLIVES, WHOLE_SERVER, starts
from .script import pieces, statements

_TEXT = re.compile(r"[eE]'(?:[^'\\]|\\.|'')*'|'(?:[^']|'')*'", re.DOTALL)

_SHARED = r"(?:ROLE|GROUP|DATABASE|TABLESPACE|USER(?!\s+MAPPING\b))"
#: An account on a foreign server is the way there: a copy has none.
_AWAY = re.compile(
    r"(?P<what>(?:CREATE|ALTER)\s+(?:SERVER|USER\s+MAPPING))\b"
    r"|(?P<runs>(?:CREATE|ALTER)\s+FOREIGN\s+TABLE)\b[^;]*?\bprogram\s+'",
    re.IGNORECASE,
)
_OUTLIVES = re.compile(r"PREPARE\s+TRANSACTION\b", re.IGNORECASE)
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
    r"(?<!\w)\"?(dblink\w*|lo_export|pg_reload_conf|pg_terminate_backend|pg_cancel_backend"
    r"|pg_\w+_replication_slot)\"?\s*\(",
    re.IGNORECASE,
)
#: What else a statement begins behind: the quote before a body, or a text that may become one, and a label.
_MARKS = ("'", "$", ">")
_WORD = re.compile(r"\w+|\S")
_HOLDS_OTHERS = re.compile(r"DO\b|CREATE\s+(?:OR\s+REPLACE\s+)?(?:FUNCTION|PROCEDURE)\b", re.IGNORECASE)


def reaches_out(text: str) -> str:
    """Why one of the statements of a text reaches beyond its database; "" where none does.

    What a block does with ``current_database()`` it does to the copy.
    """
    if not _WORTH.search(text):
        return ""
    for statement in statements(text):
        why = _of_one(_without_comments(statement).strip())
        if why:
            return why
    return ""


#: Without one of these words nothing is looked at more closely: most statements have none.
_WORTH = re.compile(
    r"\b(create|alter|drop|comment|reassign|grant|revoke|copy|prepare|dblink\w*|lo_export"
    r"|pg_(reload|terminate|cancel)\w*|pg_\w+_slot)\b",
    re.I,
)


def _without_comments(text: str, inside: bool = False) -> str:
    """A blank for each comment; with ``inside`` for those in bodies and in texts, too."""
    found = []
    for kind, said in pieces(text):
        if kind in ("line", "comment"):
            said = " "
        elif inside and (kind == "dollar" or (kind == "text" and not said.startswith('"'))):
            start = said.index("$", 1) + 1 if kind == "dollar" else said.index("'") + 1
            quote = said[:start] if kind == "dollar" else "'"
            said = said[:start] + _without_comments(said[start:].removesuffix(quote), True) + quote
        found.append(said)
    return "".join(found)


def _without_texts(text: str) -> str:
    """An empty text for each, however it is quoted: what is in one is no part of the statement."""
    return "".join(
        "''" if kind == "dollar" or (kind == "text" and not said.startswith('"')) else said
        for kind, said in pieces(text)
    )


def _of_one(statement: str) -> str:
    if _HOLDS_OTHERS.match(statement):
        statement = _without_comments(statement, inside=True)
        words = list(_WORD.finditer(statement))
        numbers = starts([word[0].upper() for word in words], _MARKS)
        parts = [statement[words[number].start() :] for number in numbers]
        if "current_database()" in statement.lower():
            parts = [
                part for part in parts if not re.match(r"\w+\s+(ON\s+)?DATABASE\b|GRANT|REVOKE", part, re.I)
            ]
        calls = _CALLS.search(statement)
    else:
        parts = [statement]
        calls = _CALLS.search(_TEXT.sub("''", statement))
    for part in parts:
        whole, copy = _WHOLE.match(part), _COPY.match(_without_texts(part))
        away = _AWAY.match(part)
        if away:
            return ELSEWHERE.format(" ".join((away["what"] or f"{away['runs']} ... PROGRAM").upper().split()))
        if _OUTLIVES.match(part):
            return OUTLIVES.format("PREPARE TRANSACTION")
        if whole:
            return WHOLE_SERVER.format(" ".join(whole["what"].upper().split()))
        if copy:
            return ELSEWHERE.format(
                "COPY ... " + " ".join(copy[1].upper().split()).replace("TO '", "TO a file")
            )
    return ELSEWHERE.format(calls[1]) if calls else ""
