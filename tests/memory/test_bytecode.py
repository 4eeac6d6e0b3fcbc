"""What Python may load in the place of a source counts as the source does."""

from __future__ import annotations

import importlib.util
import os
import py_compile
import sys
from pathlib import Path
from typing import List

import pytest

from kallithea_dbdev.memory.bytecode import add_compiled, note_checked, stale_bytecode
from kallithea_dbdev.memory.sources import Contents, Folder

SECOND = 1_700_000_000


def _write(folder: Path, name: str, compiled: str, text: str, later: float = 0.5) -> Path:
    """A source whose compiled file is of another text of the same length, written so much later."""
    path = folder / name
    path.write_text(compiled)
    os.utime(path, (SECOND, SECOND))
    file = Path(str(py_compile.compile(str(path), doraise=True)))
    os.utime(file, (SECOND + later, SECOND + later))
    path.write_text(text)
    os.utime(path, (SECOND, SECOND))
    return path


def _contents(folder: Path) -> Contents:
    # The package that these are in: long there, and compiled later.
    for number in range(10):
        path = folder / f"old{number}.py"
        path.write_text("")
        os.utime(path, (SECOND - 1000, SECOND - 1000))
    read = Folder(folder)
    contents = Contents([read.read()], [], {}, set())
    add_compiled(read, contents, contents.files[0])
    return contents


def _compiled(contents: Contents) -> List[str]:
    return sorted(name for name in contents.files[0] if name.endswith(" compiled"))


def test_a_compiled_file_of_an_older_text_is_part_of_the_name(tmp_path: Path) -> None:
    path = _write(tmp_path, "a.py", "x = 1\n", "x = 2\n")
    stale = _contents(tmp_path)
    assert _compiled(stale) == ["a.py compiled"]
    # It counts, so what was made with it need not be thrown away.
    assert stale_bytecode((), (path,)) == str(path)
    note_checked(stale.checked)
    assert stale_bytecode((), (path,)) is None
    # Another one is another name, and nobody has looked at it.
    _write(tmp_path, "a.py", "x = 3\n", "x = 2\n")
    other = _contents(tmp_path)
    assert other.files[0]["a.py"] == stale.files[0]["a.py"]
    assert other.files[0]["a.py compiled"] != stale.files[0]["a.py compiled"]
    assert stale_bytecode((), (path,)) == str(path)


@pytest.mark.parametrize(
    ("compiled", "text", "later"),
    [
        ("x = 1\n", "x = 1\n", 0.5),  # it is of this text
        ("x = 1\n", "x = 2\n", 1.0),  # with another text it would have another time
        ("x = 1\n", "x = 22\n", 0.5),  # Python compiles a text of another length again
    ],
)
def test_others_are_not(tmp_path: Path, compiled: str, text: str, later: float) -> None:
    path = _write(tmp_path, "a.py", compiled, text, later)
    contents = _contents(tmp_path)
    assert not _compiled(contents)
    assert stale_bytecode((), (path,), contents.compiled) is None


def test_a_package_as_it_was_unpacked_counts_as_it_is(tmp_path: Path) -> None:
    """Pip compiles within the second: nobody compiles all of it again to compare."""
    for number in range(9):
        _write(tmp_path, f"m{number}.py", "x = 1\n", "x = 1\n")
        os.utime(tmp_path / f"m{number}.py", (SECOND - 1000 + number / 10, SECOND - 1000 + number / 10))
        compiled = str(py_compile.compile(str(tmp_path / f"m{number}.py"), doraise=True))
        os.utime(compiled, (SECOND - 1000 + number / 10, SECOND - 1000 + number / 10))
    first = _contents(tmp_path)
    assert _compiled(first) == [f"m{number}.py compiled" for number in range(9)]
    assert len(first.checked) == 9 and not first.compiled
    # What is edited there changes no other name.
    _write(tmp_path, "new.py", "x = 1\n", "x = 1\n")
    second = _contents(tmp_path)
    assert {**first.files[0], "new.py": second.files[0]["new.py"]} == second.files[0]
    assert list(second.compiled) == [str(tmp_path / "new.py")]


