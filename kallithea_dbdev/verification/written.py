"""The rows that the set-up of each recorded release wrote: read when somebody asks, which is seldom.

They are the same on every engine, so SQLite tells them.
"""

from __future__ import annotations

from typing import Iterator, Mapping, Optional, Tuple

from ..engines import make_lab, open_database
from ..releases import RELEASES, Release
from ..rows.defaults import Row, Rows
from ..state import read_state
from ..workspace import Workspace
from .ground import made


class SetUpRows(Mapping[str, Tuple[Row, ...]]):
    """Table -> what its rows said when the set-up of a release had made them."""

    def __init__(self, release: Release) -> None:
        self._release = release
        self._found: Optional[Rows] = None

    def _rows(self) -> Rows:
        if self._found is None:
            with Workspace() as workspace:
                lab = make_lab(open_database("sqlite:///written.db"), workspace)
                database = made(self._release, lab, "written")
                self._found = read_state(database, with_defaults=True).defaults
        return self._found

    def __getitem__(self, table: str) -> Tuple[Row, ...]:
        return self._rows()[table]

    def __iter__(self) -> Iterator[str]:
        return iter(self._rows())

    def __len__(self) -> int:
        return len(self._rows())


def written_by_releases() -> Tuple[Rows, ...]:
    """What each recorded release's set-up wrote, the newest release first."""
    return tuple(map(SetUpRows, RELEASES))
