"""Names of objects in schemas: injective, and taken apart as they were put together."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kallithea_dbdev.schema.names import joined, speaks_of, taken_apart

names = st.text(st.sampled_from('a."B %:`\né'), max_size=6) | st.text(max_size=4)
pairs = st.tuples(st.none() | names, names)


@given(pairs)
def test_round_trip(pair: "tuple[str | None, str]") -> None:
    assert taken_apart(joined(*pair)) == pair


@given(pairs, pairs)
def test_two_objects_have_two_names(one: "tuple[str | None, str]", other: "tuple[str | None, str]") -> None:
    assert (joined(*one) == joined(*other)) == (one == other)


@pytest.mark.parametrize(
    ("schema", "name", "text"),
    [
        (None, "users", "users"),
        (None, "User Groups", "User Groups"),
        ("app", "users", "app.users"),
        (None, "app.users", '"app.users"'),
        ("a.b", "c", '"a.b".c'),
        ("a", 'b"c', 'a."b""c"'),
    ],
)
def test_spelling(schema: "str | None", name: str, text: str) -> None:
    assert joined(schema, name) == text


@pytest.mark.parametrize("text", ["a.b.c", 'a"b', '"a', '"a"b'])
def test_what_is_no_name(text: str) -> None:
    with pytest.raises(ValueError, match="not the name"):
        taken_apart(text)


@pytest.mark.parametrize(
    "text", ["users", "UPDATE users SET", "(users)", '"users"', "app.users.x", "users,x"]
)
def test_a_text_speaks_of_a_name(text: str) -> None:
    assert speaks_of(text, "users")


@pytest.mark.parametrize("text", ["", "user", "users_groups", "my_users", "Users", "u.sers"])
def test_a_text_does_not_speak_of_a_name(text: str) -> None:
    assert not speaks_of(text, "users")
    assert not speaks_of("users", "u.ers")
