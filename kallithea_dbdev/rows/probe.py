"""One probing row, or several that belong together, and what is odd about them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Mapping, Optional, Tuple

Row = Mapping[str, object]

#: What is odd about a row where it is no value of its own.
PLAIN = "another row like the real ones"
NULL = "NULL"
SAME = "two rows that are the same but for their keys"
SOUGHT = "what the script looks for: "
MADE_ONE = "texts that the script makes one: "
ALIKE = "texts that differ in their last letter only: e, E, \N{LATIN SMALL LETTER E WITH ACUTE}, f"


@dataclass(frozen=True)
class Probe:
    """Rows to insert, and what is odd about them: ``what``, in ``column`` (None: the whole row). ``below``: rows
    of other tables that point at the one row."""

    table: str
    column: Optional[str]
    what: str
    rows: Tuple[Row, ...]
    below: Tuple["Below", ...] = ()

    def __str__(self) -> str:
        where = f"{self.table}.{self.column}" if self.column else self.table
        return f"{where}: {self.what}"


@dataclass(frozen=True)
class Below:
    """A row of ``table`` whose ``column`` points at a probing row of another table. ``meant``: the step writes
    rows of its table."""

    table: str
    column: str
    row: Row
    meant: bool = False
