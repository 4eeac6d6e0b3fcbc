"""Recorded schemas of released Kallithea versions: what their own set-up made, without rows.

A file ``<version>.<engine>.sql`` holds the statements of a database of that version; the
revision that it was stamped with is below. They are Kallithea's work (GPLv3).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Tuple


@dataclass(frozen=True)
class Release:
    """A released version and the revision that its databases are stamped with."""

    version: str
    revision: str

    def statements(self, engine: str) -> Tuple[str, ...]:
        """The statements that make its schema, stamp included; empty if none is recorded."""
        path = Path(__file__).with_name(f"{self.version}.{engine}.sql")
        if not path.exists():
            return ()
        texts = path.read_text(encoding="utf-8").split(";\n")
        return tuple(text for text in texts if text.strip())


#: Newest first.
RELEASES = (Release("0.7.0", "7ba0d2cad930"), Release("0.6.3", "a0a1bf09c143"))
