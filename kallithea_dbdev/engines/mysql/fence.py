"""Which statements reach beyond one database of MySQL's or MariaDB's. Pure functions on texts of SQL."""

from __future__ import annotations

import re
from typing import Collection, List, Optional, Sequence, Tuple

from ..fence import ELSEWHERE, OUTLIVES, WHOLE_SERVER, starts
from .naming import ENGINES_ELSEWHERE, Token, behind_dynamic, prepared, tokens, unquoted, word_of

#: Databases that anybody may read, and no script writes to.
_READ_ONLY = "information_schema"
SYSTEM = ("mysql", "performance_schema", "sys")
_READS = ("SELECT", "SHOW", "DESCRIBE", "DESC", "EXPLAIN", "WITH", "SET")

_WHOLE = re.compile(
    r"""(CREATE|ALTER|DROP|RENAME)\ (OR\ REPLACE\ )?
            (USER|ROLE|SERVER|(?:UNDO\ )?TABLESPACE|(?:LOGFILE|RESOURCE)\ GROUP|INSTANCE|SPATIAL\ REFERENCE)\b
      | (CREATE|ALTER|DROP)\ (OR\ REPLACE\ )?(DATABASE|SCHEMA)\b
            (?!\ (=|DEFAULT|CHARACTER|CHARSET|COLLATE|COMMENT|UPGRADE|ENCRYPTION|READ)\b)
      | SET\ (PASSWORD|DEFAULT\ ROLE)\b
      | FLUSH\b(?!\ (PRIVILEGES|STATUS)\b)
      | (INSTALL|UNINSTALL)\ (PLUGIN|SONAME|COMPONENT)\b
      | (CHANGE\ (MASTER|REPLICATION)|(START|STOP|RESET)\ (ALL\ )?(SLAVE|REPLICA|GROUP_REPLICATION|MASTER))\b
      | RESET\ (QUERY\ CACHE|PERSIST)\b
      | (GRANT|REVOKE)\ PROXY\b
      | LOCK\ INSTANCE\b
      | (SHUTDOWN|RESTART|KILL|PURGE|CLONE|BINLOG|BACKUP)\b""",
    re.VERBOSE,
)
#: Without one of these words, or a name of a database, nothing is looked at more closely: an INSERT may be long.
_WORTH = re.compile(
    r"\b(user|role|server|tablespace|group|instance|database|schema|password|flush|install|uninstall|change|start|stop"
    r"|reset|shutdown|restart|kill|purge|clone|binlog|backup|use|global|persist\w*|grant|revoke|prepare|execute"
    r"|soname|xa|engine|spatial|outfile|dumpfile)\b"
)
#: What else the body of a trigger, a routine or a handler, or the statement of a SET STATEMENT, begins behind.
_MARKS = (
    ")", ":", "ROW", "FOR", "SQLEXCEPTION", "SQLWARNING", "FOUND", "DATA", "SQL", "DETERMINISTIC", "INVOKER", "DEFINER",
)  # fmt: skip
#: What MariaDB runs outside of routines, too.
_COMPOUND = ("IF", "CASE", "WHILE", "FOR", "LOOP", "REPEAT")
#: What stands before the name of a table, whatever else is called so.
_BEFORE_TABLE = (
    "FROM", "JOIN", "INTO", "UPDATE", "TABLE", "TABLES", "TO", "REFERENCES", "EXISTS", "IGNORE", "VIEW", "CALL",
    "PROCEDURE", "FUNCTION", "TRIGGER", "LOW_PRIORITY", "QUICK", "REPLACE",
)  # fmt: skip
#: What CREATE and ALTER speak of, and which of it has a body.
_WITH_BODY = ("PROCEDURE", "FUNCTION", "TRIGGER", "EVENT", "PACKAGE")
_KINDS = (*_WITH_BODY, "TABLE", "VIEW", "INDEX", "SEQUENCE", "USER", "ROLE", "DATABASE", "SCHEMA", "SERVER")
_UNREAD = (
    "{} inside of another statement: what it will run is known only when it runs, and may be in another database; "
    "it was not sent: write that out as a text, or ask and decide in the script's Python"
)


def reaches_out(
    statement: str, databases: Collection[str], tables: Collection[str] = (), known: bool = False
) -> str:
    """Why a text of statements reaches beyond its database; "" where it does not.

    ``databases`` are the others on the server; ``tables`` those here that are called like one of them. ``known``:
    the first is a PREPARE or EXECUTE IMMEDIATE, and what it runs stands behind it.
    """
    said = statement.lower()
    if not _WORTH.search(said) and not any(name.lower() in said for name in databases):
        return ""
    pieces = tokens(statement)
    words = [_word(piece) for piece in pieces]
    firsts = [0, *(number + 1 for number, word in enumerate(words[:-1]) if word == ";")]
    holds_others = any(_holds_others(words[first:]) for first in firsts)
    begins = tuple(starts(words, _MARKS)) if holds_others else tuple(firsts)
    for start in begins:
        why = _whole_server(words[start:])
        if why:
            return why
    engine = _engine_elsewhere(pieces)
    if engine:
        return ELSEWHERE.format(f"ENGINE {engine}")
    for what, text in prepared(pieces):
        if text is None and not known:
            return _UNREAD.format(what)
        # What the first one runs was asked for, and stands behind it.
        known = False
        why = reaches_out(unquoted(text), databases, tables) if text is not None else ""
        if why:
            return why
    written = [name for name in databases if name.lower() != _READ_ONLY]
    name = _before_point(pieces, written) if holds_others else _named(pieces, written, tables)
    if name is not None and not (name in SYSTEM and all(words[start] in _READS for start in begins)):
        return f"a statement that names the database {name} was not sent: only the copy may be used"
    return ""


