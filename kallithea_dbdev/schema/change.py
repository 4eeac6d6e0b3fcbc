"""One difference between two schemas of a server, with the two objects."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, List, Optional, Tuple

from . import text
from .model import Item, Table, Trigger

#: What the kind of a change ends with, where only one side has the object.
EXTRA, MISSING = "-extra", "-missing"


@dataclass(frozen=True, eq=False)
class Change:
    """What must become of ``before`` (as migrated) so that it is ``after`` (as expected).

    ``kind`` is a finding code, ``aspect`` what of the objects differs. None is what one side does
    not have. ``tables`` are those that the objects belong to, None where they belong to none.
    Two changes are equal if all that is said of them is: the rest of their objects may differ.
    """

    kind: str
    before: Optional[Item]
    after: Optional[Item]
    aspect: str
    tables: Tuple[Optional[Table], Optional[Table]] = (None, None)

    @property
    def table(self) -> Optional[str]:
        """The name of the table."""
        for table in self.tables[::-1]:
            if table is not None:
                return table.name
        item = self.item
        return item.table if isinstance(item, Trigger) else None

    @property
    def item(self) -> Item:
        """The object: as it is before, where it is there before."""
        found = self.after if self.before is None else self.before
        assert found is not None  # one side at least
        return found

    @cached_property
    def object(self) -> Optional[str]:
        """What the object is called in a message; None where it is the table itself."""
        if self.kind == "primary-key":
            return None
        if self.kind == "name":
            return text.whole(self.item)
        return text.label(self.item)

    @property
    def where(self) -> str:
        """``users.email``, or whichever of the two names there is; empty where there is none."""
        return ".".join(part for part in (self.table, self.object) if part)

    @cached_property
    def migrated(self) -> Optional[str]:
        """The aspect as it is before, in words."""
        return text.aspect_text(self.aspect, self.before, self.after)

    @cached_property
    def expected(self) -> Optional[str]:
        """The aspect as it is after, in words."""
        return text.aspect_text(self.aspect, self.after, self.before)

    @property
    def times(self) -> Tuple[int, int]:
        """How often each side has such a constraint or index, whatever its name."""
        what = text.whole(self.item)
        has, wanted = (_constraints(table).count(what) for table in self.tables)
        return has, wanted

    @property
    def reversed(self) -> "Change":
        """The way back."""
        kind = self.kind
        for suffix, other in ((EXTRA, MISSING), (MISSING, EXTRA)):
            if kind.endswith(suffix):
                kind = kind[: -len(suffix)] + other
                break
        return replace(self, kind=kind, before=self.after, after=self.before, tables=self.tables[::-1])

    @cached_property
    def _key(self) -> Tuple[Optional[str], ...]:
        return self.kind, self.table, self.object, self.aspect, self.migrated, self.expected

    def __eq__(self, other: Any) -> bool:
        return isinstance(other, Change) and self._key == other._key

    def __hash__(self) -> int:
        return hash(self._key)


def _constraints(table: Optional[Table]) -> List[str]:
    """The constraints and indexes of a table, in words without names."""
    if table is None:
        return []
    items: Tuple[Item, ...] = (*table.uniques, *table.checks, *table.foreign_keys, *table.indexes)
    return [text.whole(item) for item in items]
