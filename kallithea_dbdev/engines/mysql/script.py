"""A text of SQL taken apart as the ``mysql`` program takes it apart. Pure.

It knows nothing of the bodies of triggers and routines: a semicolon in one ends the statement.
"""

from __future__ import annotations

import re
from typing import Iterator

_PIECE = re.compile(
    r"""
      (?P<text>'(?:[^'\\]|\\.)*(?:'|\Z)|"(?:[^"\\]|\\.)*(?:"|\Z)|`[^`]*(?:`|\Z))
    | (?P<comment>/\*(?!M?!).*?(?:\*/|\Z)|--(?=\s|\Z)[^\n]*|\#[^\n]*)
    | (?P<blank>\s+)
    | (?P<end>;)
    | (?P<executed>/\*M?!.*?(?:\*/|\Z))
    | (?P<other>.)
    """,
    re.VERBOSE | re.DOTALL,
)


def statements(text: str) -> Iterator[str]:
    """The statements, without the semicolon behind each; what is a comment only is none."""
    start, is_empty = 0, True
    for piece in _PIECE.finditer(text):
        if piece.lastgroup != "end":
            is_empty = is_empty and piece.lastgroup in ("comment", "blank")
            continue
        if not is_empty:
            yield text[start : piece.start()].strip()
        start, is_empty = piece.end(), True
    if not is_empty:
        yield text[start:].strip()
