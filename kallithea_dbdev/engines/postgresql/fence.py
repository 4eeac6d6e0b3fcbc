"""Which statements reach beyond one database of PostgreSQL's. Pure functions on texts of SQL."""

from __future__ import annotations

import re
from typing import Iterator, List, Sequence, Tuple

from ..fence import ELSEWHERE, OUTLIVES, WHOLE_SERVER, end_of, starts
from .script import pieces, statements, unquoted

_SHARED = r"(?:ROLE|GROUP|DATABASE|TABLESPACE|USER(?!\s+MAPPING\b))"
#: An account on a foreign server is the way there: a copy has none.
_AWAY = re.compile(
    r"(?P<what>(?:CREATE|ALTER)\s+(?:SERVER|USER\s+MAPPING))\b"
    r"|(?P<runs>(?:CREATE|ALTER)\s+FOREIGN\s+TABLE)\b[^;]*?\bprogram\s+'",
    re.IGNORECASE,
)
_OUTLIVES = re.compile(r"PREPARE\s+TRANSACTION\b", re.IGNORECASE)
#: Catalogues that all databases of a server share.
_CATALOGUES = (
    "auth_members|authid|database|db_role_setting|parameter_acl|replication_origin|shdepend|shdescription"
    "|shseclabel|subscription|tablespace"
)
_WHOLE = re.compile(
    rf"""(?P<what>(?:CREATE|ALTER|DROP)\s+(?:{_SHARED}|SYSTEM|SUBSCRIPTION)
        | COMMENT\s+ON\s+{_SHARED}
        | SECURITY\s+LABEL\b[^;]*?\bON\s+{_SHARED}
        | (?:REASSIGN|DROP)\s+OWNED
        | (?:INSERT\s+INTO|UPDATE|(?:DELETE|MERGE)\s+(?:FROM|INTO)|(?:TRUNCATE|LOCK)(?:\s+TABLE)?)\s+(?:ONLY\s+)?
          (?:"?pg_catalog"?\s*\.\s*)?"?pg_(?:{_CATALOGUES})
        | (?:GRANT|REVOKE)(?=\b[^;]*?\bON\s+(?:DATABASE|TABLESPACE|PARAMETER)\b)
        | (?:GRANT|REVOKE)(?!\b[^;]*?\bON\b))\b""",
    re.IGNORECASE | re.VERBOSE | re.DOTALL,
)
_COPY = re.compile(r"COPY\b[^;]*?\b((?:TO|FROM)\s+PROGRAM|TO(?!\s+STDOUT\b))", re.IGNORECASE | re.DOTALL)
_CALLS = re.compile(
    r"(?<!\w)\"?(dblink\w*|lo_export|pg_reload_conf|pg_terminate_backend|pg_cancel_backend"
    r"|pg_\w+_replication_slot|pg_file_(?:write|rename|unlink)|pg_promote)\"?\s*\(",
    re.IGNORECASE,
)
#: What else a statement begins behind: a label.
_MARKS = (">",)
_HOLDS_OTHERS = re.compile(r"DO\b|CREATE\s+(?:OR\s+REPLACE\s+)?(?:FUNCTION|PROCEDURE)\b", re.IGNORECASE)
#: What is done to the copy where ``current_database()`` is asked for.
_OF_DATABASE = re.compile(
    r"\w+\s+(?:ON\s+)?DATABASE\b|(?:GRANT|REVOKE)\b[^;]*?\bON\s+DATABASE\b", re.IGNORECASE | re.DOTALL
)
#: Languages whose texts and statements are those of SQL.
_KNOWN = ("sql", "plpgsql")
#: What takes texts, and runs none of them.
_SAYS = ("RAISE", "INSERT", "UPDATE", "DELETE")
#: A text that can be a statement: of more than one word.
_COMMAND = re.compile(r"\s*\w+\s+\S")


def reaches_out(text: str) -> str:
    """Why one of the statements of a text reaches beyond its database; "" where none does.

    What a block does with ``current_database()`` it does to the copy.
    """
    if not is_worth_a_look(text):
        return ""
    for statement in statements(text):
        why = _of_one(_without_comments(statement).strip())
        if why:
            return why
    return ""


