"""A text of SQL taken apart as ``psql`` takes it apart. Pure.

https://www.postgresql.org/docs/current/sql-syntax-lexical.html
"""

from __future__ import annotations

import re
from typing import Iterator, List, Tuple

_PIECE = re.compile(
    r"""
      (?P<text>[eE]'(?:[^'\\]|\\.|'')*(?:'|\Z)|'(?:[^']|'')*(?:'|\Z)|"(?:[^"]|"")*(?:"|\Z))
    | (?P<dollar>\$(?:[^\W\d]\w*)?\$).*?(?:(?P=dollar)|\Z)
    | (?P<line>--[^\n]*)
    | (?P<comment>/\*)
    | (?P<word>[^\W\d][\w$]*)
    | (?P<blank>\s+)
    | (?P<sign>.)
    """,
    re.VERBOSE | re.DOTALL,
)
_COMMENT_MARK = re.compile(r"/\*|\*/")
#: How a statement begins that may hold others, between BEGIN ATOMIC and END.
_WITH_BODY = re.compile(r"create (or replace )?(function|procedure)\b")


def pieces(text: str) -> Iterator[Tuple[str, str]]:
    """(kind, text) of each piece, nothing left out; a comment is one piece, whatever it holds."""
    position = 0
    while position < len(text):
        piece = _PIECE.match(text, position)
        assert piece is not None
        end = _end_of_comment(text, piece.end()) if piece.lastgroup == "comment" else piece.end()
        yield str(piece.lastgroup), text[position:end]
        position = end


def statements(text: str) -> Iterator[str]:
    """The statements, without the semicolon behind each; what is a comment only is none."""
    start = end = brackets = bodies = 0
    words: List[str] = []
    is_empty = True
    for kind, said in pieces(text):
        end += len(said)
        if kind == "sign" and said == ";" and not brackets and not bodies:
            if not is_empty:
                yield text[start : end - 1].strip()
            start, words, is_empty = end, [], True
            continue
        is_empty = is_empty and kind in ("blank", "line", "comment")
        if kind == "sign":
            brackets = max(0, brackets + {"(": 1, ")": -1}.get(said, 0))
        elif kind == "word":
            words.append(said.lower())
            if _WITH_BODY.match(" ".join(words[:4])):
                bodies = _inside(bodies, words[-1])
    if not is_empty:
        yield text[start:].strip()


_ESCAPE = re.compile(r"\\(?:x(?P<hex>[0-9a-fA-F]{1,2})|u(?P<short>[0-9a-fA-F]{4})|U(?P<long>[0-9a-fA-F]{8})"
                     r"|(?P<octal>[0-7]{1,3})|(?P<sign>.))", re.DOTALL)  # fmt: skip
_SIGNS = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}


def unquoted(text: str) -> str:
    """What a text says, however it is quoted."""
    if text.startswith("$"):
        tag = text[: text.index("$", 1) + 1]
        return text[len(tag) :].removesuffix(tag)
    escaped = not text.startswith("'")
    said = text[1 + escaped :].removesuffix("'").replace("''", "'")
    return _ESCAPE.sub(_character, said) if escaped else said


def _character(found: "re.Match[str]") -> str:
    number = found["hex"] or found["short"] or found["long"]
    if number or found["octal"]:
        code = int(number, 16) if number else int(found["octal"], 8)
        return chr(code) if code <= 0x10FFFF else ""
    return _SIGNS.get(found["sign"], found["sign"])


def _inside(bodies: int, word: str) -> int:
    """How deep in bodies of statements one is after a word."""
    if word == "begin" or (bodies and word == "case"):
        return bodies + 1
    return bodies - 1 if bodies and word == "end" else bodies


def _end_of_comment(text: str, position: int) -> int:
    """Where a comment ends that began before ``position``: one may hold others."""
    depth = 1
    while depth:
        mark = _COMMENT_MARK.search(text, position)
        if mark is None:
            return len(text)
        depth += 1 if mark.group() == "/*" else -1
        position = mark.end()
    return position
