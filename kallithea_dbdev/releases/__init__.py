"""Recorded releases: what the set-up of each released Kallithea made, on each engine.

``<version>.<engine>.sql`` holds the statements that make its tables, ``<version>.rows.sql`` the rows
that its set-up wrote, in SQL that all engines read; ``<version>.rows.<engine>.sql`` takes its place
where an engine has other ones. ``tools/record-release`` writes them (see ``recorder``). They are
Kallithea's work (GPLv3).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Optional, Tuple

#: The table by which releases before Alembic knew their revision. It is gone after the chain's first script.
BEFORE_ALEMBIC = "db_migrate_version"

FOLDER = Path(__file__).parent

_STAMP = re.compile(r"^INSERT INTO alembic_version \(version_num\) VALUES\n\('(\w+)'\)", re.MULTILINE)


@dataclass(frozen=True)
class Release:
    """A released version and the revision that its databases are stamped with.

    None: they have no stamp, and are at the base of the chain.
    """

    version: str
    revision: Optional[str]

    def schema(self, engine: str) -> Tuple[str, ...]:
        """The statements that make its tables and what hangs on them; empty if none are recorded."""
        return _statements(FOLDER / f"{self.version}.{engine}.sql")

    def rows(self, engine: str) -> Tuple[str, ...]:
        """The statements that insert what its set-up wrote, stamp included."""
        special = FOLDER / f"{self.version}.rows.{engine}.sql"
        return _statements(special if special.exists() else FOLDER / f"{self.version}.rows.sql")

    def statements(self, engine: str) -> Tuple[str, ...]:
        """The statements that make such a database; empty if none is recorded for that engine."""
        schema = self.schema(engine)
        return (*schema, *self.rows(engine)) if schema else ()


def _statements(path: Path) -> Tuple[str, ...]:
    if not path.exists():
        return ()
    return tuple(text for text in path.read_text(encoding="utf-8").split(";\n") if text.strip())


def recorded(folder: Path) -> Tuple[Release, ...]:
    """The releases that a folder holds, the newest first."""
    found = []
    for path in folder.glob("*.rows.sql"):
        stamp = _STAMP.search(path.read_text(encoding="utf-8"))
        found.append(Release(path.name[: -len(".rows.sql")], stamp.group(1) if stamp else None))
    return tuple(sorted(found, key=lambda release: _numbers(release.version), reverse=True))


def _numbers(version: str) -> Tuple[int, ...]:
    return tuple(int(number) for number in re.findall(r"\d+", version))


#: Newest first.
RELEASES = recorded(FOLDER)
