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
    found = _recorded(engine, table).get(column.name)
    return found if found and found.on_sqlite == column.type else None


@cache
def _recorded(engine: str, table: str) -> Mapping[str, Recorded]:
    """Column -> what it is, where all releases that have it agree."""
    known: Dict[str, Set[Recorded]] = {}
    for release in RELEASES:
        on_sqlite = {name: type_ for name, type_, _ in _columns(release, "sqlite", table)}
        for name, type_, counts in _columns(release, engine, table):
            if name in on_sqlite:
                known.setdefault(name, set()).add(Recorded(on_sqlite[name], type_, counts))
    return {name: found.pop() for name, found in known.items() if len(found) == 1}


def _columns(release: Release, engine: str, table: str) -> Iterator[Tuple[str, str, bool]]:
    """The columns of a table: name, type, whether it counts."""
    # To take all of them apart takes longer than to compose a draft.
    statements = [text for text in _statements(release, engine) if table in text]
    counting = {found.groups() for found in map(_COUNTS.match, statements) if found}
    for made in filter(None, map(_TABLE.match, statements)):
        for line in made.group(2).split("\n") if made.group(1) == table else ():
            column = _COLUMN.fullmatch(line)
            if column and column["name"] not in _OTHERS:
                counts = "AUTO_INCREMENT" in line or (table, column["name"]) in counting
                yield column["name"], column["type"], counts


@cache
def _statements(release: Release, engine: str) -> Tuple[str, ...]:
    return tuple(text.strip() for text in release.schema(engine))
