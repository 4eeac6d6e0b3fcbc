"""What a value comes from: every change of it is seen, and what is no source is not looked at."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Callable

import pytest

from kallithea_dbdev.memory.sources import Folder, WrittenError


@pytest.fixture
def package(tmp_path: Path) -> Path:
    package = tmp_path / "package"
    (package / "templates").mkdir(parents=True)
    (package / "__init__.py").write_text("a = 1\n")
    (package / "templates" / "page.html").write_text("<p>")
    return package


def _rewrite(package: Path) -> None:
    (package / "__init__.py").write_text("a = 2\n")


def _template(package: Path) -> None:
    (package / "templates" / "page.html").write_text("<b>")


def _add(package: Path) -> None:
    (package / "templates" / "new.html").write_text("")


def _remove(package: Path) -> None:
    (package / "templates" / "page.html").unlink()


def _rename(package: Path) -> None:
    (package / "templates").rename(package / "pages")


def _behind_a_link(package: Path) -> None:
    other = package.parent / "other"
    other.mkdir()
    (other / "file.txt").write_text("")
    (package / "linked").symlink_to(other)


CHANGES = [_rewrite, _template, _add, _remove, _rename, _behind_a_link]


@pytest.mark.parametrize("change", CHANGES)
def test_every_change_of_a_folder_is_seen(package: Path, change: Callable[[Path], None]) -> None:
    before = Folder(package)
    contents = before.read()
    assert before.is_unchanged()
    change(package)
    with pytest.raises(WrittenError):
        before.read()
    assert not before.is_unchanged()
    assert Folder(package).read() != contents


def test_a_change_that_leaves_size_and_time_is_seen(package: Path) -> None:
    """As an editor, ``cp -p`` or ``rsync`` may do it."""
    before = Folder(package)
    contents = before.read()
    path = package / "__init__.py"
    status = path.stat()
    path.write_text("a = 2\n")
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert not before.is_unchanged()
    assert Folder(package).read() != contents


def _bytecode(package: Path) -> None:
    (package / "__pycache__").mkdir()
    (package / "__pycache__" / "__init__.cpython-311.pyc").write_text("x")


def _npm(package: Path) -> None:
    (package / "node_modules" / "x").mkdir(parents=True)
    (package / "node_modules" / "x" / "y.js").write_text("x")


def _tests(package: Path) -> None:
    (package / "tests" / "fixtures").mkdir(parents=True)
    (package / "tests" / "fixtures" / "a.diff").write_text("x")


def _editors(package: Path) -> None:
    for name in (".__init__.py.swp", "__init__.py~", "#page.html#"):
        (package / name).write_text("x")
    (package / ".#page.html").symlink_to("me@machine.1")


def _pipe(package: Path) -> None:
    os.mkfifo(package / "pipe")


def _loop(package: Path) -> None:
    (package / "templates" / "up").symlink_to(package)


@pytest.mark.parametrize("change", [_bytecode, _npm, _tests, _editors, _pipe, _loop])
def test_what_is_no_source_is_not_looked_at(package: Path, change: Callable[[Path], None]) -> None:
    before = Folder(package)
    contents = before.read()
    change(package)
    assert before.is_unchanged()
    assert Folder(package).read() == contents
