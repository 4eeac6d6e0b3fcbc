"""Which types have a way to a text and back, and data of another number of values. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Dict, FrozenSet, List, Mapping, Optional, Set, Tuple, Union

import pytest

from kallithea_dbdev.memory.encoding import decode, encode


@dataclass(frozen=True)
class Pair:
    one: int
    two: str = "x"


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ({"a": 1}, Dict[str, int]), ({"a": (1,)}, Mapping[str, Tuple[int, ...]]), ({1: None}, Dict[int, Optional[int]]),
        ((1, "a"), Tuple[int, str]), ((1, 2, 3), Tuple[int, ...]), ((), Tuple[int, ...]), ([Pair(1)], List[Pair]),
        (frozenset({1}), FrozenSet[int]), (None, type(None)), (True, bool), (0.5, float), (Pair(1), Optional[Pair]),
        (None, Optional[Pair]), (None, Optional[str]), ((Pair(1), 2), Tuple[Pair, int]),
    ],
)  # fmt: skip
def test_there_and_back(value: object, kind: Any) -> None:
    assert decode(encode(value, kind), kind) == value


@pytest.mark.parametrize(
    "kind",
    [
        Union[int, str],
        Union[int, str, None],
        Set[int],
        bytes,
        Dict[str, object],
        Tuple[int, bytes],
        dict,
        tuple,
    ],
)
def test_no_way_back(kind: Any) -> None:
    with pytest.raises(TypeError):
        encode((), kind)


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        ([1], Pair),
        ([1, "x", 2], Pair),
        ([1], Tuple[int, str]),
        ([1, "a", 2], Tuple[int, str]),
        ([], Tuple[int, int]),
    ],
)
def test_another_number_of_values(data: object, kind: Any) -> None:
    with pytest.raises(ValueError, match=r"fields|values"):
        decode(data, kind)
