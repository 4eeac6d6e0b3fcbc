"""Which exceptions are the user's or the machine's, and what is said of them."""

from __future__ import annotations

import errno
import os
import sqlite3
import subprocess
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

import kallithea_dbdev
from kallithea_dbdev.causes import about, cause_of, hint_for_program, is_of_the_machine
from kallithea_dbdev.done import Done
from kallithea_dbdev.errors import DbdevError, UsageError
from kallithea_dbdev.messages import origins, place_of


def system(number: int, *names: Any) -> OSError:
    return OSError(number, os.strerror(number), *names)


@pytest.mark.parametrize(
    ("error", "message", "hint"),
    [
        (system(errno.EACCES, "/a/b"), "/a/b: permission denied", "give yourself the right"),
        (system(errno.EROFS, "/a/b"), "/a/b: read-only file system", "mounted read-only"),
        (system(errno.ENOSPC), "no space left on device", "make room"),
        (system(errno.ENOSPC, b"/a/\xff"), "/a/\udcff: no space left on device", "make room"),
        (system(errno.ENOENT, "/a", None, "/b"), "/a -> /b: no such file or directory", "what has become"),
        (system(errno.EMFILE), "too many open files", "ulimit -n"),
        (system(errno.ENOTDIR, Path("/a")), "/a: not a directory", "what has become"),
        (FileNotFoundError(2, "No usable temporary directory found in [...]"), "no usable", "TMPDIR"),
        (MemoryError(), "not enough memory", "end other programs"),
        (sqlite3.OperationalError("database or disk is full"), "SQLite: database or disk is full", "TMPDIR"),
        (
            OperationalError("SELECT", {}, sqlite3.OperationalError("disk I/O error")),
            "SQLite: disk I/O error",
            "disk",
        ),
        (ModuleNotFoundError("No module named 'alembic'", name="alembic.util"), "alembic cannot", "install"),
        (UsageError("x", "y"), "x", "y"),
        (
            subprocess.TimeoutExpired(["/usr/bin/git", "archive", "x"], 120),
            "git did not end within 120 seconds",
            "run it by hand",
        ),
    ],
)
def test_what_is_not_a_defect(error: Exception, message: str, hint: str) -> None:
    cause = cause_of(error)
    assert cause is not None
    assert cause.message.startswith(message) and hint in cause.hint
    assert cause.exit_status == 2


@pytest.mark.parametrize(
    "error",
    [
        KeyError("x"), AttributeError("x"), RecursionError("x"), ValueError("x"), system(errno.EBADF),
        system(errno.ENOENT, str(Path(kallithea_dbdev.__file__).parent / "data.sql")),
        sqlite3.OperationalError('near "x": syntax error'), sqlite3.ProgrammingError("x"),
        ModuleNotFoundError("x", name="kallithea_dbdev.nope"), ImportError("x"),
        OperationalError("SELECT", {}, sqlite3.OperationalError("no such table: x")),
    ],
)  # fmt: skip
def test_what_is_a_defect(error: Exception) -> None:
    assert cause_of(error) is None


def test_what_is_refused_while_a_file_is_written_is_about_that_file() -> None:
    with pytest.raises(DbdevError, match=r"/x/report\.json: no space left on device; make room") as caught:
        with about(Path("/x/report.json")):
            raise system(errno.ENOSPC, "/x/.report.json.123")
    assert isinstance(caught.value.__cause__, OSError)
    # It is to be there, wherever copies of a database are.
    assert caught.value.hint == "make room there"


@pytest.mark.parametrize(
    ("said", "full"),
    [
        ("initdb: error: could not write file: No space left on device", True),
        ("[ERROR] InnoDB: preallocating 12582912 bytes for file ./ibdata1 failed with error 28", True),
        ("InnoDB: Operating system error number 28 in a file operation.", True),
        ("mariadbd: Can't create file './ibdata1' (errno: 2)", False),
        ("2026-11-28 16:04:43 0 [ERROR] Aborting", False),
    ],
)
def test_what_programs_say_of_a_full_disk(said: str, full: bool) -> None:
    assert bool(hint_for_program(said)) == full


def test_done_so_far() -> None:
    done = Done()
    assert (bool(done), str(done)) == (False, "nothing was changed")
    done.add("removed a")
    done.add("removed b")
    assert (bool(done), str(done)) == (True, "done so far: removed a, removed b")
    done.clear()
    assert str(done) == "nothing was changed"


def _raised_from(cause: BaseException) -> BaseException:
    error = ValueError("x")
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (MemoryError(), True),
        (OSError(errno.ENOSPC, "no space left on device"), True),
        (OSError(errno.ENOENT, "no such file"), False),
        (sqlite3.DatabaseError("database disk image is malformed"), True),
        (sqlite3.OperationalError("disk I/O error"), True),
        (sqlite3.OperationalError("no such table: t"), False),
        (OperationalError("SELECT", {}, sqlite3.OperationalError("database or disk is full")), True),
        (_raised_from(OSError(errno.EIO, "input/output error")), True),
        (_raised_from(KeyError("x")), False),
        (ValueError("x"), False),
    ],
)
def test_what_makes_all_else_worthless(error: BaseException, expected: bool) -> None:
    assert is_of_the_machine(error) is expected


@pytest.mark.parametrize("number", [errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.EIO])
def test_a_limit_of_the_machine_is_none_when_one_of_our_modules_meets_it(number: int) -> None:
    error = OSError(number, os.strerror(number), kallithea_dbdev.__file__)
    known = cause_of(error)
    assert known is not None and known.hint
    assert cause_of(FileNotFoundError(errno.ENOENT, "gone", kallithea_dbdev.__file__)) is None


def test_one_that_is_its_own_cause_is_looked_at_once() -> None:
    error, other = ValueError("x"), KeyError("y")
    error.__cause__, other.__cause__ = other, error
    assert list(origins(error)) == [error, other]
    assert not is_of_the_machine(error) and place_of(error, [Path("/nowhere")]) is None