def test_what_python_will_compile_in_this_second_is_compiled_beforehand(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    path.write_text("x = 1\n")
    contents = _contents(tmp_path)
    assert list(contents.compiled) == [str(path)] and not contents.checked
    file = Path(str(py_compile.compile(str(path), doraise=True)))
    os.utime(file, (path.stat().st_mtime,) * 2)
    assert stale_bytecode((), (path,), contents.compiled) is None
    # It is compared with what was compiled then.
    path = tmp_path / "b.py"
    path.write_text("x = 1\n")
    compiled = _contents(tmp_path).compiled
    moment = path.stat().st_mtime
    path.write_text("x = 2\n")
    os.utime(path, (moment, moment))
    file = Path(str(py_compile.compile(str(path), doraise=True)))
    os.utime(file, (moment, moment))
    assert stale_bytecode((), (path,), compiled) == str(path)


def test_what_is_no_python_is_left_to_others(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("x =\n")
    assert not _contents(tmp_path).compiled
    path = _write(tmp_path, "b.py", "x = 1\n", "x = 1\n")
    compiled = Path(importlib.util.cache_from_source(str(path)))
    compiled.write_bytes(compiled.read_bytes()[:-5])
    os.utime(compiled, (SECOND, SECOND))
    assert _compiled(_contents(tmp_path)) == ["b.py compiled"]


def test_a_script_is_compared_and_never_named(tmp_path: Path) -> None:
    """It is no part of every name: the reference stays valid whatever is in it."""
    (tmp_path / "alembic" / "versions").mkdir(parents=True)
    right = _write(tmp_path, "alembic/versions/right.py", "x = 1\n", "x = 1\n")
    stale = _write(tmp_path, "alembic/versions/stale.py", "x = 1\n", "x = 2\n")
    for path in (right, stale):  # as old as the package
        os.utime(path, (SECOND - 1000, SECOND - 1000))
        compiled = Path(importlib.util.cache_from_source(str(path)))
        content = compiled.read_bytes()
        compiled.write_bytes(content[:8] + (SECOND - 1000).to_bytes(4, "little") + content[12:])
        os.utime(compiled, (SECOND - 1000, SECOND - 1000))
    contents = _contents(tmp_path)
    assert not _compiled(contents)
    assert [path for path, _, _ in contents.checked] == [str(right)]
    note_checked(contents.checked)
    assert stale_bytecode((), (right,)) is None
    assert stale_bytecode((), (right, stale)) == str(stale)


def test_python_that_runs_an_older_text_is_seen(tmp_path: Path) -> None:
    """Two texts of one length within a second: Python takes the compiled first for the second."""
    path = tmp_path / "twice_written.py"
    second = 1_700_000_000
    for text in ("a = 1\n", "a = 2\n"):
        path.write_text(text)
        os.utime(path, (second, second))
        spec = importlib.util.spec_from_file_location("twice_written", path)
        assert spec and spec.loader
        module = importlib.util.module_from_spec(spec)
        dont_write, sys.dont_write_bytecode = sys.dont_write_bytecode, False
        spec.loader.exec_module(module)
        sys.dont_write_bytecode = dont_write
        assert module.a == 1
        compiled = Path(importlib.util.cache_from_source(str(path)))
        os.utime(compiled, (second, second))
        assert (stale_bytecode((), (path,)) is None) == (text == "a = 1\n")
    # Compiled in a later second it must be of this text: another would have another time.
    os.utime(compiled, (second + 1, second + 1))
    assert stale_bytecode((), (path,)) is None
    os.utime(compiled, (second, second))
    compiled.write_bytes(compiled.read_bytes()[:-5])
    os.utime(compiled, (second, second))
    assert stale_bytecode((), (path,)) == str(path)
