"""States as text and back: nothing of them is lost, and nothing but such values comes of a text."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, FrozenSet, List, Optional, Tuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kallithea_dbdev.engines import open_database
from kallithea_dbdev.engines.database import Counter
from kallithea_dbdev.memory.encoding import decode, encode
from kallithea_dbdev.schema.model import Column, ForeignKey, Index, Routine, Sequence, Trigger
from kallithea_dbdev.state import State, read_state
from kallithea_dbdev.verification.ground import Stuck

from ..projects import release


def there_and_back(value: object, kind: Any) -> Any:
    return decode(json.loads(json.dumps(encode(value, kind))), kind)


@settings(max_examples=20)
@given(st.one_of(*map(st.from_type, (Column, ForeignKey, Index, Trigger, Sequence, Routine, Counter))))
def test_parts_of_a_schema_come_back_as_they_were(part: object) -> None:
    # What does not count in a comparison of schemas counts here.
    assert repr(there_and_back(part, type(part))) == repr(part)


def test_the_state_of_a_real_database_comes_back(tmp_path: Any) -> None:
    path = release("0.7.0", tmp_path / "k.db")
    state = read_state(open_database(f"sqlite:///{path}"), with_defaults=True)
    assert state.defaults and state.schema.tables
    assert there_and_back((state, state), Tuple[State, ...]) == (state, state)


@dataclass(frozen=True)
class Odd:
    names: FrozenSet[str]
    numbers: List[int]
    pair: Tuple[str, Optional[float]]
    inner: Optional["Odd"] = None
    doubtful: Optional[Optional[int]] = None


@pytest.mark.parametrize(
    "odd",
    [
        Odd(frozenset({"a", "\ud800"}), [], ("", None)),
        Odd(frozenset(), [1, 2], ("x", 0.5), Odd(frozenset(), [], ("", 1.0)), 3),
    ],
)
def test_odd_values(odd: Odd) -> None:
    assert there_and_back(odd, Odd) == odd
    assert there_and_back(None, Optional[Odd]) is None


def test_what_has_no_way_back_is_refused() -> None:
    for kind in (object, Any, Exception, bytes, Optional[object], Tuple[object, ...]):
        with pytest.raises(TypeError):
            encode(None, kind)
    assert there_and_back(None, Optional[Stuck]) is None


@pytest.mark.parametrize("data", [None, [], [[]], {"tables": []}, "text", 7])
def test_other_data_are_refused(data: object) -> None:
    with pytest.raises((TypeError, ValueError, KeyError)):
        decode(data, State)
