"""Files in the folder of what is remembered that look like ours."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from kallithea_dbdev.memory import store
from kallithea_dbdev.memory.store import Store

from .test_store import folder

__all__ = ["folder"]


def test_neither_a_link_nor_what_is_too_large_is_read(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = Store(folder)
    kept.write("name", b"content")
    (folder / "link").symlink_to("name")
    size = (folder / "name").stat().st_size
    for most, expected in ((size, b"content"), (size - 1, None)):
        monkeypatch.setattr(store, "MOST_BYTES", most)
        assert kept.read("name") == expected
    assert kept.read("link") is None
    assert not any(os.path.realpath(one).startswith(str(folder)) for one in Path("/proc/self/fd").glob("*"))


def test_what_is_read_is_of_use(folder: Path) -> None:
    kept = Store(folder)
    kept.write("name", b"content")
    os.utime(folder / "name", (1, 1))
    assert kept.read("other") is None and (folder / "name").stat().st_mtime == 1
    assert kept.read("name") == b"content" and (folder / "name").stat().st_mtime > 1
    (folder / "name").write_bytes(b"damaged")
    os.utime(folder / "name", (1, 1))
    assert kept.read("name") is None and (folder / "name").stat().st_mtime == 1
