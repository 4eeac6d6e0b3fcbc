"""What a child makes its parent keeps, with what the child has loaded for it."""

from __future__ import annotations

import importlib
import json
import os
import py_compile
from pathlib import Path
from typing import List

import pytest

from kallithea_dbdev.memory.store import Store
from kallithea_dbdev.processes import Child

from .test_memory import Run

SECOND = 1_700_000_000


@pytest.fixture
def run(tmp_path: Path) -> Run:
    return Run(tmp_path)


def _libraries(run: Run) -> List[str]:
    """The files that the one value which was kept came from."""
    (file,) = run.files
    content = Store(run.folder / "cache").read(file.name)
    assert content is not None
    return [path for path, _, _ in json.loads(content)[0]]


def test_the_parent_writes_it(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    library = tmp_path / "loaded_by_a_child.py"
    library.write_text("a = 1\n")
    os.utime(library, (SECOND, SECOND))  # from before this process
    monkeypatch.syspath_prepend(str(tmp_path))
    memory = run.memory()

    def work() -> str:
        return run("made", memory, lambda: importlib.import_module("loaded_by_a_child") and None)

    with memory.writing_at_the_end():
        with memory.beside(work) as result:
            assert result() == result() == "made"
        assert run.files == []
        assert run("again", memory) == "made"
    assert str(library) in _libraries(run)
    assert run("another") == "made"
    # What the child has loaded counts for who finds it.
    library.write_text("a = 22\n")
    assert run("another") == "another"


def test_at_once_where_nobody_waits_for_the_end(run: Run) -> None:
    memory = run.memory()
    with memory.beside(lambda: run("made", memory)) as result:
        assert run.files == []
        assert result() == "made"
        assert len(run.files) == 1


def test_nothing_where_nobody_asks_for_the_result(run: Run) -> None:
    memory = run.memory()
    with memory.writing_at_the_end(), memory.beside(lambda: run("made", memory)):
        pass
    assert run.files == []


def test_without_a_child_it_is_done_here(run: Run) -> None:
    memory = run.memory()
    with memory.beside(lambda: run("made", memory), fork=False) as result:
        assert result() == "made" and len(run.files) == 1


def test_an_older_text_that_a_child_has_loaded_is_seen(run: Run) -> None:
    """As with what this process has loaded (see test_bytecode)."""
    source = run.package / "late.py"
    source.write_text("a = 1\n")
    os.utime(source, (SECOND, SECOND))
    compiled = Path(str(py_compile.compile(str(source), doraise=True)))
    memory = run.memory()
    memory._loaded.add(str(source))
    os.utime(compiled, (SECOND, SECOND))
    compiled.write_bytes(compiled.read_bytes()[:-5])
    os.utime(compiled, (SECOND, SECOND))
    assert run("made", memory) == "made"
    assert run.files == []


@pytest.mark.parametrize("changed", [False, True])
def test_a_folder_that_only_the_child_has_read(run: Run, changed: bool) -> None:
    """What it holds when this process looks at it may be what was loaded, or not."""
    memory = run.memory()

    def edit() -> None:
        if changed:
            run.script.write_text("x = 1\n")

    with Child(memory.carrying(lambda: run("made", memory, edit))) as child:
        assert memory.taken(child.result()) == "made"
    assert len(run.files) == (0 if changed else 1)