#: Without one of these words nothing is looked at more closely: most statements have none.
_WORTH = re.compile(
    r"\b(do|execute|security|create|alter|drop|comment|reassign|grant|revoke|copy|prepare|dblink\w*|lo_export"
    r"|pg_(reload|terminate|cancel|file|promote)\w*|pg_\w+_slot"
    rf"|pg_(?:{_CATALOGUES}))\b",
    re.I,
)


def is_worth_a_look(text: str) -> bool:
    """Whether a text may reach out at all."""
    return bool(_WORTH.search(text))


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
    if not _HOLDS_OTHERS.match(statement):
        return _of_plain(statement)
    here = "current_database()" in statement.lower()
    found = _meaning(statement)
    if _language(found) not in _KNOWN:
        # Its texts are others': what looks like a statement may be run.
        flat = _without_comments(statement, inside=True)
        return next((_whole(flat[match.start() :]) for match in _WHOLE.finditer(flat)), "")
    # A body in SQL's own words stands there as it is.
    return next(filter(None, (_of_body(body, here) for body in (statement, *_bodies(found)))), "")


def _meaning(text: str) -> List[Tuple[str, str]]:
    return [piece for piece in pieces(text) if piece[0] not in ("blank", "line", "comment")]


def _is_text(piece: Tuple[str, str]) -> bool:
    return piece[0] == "dollar" or (piece[0] == "text" and not piece[1].startswith('"'))


def _language(found: Sequence[Tuple[str, str]]) -> str:
    """The language of a block or routine; that of blocks where none is named."""
    words = [said.lower() for _, said in found]
    if "language" not in words[:-1]:
        return _KNOWN[-1]
    return words[words.index("language") + 1].strip("'\"")


def _bodies(found: Sequence[Tuple[str, str]]) -> Iterator[str]:
    """What a block or a routine is made of: the texts behind DO and AS, whatever stands between."""
    begun = False
    for before, piece in zip([("", ""), *found], found):
        begun = begun or piece[1].lower() in ("do", "as")
        if begun and _is_text(piece) and before[1].lower() != "language":
            yield unquoted(piece[1])


def _of_body(body: str, here: bool) -> str:
    """Why a statement in a body reaches out; ``here``: what is done to a database is done to this one."""
    found = _meaning(body)
    words = ["''" if _is_text(piece) else piece[1].upper() for piece in found]
    parts, run = [], []
    for start in starts(words, _MARKS):
        parts.append(" ".join(said for _, said in found[start : end_of(words, start)]))
    for start in (number for number, word in enumerate(words) if word == "EXECUTE"):
        run.append("".join(_texts(found[start : end_of(words, start)])).strip())
    # A text that is not run is no statement; but what a variable holds may be any of them.
    if not all(run):
        run += filter(_COMMAND.match, _texts(_that_may_be_run(found, words)))
    if here:
        parts, run = ([said for said in texts if not _OF_DATABASE.match(said)] for texts in (parts, run))
    return next(filter(None, (*map(_of_plain, parts), *map(reaches_out, run))), "")


def _that_may_be_run(found: Sequence[Tuple[str, str]], words: Sequence[str]) -> List[Tuple[str, str]]:
    """The pieces of a body without what is only said, or goes into a table."""
    begins, kept, first = set(starts(words, _MARKS)), [], ""
    for number, piece in enumerate(found):
        first = words[number] if number in begins else first
        kept += [] if first in _SAYS else [piece]
    return kept


def _texts(found: Sequence[Tuple[str, str]]) -> List[str]:
    return [unquoted(piece[1]) for piece in found if _is_text(piece)]


def _of_plain(statement: str) -> str:
    plain = _without_texts(statement)
    copy, away, calls = _COPY.match(plain), _AWAY.match(statement), _CALLS.search(plain)
    if away:
        return ELSEWHERE.format(" ".join((away["what"] or f"{away['runs']} ... PROGRAM").upper().split()))
    if _OUTLIVES.match(statement):
        return OUTLIVES.format("PREPARE TRANSACTION")
    if copy:
        way = " ".join(copy[1].upper().split())
        return ELSEWHERE.format(f"COPY ... {'TO a file' if way == 'TO' else way}")
    return _whole(statement) or (ELSEWHERE.format(calls[1]) if calls else "")


def _whole(statement: str) -> str:
    found = _WHOLE.match(statement)
    return WHOLE_SERVER.format(" ".join(found["what"].upper().split())) if found else ""
