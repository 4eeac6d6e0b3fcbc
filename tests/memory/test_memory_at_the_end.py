"""What a process keeps is written at its end."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from kallithea_dbdev.processes import Child

from .test_memory import Run


@pytest.fixture
def run(tmp_path: Path) -> Run:
    return Run(tmp_path)


def test_it_is_known_at_once_and_written_at_the_end(run: Run) -> None:
    memory = run.memory()
    with memory.writing_at_the_end():
        assert run("first", memory) == "first"
        assert run("second", memory) == "first"
        run.what = "released"
        assert run("third", memory) == "third"
        assert run.files == []
    assert len(run.files) == 2
    assert run("fourth") == "third"


def test_a_child_writes_what_is_its_own_at_once(run: Run) -> None:
    memory = run.memory()
    with memory.writing_at_the_end():
        assert run("first", memory) == "first"
        run.what = "released"
        with Child(lambda: run("second", memory)) as child:
            assert child.result() == "second"
        assert len(run.files) == 1
        # What it has written another process of this run finds.
        assert run("third", memory) == "second"
    assert len(run.files) == 2


def test_nothing_is_written_where_a_source_was_changed_by_then(run: Run) -> None:
    memory = run.memory()
    with memory.writing_at_the_end():
        assert run("first", memory) == "first"
        (run.package / "__init__.py").write_text("a = 2\n")
    assert run.files == []


def test_nothing_is_written_after_an_error(run: Run) -> None:
    memory = run.memory()
    with pytest.raises(ValueError, match="broken"), memory.writing_at_the_end():
        assert run("first", memory) == "first"
        raise ValueError("broken")
    assert run.files == []


def test_nothing_is_written_where_the_sources_have_gone(run: Run) -> None:
    memory = run.memory()
    with memory.writing_at_the_end():
        assert run("first", memory) == "first"
        shutil.rmtree(run.package)
    assert run.files == []
