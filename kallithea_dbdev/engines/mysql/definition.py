"""The statement that made a table, from what SHOW CREATE says of it."""

from __future__ import annotations

import re

from .implicit import candidates, left_implicit

_INDEX = re.compile(r"  KEY `")
_POSITION = re.compile(r" AUTO_INCREMENT=\d+")
_CHARSET = re.compile(r" DEFAULT CHARSET=\w+ COLLATE=\w+")


def as_made(statement: str, follows: bool = False) -> str:
    """The statement without the indexes that the server adds, and without the counter's position.

    In a database that was restored from a dump no server tells which those are; their names do: that of
    the constraint, or of its column. Indexes stand in the order of their names: that in which they were
    made says nothing. ``follows``: the character set is that of the database, whatever it is.
    """
    added = [key for key in candidates(statement) if key.name.startswith("fk_") or key.name == key.columns[0]]
    head, *lines, tail = left_implicit(statement, added).split("\n")
    lines = [line[:-1] if line.endswith(",") else line for line in lines]
    indexes = iter(sorted(filter(_INDEX.match, lines)))
    ordered = [next(indexes) if _INDEX.match(line) else line for line in lines]
    tail = _POSITION.sub("", _CHARSET.sub("", tail) if follows else tail)
    return "\n".join([head, ",\n".join(ordered), tail])
