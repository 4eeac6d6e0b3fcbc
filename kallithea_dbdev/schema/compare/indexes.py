"""Indexes that are no shadow of a constraint."""

from __future__ import annotations

from typing import Iterator, List, Tuple

from ..change import Change
from ..model import Index, Table
from ..text import aspect_text
from .matching import matched, pairs

_ASPECTS = ("columns", "uniqueness", "predicate", "method")


def compare_indexes(migrated: Table, expected: Table) -> Iterator[Change]:
    """Indexes, by their name, else by what they do."""
    both = (migrated, expected)
    extra: List[Index] = []
    missing: List[Index] = []
    for ours, theirs in pairs(migrated.indexes, expected.indexes, lambda index: index.name):
        if theirs is None:
            extra.append(ours)
        elif ours is None:
            missing.append(theirs)
        else:
            for aspect in _differing(ours, theirs):
                yield Change("index-differs", ours, theirs, aspect, both)

    def meaning(index: Index) -> Tuple[object, ...]:
        return index.keys, index.unique, index.predicate, index.method

    for ours, theirs in matched(extra, missing, meaning):
        if theirs is None:
            yield Change("index-extra", ours, None, "index", both)
        elif ours is None:
            yield Change("index-missing", None, theirs, "index", both)
        else:
            yield Change("name", ours, theirs, "name", both)


def _differing(migrated: Index, expected: Index) -> Iterator[str]:
    """The aspects in which two indexes of one name differ; the order where the columns are the same."""
    same = [key.expression for key in migrated.keys] == [key.expression for key in expected.keys]
    for aspect in (*_ASPECTS, "order") if same else _ASPECTS:
        if aspect_text(aspect, migrated, expected) != aspect_text(aspect, expected, migrated):
            yield aspect
