"""Which statements reach beyond one database of MySQL's or MariaDB's. Pure functions on texts of SQL."""

from __future__ import annotations

import re
from typing import Collection, Iterable, Iterator, List, Optional, Sequence

from ..fence import ELSEWHERE, OUTLIVES, WHOLE_SERVER, end_of, starts
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
#: Statements that work with rows, and so with columns; behind which words of theirs tables are named, or columns.
_WITH_ROWS = (
    "SELECT", "INSERT", "REPLACE", "UPDATE", "DELETE", "WITH", "(", "VALUES", "SET", "DO", "EXPLAIN",
)  # fmt: skip
_TABLES_FOLLOW = (
    "FROM", "JOIN", "STRAIGHT_JOIN", "INTO", "UPDATE", "TABLE", "USING", "INSERT", "REPLACE", "DELETE",
)  # fmt: skip
_COLUMNS_FOLLOW = (
    "SELECT", "SET", "WHERE", "ON", "VALUES", "VALUE", "GROUP", "ORDER", "HAVING", "LIMIT", "DO",
)  # fmt: skip
_NOTHING: Token = ("", "", 0, 0)
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
    begins = tuple(firsts)
    if holds_others:
        begins = tuple(sorted({*starts(words, _MARKS), *_behind_what_is_named(pieces, words)}))
    for start in begins:
        why = _whole_server(words[start:])
        if why:
            return why
    for start in begins:
        if words[start] in ("CREATE", "ALTER") and "TABLE" in words[start : start + 5]:
            engine = _engine_elsewhere(pieces[start : end_of(words, start)])
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
    granted = _granted_on(pieces, words, begins, written)
    if granted is not None:
        return f"a statement that grants on the database {granted} was not sent: only the copy may be used"
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


def _behind_what_is_named(pieces: Sequence[Token], words: Sequence[str]) -> Iterator[int]:
    """Where a statement may begin behind the conditions of a handler, a comment, a type, or the name of a trigger."""
    for number, word in enumerate(words):
        behind = number + 2
        if word == "FOR" and "HANDLER" in words[max(0, number - 2) : number]:
            while behind < len(words) and (
                words[behind] == "," or words[behind - 1] in (",", "SQLSTATE", "VALUE")
            ):
                behind += 1
        elif word not in ("COMMENT", "FOLLOWS", "PRECEDES", "RETURNS"):
            continue
        if behind < len(words):
            yield behind


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
    words = words[: end_of(words, 0)]
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
        for number, word in enumerate(words[1:], 1):
            if word not in ("GLOBAL", "PERSIST", "PERSIST_ONLY"):
                continue
            # With the at signs it is read, too: it is set where an equals sign follows the name.
            named = words[number - 2 : number] == ["@", "@"] and any(
                words[number + 1 + count] in ("=", ":") for count in (2, 4) if number + 1 + count < len(words)
            )
            if words[number - 1] in ("SET", ",") or named:
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


def _granted_on(
    pieces: Sequence[Token], words: Sequence[str], begins: Iterable[int], databases: Collection[str]
) -> Optional[str]:
    """The first of some databases on which a GRANT or REVOKE works: the name there is a pattern."""
    for start in begins:
        if words[start] not in ("GRANT", "REVOKE"):
            continue
        for number in range(start, len(pieces) - 1):
            if words[number] == ";":
                break
            name = word_of(pieces[number]) or pieces[number][1]
            if pieces[number + 1][1] == "." and pieces[number - 1][1] not in (".", "@"):
                pattern = re.sub(r"\\?.", _as_pattern, name, flags=re.DOTALL)
                found = next((one for one in databases if re.fullmatch(pattern, one.lower())), None)
                if found is not None:
                    return found
    return None


def _as_pattern(sign: "re.Match[str]") -> str:
    return {"%": ".*", "_": "."}.get(sign[0], re.escape(sign[0][-1]))


def _before_point(pieces: List[Token], databases: Collection[str]) -> Optional[str]:
    """The first of some databases that is named before a point."""
    wanted = {name.lower(): name for name in databases}
    pairs = zip(pieces, pieces[1:])
    return next(
        (wanted[str(word_of(one))] for one, point in pairs if word_of(one) in wanted and point[1] == "."),
        None,
    )


def _named(pieces: List[Token], databases: Collection[str], tables: Collection[str]) -> Optional[str]:
    """The first of some databases that is named before a point, where that is no column of a table."""
    wanted = {name.lower(): name for name in databases}
    # A table or an alias that is called so has columns; a text in double quotes is neither.
    called = {name.lower() for name in tables}
    called |= {
        str(word_of(one))
        for one, after in zip(pieces, [*pieces[1:], _NOTHING])
        if one[0] != "text" and after[1] != "."
    }
    for number, in_tables in enumerate(_in_tables(pieces)):
        name = word_of(pieces[number])
        behind = [piece[1] for piece in pieces[number + 1 : number + 4]]
        if name not in wanted or behind[:1] != ["."] or (number and pieces[number - 1][1] in (".", "@")):
            continue
        if in_tables or name not in called or behind[2:] in (["."], ["("]):
            return wanted[str(name)]
    return None


def _in_tables(pieces: Sequence[Token]) -> Iterator[bool]:
    """For each piece whether a name there is one of a table, or of something else of a database."""
    words = [_word(piece) for piece in pieces]
    outer: List[bool] = []
    here = first = True
    for before, word in zip(["", *words], words):
        if word == ";":
            outer, here, first = [], True, True
            yield here
            continue
        if first:
            # What is no statement with rows has no columns either, but that of a view.
            always, first = word not in _WITH_ROWS, False
        if word == "(":
            outer.append(here)
        elif word == ")" and outer:
            here = outer.pop()
        elif word in _TABLES_FOLLOW and not (word == "UPDATE" and before == "KEY"):
            here = True
        elif word in _COLUMNS_FOLLOW or (word == "UPDATE" and before == "KEY"):
            here = False
            always = always and word != "SELECT"
        yield here or always
