"""The statement that made a table, from what SHOW CREATE says of it.

The server makes an index for a foreign key where none serves it, and shows it like any other. In a
table that is made from that text the index stays when another one could serve, and cannot be dropped
like the original: so it must be left out, for the server to make it again.
"""

from __future__ import annotations

import re
from typing import List, Tuple

_INDEX = re.compile(r"  (?P<kind>UNIQUE |FULLTEXT |SPATIAL )?KEY `(?P<name>[^`]+)` \((?P<columns>.+)\)")
_FOREIGN_KEY = re.compile(r"  CONSTRAINT `(?P<name>[^`]+)` FOREIGN KEY \((?P<columns>[^()]+)\)")
#: A constraint that the server has named: it gives the same names, and names the index after the column.
_UNNAMED = re.compile(r"CONSTRAINT `[^`]+_ibfk_\d+` (?=FOREIGN KEY)")
_POSITION = re.compile(r" AUTO_INCREMENT=\d+")


def as_made(statement: str) -> str:
    """The statement without the indexes that the server adds, and without the counter's position.

    Indexes stand in the order of their names: that in which they were made says nothing.
    """
    head, *lines, tail = statement.splitlines()
    lines = [line.rstrip(",") for line in lines]
    implicit = [(found["name"], found["columns"]) for found in map(_FOREIGN_KEY.match, lines) if found]
    first = [(columns.partition(",")[0].strip("`"), columns) for _, columns in implicit]
    kept: List[Tuple[str, str]] = []
    for line in lines:
        index = _INDEX.match(line)
        plain = index is not None and index["kind"] is None
        # Without a name of its own a constraint gives the index that of its first column.
        if index and plain and (index["name"], index["columns"]) in (*implicit, *first):
            continue
        kept.append((line if plain else "", _UNNAMED.sub("", line)))
    indexes = iter(sorted(line for plain, line in kept if plain))
    ordered = [next(indexes) if plain else line for plain, line in kept]
    return "\n".join([head, ",\n".join(ordered), _POSITION.sub("", tail)])
