"""What stands in the body of a routine or trigger, which servers keep as it was written. Pure.

A server looks at a body when it runs it. So each statement in one is taken out, with something in place of its
variables, and shown to the server, which says whether all that it names is there.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Callable, Collection, Iterable, Iterator, List, Optional, Sequence, Tuple

#: What stands for whatever a variable holds.
_ANYTHING = "NULL"

#: The rows for which a trigger fires.
ROWS = ("new", "old")

_FIRST = {"select", "insert", "update", "delete", "replace", "with", "perform"}
#: Behind what a statement begins; behind IN and a bracket it is a query only.
_BEFORE = {"begin", "then", "else", "do", "loop", "repeat", "for", "query", ";", ":", ">"}
_BEFORE_QUERY = {"in", "("}


@dataclass(frozen=True)
class Piece:
    """One piece of a body, neither a blank nor a comment: ``word`` is the identifier that it may be, as the
    server compares it."""

    word: Optional[str]
    text: str
    start: int
    end: int


def statements(body: str, pieces: Sequence[Piece], variables: Collection[str]) -> Iterator[str]:
    """The statements in a body that name tables, each as it could be prepared."""
    position = 0
    while position < len(pieces):
        end = _end(pieces, position)
        if end:
            yield _prepared(body, pieces[position:end], variables)
        position = end or position + 1


def _end(pieces: Sequence[Piece], start: int) -> int:
    """Where a statement ends that begins there; 0 where none does."""
    before = (pieces[start - 1].word or pieces[start - 1].text) if start else ";"
    word = pieces[start].word
    query = before in _BEFORE_QUERY
    if word not in _FIRST or not (before in _BEFORE or query) or (query and word not in ("select", "with")):
        return 0
    depth = 0
    for position in range(start, len(pieces)):
        depth += {"(": 1, ")": -1}.get(pieces[position].text, 0)
        ends = pieces[position].text == ";" or (before == "in" and pieces[position].word in ("loop", "do"))
        if depth < 0 or (not depth and ends):
            return position
    return len(pieces)


def _prepared(body: str, pieces: Sequence[Piece], variables: Collection[str]) -> str:
    """A statement without where its result goes, and with something in place of each variable."""
    cuts: List[Tuple[int, int, str]] = []
    position = 0
    while position < len(pieces):
        piece = pieces[position]
        following = pieces[position + 1].text if position + 1 < len(pieces) else ""
        into = _into(pieces, position, variables)
        if into > position:
            cuts.append((piece.start, pieces[into - 1].end, ""))
            position = into
            continue
        if piece.word == "perform":
            cuts.append((piece.start, piece.end, "SELECT"))
        elif piece.word in variables and (position == 0 or pieces[position - 1].text != "."):
            if following == "." and position + 2 < len(pieces):
                cuts.append((piece.start, pieces[position + 2].end, _ANYTHING))
                position += 2
            elif following != "(":
                cuts.append((piece.start, piece.end, _ANYTHING))
        position += 1
    return _cut(body, pieces[0].start, pieces[-1].end, cuts)


def _into(pieces: Sequence[Piece], position: int, variables: Collection[str]) -> int:
    """Behind the variables that a result goes into, where they begin there."""
    if pieces[position].word != "into":
        return position
    place = position + 1
    while place < len(pieces):
        place += pieces[place].word == "strict"
        place += place < len(pieces) and pieces[place].text == "@"
        if place >= len(pieces) or not (pieces[place].word in variables or pieces[place - 1].text == "@"):
            return position
        place += 1
        if place + 1 < len(pieces) and pieces[place].text == ".":
            place += 2
        if place >= len(pieces) or pieces[place].text != ",":
            return place
        place += 1
    return position


def _cut(body: str, start: int, end: int, cuts: Iterable[Tuple[int, int, str]]) -> str:
    found, place = "", start
    for begin, stop, instead in cuts:
        found += body[place:begin] + instead
        place = stop
    return found + body[place:end]


def declared(pieces: Sequence[Piece], block: bool = False) -> Iterator[str]:
    """The variables of a body: what stands behind DECLARE, and what a FOR reads into. ``block``: one DECLARE is
    for all up to BEGIN."""
    expects = inside = listed = False
    for piece, following in zip(pieces, [*pieces[1:], Piece(None, "", 0, 0)]):
        if piece.word == "for" and following.word and following.word not in _FIRST:
            yield following.word
        if piece.word == "declare":
            expects, inside = True, block
        elif piece.word == "begin":
            expects = inside = False
        elif piece.text == ";":
            expects = inside
        elif piece.text == "," and listed:
            expects, listed = True, False
        elif expects and piece.word:
            yield piece.word
            expects, listed = False, following.text == ","


def columns_of_row(pieces: Sequence[Piece]) -> Iterator[str]:
    """The columns of the row for which a trigger fires: what stands behind NEW and OLD."""
    for row, dot, column in zip(pieces, pieces[1:], pieces[2:]):
        if row.word in ROWS and dot.text == "." and column.word is not None:
            yield column.word


def refused(found: Iterable[str], why: Callable[[str], str]) -> Tuple[str, ...]:
    """What is not there of what statements name; ``why`` asks the server, "" where all is."""
    return tuple(dict.fromkeys(said for said in map(why, found) if said))
