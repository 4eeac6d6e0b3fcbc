"""What the set-ups of Kallithea write into one table: the current one and those of releases.

What a set-up wrote may become what the current one writes, and no longer be written. What a site has
chosen itself is data like any other.
"""

from __future__ import annotations

from collections import Counter
from typing import Callable, Collection, Dict, FrozenSet, Optional, Sequence, Tuple

from .defaults import Row, sayings

#: What a row says, in the order of the columns that are asked for.
Says = Tuple[Optional[str], ...]


class Written:
    """The rows that set-ups write into one table, as far as ``names``, the shared columns, tell.

    ``naming`` are those of them that name a row, ``released`` what the nearest releases wrote, ``older``
    what all of them did, asked for where it matters.
    """

    def __init__(
        self,
        names: Tuple[str, ...],
        naming: Tuple[str, ...],
        fresh: Tuple[Row, ...],
        released: Sequence[Tuple[Row, ...]],
        older: Callable[[], Sequence[Tuple[Row, ...]]] = tuple,
    ) -> None:
        self._names = names
        self._naming = naming
        self._fresh = fresh
        self._released = [rows for rows in released if rows]
        self._older = older
        #: How often the current one writes a row that says so.
        self._in_fresh = Counter(tuple(row.get(name) for name in names) for row in fresh if names)
        self._said: Dict[Tuple[int, Tuple[str, ...]], FrozenSet[Says]] = {}

    @property
    def known(self) -> bool:
        """Whether any set-up writes into this table."""
        return bool(self._fresh or self._released)

    def is_fresh(self, says: Says, count: int = 1) -> bool:
        """Whether the current set-up writes that very row, and ``count`` of them."""
        return self._in_fresh[says] >= count

    def was_released(self, says: Says) -> bool:
        """Whether a release's set-up wrote that very row, in the columns that it had."""
        return self._wrote(dict(zip(self._names, says)), self._names)

    def always_written(self, says: Says) -> bool:
        """Whether the set-up of every release has written a row of that name into the table."""
        said = dict(zip(self._names, says))
        sources = [rows for rows in self._older() if rows]
        return bool(sources) and all(self._in((rows,), said, self._naming) for rows in sources)

    def becomes_newer(self, before: Says, after: Says, differing: Collection[str]) -> bool:
        """Whether a row that says in the ``differing`` columns what a release's set-up wrote says there
        now what the current one writes, or that of a later release. In the other columns a site may have
        set something else."""
        if not set(differing) <= set(self._names):
            return False
        asked = tuple(name for name in self._names if name in differing or name in self._naming)
        old, new = (dict(zip(self._names, says)) for says in (before, after))
        if self._in((self._fresh,), new, asked):
            return self._wrote(old, asked)
        if not self.known:
            return False
        # Of all releases, the newest first.
        releases = [rows for rows in self._older() if rows]
        return any(
            self._in((rows,), new, asked) and self._in(releases[place + 1 :], old, asked)
            for place, rows in enumerate(releases)
        )

    def _wrote(self, said: Dict[str, Optional[str]], asked: Tuple[str, ...]) -> bool:
        """Whether any release wrote that; all of them are asked only where the nearest did not."""
        if self._in(self._released, said, asked):
            return True
        return self.known and self._in([rows for rows in self._older() if rows], said, asked)

    def _in(
        self, sources: Sequence[Tuple[Row, ...]], said: Dict[str, Optional[str]], asked: Tuple[str, ...]
    ) -> bool:
        for rows in sources:
            names = tuple(name for name in asked if rows and name in rows[0])
            key = id(rows), names
            if key not in self._said:
                self._said[key] = sayings(rows, names) if names else frozenset()
            if tuple(said[name] for name in names) in self._said[key]:
                return True
        return False
