"""Errors: one line, an exit status, and whole on the other side of a process."""

from __future__ import annotations

import pickle
from typing import List, Type

import pytest

from kallithea_dbdev import errors
from kallithea_dbdev.errors import DbdevError, MigrationGraphError

KINDS: List[Type[DbdevError]] = [
    value
    for value in vars(errors).values()
    if isinstance(value, type) and issubclass(value, DbdevError) and value is not MigrationGraphError
]


@pytest.mark.parametrize("kind", KINDS)
def test_an_error_is_one_line_with_the_way_out_and_exit_status_2(kind: Type[DbdevError]) -> None:
    error = kind("users: it is wrong", "mend it")
    assert str(error) == "users: it is wrong; mend it"
    assert str(kind("users: it is wrong")) == "users: it is wrong"
    assert (error.message, error.hint, error.exit_status) == ("users: it is wrong", "mend it", 2)
    assert kind("x").hint == ""
    assert error.args == ("users: it is wrong", "mend it")


@pytest.mark.parametrize("kind", KINDS)
def test_an_error_survives_pickling(kind: Type[DbdevError]) -> None:
    error = pickle.loads(pickle.dumps(kind("wrong", "mend it")))
    assert type(error) is kind
    assert vars(error) == {"message": "wrong", "hint": "mend it"}


def test_an_error_of_the_graph_has_code_and_revision() -> None:
    error = MigrationGraphError("several-heads", "two heads", "merge them", "abc")
    again = pickle.loads(pickle.dumps(error))
    assert error.args == ("several-heads", "two heads", "merge them", "abc")
    for one in (error, again):
        assert str(one) == "two heads; merge them"
        assert vars(one) == {
            "message": "two heads", "hint": "merge them", "code": "several-heads", "revision": "abc",
        }  # fmt: skip
    assert MigrationGraphError("several-heads", "two").revision is None
    assert str(MigrationGraphError("several-heads", "two")) == "two"
