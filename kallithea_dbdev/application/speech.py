"""What Kallithea prints and logs while its code runs."""

from __future__ import annotations

import logging
from contextlib import contextmanager
from typing import Iterator, List

from ..aside import said_aside


class _Collector(logging.Handler):
    """Keeps the first line of each error that Kallithea logs."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.lines: List[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(" ".join(record.getMessage().split()))


@contextmanager
def kallithea_speaks() -> Iterator[List[str]]:
    """Keep what Kallithea prints off our stdout; yields the errors that it logs."""
    collector = _Collector()
    logger = logging.getLogger("kallithea")
    logger.addHandler(collector)
    try:
        with said_aside():
            yield collector.lines
    finally:
        logger.removeHandler(collector)
