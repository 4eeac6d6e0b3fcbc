"""Which databases a statement names. Pure functions on texts of MySQL's and MariaDB's SQL.

A trigger or routine keeps the text that somebody wrote: a name of a database in it leads out of a
copy. Names count in any spelling: quoted or not, in any letter case, with blanks or comments around
the dot, in a comment that the server executes, and as a word in a text that may become a statement.
"""

from __future__ import annotations

import re
from typing import Iterable, Iterator, List, Optional, Sequence, Tuple

from ..bodies import Piece
from ..bodies import columns_of_row as columns_behind

_TOKEN = re.compile(
    r"""
      (?P<text>'(?:[^'\\]|\\.|'')*'|"(?:[^"\\]|\\.|"")*")
    | (?P<quoted>`(?:[^`]|``)*`)
    | (?P<comment>/\*(?!M?!)(?:.*?)\*/|--(?=\s|$)[^\n]*|\#[^\n]*)
    | (?P<executed>/\*M?!\d*|\*/)
    | (?P<word>[\w$\u0080-\uffff]+)
    | (?P<blank>\s+)
    | (?P<other>.)
    """,
    re.VERBOSE | re.DOTALL,
)

#: Engines whose tables are views of something elsewhere.
ENGINES_ELSEWHERE = {
    "FEDERATED", "FEDERATEDX", "CONNECT", "SPIDER", "MRG_MYISAM", "MERGE", "S3", "SPHINX", "CASSANDRA",
}  # fmt: skip

#: One piece of a statement: kind, text, and where it begins and ends.
Token = Tuple[str, str, int, int]


def tokens(statement: str) -> List[Token]:
    """The pieces that mean something: no blanks, no comments but what an executed one holds."""
    found = []
    for match in _TOKEN.finditer(statement):
        kind = str(match.lastgroup)
        if kind not in ("blank", "comment", "executed"):
            found.append((kind, match.group(), match.start(), match.end()))
    return found


def word_of(token: Token) -> Optional[str]:
    """The identifier that a piece may be, in lower case."""
    kind, text, *_ = token
    if kind == "quoted":
        return text[1:-1].replace("``", "`").lower()
    if kind == "text" and text.startswith('"'):  # an identifier under ANSI_QUOTES
        return text[1:-1].replace('""', '"').lower()
    return text.lower() if kind == "word" else None


def names_database(statement: str, databases: Iterable[str]) -> Optional[str]:
    """The first of some databases that a statement names; None where it names none of them."""
    wanted = {database.lower(): database for database in databases}
    pieces = tokens(statement)
    for piece, following in zip(pieces, [*pieces[1:], ("", "", 0, 0)]):
        name = word_of(piece)
        if name in wanted and following[1] == ".":
            return wanted[name]
        # ".5" and "1." are no names; "db.t" may stand in one piece nowhere.
        if piece[0] == "text":
            for database in wanted:
                if re.search(rf"(?<![\w$]){re.escape(database)}(?![\w$])", piece[1].lower()):
                    return wanted[database]
    return None


def calls(statement: str, routines: Iterable[str]) -> Optional[str]:
    """The first of some routines that a statement may call: one whose name is in it."""
    wanted = {routine.lower(): routine for routine in routines}
    for piece in tokens(statement):
        name = word_of(piece)
        if name in wanted:
            return wanted[name]
        if piece[0] == "text":
            for word in re.findall(r"[\w$\u0080-\uffff]+", piece[1].lower()):
                if word in wanted:
                    return wanted[word]
    return None


def prepared(pieces: Sequence[Token]) -> Iterator[Tuple[str, Optional[str]]]:
    """Each PREPARE and EXECUTE IMMEDIATE, with the text that it makes a statement of, in its quotes; None where it
    is not one text: what that will be is known only when it runs."""
    words = [piece[1].upper() if piece[0] in ("word", "other") else "" for piece in pieces]
    for number in range(len(words)):
        behind = behind_dynamic(words, number)
        if behind is not None:
            text, after = [*pieces[behind:], _END, _END][:2]
            whole = text[0] == "text" and after[1].upper() in _ENDS_TEXT
            yield (
                " ".join(words[number : number + 1 + (words[number] == "EXECUTE")]),
                text[1] if whole else None,
            )


def behind_dynamic(words: Sequence[str], number: int) -> Optional[int]:
    """Where the expression of a PREPARE or EXECUTE IMMEDIATE begins that is the word ``number``; None for another."""
    if words[number : number + 2] == ["EXECUTE", "IMMEDIATE"]:
        return number + 2
    if words[number : number + 1] == ["PREPARE"] and words[number + 2 : number + 3] == ["FROM"]:
        return number + 3
    return None


def unquoted(text: str) -> str:
    """What a text says that is in quotes."""
    quote = text[:1]
    return re.sub(r"\\(.)", _escaped, text[1:-1].replace(quote * 2, quote), flags=re.DOTALL)


def _escaped(found: "re.Match[str]") -> str:
    return {"n": "\n", "t": "\t", "r": "\r", "0": "\0", "b": "\b", "Z": "\x1a"}.get(found[1], found[1])


#: What follows a text that is a whole statement; and what follows the last piece.
_ENDS_TEXT = (";", "USING", "END")
_END: Token = ("other", ";", 0, 0)


def pieces(body: str) -> List[Piece]:
    """The pieces of a body, as the server compares names of columns and variables."""
    return [Piece(None if token[1].startswith("'") else word_of(token), *token[1:]) for token in tokens(body)]


def columns_of_row(body: str) -> Iterator[str]:
    """The columns, in lower case, of the row for which a trigger fires."""
    return columns_behind(pieces(body))


def unqualified(statement: str, database: str) -> str:
    """A statement that the server wrote, without its own database before the names in it."""
    pieces = tokens(statement)
    cuts: List[Tuple[int, int]] = []
    for piece, following in zip(pieces, pieces[1:]):
        if piece[0] == "quoted" and word_of(piece) == database.lower() and following[1] == ".":
            cuts.append((piece[2], following[3]))
    for start, end in reversed(cuts):
        statement = statement[:start] + statement[end:]
    return statement
