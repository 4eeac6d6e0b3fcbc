"""Primary keys, unique constraints and foreign keys."""

from __future__ import annotations

from typing import Iterator, Sequence, Tuple

from ..change import Change
from ..model import ForeignKey, Table
from .matching import matched


def compare_primary_keys(migrated: Table, expected: Table) -> Iterator[Change]:
    """The primary key: its columns, or else its name."""
    both = (migrated, expected)
    ours, theirs = migrated.primary_key, expected.primary_key
    left = ours and (ours.keys or ours.columns)
    right = theirs and (theirs.keys or theirs.columns)
    if left != right:
        yield Change("primary-key", ours, theirs, "primary key", both)
    elif ours and theirs and ours.name != theirs.name:
        yield Change("name", ours, theirs, "name", both)


def compare_uniques(migrated: Table, expected: Table) -> Iterator[Change]:
    """Unique constraints, by their columns."""
    both = (migrated, expected)
    for ours, theirs in matched(migrated.uniques, expected.uniques, lambda u: u.columns):
        if theirs is None:
            yield Change("unique-extra", ours, None, "unique", both)
        elif ours is None:
            yield Change("unique-missing", None, theirs, "unique", both)
        elif ours.name != theirs.name:
            yield Change("name", ours, theirs, "name", both)


def compare_foreign_keys(migrated: Table, expected: Table) -> Iterator[Change]:
    """Foreign keys, by what they point at."""
    both = (migrated, expected)

    def target(key: ForeignKey) -> Tuple[Sequence[str], str, Sequence[str]]:
        return key.columns, key.referred_table, key.referred_columns

    for ours, theirs in matched(migrated.foreign_keys, expected.foreign_keys, target):
        if theirs is None:
            yield Change("foreign-key-extra", ours, None, "foreign key", both)
        elif ours is None:
            yield Change("foreign-key-missing", None, theirs, "foreign key", both)
        else:
            for attribute in ("on_update", "on_delete", "match", "deferrable", "enforcement"):
                if getattr(ours, attribute) != getattr(theirs, attribute):
                    yield Change("foreign-key-differs", ours, theirs, attribute.replace("_", " "), both)
            if ours.name != theirs.name:
                yield Change("name", ours, theirs, "name", both)
