"""What the rows of tables are, in short: equal where the rows are equal.

A small table is told by its rows. One with many rows is told by the pages of its B-tree, which a step
that does not touch the table leaves as they are: reading them takes a tenth of the time that the rows
take. Pages that were written anew may differ while the rows are the same, never the other way round.
The format: https://www.sqlite.org/fileformat.html
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
import struct
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Dict, FrozenSet, Iterable, Iterator, List, Tuple

from ...schema.model import Table
from .connect import as_data, reading, sidecar

#: A table with more rows is told by its pages.
MOST_ROWS = 1000

#: So much of two files is compared at once.
_CHUNK = 2**20

#: Kinds of B-tree pages that point at others: interior pages of indexes and of tables.
_INTERIOR = (2, 5)


def fingerprints(path: Path, tables: Iterable[Table]) -> Dict[str, str]:
    """Table -> what its rows say in these columns; tables are left out of which nobody can tell."""
    found: Dict[str, str] = {}
    large: Dict[str, int] = {}
    with reading(path) as connection:
        connection.text_factory = as_data
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
    with _opened(path) as file:
        pages = _Pages(file)
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

    def __init__(self, file: int) -> None:
        self._file = file
        header = os.pread(file, 100, 0)
        (size,) = struct.unpack_from(">H", header, 16)
        self.size = 65536 if size == 1 else size
        #: Whether the file is one in which pages are moved (auto_vacuum): nothing is told of it.
        self.move = struct.unpack_from(">I", header, 52) != (0,)
        (self._free,) = struct.unpack_from(">I", header, 32)
        self._gone_over = bytearray(os.fstat(file).st_size // self.size + 1)

    def _page(self, number: int) -> bytes:
        self._gone_over[number] = 1
        # Not mapped: of a large file the memory would be as large.
        return os.pread(self._file, self.size, (number - 1) * self.size)

    def tree(self, root: int) -> Iterator[bytes]:
        """The pages of a B-tree, those that hold its order first."""
        return map(self._page, self.numbers(root))

    def numbers(self, root: int) -> Iterator[int]:
        """The same by their numbers; pages with rows are not read for that."""
        waiting = [root]
        while waiting:
            number = waiting.pop()
            page = self._page(number)
            yield number
            children = _children(page, 100 if number == 1 else 0)  # the file's own header
            # All that hold rows are as deep in the tree.
            if children and _children(self._page(children[0]), 0):
                waiting += reversed(children)
            else:
                for child in children:
                    self._gone_over[child] = 1
                yield from children

    def rest(self) -> str:
        """Of the pages that belong to no tree, and are not free."""
        digest = hashlib.blake2b(digest_size=16)
        for number in self.others():
            digest.update(self._page(number))
        return digest.hexdigest()

    def others(self) -> Iterator[int]:
        """Their numbers, once all trees were gone over."""
        trunk = self._free
        while trunk:
            page = self._page(trunk)
            trunk, count = struct.unpack_from(">II", page, 0)
            for number in struct.unpack_from(f">{count}I", page, 8):
                self._gone_over[number] = 1
        number = self._gone_over.find(0, 1)
        while number > 0:
            yield number
            number = self._gone_over.find(0, number + 1)


def _children(page: bytes, head: int) -> List[int]:
    """The pages that an interior page points at, in their order; none for one that holds rows."""
    if page[head] not in _INTERIOR:
        return []
    (count,) = struct.unpack_from(">H", page, head + 3)
    (last,) = struct.unpack_from(">I", page, head + 8)
    cells = struct.unpack_from(f">{count}H", page, head + 12)
    return [*(struct.unpack_from(">I", page, cell)[0] for cell in cells), last]


def unwritten(before: Path, now: Path) -> FrozenSet[str]:
    """Tables of which not one page differs between a database and its earlier self, of which it was a
    copy byte by byte, and whose columns are those of before, first of all. Others may have
    the same rows, too.

    Comparing the two files costs a fraction of what comparing rows costs.
    """
    if any(sidecar(path, "-wal").exists() for path in (before, now)):
        return frozenset()
    with reading(before) as connection, reading(now) as other:
        tables, later = _tables(connection), _tables(other)
        trees = [
            row[0] for row in other.execute("SELECT rootpage FROM main.sqlite_master WHERE rootpage > 0")
        ]
    roots = {
        root: name
        for name, (root, columns) in tables.items()
        if name in later and later[name][0] == root and later[name][1][: len(columns)] == columns
    }
    with ExitStack() as stack:
        files = [stack.enter_context(_opened(path)) for path in (before, now)]
        pages, earlier = _Pages(files[1]), _Pages(files[0])
        if pages.move or earlier.move or pages.size != earlier.size:
            return frozenset()
        written = set(_differing(files[0], files[1], pages.size))
        found = {
            roots[root] for root in trees if not written.intersection(pages.numbers(root)) and root in roots
        }
        set(pages.numbers(1))
        # A page in no tree may hold the end of a row of any table.
        return frozenset() if written.intersection(pages.others()) else frozenset(found)


def _tables(connection: sqlite3.Connection) -> Dict[str, Tuple[int, List[Tuple[object, ...]]]]:
    """Table -> the first page of its rows, and its columns; none whose columns are made from others."""
    found = {}
    names = connection.execute(
        "SELECT name, rootpage FROM main.sqlite_master WHERE type = 'table' AND rootpage > 0"
    )
    for name, root in names.fetchall():
        columns = connection.execute(f"PRAGMA main.table_xinfo({_quoted(name)})").fetchall()
        if not any(hidden for *_, hidden in columns):
            found[name] = (root, columns)
    return found


def _differing(one: int, other: int, size: int) -> Iterator[int]:
    """The numbers of pages that differ, those that only one of two files has included."""
    step = _CHUNK // size * size
    for start in range(0, max(os.fstat(file).st_size for file in (one, other)), step):
        left, right = (os.pread(file, step, start) for file in (one, other))
        if left != right:
            for place in range(0, max(len(left), len(right)), size):
                if left[place : place + size] != right[place : place + size]:
                    yield (start + place) // size + 1


@contextmanager
def _opened(path: Path) -> Iterator[int]:
    file = os.open(path, os.O_RDONLY)
    try:
        yield file
    finally:
        os.close(file)


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
