"""What the rows of tables are, in short: equal where the rows are equal.

A small table is told by its rows. One with many rows is told by the pages of its B-tree, which a step
that does not touch the table leaves as they are: reading them takes a tenth of the time that the rows
take. Pages that were written anew may differ while the rows are the same, never the other way round.
The format: https://www.sqlite.org/fileformat.html
"""

from __future__ import annotations

import hashlib
import mmap
import sqlite3
import struct
from contextlib import suppress
from pathlib import Path
from typing import Dict, Iterable, Iterator, List, Tuple

from ...schema.model import Table
from .connect import reading, sidecar

#: A table with more rows is told by its pages.
MOST_ROWS = 1000

#: Kinds of B-tree pages that point at others: interior pages of indexes and of tables.
_INTERIOR = (2, 5)


def fingerprints(path: Path, tables: Iterable[Table]) -> Dict[str, str]:
    """Table -> what its rows say in these columns; tables are left out of which nobody can tell."""
    found: Dict[str, str] = {}
    large: Dict[str, int] = {}
    with reading(path) as connection:
        # A site may hold text that is not UTF-8: it is data all the same.
        connection.text_factory = lambda raw: raw.decode("utf-8", "surrogateescape")
        roots = dict(connection.execute("SELECT name, rootpage FROM main.sqlite_master WHERE rootpage > 0"))
        for table in tables:
            with suppress(sqlite3.Error):
                columns = [column.name for column in table.columns if not column.generated]
                rows = connection.execute(
                    f"SELECT {', '.join(map(_quoted, columns))} FROM main.{_quoted(table.name)} LIMIT {MOST_ROWS + 1}"
                ).fetchall()
                if len(rows) <= MOST_ROWS:
                    found[table.name] = f"{len(rows)} {sum(map(_number, rows))}"
                elif _begins_with(connection, table.name, columns):
                    large[table.name] = roots[table.name]
    if large and not sidecar(path, "-wal").exists():
        found.update(_of_pages(path, large, roots.values()))
    return found


def _number(row: Tuple[object, ...]) -> int:
    """A number for a row; their sum does not depend on the order."""
    text = repr(row).encode("utf-8", "surrogateescape")
    return int.from_bytes(hashlib.blake2b(text, digest_size=16).digest(), "big")


def _begins_with(connection: sqlite3.Connection, table: str, columns: List[str]) -> bool:
    """Whether a row of the table begins with these columns: more may follow, of which it says nothing."""
    found = connection.execute(f"PRAGMA main.table_xinfo({_quoted(table)})").fetchall()
    return [row[1] for row in found if not row[6]][: len(columns)] == columns


def _of_pages(path: Path, tables: Dict[str, int], roots: Iterable[int]) -> Dict[str, str]:
    with open(path, "rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        pages = _Pages(content)
        if pages.move:
            return {}
        wanted = {root: name for name, root in tables.items()}
        found: Dict[str, str] = {}
        for root in (1, *roots):
            digest = hashlib.blake2b(digest_size=16)
            for page in pages.tree(root):
                if root in wanted:
                    digest.update(page)
            if root in wanted:
                found[wanted[root]] = digest.hexdigest()
        # The ends of long rows are in pages of their own: of all tables together.
        rest = pages.rest()
    return {name: f"pages {text} {rest}" for name, text in found.items()}


class _Pages:
    """The pages of a database file; those that were gone over are remembered."""

    def __init__(self, content: mmap.mmap) -> None:
        self._content = content
        (size,) = struct.unpack_from(">H", content, 16)
        self._size = 65536 if size == 1 else size
        #: Whether the file is one in which pages are moved (auto_vacuum): nothing is told of it.
        self.move = struct.unpack_from(">I", content, 52) != (0,)
        self._gone_over = bytearray(len(content) // self._size + 1)

    def _page(self, number: int) -> bytes:
        self._gone_over[number] = 1
        return self._content[(number - 1) * self._size : number * self._size]

    def tree(self, root: int) -> Iterator[bytes]:
        """The pages of a B-tree, those that hold its order first."""
        waiting = [root]
        while waiting:
            number = waiting.pop()
            page = self._page(number)
            yield page
            head = 100 if number == 1 else 0  # the file's own header
            if page[head] in _INTERIOR:
                (count,) = struct.unpack_from(">H", page, head + 3)
                (last,) = struct.unpack_from(">I", page, head + 8)
                cells = struct.unpack_from(f">{count}H", page, head + 12)
                waiting.append(last)
                waiting += [struct.unpack_from(">I", page, cell)[0] for cell in reversed(cells)]

    def rest(self) -> str:
        """Of the pages that belong to no tree, and are not free."""
        (trunk,) = struct.unpack_from(">I", self._content, 32)
        while trunk:
            page = self._page(trunk)
            trunk, count = struct.unpack_from(">II", page, 0)
            for number in struct.unpack_from(f">{count}I", page, 8):
                self._gone_over[number] = 1
        digest = hashlib.blake2b(digest_size=16)
        number = self._gone_over.find(0, 1)
        while number > 0:
            digest.update(self._page(number))
            number = self._gone_over.find(0, number)
        return digest.hexdigest()


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
