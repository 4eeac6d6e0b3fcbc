"""The fence around a copy: what a script sends is not sent where it reaches beyond the copy.

A statement may name another database, or do something to the whole server. What is a site's is only read, so
the script gets an exception in the place of such a statement.
"""

from __future__ import annotations

from typing import Callable, Collection, Iterator, Sequence

from ..errors import TargetRefusedError

#: Why a statement reaches beyond the copy; "" where it does not.
Fence = Callable[[str], str]

WHOLE_SERVER = "{}: it works on the whole server, not on one database, and was not sent"
ELSEWHERE = "{}: it leads out of the database, and was not sent"
OUTLIVES = (
    "{}: such a transaction outlives its session and holds its locks until somebody ends it, and was not sent"
)


#: What a statement begins behind, inside of another one.
_BEGINS = ("BEGIN", "DO", "THEN", "ELSE", "LOOP", "REPEAT", "ATOMIC", ";")


def starts(words: Sequence[str], marks: Collection[str]) -> Iterator[int]:
    """Where a statement may begin in one that may hold others, as numbers of its words, which are in upper
    case: with the first, and behind what begins a block or is one of the engine's own ``marks``."""
    yield 0
    for number, before in enumerate(words[:-1], 1):
        if before in _BEGINS or before in marks:
            yield number


def end_of(words: Sequence[str], start: int) -> int:
    """Where the statement ends that begins at a word: at the next semicolon, or with the last word."""
    return words.index(";", start) if ";" in words[start:] else len(words)


def not_copied(why: str) -> str:
    """Why a definition is not copied for which a fence gives a reason."""
    return f"it runs {why.partition(':')[0]}, which reaches beyond the database"


def as_text(sql: object) -> str:
    """A statement as text, which may be bytes."""
    return bytes(sql).decode("utf-8", "replace") if isinstance(sql, (bytes, bytearray)) else str(sql)


def hold_back(fence: Fence, sql: object) -> None:
    """Raise TargetRefusedError where a statement, a text or its bytes, reaches beyond the copy."""
    refuse(fence(as_text(sql)))


def refuse(why: str) -> None:
    """Raise TargetRefusedError where there is a reason to."""
    if why:
        raise TargetRefusedError(why, "leave it out of the script: sites have other names, and do it by hand")
