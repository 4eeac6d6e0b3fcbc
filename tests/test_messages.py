"""What exceptions say in one line, and where they come from."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Callable, Dict, Optional

import pytest
from sqlalchemy.exc import DBAPIError, StatementError

from kallithea_dbdev.messages import kind_and_line, one_line, place_of

SERVER = (
    'duplicate key value violates unique constraint "users_email_key"\n'
    "DETAIL:  Key (email)=(x@y.z) already exists.\n"
    'CONTEXT:  SQL statement "INSERT INTO users"\n'
    "PL/pgSQL function f() line 1 at SQL statement\n"
)
SYNTAX = 'syntax error at or near "FOO"\nLINE 1: FOO BAR\n        ^\nHINT:  Try it.\n'


class Speechless(Exception):
    """Anybody's exception, which cannot say what it is."""

    def __str__(self) -> str:
        raise RuntimeError("no words")

    def __bool__(self) -> bool:
        raise RuntimeError("no truth")


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (ValueError("one\n  two\n\nthree "), "one two three"),
        (ValueError(), "ValueError"),
        (Speechless(), "Speechless"),
        (StatementError("m", "SELECT 1", {}, Speechless()), "StatementError"),
        (ValueError(" \n"), "ValueError"),
        (KeyError("users"), "'users'"),
        (
            Exception(SERVER),
            'duplicate key value violates unique constraint "users_email_key"; detail: Key (email)=(x@y.z) '
            'already exists; context: SQL statement "INSERT INTO users" PL/pgSQL function f() line 1 at SQL statement',
        ),
        (Exception(SYNTAX), 'syntax error at or near "FOO"; hint: Try it.'),
        (Exception("DETAIL: only that"), "DETAIL: only that"),
        (StatementError("m", "SELECT secret", {"p": 1}, Exception("no\nsuch")), "no such"),
        (DBAPIError("SELECT 1", {}, Exception(1062, "Duplicate entry")), "(1062, 'Duplicate entry')"),
        (SyntaxError("invalid syntax", ("a.py", 3, 1, "x")), "invalid syntax"),
        (Exception("x\n(Background on this error at: http://sqlalche.me/e/e3q8)"), "x"),
    ],
)
def test_one_line(error: Exception, text: str) -> None:
    assert one_line(error) == text


def test_long_texts_are_cut() -> None:
    assert len(one_line(ValueError("x" * 10_000))) < 1300
    assert one_line(ValueError("x" * 1200)) == "x" * 1200


def test_kind_and_line() -> None:
    assert kind_and_line(KeyError("x")) == "KeyError: 'x'"
    assert kind_and_line(ValueError()) == "ValueError"


def _raised(code: str, path: Path, names: Optional[Dict[str, Any]] = None) -> BaseException:
    try:
        exec(compile(code, str(path), "exec"), {**(names or {})})
    except BaseException as error:
        return error
    raise AssertionError


def test_the_innermost_frame_in_the_folder_is_the_place(tmp_path: Path) -> None:
    inside, outside = tmp_path / "kallithea" / "model" / "db.py", tmp_path / "lib" / "x.py"
    names: Dict[str, Any] = {}
    exec(compile("def call(f=None):\n    return f() if f else {}['x']", str(outside), "exec"), names)
    call: Callable[..., Any] = names["call"]
    error = _raised("def f():\n    call()\n\ncall(f)", inside, {"call": call})
    assert place_of(error, [tmp_path / "kallithea"]) == f"{inside}, line 2"
    assert place_of(error, [tmp_path / "lib"]) == f"{outside}, line 2"
    assert place_of(error, [tmp_path / "kallith"]) is None


def test_what_does_not_compile_says_its_place_by_itself(tmp_path: Path) -> None:
    error = _raised("x = 1\ny = (\n", tmp_path / "a.py")
    assert place_of(error, [tmp_path]) == f"{tmp_path}/a.py, line 2"
    assert place_of(error, [tmp_path / "b"]) is None


def test_the_cause_of_an_exception_tells_where_the_exception_does_not(tmp_path: Path) -> None:
    try:
        raise ValueError from _raised("{}['x']", tmp_path / "a.py")
    except ValueError as error:
        assert place_of(error, [tmp_path]) == f"{tmp_path}/a.py, line 1"


def test_a_file_with_nul_bytes_is_found(tmp_path: Path) -> None:
    (tmp_path / "good.py").write_bytes(b"x = 1")
    (tmp_path / "bad.py").write_bytes(b"x = 1\0")
    error = _raised("x = 1\0", tmp_path / "bad.py")
    assert place_of(error, [tmp_path]) == f"{tmp_path}/bad.py, line 1"