def dynamic(statement: str) -> Optional[str]:
    """The expression of which a PREPARE or EXECUTE IMMEDIATE makes a statement; None for any other, and for a text
    with others in it."""
    pieces = tokens(statement)
    words = [_word(piece) for piece in pieces]
    if words[-1:] == [";"]:
        del pieces[-1], words[-1]
    behind = behind_dynamic(words, 0)
    if behind is None or ";" in words:
        return None
    end = words.index("USING") if "USING" in words else len(words)
    return statement[pieces[behind][2] : pieces[end - 1][3]] if behind < end else None


def _engine_elsewhere(pieces: Sequence[Token]) -> str:
    """The engine of a table whose rows are somewhere else, as far as names of other databases do not tell."""
    for number, piece in enumerate(pieces):
        if piece[1].upper() == "ENGINE":
            named = next((other[1] for other in pieces[number + 1 : number + 3] if other[1] != "="), "")
            engine = named.strip("'\"`").upper()
            if engine in ENGINES_ELSEWHERE - {"MERGE", "MRG_MYISAM"}:
                return engine
    return ""


def _word(piece: Token) -> str:
    return piece[1].upper() if piece[0] in ("word", "other") else ""


def _holds_others(words: Sequence[str]) -> bool:
    """Whether a statement holds other ones: a routine, a trigger, an event, a block, one with settings of its own."""
    head = list(words[:2])
    if head[:1] in (["CREATE"], ["ALTER"]):
        # Before the kind there may be who it is run as, or that another one may go.
        return next((word for word in words if word in _KINDS), "") in _WITH_BODY
    if head and (head[0] in _COMPOUND or head[1:] == [":"]):
        return True
    return head in (["SET", "STATEMENT"], ["BEGIN", "NOT"])


def _whole_server(words: List[str]) -> str:
    end = words.index(";") if ";" in words else len(words)
    words = words[:end]
    head = " ".join(words[:8])
    found = _WHOLE.match(head)
    if found:
        return WHOLE_SERVER.format(found[0].strip())
    if words[:1] == ["CREATE"] and words[-2:-1] == ["SONAME"]:
        return WHOLE_SERVER.format("CREATE FUNCTION SONAME")
    if words[:1] == ["XA"] and words[1:2] != ["RECOVER"]:
        return OUTLIVES.format(" ".join(words[:2]))
    if words[:1] == ["USE"]:
        return ELSEWHERE.format("USE")
    if words[:1] == ["SET"]:
        for first, before, word in zip(("", *words), words, words[1:]):
            begins = before in ("SET", ",") or (first, before) == ("@", "@")
            if begins and word in ("GLOBAL", "PERSIST", "PERSIST_ONLY"):
                return WHOLE_SERVER.format(f"SET {word}")
    if words[:1] in (["GRANT"], ["REVOKE"]):
        everywhere = any(words[n : n + 3] == ["*", ".", "*"] for n in range(len(words)))
        if everywhere or "ON" not in words:
            return WHOLE_SERVER.format(words[0])
        # It is the account's, whatever it is granted on.
        account = next(
            (word for word in words if word in ("IDENTIFIED", "REQUIRE") or word.startswith("MAX_")), ""
        )
        if account:
            return WHOLE_SERVER.format(f"{words[0]} ... {account}")
    if words[:1] in (["SELECT"], ["TABLE"], ["WITH"], ["VALUES"], ["("]):
        for before, word in zip(words, words[1:]):
            if before == "INTO" and word in ("OUTFILE", "DUMPFILE"):
                return ELSEWHERE.format(f"INTO {word}")
    return ""


def _before_point(pieces: List[Token], databases: Collection[str]) -> Optional[str]:
    """The first of some databases that is named before a point."""
    wanted = {name.lower(): name for name in databases}
    pairs = zip(pieces, pieces[1:])
    return next(
        (wanted[str(word_of(one))] for one, point in pairs if word_of(one) in wanted and point[1] == "."),
        None,
    )


def _named(pieces: List[Token], databases: Collection[str], tables: Collection[str]) -> Optional[str]:
    """The first of some databases that is named before a point, where it is no name of a table."""
    wanted = {name.lower(): name for name in databases}
    called = {name.lower() for name in tables}
    places: List[Tuple[int, str]] = []
    for number, piece in enumerate(pieces):
        name = word_of(piece)
        if name is None or name not in wanted or (number and pieces[number - 1][1] in (".", "@")):
            continue
        if [p[1] for p in pieces[number + 1 : number + 2]] == ["."]:
            places.append((number, name))
        else:
            called.add(name)  # an alias, or a column
    for number, name in places:
        before = pieces[number - 1][1].upper() if number else ""
        in_three = [p[1] for p in pieces[number + 3 : number + 4]] == ["."]
        if name not in called or in_three or before in _BEFORE_TABLE:
            return wanted[name]
    return None
