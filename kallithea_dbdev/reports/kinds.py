"""Whether what was read back is of the kinds that the report's classes say: a file may be anybody's."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import is_dataclass
from functools import cache
from typing import Any, Dict, Union, get_args, get_origin, get_type_hints


def conform(record: Any) -> None:
    """Raise ValueError, naming the field, where a dataclass holds a value of another kind than it says."""
    kind: Any = type(record)
    for name, hint in _hints(kind).items():
        if not _is(getattr(record, name), hint):
            raise ValueError(f"{name} of a {kind.__name__} is of another kind")


@cache
def _hints(kind: Any) -> Dict[str, Any]:
    return get_type_hints(kind)


def _is(value: object, hint: Any) -> bool:
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is Union:
        return any(_is(value, one) for one in arguments)
    if origin is tuple:
        if not isinstance(value, tuple):
            return False
        if arguments[-1] is Ellipsis:
            return all(_is(one, arguments[0]) for one in value)
        return len(value) == len(arguments) and all(map(_is, value, arguments))
    if origin is Mapping:
        return isinstance(value, Mapping) and all(
            _is(key, arguments[0]) and _is(one, arguments[1]) for key, one in value.items()
        )
    if is_dataclass(hint):
        if isinstance(value, hint):  # type: ignore[arg-type]
            conform(value)
            return True
        return False
    if hint is str:
        return isinstance(value, str) and not any("\ud800" <= character <= "\udfff" for character in value)
    if hint in (int, float):
        number = isinstance(value, int if hint is int else (int, float)) and not isinstance(value, bool)
        return number and math.isfinite(value)  # type: ignore[arg-type]
    return isinstance(value, hint)
