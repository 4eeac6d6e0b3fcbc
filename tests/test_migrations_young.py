"""A script that was written a moment ago is not compiled into a file that the next text may be taken for."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import pytest

from kallithea_dbdev.migrations import Chain, Scripts

SCRIPT = '"""one"""\nrevision = "a"\ndown_revision = None\nTEXT = {number}\n\n\ndef upgrade():\n    pass\n'


@pytest.fixture(autouse=True)
def _as_python_is_started(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", False)


def _write(folder: Path, number: int) -> Path:
    (folder / "versions").mkdir(exist_ok=True)
    (folder / "env.py").write_text("")
    path = folder / "versions" / "one.py"
    path.write_text(SCRIPT.format(number=number))
    return path


def test_two_texts_within_a_second(tmp_path: Path) -> None:
    second = int(time.time())
    for number in (1, 2):
        path = _write(tmp_path, number)
        os.utime(path, (second, second))
        assert number == Chain(Scripts(tmp_path)).script("a").module.TEXT
    assert not list(tmp_path.rglob("*.pyc"))


def test_an_older_one_is_compiled_once(tmp_path: Path) -> None:
    path = _write(tmp_path, 1)
    long_ago = time.time() - 60
    os.utime(path, (long_ago, long_ago))
    assert Chain(Scripts(tmp_path)).script("a").module.TEXT == 1
    assert [file.name.partition(".")[0] for file in tmp_path.rglob("*.pyc")] == ["one"]
