"""Rows of two sides, matched by their keys. Pure."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from typing import Any, List

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kallithea_dbdev.rows.matching import DisorderError, RepeatedKeyError, Row, matched, put_in_order

orders = st.lists(st.tuples(st.text(max_size=2)), max_size=8)


def rows(keys: "List[Any]") -> "List[Row]":
    return [Row(key, key, ()) for key in keys]


@given(orders, orders)
def test_each_row_once_and_with_its_like(left: "List[Any]", right: "List[Any]") -> None:
    lost: "Counter[Any]" = Counter()
    come: "Counter[Any]" = Counter()
    for one, other in matched(rows(sorted(left)), rows(sorted(right)), unique=False):
        if one is None:
            assert other is not None
            come[other.key] += 1
        elif other is None:
            lost[one.key] += 1
        else:
            assert one.key == other.key
    assert lost == Counter(left) - Counter(right)
    assert come == Counter(right) - Counter(left)


@given(orders.filter(lambda keys: keys != sorted(keys)))
def test_disorder_is_no_verdict(keys: "List[Any]") -> None:
    for sides in ((rows(keys), []), ([], rows(keys))):
        with pytest.raises(DisorderError):
            list(matched(*sides, unique=False))


def test_a_key_that_repeats() -> None:
    twice = rows([("a",), ("a",)])
    assert len(list(matched(twice, [], unique=False))) == 2
    for sides in ((twice, []), ([], twice)):
        with pytest.raises(RepeatedKeyError):
            list(matched(*sides, unique=True))
    assert len(list(matched(rows([("a",), ("b",)]), [], unique=True))) == 2


VALUES = [None, "", "a", "A", "a ", "1", "1.0", "true", 1, 2, 1.5, True, b"a", b"", "NULL"]


def key_of(value: object, retyped: bool) -> object:
    (row,) = put_in_order([Row((value,), (), ())], [retyped])
    return row.order


def test_keys_that_we_make_ourselves() -> None:
    assert len({key_of(value, False) for value in VALUES}) == len(VALUES)
    # a whole number is one value, however it is stored; NaN is one, too
    assert key_of(1, False) == key_of(1.0, False) == key_of(Decimal("1.00"), True)
    assert key_of(float("nan"), False) == key_of(float("nan"), False)
    # after a change of type the same may be written in two ways
    assert key_of(1, True) == key_of("1", True) == key_of(True, True) == key_of(b"1", True)
    assert key_of("007", True) != key_of(7, True)
    assert key_of(None, True) != key_of("", True)


@given(st.lists(st.sampled_from(VALUES), max_size=6), st.data())
def test_put_in_order(keys: "List[Any]", data: Any) -> None:
    other = data.draw(st.permutations(keys))
    one, two = (put_in_order([Row((k,), (), ()) for k in part], [False]) for part in (keys, other))
    assert all(a is not None and b is not None for a, b in matched(one, two, unique=False))
