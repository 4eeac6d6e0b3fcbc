"""Which cells there are, and in which order they are run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Iterable, List, Sequence, Tuple

from ..engines import ENGINES
from ..errors import UsageError
from ..releases import Release

#: The word for every release that is recorded.
ALL = "all"


@dataclass(frozen=True)
class Place:
    """One cell: a recorded release on one engine."""

    release: Release
    engine: str

    @property
    def name(self) -> str:
        """``0.6.3 on sqlite``."""
        return f"{self.release.version} on {self.engine}"


def parse_releases(text: str, known: Sequence[Release]) -> Tuple[Release, ...]:
    """``0.6.3,0.7.0`` or ``all`` -> releases, the oldest first. Raises UsageError for any other."""
    names = [name.strip() for name in text.split(",") if name.strip()]
    by_version = {release.version: release for release in known}
    if names == [ALL]:
        names = list(by_version)
    unknown = [name for name in names if name not in by_version]
    if unknown or not names:
        raise UsageError(
            f"--release {text}: {', '.join(unknown) or 'nothing'} is no recorded release",
            f"choose from {', '.join(reversed(list(by_version)))}, or {ALL}",
        )
    return tuple(release for release in reversed(known) if release.version in names)


def places(releases: Iterable[Release], engines: Iterable[str]) -> Tuple[Place, ...]:
    """Every cell for which something is recorded, in the order of a report: by release."""
    names = tuple(engines)
    return tuple(
        Place(release, engine) for release in releases for engine in names if release.statements(engine)
    )


def in_order(cells: Sequence[Place], jobs: int) -> Tuple[Place, ...]:
    """The order in which they are started: the longest first, so that all processes end together.

    The first need no server: the servers are started while they run. ``cells``: the oldest first.
    """
    without = [cell for cell in cells if not ENGINES[cell.engine].needs_server]
    early = without[:jobs]
    late: List[Place] = [cell for cell in cells if ENGINES[cell.engine].needs_server]
    return (*early, *late, *without[jobs:])
