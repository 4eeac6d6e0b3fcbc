"""Ways that lead out of a copy: routines and views that open a connection by themselves.

``dblink`` takes an address as text, and a server for ``postgres_fdw`` can be made by a statement in a
routine: neither leaves a trace in the catalogue but the text. So texts are read; like on MySQL what
may lead out is not in a copy, and that is said.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Dict, Iterable, List, Tuple

from ..fence import not_copied
from ..server import fetch
from .fence import reaches_out

#: Routines and views that are nobody's extension, and come with no type, with the text that makes them.
_OBJECTS = """
SELECT p.oid::regprocedure::text AS name, p.proname AS word, 'ROUTINE' AS kind, l.lanname AS language,
       l.lanpltrusted AS trusted, pg_get_functiondef(p.oid) AS text
FROM pg_proc p JOIN pg_language l ON l.oid = p.prolang
WHERE p.oid >= 16384 AND p.prokind IN ('f', 'p', 'w') AND NOT EXISTS (
    SELECT 1 FROM pg_depend d WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype IN ('e', 'i'))
UNION ALL
SELECT c.oid::regclass::text, c.relname, CASE c.relkind WHEN 'v' THEN 'VIEW' ELSE 'MATERIALIZED VIEW' END,
       'sql', true, pg_get_viewdef(c.oid)
FROM pg_class c
WHERE c.oid >= 16384 AND c.relkind IN ('v', 'm') AND NOT EXISTS (
    SELECT 1 FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
ORDER BY 1"""

_CONNECTS = re.compile(
    r"\b(dblink\w*)\b|\b(?:CREATE|ALTER)\s+(SERVER|USER\s+MAPPING)\b|\b(postgres_fdw)\b", re.IGNORECASE
)


@dataclass(frozen=True)
class Object:
    """A routine or view: its name in SQL, the word by which others call it, and its text."""

    name: str
    word: str
    kind: str
    text: str
    language: str = "sql"
    trusted: bool = True

    def __str__(self) -> str:
        return f"{self.kind.lower()} {self.name}"


def read(cursor: Any) -> List[Object]:
    """The routines and views of the database of this session."""
    return [
        Object(r["name"], r["word"], r["kind"], r["text"], r["language"], r["trusted"])
        for r in fetch(cursor, _OBJECTS)
    ]


def leading_out(objects: Iterable[Object]) -> List[Tuple[Object, str]]:
    """What may open a connection of its own, works on the whole server, or uses such a thing, and why."""
    rest = list(objects)
    found: Dict[Object, str] = {}
    for item in rest:
        connects = _CONNECTS.search(item.text)
        if connects:
            word = next(filter(None, connects.groups()))
            found[item] = f"it uses {' '.join(word.split()).lower()}, which leads to another database"
            continue
        why = reaches_out(item.text)
        if why:
            found[item] = not_copied(why)
    while True:
        words = {item.word: item for item in found if item.kind == "ROUTINE"}
        more = {
            item: f"it uses {words[word].name}, which was not copied"
            for item in rest
            if item not in found
            for word in words
            if re.search(rf"(?<!\w){re.escape(word)}(?!\w)", item.text, re.IGNORECASE)
        }
        if not more:
            return list(found.items())
        found.update(more)
