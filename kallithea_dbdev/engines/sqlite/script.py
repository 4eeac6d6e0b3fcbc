"""A text of SQL taken apart as the ``sqlite3`` program takes it apart: by SQLite itself. Pure."""

from __future__ import annotations

import sqlite3
from typing import Iterator


def statements(text: str) -> Iterator[str]:
    """The statements; what is a comment only does nothing, and is one."""
    start = end = 0
    while True:
        end = text.find(";", end) + 1
        if not end:
            break
        if sqlite3.complete_statement(text[start:end]):
            if text[start : end - 1].strip():
                yield text[start : end - 1].strip()
            start = end
    if text[start:].strip():
        yield text[start:].strip()
