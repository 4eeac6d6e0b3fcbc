"""Values as JSON and back, by their type: frozen dataclasses, tuples, mappings, texts, numbers.

A dataclass is the list of its fields. Nothing but such values comes of a text, whoever wrote it: no
code is named in it, and none is run.
"""

from __future__ import annotations

import dataclasses
import typing
from collections import abc
from functools import cache
from typing import Any, Callable, Tuple, Union

#: From a value to what JSON has, or back.
Way = Callable[[Any], Any]

_PLAIN = (str, int, float, bool, type(None))


def encode(value: object, kind: Any) -> Any:
    """What JSON writes for a value of that type. Raises TypeError for a type that has no way back."""
    return _ways(kind)[0](value)


def decode(data: Any, kind: Any) -> Any:
    """The value of that type. Raises ValueError, TypeError or the like where the data are something else."""
    return _ways(kind)[1](data)


def _same(value: Any) -> Any:
    return value


@cache
def _ways(kind: Any) -> Tuple[Way, Way]:
    """How values of a type go to JSON, and how they come back."""
    if kind in _PLAIN:
        return _same, _same
    if dataclasses.is_dataclass(kind):
        return _ways_of_dataclass(kind)
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if origin is Union and len(arguments) == 2 and type(None) in arguments:
        return _ways_of_optional(next(a for a in arguments if a is not type(None)))
    if origin is tuple and arguments[-1:] == (...,):
        return _ways_of_many(arguments[0], tuple)
    if origin is tuple:
        return _ways_of_some(arguments)
    if origin in (frozenset, list):
        return _ways_of_many(arguments[0], origin)
    if origin in (dict, abc.Mapping):
        return _ways_of_mapping(*arguments)
    raise TypeError(f"not to be written down: {kind}")


def _ways_of_dataclass(kind: Any) -> Tuple[Way, Way]:
    hints = typing.get_type_hints(kind)
    names = [field.name for field in dataclasses.fields(kind)]
    ways: Tuple[Tuple[Way, Way], ...] = ()

    def prepared() -> Tuple[Tuple[Way, Way], ...]:
        # At first use: a class may have fields of its own kind.
        nonlocal ways
        ways = ways or tuple(_ways(hints[name]) for name in names)
        return ways

    def there(value: Any) -> Any:
        return [way(getattr(value, name)) for name, (way, _) in zip(names, prepared())]

    def back(data: Any) -> Any:
        if len(data) != len(names):
            raise ValueError(f"{kind.__name__}: {len(data)} fields")
        return kind(*[way(item) for item, (_, way) in zip(data, prepared())])

    return there, back


def _ways_of_optional(kind: Any) -> Tuple[Way, Way]:
    there, back = _ways(kind)
    if there is _same:
        return _same, _same
    # A value that is written as null itself would not come back.
    return (
        lambda value: None if value is None else [there(value)],
        lambda data: None if data is None else back(data[0]),
    )


def _ways_of_many(kind: Any, collection: Any) -> Tuple[Way, Way]:
    there, back = _ways(kind)
    return (
        lambda values: [there(value) for value in values],
        lambda data: collection(back(item) for item in data),
    )


def _ways_of_some(kinds: Tuple[Any, ...]) -> Tuple[Way, Way]:
    ways = [_ways(kind) for kind in kinds]

    def back(data: Any) -> Any:
        if len(data) != len(ways):
            raise ValueError(f"{len(data)} instead of {len(ways)} values")
        return tuple(way(item) for item, (_, way) in zip(data, ways))

    return lambda values: [way(value) for value, (way, _) in zip(values, ways)], back


def _ways_of_mapping(key: Any, kind: Any) -> Tuple[Way, Way]:
    key_there, key_back = _ways(key)
    there, back = _ways(kind)
    return (
        lambda values: [[key_there(name), there(value)] for name, value in values.items()],
        lambda data: {key_back(name): back(value) for name, value in data},
    )
