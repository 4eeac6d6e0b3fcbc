"""What the recorded releases have on a server, of columns of which SQLite tells less."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Dict, Iterator, Mapping, Optional, Set, Tuple

from ..releases import RELEASES, Release
from ..schema.model import Column

_TABLE = re.compile(r"CREATE TABLE [`\"]?(\w+)[`\"]? \(\n(.*)\n\)", re.DOTALL)
_COLUMN = re.compile(
    r"\s+[`\"]?(?P<name>\w+)[`\"]? (?P<type>.+?)(?: (?:NOT NULL|DEFAULT|AUTO_INCREMENT|PRIMARY)\b.*|,?)"
)
_COUNTS = re.compile(r"ALTER TABLE ONLY (\w+) ALTER COLUMN (\w+) SET DEFAULT nextval\(")

#: What begins a line that is no column's.
_OTHERS = ("CONSTRAINT", "PRIMARY", "UNIQUE", "KEY", "CHECK", "FOREIGN")


@dataclass(frozen=True)
class Recorded:
    """A column in the words of SQLite and of a server, and whether it numbers its rows by itself there."""

    on_sqlite: str
    on_server: str
    counts: bool


def recorded(engine: str, table: str, column: Column) -> Optional[Recorded]:
    """What a server has for a column of SQLite's; None where no release has such a one, or they differ."""
    found = _recorded(engine).get((table, column.name))
    return found if found and found.on_sqlite == column.type else None


@cache
def _recorded(engine: str) -> Mapping[Tuple[str, str], Recorded]:
    known: Dict[Tuple[str, str], Set[Recorded]] = {}
    for release in RELEASES:
        on_sqlite = {key: type_ for key, type_, _ in _columns(release, "sqlite")}
        for key, type_, counts in _columns(release, engine):
            if key in on_sqlite:
                known.setdefault(key, set()).add(Recorded(on_sqlite[key], type_, counts))
    return {key: found.pop() for key, found in known.items() if len(found) == 1}


def _columns(release: Release, engine: str) -> Iterator[Tuple[Tuple[str, str], str, bool]]:
    """(table, column), its type, whether it counts."""
    statements = release.schema(engine)
    counting = {found.groups() for text in statements for found in [_COUNTS.match(text.strip())] if found}
    for text in statements:
        table = _TABLE.match(text.strip())
        for line in table.group(2).split("\n") if table else ():
            column = _COLUMN.fullmatch(line)
            if table and column and column["name"] not in _OTHERS:
                key = (table.group(1), column["name"])
                yield key, column["type"], "AUTO_INCREMENT" in line or key in counting
