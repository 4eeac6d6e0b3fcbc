"""Which objects of two sides belong together."""

from __future__ import annotations

from typing import Callable, Dict, Iterator, Sequence, Tuple, TypeVar

Thing = TypeVar("Thing")
Key = TypeVar("Key", str, Tuple[str, ...])


def pairs(
    migrated: Sequence[Thing], expected: Sequence[Thing], key: Callable[[Thing], Key]
) -> Iterator[Tuple[Thing, Thing]]:
    """Full outer join on a key that is unique on each side; the absent side is None.

    The annotation says Thing, not Optional[Thing]: each caller tests for None before use. Raises
    ValueError where a key repeats: one of the two would be compared with nothing.
    """
    left, right = _by_key(migrated, key), _by_key(expected, key)
    for name in sorted(left.keys() | right.keys()):
        yield left.get(name), right.get(name)  # type: ignore[misc]


def _by_key(items: Sequence[Thing], key: Callable[[Thing], Key]) -> Dict[Key, Thing]:
    found: Dict[Key, Thing] = {}
    for item in items:
        if found.setdefault(key(item), item) is not item:
            raise ValueError(f"{type(item).__name__} {key(item)} is there twice")
    return found


def matched(
    migrated: Sequence[Thing], expected: Sequence[Thing], meaning: Callable[[Thing], object]
) -> Iterator[Tuple[Thing, Thing]]:
    """Like pairs, but the key may repeat: the same meaning and name first, then the same meaning."""
    # 1. what is the same to the letter needs no more looks
    rest = list(expected)
    unmatched = []
    for item in migrated:
        if item in rest:
            rest.remove(item)
        else:
            unmatched.append(item)
    # 2. the same meaning, whatever the name
    for item in unmatched:
        twin = next((other for other in rest if meaning(other) == meaning(item)), None)
        if twin is not None:
            rest.remove(twin)
        yield item, twin  # type: ignore[misc]
    # 3. what only the expected side has
    for other in rest:
        yield None, other  # type: ignore[misc]
