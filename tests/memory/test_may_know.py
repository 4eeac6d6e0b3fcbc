"""What can be said before anything is read."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Tuple

import pytest

from kallithea_dbdev.memory.memory import NO_MEMORY, Memory
from kallithea_dbdev.memory.store import Store

Value = Tuple[str, ...]


@pytest.fixture
def package(tmp_path: Path) -> Path:
    package = tmp_path / "package"
    (package / "alembic" / "versions").mkdir(parents=True)
    (package / "__init__.py").write_text("a = 1\n")
    (tmp_path / "my.ini").write_text("[app:main]\nuse = egg:kallithea\nsqlalchemy.url = sqlite:///a.db\n")
    return package


def _memory(package: Path) -> Memory:
    return Memory.of(Store(package.parent / "cache"), package, package.parent / "my.ini")


def test_nothing_may_be_known_of_what_was_written_since(package: Path) -> None:
    assert not _memory(package).may_know() and not NO_MEMORY.may_know()
    long_ago = time.time() - 100
    os.utime(package / "__init__.py", (long_ago, long_ago))
    _memory(package).kept("x", Value, {}, ()).or_make(lambda: ("a",))
    assert _memory(package).may_know()
    later = time.time() + 100
    # A migration script is what most runs have new.
    script = package / "alembic" / "versions" / "new.py"
    script.write_text("")
    os.utime(script, (later, later))
    assert _memory(package).may_know()
    os.utime(package / "__init__.py", (later, later))
    assert not _memory(package).may_know()
